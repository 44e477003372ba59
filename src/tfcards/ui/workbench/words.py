"""What the workbench says in words: phases, outcomes, traces of errors. No widgets live here."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from tfcards.ui.look.theme import MONO_FONT, Theme

if TYPE_CHECKING:
    from tfcards.sessions.lab import LabSession
    from tfcards.sessions.lab_run import CheckRow

PHASES = {
    "waiting": "Waiting for another run to end",
    "importing": "Starting TensorFlow",
    "running": "Running your code",
    "grading": "Checking your work",
}

MOST_REASONS = 2  # checks that are named with the cards they brought; more are only counted

_HEADLINES = {
    "passed": "Passed",
    "failed": "Not yet",
    "not_attempted": "Nothing to check yet",
    "error": "Your code stopped with an error",
    "timeout": "Your code took too long",
    "out_of_memory": "Your code used too much memory",
    "out_of_disk": "Your code wrote too much",
    "crashed": "The run broke off",
    "cancelled": "Stopped",
    "grader_error": "The checks could not be run",
}
_SHORT = {  # where there is little room
    "error": "Error",
    "timeout": "Too long",
    "out_of_memory": "Out of memory",
    "out_of_disk": "Wrote too much",
    "crashed": "Broke off",
}
_TONES = {"passed": "good", "failed": "bad", "error": "bad", "crashed": "bad", "timeout": "bad"}
_FRAME = re.compile(r'File "(?:[^"]*/)?([^"/]+)", line (\d+)')
_FINAL = re.compile(r"^[A-Za-z_][\w.]*(Error|Exception|Interrupt|Exit|Warning)\b.*")
_PLACE = re.compile(r" ?\(([\w./-]+\.py), line (\d+)\)")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a run came to: `tone` is good, bad or warning; `reasons` tell why cards came due.

    `because` says the same in few words; `is_graded` is whether there are points to show.
    """

    tone: str
    headline: str
    sentence: str
    reasons: tuple[str, ...]
    because: str
    is_graded: bool


def verdict(session: "LabSession") -> Verdict:
    """The last run in words."""
    outcome = str(session.outcome or "grader_error")
    reasons = _reasons(session.checks, session.cards_brought)
    return Verdict(
        tone=_TONES.get(outcome, "warning"),
        headline=headline(outcome),
        sentence=_sentence(session, outcome),
        reasons=reasons,
        because=_because(reasons, len(session.cards_brought)),
        is_graded=outcome not in ("cancelled", "not_attempted", "grader_error"),
    )


def _sentence(session: "LabSession", outcome: str) -> str:
    """What happened, and what comes next."""
    said = session.message if session.message.endswith(".") else f"{session.message}."
    failed = next((row.title for row in session.checks if row.status == "failed"), "")
    if outcome == "failed" and failed:
        return f"{said} First to mend: {failed}."
    if outcome == "passed":
        return f"{said} {session.row.reason.removeprefix('Passed. ')}"
    if outcome == "cancelled":
        return "This run was not graded, and counts for nothing."
    return said


def _because(reasons: Sequence[str], cards: int) -> str:
    if 0 < len(reasons) <= MOST_REASONS:
        return ", ".join(reasons)
    return f"{card_count(cards)} of {len(reasons)} checks" if reasons else card_count(cards)


def headline(outcome: str) -> str:
    """What a run came to, in a word or two."""
    return _HEADLINES.get(outcome, outcome)


def short_headline(outcome: str) -> str:
    """The same for a column of a table."""
    return _SHORT.get(outcome, headline(outcome))


def card_count(number: int) -> str:
    """`1 card`, `3 cards`."""
    return f"{number} card" if number == 1 else f"{number} cards"


def points(number: float) -> str:
    """Points without a needless `.0`."""
    return f"{number:g}"


def inline_code(text: str, theme: Theme) -> str:
    """Plain text as rich text, with `code` between backticks set as code."""
    style = f"font-family:'{MONO_FONT}'; background:{theme.inline_code};"
    return re.sub(r"`([^`]+)`", rf'<span style="{style}">\1</span>', escape(text, quote=False))


def linked_places(rich: str) -> str:
    """Rich text in which places like `(tensors.py, line 12)` are links, to `tensors.py:12`."""
    return _PLACE.sub(r' (<a href="\1:\2">\1, line \2</a>)', rich)


def error_lines(texts: Sequence[str], files: Collection[str]) -> dict[str, dict[int, str]]:
    """File -> line -> message, for the last place in each traceback that is the learner's own.

    Reads Python's tracebacks, and places written as `(tensors.py, line 12)`. Texts end with a line.
    """
    found: dict[str, dict[int, str]] = {}
    place: tuple[str, int] | None = None
    for line in (line for text in texts for line in text.split("\n")):
        is_place = ", line " in line  # quick, for programs that print much
        frame = _FRAME.search(line) if is_place else None
        if frame and frame.group(1) in files:
            place = (frame.group(1), int(frame.group(2)))
        elif place and _FINAL.match(line):
            found.setdefault(place[0], {})[place[1]] = line.strip()
            place = None
        named = _PLACE.search(line) if is_place else None
        if named and named.group(1) in files:
            message = _PLACE.sub("", line).strip()
            found.setdefault(named.group(1), {}).setdefault(int(named.group(2)), message)
    return found


def _reasons(checks: "Sequence[CheckRow]", brought: Sequence[str]) -> tuple[str, ...]:
    reasons = []
    for row in checks:
        count = len(set(row.cards) & set(brought)) if row.status == "failed" else 0
        if count:
            reasons.append(f"{card_count(count)} for “{row.title}”")
    return tuple(reasons)
