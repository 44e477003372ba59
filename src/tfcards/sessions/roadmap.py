"""The road as a learner sees it: stages and what is remembered of them, labs, challenges. No Qt."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from tfcards.core.mastery import Mastery
from tfcards.labs.manifest import Lab
from tfcards.labs.roadmap import Challenge, Coming, Outline, Stage
from tfcards.labs.running import is_alive, left_runs
from tfcards.sessions.attempts import settle
from tfcards.sessions.lab_tasks import TaskRow, task_rows
from tfcards.sessions.labs import LabRow, LabState, lab_rows
from tfcards.store import Collection as Cards


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
    """A stretch of the road: a stage with its number and deck, the challenges, or labs besides."""

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


def roadmap(
    collection: Cards,
    labs: Sequence[Lab],
    outline: Outline,
    clock: Callable[[], datetime],
    running: Collection[str] = (),
) -> Roadmap:
    """The road at this moment. `running` has the ids of labs with a run that is on."""
    rows = lab_rows(collection, labs, clock)
    guids = [guid for row in rows if _is_locked(row) for guid in row.unlock.missing]
    sections = collection.sections(guids)
    direct = _direct({row.lab.id: row.lab.requirement.labs for row in rows})
    tasks = task_rows(collection, rows)
    nodes = {}
    for row in rows:
        lab = row.lab
        nodes[lab.id] = Node(
            id=lab.id,
            title=lab.title,
            standing=Standing.RUNNING if lab.id in running else Standing(row.state.value),
            summary=lab.summary,
            row=row,
            after=direct[lab.id],
            tasks=tasks[lab.id],
            missing=_missing(row, sections) if _is_locked(row) else (),
        )
    return _Road(collection, outline, nodes).built(clock())


def running_labs(data: Path) -> frozenset[str]:
    """Labs with a run that is on, whoever started it, by the files in the data folder."""
    labs = data / "labs"
    return frozenset(run.relative_to(labs).parts[0] for run in left_runs(labs) if is_alive(run))


def keep_ended(
    collection: Cards, data: Path, but: Collection[str], clock: Callable[[], datetime]
) -> None:
    """Keep what runs came to that have ended, except those of some labs: their window does so."""
    labs = data / "labs"
    ended = [run for run in left_runs(labs) if run.relative_to(labs).parts[0] not in but]
    settle(collection, [run for run in ended if not is_alive(run)], clock)


class _Road:
    """Puts labs into the sections of an outline; each lab comes once, none is lost."""

    def __init__(self, collection: Cards, outline: Outline, nodes: dict[str, Node]) -> None:
        self._collection = collection
        self._outline = outline
        self._left = nodes

    def built(self, now: datetime) -> Roadmap:
        challenges = [self._challenge(each) for each in self._outline.challenges]
        ids = {deck.name.casefold(): deck.id for deck in self._collection.decks()}
        decks = {stage.number: ids.get(stage.deck.casefold()) for stage in self._outline.stages}
        known = [deck_id for deck_id in decks.values() if deck_id is not None]
        masteries = self._collection.mastery(known, now)
        sections = []
        for stage in self._outline.stages:
            deck_id = decks[stage.number]
            mastery = None if deck_id is None else masteries[deck_id]
            sections.append(self._stage(stage, deck_id, mastery))
        if challenges:
            about = "Bigger work, without a stage of its own: what the stages were for."
            sections.append(Section("challenges", "Challenges", about, tuple(challenges)))
        return Roadmap((*sections, *self._others()))

    def _stage(self, stage: Stage, deck_id: int | None, mastery: Mastery | None) -> Section:
        nodes = [self._left.pop(key) for key in self._of_stage(stage.number)]
        numbers = {_number(node.id) for node in nodes}
        coming = [each for each in self._outline.coming if each.stage == stage.number]
        nodes += [_planned(each) for each in coming if each.number not in numbers]
        return Section(
            f"stage-{stage.number}", stage.title, stage.why, tuple(nodes),
            stage.number, deck_id, mastery,
        )  # fmt: skip

    def _of_stage(self, number: int) -> list[str]:
        rows = {key: node.row for key, node in self._left.items()}
        return [key for key, row in rows.items() if row and row.lab.stage == number]

    def _challenge(self, challenge: Challenge) -> Node:
        found = next((key for key in self._left if _number(key) == challenge.number), None)
        if found is None:
            return _planned(challenge, challenge.level)
        return replace(self._left.pop(found), level=challenge.level)

    def _others(self) -> list[Section]:
        """Labs of stages that the outline does not have."""
        stages = sorted({node.row.lab.stage for node in self._left.values() if node.row})
        return [
            Section(
                f"stage-{number}", f"Stage {number}", "",
                tuple(self._left[key] for key in self._of_stage(number)),
            )
            for number in stages
        ]  # fmt: skip


def _planned(lab: Coming | Challenge, level: str = "") -> Node:
    return Node(
        id=f"planned-{lab.number}",
        title=lab.title,
        standing=Standing.PLANNED,
        summary="This lab is planned and not here yet.",
        level=level,
    )


def _number(lab_id: str) -> int | None:
    """The number a lab's id begins with: 7 of "07-one-host"."""
    head = lab_id.partition("-")[0]
    return int(head) if head.isdecimal() else None


def _is_locked(row: LabRow) -> bool:
    return row.state is LabState.LOCKED


def _missing(
    row: LabRow, sections: Mapping[str, tuple[str, frozenset[str]]]
) -> tuple[tuple[str, int], ...]:
    """The cards a locked lab asks for that are not known, by section; none once enough are."""
    counted: dict[str, int] = {}
    if row.unlock.known < row.unlock.needed:
        for guid in row.unlock.missing:
            deck, tags = sections[guid]
            name = _section_name(deck, tags.intersection(row.lab.requirement.cards))
            counted[name] = counted.get(name, 0) + 1
    return tuple(sorted(counted.items()))


def _section_name(deck: str, asked: Collection[str]) -> str:
    """The deck of a card by the last part of its name, and the section that the lab asks for."""
    name = deck.rpartition("::")[2]
    section = min(asked, default="").rpartition("::")[2].replace("-", " ")
    return f"{name} · {section}" if section else name


def _direct(needs: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """For each lab the labs it needs, but those that come along with another of them."""
    found = {}
    for lab, asked in needs.items():
        here = [other for other in asked if other in needs and other != lab]
        above = {other: _above(other, needs) for other in here}
        found[lab] = tuple(
            other
            for other in here
            if not any(other in above[third] for third in here if third != other)
        )
    return found


def _above(lab: str, needs: dict[str, tuple[str, ...]]) -> set[str]:
    """Every lab that must be passed before one, however far back."""
    seen: set[str] = set()
    open_ends: list[str] = list(needs.get(lab, ()))
    while open_ends:
        other = open_ends.pop()
        if other not in seen:
            seen.add(other)
            open_ends += needs.get(other, ())
    return seen


def _has(section: Section, node: Node, words: Iterable[str]) -> bool:
    tasks = " ".join(task.title for task in node.tasks)
    text = f"{section.heading} {node.title} {node.summary} {node.level} {node.standing} {tasks}"
    return all(word in text.casefold() for word in words)
