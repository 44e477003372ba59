"""The console: what a program prints comes in order, much of it over several turns."""

import pytest
from pytestqt.qtbot import QtBot

from tfcards.sessions.printed import FRAMEWORK, LANE, Printed
from tfcards.ui.look.appearance import Appearance, Mode
from tfcards.ui.workbench.console import LabConsole

Entries = list[tuple[str, str]]


@pytest.fixture
def console(qtbot: QtBot, appearance: Appearance) -> LabConsole:
    console = LabConsole(appearance.theme)
    qtbot.addWidget(console)
    console.resize(600, 200)
    console.show()
    return console


def lines(first: int, count: int) -> Entries:
    numbers = range(first, first + count)
    return [entry for n in numbers for entry in ((LANE, "0 │ "), ("stdout", f"line {n}\n"))]


def shown(entries: Entries) -> str:
    return "".join(text for _, text in entries)


def test_much_at_once_is_taken_in_over_several_turns(console: LabConsole, qtbot: QtBot) -> None:
    entries = lines(0, 2000)
    console.show_entries(entries)
    assert console.text.blockCount() < 1000
    entries = [*entries, *lines(2000, 10)]
    console.show_entries(entries)
    qtbot.waitUntil(lambda: console.text.toPlainText() == shown(entries))
    bar = console.text.verticalScrollBar()
    assert bar.value() == bar.maximum()


def test_a_new_run_does_not_wait_for_the_old_ones_lines(console: LabConsole, qtbot: QtBot) -> None:
    console.show_entries(lines(0, 2000))
    console.show_entries([])
    assert console.text.toPlainText() == ""
    fresh = lines(5000, 3)
    console.show_entries(fresh)
    assert console.text.toPlainText() == shown(fresh)


def test_all_comes_again_with_another_theme_and_with_the_frameworks_messages(
    console: LabConsole, qtbot: QtBot, appearance: Appearance
) -> None:
    entries = [*lines(0, 1000), (FRAMEWORK, "it is busy\n"), *lines(1000, 1000)]
    console.show_entries(entries)
    appearance.choose_mode(Mode.DARK)
    console.set_theme(appearance.theme)
    unsaid = "it is busy\n"
    qtbot.waitUntil(lambda: console.text.toPlainText() == shown(entries).replace(unsaid, ""))
    console.framework.click()
    qtbot.waitUntil(lambda: console.text.toPlainText() == shown(entries))


def test_a_progress_bar_stays_one_line(console: LabConsole) -> None:
    printed = Printed()
    for step in range(50):
        printed.add("stdout", f"\r{step} 🎈 of 49")
        console.show_entries(printed.lines, printed.open)
        assert console.text.toPlainText() == f"{step} 🎈 of 49"
    printed.add("stderr", "beside\n")
    console.show_entries(printed.lines, printed.open)
    assert console.text.toPlainText() == "beside\n49 🎈 of 49"
    printed.add("stdout", "\nafter")
    console.show_entries(printed.lines, printed.open)
    assert console.text.toPlainText() == "beside\n49 🎈 of 49\nafter"
    console.show_entries([])
    assert console.text.toPlainText() == ""


def test_what_has_not_ended_comes_after_all_that_waits(console: LabConsole, qtbot: QtBot) -> None:
    entries = lines(0, 2000)
    console.show_entries(entries, [("stdout", "50%")])
    assert not console.text.toPlainText().endswith("50%")
    qtbot.waitUntil(lambda: console.text.toPlainText() == shown(entries) + "50%")
