"""The road in values: sections with what is remembered of them, labs and how they stand. No Qt."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from tfcards.core.mastery import Mastery
from tfcards.sessions.lab_tasks import TaskRow
from tfcards.sessions.labs import LabRow, LabState


class Standing(StrEnum):
    """How a lab on the map stands; a lab's own state, and two that only the map knows."""

    LOCKED = "locked"
    OPEN = "open"
    BEGUN = "begun"
    RUNNING = "running"
    PASSED = "passed"
    DUE = "due"
    UNAVAILABLE = "unavailable"
    PLANNED = "planned"


OPENABLE = frozenset(
    {Standing.OPEN, Standing.BEGUN, Standing.RUNNING, Standing.PASSED, Standing.DUE}
)


@dataclass(frozen=True, slots=True)
class Node:
    """A lab on the map. `row` is None while it is only planned.

    `after` has the ids of labs to pass right before it: one that another of them asks for already
    is left out. `missing` counts the cards that keep it locked by section. `level` is said of
    challenges.
    """

    id: str
    title: str
    standing: Standing
    summary: str
    row: LabRow | None = None
    level: str = ""
    after: tuple[str, ...] = ()
    tasks: tuple[TaskRow, ...] = ()
    missing: tuple[tuple[str, int], ...] = ()

    @property
    def can_open(self) -> bool:
        """Whether choosing it leads to its workbench."""
        return self.standing in OPENABLE

    @property
    def is_passed(self) -> bool:
        """Whether it was ever passed."""
        return self.row is not None and self.row.state in (LabState.PASSED, LabState.DUE)


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the road: a stage with its number and deck, the challenges, or labs besides.

    Its `key` is no lab's id.
    """

    key: str
    title: str
    about: str
    nodes: tuple[Node, ...]
    number: int | None = None
    deck_id: int | None = None
    mastery: Mastery | None = None

    @property
    def heading(self) -> str:
        """Its title with the number of the stage."""
        return self.title if self.number is None else f"Stage {self.number}: {self.title}"

    @property
    def memory(self) -> str:
        """How much of its deck is remembered, in a sentence; nothing without cards."""
        held = self.mastery
        if held is None or not held.total:
            return ""
        cards = "card" if held.total == 1 else "cards"
        return f"You would recall {held.recalled} of {held.total} {cards} now."


@dataclass(frozen=True, slots=True)
class Roadmap:
    """The whole road in order."""

    sections: tuple[Section, ...] = ()

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Every lab and planned lab."""
        return tuple(node for section in self.sections for node in section.nodes)

    @property
    def summary(self) -> str:
        """How far the learner is, in a sentence."""
        rows = [node.row for node in self.nodes if node.row is not None]
        passed = sum(node.is_passed for node in self.nodes)
        ready = sum(row.state in (LabState.OPEN, LabState.BEGUN, LabState.DUE) for row in rows)
        return f"{passed} of {len(rows)} labs passed · {ready} ready to work on"

    def find(self, lab_id: str) -> Node | None:
        """The lab of that id."""
        return next((node for node in self.nodes if node.id == lab_id), None)

    def only(self, text: str) -> "Roadmap":
        """The labs that have every word of `text`; sections without any are left out."""
        words = text.casefold().split()
        if not words:
            return self
        found = []
        for section in self.sections:
            nodes = tuple(node for node in section.nodes if _has(section, node, words))
            if nodes:
                found.append(replace(section, nodes=nodes))
        return Roadmap(tuple(found))


def _has(section: Section, node: Node, words: Iterable[str]) -> bool:
    tasks = " ".join(task.title for task in node.tasks)
    text = f"{section.heading} {node.title} {node.summary} {node.level} {node.standing} {tasks}"
    return all(word in text.casefold() for word in words)
