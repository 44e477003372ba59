"""A passed lab comes back: in the list, as a fresh copy of the starter, further apart each time."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import StillClock
from pytestqt.qtbot import QtBot
from tiny_lab import copy, solution, starter, tiny

from tfcards.core.model import Attempt
from tfcards.labs.content.manifest import Lab, LabError, load
from tfcards.labs.content.reopened import reopened
from tfcards.labs.content.roadmap import Outline
from tfcards.labs.content.variant import variant
from tfcards.sessions.hints import for_tasks
from tfcards.sessions.lab import LabSession, run_to_the_end
from tfcards.sessions.labs import LabRow, LabState, lab_rows
from tfcards.sessions.revealed import REVEALED, RevealedHints
from tfcards.sessions.roadmap import roadmap
from tfcards.sessions.today import today
from tfcards.store import Collection
from tfcards.ui.look.appearance import Appearance
from tfcards.ui.look.theme import Theme
from tfcards.ui.road.lab_list import LabList
from tfcards.ui.today.lab_cards import LabCards


@pytest.fixture
def collection(tmp_path: Path, clock: StillClock) -> Iterator[Collection]:
    opened = Collection.open(tmp_path / "data", now=clock(), zone="UTC")
    yield opened
    opened.close()


def passes(collection: Collection, clock: StillClock, outcome: str = "passed") -> None:
    collection.begin_lab("tiny", clock())
    collection.save_attempt(Attempt("tiny", clock(), outcome, 4, 4, 1, timedelta(seconds=1)))


def row(collection: Collection, clock: StillClock, lab: Lab | None = None) -> LabRow:
    return lab_rows(collection, [lab or tiny()], clock)[0]


def test_a_lab_not_passed_does_not_come_back(collection: Collection, clock: StillClock) -> None:
    passes(collection, clock, "failed")
    clock.pass_time(days=400)
    found = row(collection, clock)
    assert (found.state, found.again_on) == (LabState.BEGUN, None)


def test_a_passed_lab_is_due_after_growing_spaces(
    collection: Collection, clock: StillClock
) -> None:
    passes(collection, clock)  # on 10 March
    found = row(collection, clock)
    assert found.state is LabState.PASSED
    assert found.reason == "Passed. Again from 17 March: from the starter, with a new seed."
    clock.pass_time(days=6)
    assert row(collection, clock).state is LabState.PASSED
    clock.pass_time(days=1)
    assert row(collection, clock).state is LabState.DUE
    assert row(collection, clock).reason.startswith("Due again: from the starter")
    passes(collection, clock, "failed")
    assert row(collection, clock).state is LabState.DUE
    passes(collection, clock)
    found = row(collection, clock)
    assert (found.state, found.repeats) == (LabState.PASSED, 1)
    assert "Again from 7 April" in found.reason


def test_a_variant_is_one_task_and_its_checks(tmp_path: Path) -> None:
    manifest = (tiny().folder / "lab.toml").read_text()
    manifest = manifest.replace("stage = 1", "stage = 1\nvariant_tasks = [2, 1]")
    lab = load(copy(tmp_path, lab_toml=manifest.replace("minutes = 1", "minutes = 9")))
    first, second, third = (variant(lab, repeats) for repeats in range(3))
    assert [task.id for task in first.tasks] == [2]
    assert [check.id for check in first.checks] == ["report"]
    assert [check.id for check in second.checks] == ["offset-added", "any-shape"]
    assert second.checks[1].after == ("offset-added",)
    assert (third, first.minutes) == (first, 5)
    assert variant(first, 1) == first
    assert variant(tiny(), 0) == tiny()
    text = first.starter_text("sums.py")
    assert "TODO(2)" in text
    assert "TODO(1)" not in text
    assert "values + offset" in text


def test_variant_tasks_have_checks(tmp_path: Path) -> None:
    manifest = (tiny().folder / "lab.toml").read_text()
    text = manifest.replace("stage = 1", "stage = 1\nvariant_tasks = [3]")
    with pytest.raises(LabError, match="task 3, which has no check"):
        load(copy(tmp_path, lab_toml=text))


def test_a_variant_needs_a_marked_function_that_the_solution_has(tmp_path: Path) -> None:
    text = (tiny().folder / "lab.toml").read_text()
    folder = copy(tmp_path, lab_toml=text.replace("stage = 1", "stage = 1\nvariant_tasks = [1]"))
    begun = starter()["sums.py"]
    (folder / "starter" / "sums.py").write_text(begun.replace("def add(", "def plus("))
    with pytest.raises(LabError, match=r"task 1, .* the solution has no plus"):
        load(folder)
    (folder / "starter" / "sums.py").write_text(begun.replace("TODO(1)", "Later"))
    with pytest.raises(LabError, match=r"no function or class of the starter holds TODO\(1\)"):
        load(folder)


def test_what_a_task_marks_is_opened_again_with_its_decorators() -> None:
    begun = '"""Begin."""\n\nclass A:\n    # TODO(1)\n    x = 0\n\n\ndef b():\n    # TODO(2)\n'
    begun += "    raise NotImplementedError\n"
    done = '"""Done.\n\nAll."""\nimport os\n\n\n@os.register\nclass A:\n    x = 1\n\n\n'
    done += "def b():\n    return 2\n"
    first, second = reopened(begun, done, {1}), reopened(begun, done, {2})
    assert first == (
        '"""Again, from memory: write what TODO(1) asks for. The rest is finished."""\n'
        "import os\n\n\nclass A:\n    # TODO(1)\n    x = 0\n\n\ndef b():\n    return 2\n"
    )
    assert "@os.register\nclass A:\n    x = 1\n" in second
    assert second.endswith("def b():\n    # TODO(2)\n    raise NotImplementedError\n")
    assert reopened(begun, done, {3}) == done


def test_the_list_names_the_task(collection: Collection, clock: StillClock) -> None:
    lab = replace(tiny(), variant_tasks=(2,), minutes=9)
    passes(collection, clock)
    clock.pass_time(days=7)
    expected = "Due again: the five-minute variant, “Leave a report”."
    assert row(collection, clock, lab).reason == expected


def test_a_due_lab_opens_as_a_fresh_copy_and_counts(
    collection: Collection, clock: StillClock, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    first = LabSession.open(collection, tiny(), data, clock)
    first.save("sums.py", "my = 'work'\n")
    first.revealed.reveal("1. Add an offset")
    passes(collection, clock)
    assert LabSession.open(collection, tiny(), data, clock).text("sums.py") == "my = 'work'\n"
    clock.pass_time(days=7)
    session = LabSession.open(collection, tiny(), data, clock)
    assert session.text("sums.py") == starter()["sums.py"]
    assert "Again, from memory" in session.about_turn
    assert session.revealed.count("1. Add an offset") == 0
    session.revealed.reveal("2. Leave a report")
    session.save("sums.py", solution()["sums.py"])
    run_to_the_end(session)
    assert session.outcome == "passed"
    assert row(collection, clock).repeats == 1
    assert session.row.state is LabState.PASSED
    kept = json.loads(collection.attempts("tiny")[-1].result)
    assert kept["score"] == 4
    again = LabSession.open(collection, tiny(), data, clock)
    assert (again.text("sums.py"), again.about_turn) == ("my = 'work'\n", "")
    assert again.revealed.count("1. Add an offset") == 1
    assert again.revealed.count("2. Leave a report") == 0
    clock.pass_time(days=21)
    third = LabSession.open(collection, tiny(), data, clock)
    assert third.text("sums.py") == starter()["sums.py"]


def test_only_the_variants_task_is_judged(
    collection: Collection, clock: StillClock, tmp_path: Path
) -> None:
    lab = replace(tiny(), variant_tasks=(2,))
    passes(collection, clock)
    clock.pass_time(days=7)
    session = LabSession.open(collection, lab, tmp_path / "data", clock)
    assert "Write task 2, Leave a report" in session.about_turn
    assert [hint.number for hint in session.hints] == [2]
    assert "values + offset" in session.text("sums.py")  # the other task is finished
    run_to_the_end(session)
    assert session.outcome == "not_attempted"
    only_report = starter()["sums.py"].replace(
        "    # TODO(2)", "    import pathlib\n\n    pathlib.Path('out').mkdir()\n"
        "    pathlib.Path('out/report.txt').write_text('9')\n    # TODO(2)",
    )  # fmt: skip
    session.save("sums.py", only_report)
    told: list[str] = []
    run_to_the_end(session, told.append)
    assert (session.outcome, session.score, session.max_score) == ("passed", 1, 1)
    assert [check.id for check in session.checks] == ["report"]
    assert not any("offset-added" in line for line in told)
    assert row(collection, clock, lab).repeats == 1


def test_a_variants_instructions_leave_other_tasks_out() -> None:
    text = (
        "# Title\n\nIntro.\n\n## How\n\nSo.\n\n"
        "## Task 1: one\n\n```\n## Task 2: no heading\n```\n\n"
        "## Task 2: two\n\nTwo.\n\n## Equal\n\nAll.\n\n## Points\n\n1\n"
    )
    assert for_tasks(text, {2}) == (
        "Intro.\n\n## How\n\nSo.\n\n## Task 2: two\n\nTwo.\n\n## Equal\n\nAll."
    )
    assert "## Task 2: no heading" in for_tasks(text, {1})


def test_the_window_shows_what_is_due(
    qtbot: QtBot, appearance: Appearance, collection: Collection, clock: StillClock
) -> None:
    passes(collection, clock)
    labs, cards = LabList(), LabCards(lambda _: None)
    qtbot.addWidget(labs)
    qtbot.addWidget(cards)
    theme: Theme = appearance.theme
    labs.show_road(roadmap(collection, [tiny()], Outline(), clock), theme)
    assert labs.buttons["tiny"].text() == "Open again"
    assert today(collection, [tiny()], clock).labs == ()
    clock.pass_time(days=8)
    labs.show_road(roadmap(collection, [tiny()], Outline(), clock), theme)
    assert labs.buttons["tiny"].text() == "Do it again"
    due = today(collection, [tiny()], clock).labs
    assert [one.state for one in due] == [LabState.DUE]
    cards.show_labs(due)
    cards.show_labs((replace(due[0], state=LabState.UNAVAILABLE),))


@pytest.mark.parametrize("odd", [[], "some", {"tiny": None}, {"tiny": {"1. Task": "many"}}])
def test_hints_that_are_kept_oddly_count_as_none(collection: Collection, odd: object) -> None:
    collection.set_setting(REVEALED, odd)
    revealed = RevealedHints(collection, tiny())
    assert revealed.count("1. Task") == 0
    revealed.reveal("1. Task")
    assert revealed.count("1. Task") == 1
