"""What a lab remembers: attempts with their files, kept copies, giving up, cards taken back."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import tiny_lab
from conftest import StillClock

from tfcards.core.draft import Draft, DraftNote
from tfcards.core.model import Card, Kind, Rating
from tfcards.core.schedule import Scheduler
from tfcards.errors import BadInputError
from tfcards.sessions.lab import LabSession, run_to_the_end
from tfcards.sessions.lab_cards import none_due
from tfcards.sessions.lab_history import tried
from tfcards.store import Collection

HALF = tiny_lab.solution()["sums.py"].replace("values + offset", "values")


@pytest.fixture
def collection(tmp_path: Path, clock: StillClock) -> Iterator[Collection]:
    opened = Collection.open(tmp_path / "data", now=clock(), zone="Europe/Berlin")
    note = DraftNote("np-add", Kind.BASIC, "Arrays", {"Question": "add?", "Answer": "a"}, ())
    opened.add(Draft("test", (note,)), clock())
    for _ in range(3):
        scheduler = Scheduler(opened.options(None), opened.calendar())
        opened.save_answer(scheduler.answer(card(opened), Rating.EASY, clock()))
        clock.pass_time(days=20)
    yield opened
    opened.close()


@pytest.fixture
def session(collection: Collection, clock: StillClock, tmp_path: Path) -> LabSession:
    return LabSession.open(collection, tiny_lab.tiny(), tmp_path / "data", clock)


def card(collection: Collection) -> Card:
    note = collection.note_by_guid("np-add")
    assert note is not None
    return collection.cards_of(note.id)[0]


def run(session: LabSession, clock: StillClock, text: str) -> None:
    session.save("sums.py", text)
    run_to_the_end(session)
    clock.pass_time(minutes=5)


def test_attempts_tell_what_was_and_give_it_back(
    session: LabSession, collection: Collection, clock: StillClock
) -> None:
    run(session, clock, HALF)
    run(session, clock, tiny_lab.solution()["sums.py"])
    run(session, clock, HALF + "# again\n")
    newest, best, first = session.history.attempts()
    assert [one.number for one in (newest, best, first)] == [3, 2, 1]
    assert [one.is_best for one in (newest, best, first)] == [False, True, False]
    assert (best.outcome, best.score, best.max_score) == ("passed", 4, 4)
    assert best.at.tzname() == "CEST"
    assert {check.id: check.status for check in first.checks}["offset-added"] == "failed"
    assert session.history.files_of(first) == {"sums.py": HALF}
    kept = session.history.bring_back(first)
    assert session.text("sums.py") == HALF
    assert (kept / "sums.py").read_text() == HALF + "# again\n"
    [copy] = session.history.copies()
    assert session.history.files_of(copy) == {"sums.py": HALF + "# again\n"}
    clock.pass_time(seconds=1)
    session.history.bring_back(copy)
    assert session.text("sums.py") == HALF + "# again\n"
    assert len(session.history.copies()) == 2


def test_an_attempt_without_its_folder_keeps_its_checks(
    session: LabSession, clock: StillClock, tmp_path: Path
) -> None:
    run(session, clock, HALF)
    shutil.rmtree(tmp_path / "data" / "labs" / "tiny" / "runs")
    [only] = session.history.attempts()
    assert only.checks
    assert session.history.files_of(only) == {}


def test_a_seed_can_be_run_again(session: LabSession, clock: StillClock) -> None:
    run(session, clock, HALF)
    order = session.prepare(session.history.attempts()[0].seed)
    assert (
        f'"seed": {session.history.attempts()[0].seed}' in (order.folder / "job.json").read_text()
    )


def test_the_solution_opens_by_passing_or_giving_up(
    session: LabSession, collection: Collection, clock: StillClock, tmp_path: Path
) -> None:
    assert not session.solution.is_open
    assert session.solution.texts() == {}
    session.solution.give_up()
    gave_up = session.solution.given_up_at
    assert gave_up == clock()
    assert "values + offset" in session.solution.texts()["sums.py"]
    clock.pass_time(days=1)
    session.solution.give_up()
    again = LabSession.open(collection, tiny_lab.tiny(), tmp_path / "data", clock)
    assert again.solution.given_up_at == gave_up
    assert collection.attempts() == []


def test_passing_opens_the_solution_and_a_lab_come_back_closes_it(
    session: LabSession, collection: Collection, clock: StillClock, tmp_path: Path
) -> None:
    run(session, clock, tiny_lab.solution()["sums.py"])
    assert session.solution.is_open
    assert session.solution.given_up_at is None
    clock.pass_time(days=8)
    turn = LabSession.open(collection, tiny_lab.tiny(), tmp_path / "data", clock)
    assert not turn.solution.is_open
    run(turn, clock, tiny_lab.solution()["sums.py"])
    assert turn.solution.is_open


def test_cards_brought_due_are_taken_back_exactly(
    session: LabSession, collection: Collection, clock: StillClock
) -> None:
    before, log = card(collection), collection.reviews(card(collection).id)
    assert before.due_day is not None
    assert before.due_day > collection.calendar().day(clock())
    run(session, clock, HALF)
    brought = session.brought
    assert brought.guids == ("np-add",)
    assert brought.can_be_taken_back
    assert card(collection) != before
    assert brought.take_back()
    assert card(collection) == before
    assert collection.reviews(before.id) == log
    assert len(collection.attempts()) == 1
    assert not brought.stands
    assert not brought.take_back()
    collection.redo()
    assert brought.can_be_taken_back


def test_only_the_last_step_is_taken_back(
    session: LabSession, collection: Collection, clock: StillClock
) -> None:
    run(session, clock, HALF)
    collection.flag([card(collection).id], 1)
    assert session.brought.stands
    assert not session.brought.can_be_taken_back
    assert not session.brought.take_back()
    assert card(collection).flag == 1


def test_numbers_are_those_of_the_export(
    session: LabSession, collection: Collection, clock: StillClock
) -> None:
    run(session, clock, HALF)
    run(session, clock, HALF)
    assert [one.number for one in tried(collection, "tiny")] == [1, 2]
    assert [one.is_best for one in tried(collection, "tiny")] == [True, False]


def test_a_lab_that_must_come_first_is_told_by_its_title(
    collection: Collection, clock: StillClock, tmp_path: Path
) -> None:
    first = replace(tiny_lab.tiny(), id="first", title="The first one")
    needs = replace(tiny_lab.tiny().requirement, labs=("first",))
    lab = replace(tiny_lab.tiny(), requirement=needs)
    session = LabSession.open(collection, lab, tmp_path / "data", clock, [first, lab])
    with pytest.raises(BadInputError, match="Pass “The first one” first"):
        session.require_open()


def test_when_cards_return_is_said_where_none_is_due(
    collection: Collection, clock: StillClock
) -> None:
    day = collection.calendar().day(clock())
    mine = card(collection)
    assert mine.due_day is not None
    assert none_due(collection, ["np-add"], clock()).startswith(
        f"Nothing to review now: 1 card comes back on {date.fromordinal(mine.due_day).day} "
    )
    collection.set_due([mine.id], day + 1, clock())
    assert "1 card comes back tomorrow." in none_due(collection, ["np-add"], clock())
    collection.set_due([mine.id], day, clock())
    assert none_due(collection, ["np-add"], clock()) == ""
    collection.suspend([mine.id])
    assert "suspended" in none_due(collection, ["np-add"], clock())
    assert "no longer there" in none_due(collection, ["gone"], clock())
