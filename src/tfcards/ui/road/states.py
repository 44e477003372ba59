"""How each standing of a lab looks and what it is called: icon, word, tints. No widgets here."""

from dataclasses import dataclass
from typing import Final

from tfcards.sessions.road import Node, Standing


@dataclass(frozen=True, slots=True)
class Look:
    """A word and an icon, the theme's colour for both and the tint behind; `tone` is a chip's."""

    word: str
    icon: str
    ink: str
    ground: str
    tone: str


LOOKS: Final = {
    Standing.LOCKED: Look("Locked", "lock", "muted", "sunken", "none"),
    Standing.OPEN: Look("Open", "unlock", "accent", "accent_soft", "accent"),
    Standing.BEGUN: Look("Begun", "edit", "accent", "accent_soft", "accent"),
    Standing.RUNNING: Look("Running", "play", "easy", "easy_soft", "new"),
    Standing.PASSED: Look("Passed", "check", "good", "good_soft", "good"),
    Standing.DUE: Look("Due again", "reset", "hard", "hard_soft", "warning"),
    Standing.UNAVAILABLE: Look("Cannot run here", "warning", "hard", "hard_soft", "warning"),
    Standing.PLANNED: Look("Planned", "waiting", "muted", "window", "none"),
}
ACTIONS: Final = {
    Standing.OPEN: ("Open lab", "primary"),
    Standing.BEGUN: ("Continue", "primary"),
    Standing.RUNNING: ("Watch the run", "primary"),
    Standing.PASSED: ("Open again", ""),
    Standing.DUE: ("Do it again", "primary"),
}


def facts(node: Node) -> str:
    """What stands beside the word of a lab's standing: its best attempt, or how long it takes."""
    row = node.row
    if row is None:
        return node.level
    best = "" if row.best is None else f"best {row.best:.0%}"
    return " · ".join(filter(None, (node.level, best or f"{row.lab.minutes} min")))


def spoken(node: Node) -> str:
    """The lab in a sentence, for a screen reader."""
    said = f"{node.title}: {LOOKS[node.standing].word}"
    if node.row is None:
        return f"{said}. {node.summary}"
    best = "" if node.row.best is None else f", best {node.row.best:.0%}"
    reason = "A run is on." if node.standing is Standing.RUNNING else node.row.reason
    return f"{said}{best}. {reason}"
