"""Builds the road of this moment from the outline, the labs and what a learner remembers. No Qt."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from tfcards.core.mastery import Mastery
from tfcards.labs.content.manifest import Lab
from tfcards.labs.content.roadmap import Challenge, Coming, Outline, Stage
from tfcards.sessions.lab_tasks import task_rows
from tfcards.sessions.labs import LabRow, LabState, lab_rows
from tfcards.sessions.road import Node, Roadmap, Section, Standing
from tfcards.store import Collection as Cards


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
    headings = collection.headings(guids)
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
            missing=_missing(row, headings) if _is_locked(row) else (),
        )
    return _Road(collection, outline, nodes).built(clock())


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
            sections.append(Section("stage:challenges", "Challenges", about, tuple(challenges)))
        return Roadmap((*sections, *self._others()))

    def _stage(self, stage: Stage, deck_id: int | None, mastery: Mastery | None) -> Section:
        nodes = [self._left.pop(key) for key in self._of_stage(stage.number)]
        numbers = {_number(node.id) for node in nodes}
        coming = [each for each in self._outline.coming if each.stage == stage.number]
        nodes += [_planned(each) for each in coming if each.number not in numbers]
        return Section(
            f"stage:{stage.number}", stage.title, stage.why, tuple(nodes),
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
                f"stage:{number}", f"Stage {number}", "",
                tuple(self._left[key] for key in self._of_stage(number)),
            )
            for number in stages
        ]  # fmt: skip


def _planned(lab: Coming | Challenge, level: str = "") -> Node:
    return Node(
        id=f"planned:{lab.number}",
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


def _missing(row: LabRow, headings: Mapping[str, tuple[str, str]]) -> tuple[tuple[str, int], ...]:
    """The cards a locked lab asks for that are not known, by section; none once enough are."""
    counted: dict[str, int] = {}
    if row.unlock.known < row.unlock.needed:
        for guid in row.unlock.missing:
            deck, section = headings[guid]
            name = " · ".join(filter(None, (deck.rpartition("::")[2], section)))
            counted[name] = counted.get(name, 0) + 1
    return tuple(sorted(counted.items()))


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
