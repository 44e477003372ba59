"""The workbench with a real tiny lab: run, stop, grade, cards brought due, reset, leaving."""

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
import tiny_lab
from conftest import StillClock
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAccessible, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMainWindow, QMessageBox, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from tfcards.core.draft import Draft, DraftNote
from tfcards.core.model import Attempt, Kind, Rating
from tfcards.core.schedule import Scheduler
from tfcards.labs.launch import MARK
from tfcards.sessions.lab import LabSession
from tfcards.sessions.review import ReviewSession
from tfcards.store import Collection
from tfcards.ui.artifacts.artifacts import LabArtifacts
from tfcards.ui.context import Context
from tfcards.ui.labs_page import LabsPage
from tfcards.ui.look.appearance import Appearance, Mode
from tfcards.ui.workbench.attempts import LabAttempts
from tfcards.ui.workbench.files import LabFiles
from tfcards.ui.workbench.hints import LabHints
from tfcards.ui.workbench.page import LabPage
from tfcards.ui.workbench.words import error_lines

RUN_MS = 60_000
SLOW = "import subprocess, sys, time\nprint('begun', flush=True)\n"
SLOW += (
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)'])\ntime.sleep(300)\n"
)
BACKWARD = QTextDocument.FindFlag.FindBackward
YES, CANCEL = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.Cancel


@pytest.fixture
def collection(tmp_path: Path, clock: StillClock) -> Iterator[Collection]:
    collection = Collection.open(tmp_path / "data", now=clock(), zone="UTC")
    notes = [
        DraftNote(
            guid, Kind.BASIC, "Arrays", {"Question": f"What is `{guid}`?", "Answer": "a"}, tags
        )
        for guid, tags in (("np-add", ("tensors::creating",)), ("np-sum", ()))
    ]
    collection.add(Draft("test", tuple(notes)), clock())
    yield collection
    collection.close()


@pytest.fixture
def labs_page(
    qtbot: QtBot,
    appearance: Appearance,
    collection: Collection,
    clock: StillClock,
    tmp_path: Path,
) -> Iterator[LabsPage]:
    page = LabsPage(Context(collection, [tiny_lab.tiny()], clock, tmp_path / "data"), appearance)
    window = QMainWindow()
    window.setCentralWidget(page)
    window.resize(1280, 800)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    page.enter()
    yield page
    if page.bench is not None:
        page.bench.process.stop_and_wait()


@pytest.fixture
def bench(labs_page: LabsPage, collection: Collection, clock: StillClock) -> LabPage:
    collection.begin_lab("tiny", clock())
    labs_page.open_lab("tiny")
    assert labs_page.bench is not None
    return labs_page.bench


def learn(collection: Collection, clock: StillClock) -> None:
    """Every card is recalled on several days."""
    for _ in range(5):
        for deck in collection.decks():
            scheduler = Scheduler(collection.options(deck.id), collection.calendar())
            day = collection.calendar().day(clock())
            for entry in collection.due(deck.id, day, clock()):
                card = collection.card(entry.card_id)
                collection.save_answer(scheduler.answer(card, Rating.GOOD, clock()))
        clock.pass_time(days=2)


def write(bench: LabPage, text: str) -> None:
    bench.files.editors["sums.py"].set_text(text)


def run(qtbot: QtBot, bench: LabPage) -> None:
    with qtbot.waitSignal(bench.ended, timeout=RUN_MS):
        bench.header.run.click()


def answer(monkeypatch: pytest.MonkeyPatch, button: QMessageBox.StandardButton) -> list[str]:
    """Answer every question with `button`; the questions that were asked."""
    asked: list[str] = []

    def decide(box: QMessageBox) -> QMessageBox.StandardButton:
        asked.append(box.text())
        return button

    monkeypatch.setattr(QMessageBox, "exec", decide)
    return asked


def test_the_solution_passes_and_the_attempt_is_kept(
    qtbot: QtBot, bench: LabPage, collection: Collection
) -> None:
    write(bench, tiny_lab.solution()["sums.py"])
    QTest.keyClick(bench.files.current(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert bench.header.stop.isVisible()
    assert not bench.header.run.isVisible()
    qtbot.waitSignal(bench.ended, timeout=RUN_MS).wait()
    assert bench.result.isVisible()
    assert bench.result.headline == "Passed"
    assert bench.result.score.text() == "4 / 4 pt"
    assert "report written" in bench.console.text.toPlainText()
    assert "best 100%" in bench.header.state.text()
    [attempt] = collection.attempts("tiny")
    assert (attempt.outcome, attempt.score) == ("passed", 4)
    assert collection.passed_labs() == {"tiny"}
    assert bench.header.run.isVisible()


def test_what_the_run_left_and_used_is_shown(
    qtbot: QtBot, labs_page: LabsPage, bench: LabPage
) -> None:
    write(bench, tiny_lab.solution("import time; time.sleep(1.5)")["sums.py"])
    bench.run()
    qtbot.waitUntil(bench.header.usage.isVisible, timeout=RUN_MS)
    assert "% CPU" in bench.header.usage.words.text()
    qtbot.waitSignal(bench.ended, timeout=RUN_MS).wait()
    assert bench.header.usage.isHidden()
    qtbot.waitUntil(lambda: bench.artifacts.count == 1, timeout=RUN_MS)
    assert bench.below.tabText(bench.below.indexOf(bench.artifacts)) == "Artifacts 1"
    assert not bench.artifacts.board.open.isEnabled()
    bench.artifacts.list.setCurrentRow(0)
    qtbot.waitSignal(bench.artifacts.reader.finished, timeout=RUN_MS).wait()
    assert bench.artifacts.reader.name.text() == "out/report.txt"
    text = bench.artifacts.reader.view.findChild(QPlainTextEdit)
    assert text.toPlainText() == "9"
    bench.header.back.click()
    assert labs_page.bench is None


def test_a_failed_check_opens_and_brings_its_cards_due(
    qtbot: QtBot, bench: LabPage, collection: Collection, clock: StillClock
) -> None:
    learn(collection, clock)
    write(bench, tiny_lab.solution()["sums.py"].replace("values + offset", "values"))
    run(qtbot, bench)
    assert bench.result.headline == "Not yet"
    row = bench.checks.row("offset-added")
    assert row.check.status == "failed"
    assert row.opener.isChecked()
    assert bench.session.cards_brought == ("np-add", "np-sum")
    assert "Due for review: 1 card for" in bench.result.cards.text()
    assert "adds the offset" in bench.result.cards.text()
    with qtbot.waitSignal(bench.review_requested) as asked:
        bench.result.review.click()
    assert asked.args == [("np-add", "np-sum")]
    assert collection.attempts("tiny")[0].outcome == "failed"


def test_the_untouched_starter_is_no_attempt(
    qtbot: QtBot, bench: LabPage, collection: Collection
) -> None:
    run(qtbot, bench)
    assert bench.result.headline == "Nothing to check yet"
    assert collection.attempts("tiny") == []


def test_an_error_marks_its_line_and_leads_there(
    qtbot: QtBot, bench: LabPage, collection: Collection, clock: StillClock
) -> None:
    learn(collection, clock)
    text = "\n" * 200 + tiny_lab.solution()["sums.py"].replace(
        "    Path(", "    undefined\n    Path("
    )
    write(bench, text.replace("values + offset", "values"))
    run(qtbot, bench)
    line = text.splitlines().index("    undefined") + 1
    editor = bench.files.editors["sums.py"]
    assert "NameError" in editor.errors[line]
    assert bench.below.currentWidget() is bench.console
    assert bench.result.headline == "Your code stopped with an error"
    assert bench.session.cards_brought == ()  # an error tells nothing about memory
    assert line in [number for number, _ in editor.visible_lines()]
    assert editor.textCursor().blockNumber() == 0
    click_on_place(bench)
    assert editor.textCursor().blockNumber() + 1 == line
    editor.go_to(1)
    QTest.keyClick(editor, Qt.Key.Key_F8)
    assert editor.textCursor().blockNumber() + 1 == line


def click_on_place(bench: LabPage) -> None:
    """A click on the last line of the console that names a place in the learner's file."""
    text = bench.console.text
    cursor = text.document().find('File "sums.py"', text.document().characterCount() - 1, BACKWARD)
    text.setTextCursor(cursor)
    text.ensureCursorVisible()
    at = text.cursorRect(cursor).center()
    cursor.clearSelection()
    text.setTextCursor(cursor)
    QTest.mouseClick(text.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_a_message_of_a_check_leads_to_its_line(qtbot: QtBot, bench: LabPage) -> None:
    write(bench, "\n\n\ndef add(values, offset):\n    raise ValueError('no')\n")
    run(qtbot, bench)
    [message] = [
        label
        for label in bench.checks.findChildren(QLabel)
        if "sums.py, line 5" in label.text() and label.isVisible()
    ]
    message.linkActivated.emit("sums.py:5")
    assert bench.files.current().textCursor().blockNumber() == 4


def processes_of_runs() -> list[psutil.Process]:
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if MARK in process.environ() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def test_stop_ends_everything_the_run_started(
    qtbot: QtBot, bench: LabPage, collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answer(monkeypatch, YES)
    write(bench, SLOW)
    bench.run()
    qtbot.waitUntil(lambda: "begun" in bench.console.text.toPlainText(), timeout=RUN_MS)
    started = processes_of_runs()
    assert started
    with qtbot.waitSignal(bench.ended, timeout=RUN_MS):
        QTest.keyClick(bench.files.current(), Qt.Key.Key_Escape)
    assert asked == ["Stop this run?"]
    qtbot.waitUntil(lambda: not any(p.is_running() for p in started), timeout=5_000)
    assert processes_of_runs() == []
    assert bench.result.headline == "Stopped"
    assert collection.attempts("tiny") == []


def test_escape_means_nothing_while_nothing_runs(
    bench: LabPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answer(monkeypatch, YES)
    QTest.keyClick(bench.files.current(), Qt.Key.Key_Escape)
    assert asked == []


def test_leaving_and_quitting_ask_while_a_run_is_on(
    qtbot: QtBot, labs_page: LabsPage, bench: LabPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(bench, SLOW)
    bench.run()
    asked = answer(monkeypatch, CANCEL)
    assert not labs_page.close_lab()
    assert labs_page.bench is bench
    assert not labs_page.window().close()
    assert len(asked) == 2
    assert bench.process.is_running
    answer(monkeypatch, YES)
    assert labs_page.close_lab()
    assert labs_page.bench is None
    assert labs_page.home.isVisible()
    qtbot.waitUntil(lambda: processes_of_runs() == [], timeout=5_000)


def test_back_leads_to_the_map_while_a_run_goes_on(
    qtbot: QtBot, labs_page: LabsPage, bench: LabPage
) -> None:
    write(bench, SLOW)
    bench.run()
    qtbot.waitUntil(lambda: "begun" in bench.console.text.toPlainText(), timeout=RUN_MS)
    bench.header.back.click()
    home = labs_page.home
    assert home.isVisible()
    assert "Running" in home.map.item("tiny").accessibleName()
    assert bench.process.is_running
    home.map.activated.emit("tiny")
    assert labs_page.bench is bench
    assert bench.isVisible()
    bench.header.back.click()
    with qtbot.waitSignal(labs_page.told, timeout=RUN_MS) as told:
        bench.stop()
    assert told.args == ["Add and scale: Stopped"]
    assert "Begun" in home.map.item("tiny").accessibleName()


def test_a_run_of_another_window_shows_until_it_ends(
    qtbot: QtBot, labs_page: LabsPage, collection: Collection, clock: StillClock, tmp_path: Path
) -> None:
    collection.begin_lab("tiny", clock())
    other = LabSession.open(collection, tiny_lab.tiny(), tmp_path / "data", clock)
    other.save("sums.py", tiny_lab.solution()["sums.py"])
    order = other.prepare()
    labs_page.enter()
    name = labs_page.home.map.item("tiny").accessibleName
    assert "Running" in name()
    subprocess.run(order.command, check=True, stdout=subprocess.DEVNULL)
    qtbot.waitUntil(lambda: "Passed" in name(), timeout=RUN_MS)
    assert [attempt.outcome for attempt in collection.attempts("tiny")] == ["passed"]


def test_typing_is_saved_by_itself_and_on_leaving(
    qtbot: QtBot, labs_page: LabsPage, bench: LabPage
) -> None:
    QTest.keyClicks(bench.files.current(), "# one")
    qtbot.waitUntil(lambda: bench.session.text("sums.py").startswith("# one"), timeout=5_000)
    QTest.keyClicks(bench.files.current(), " two")
    labs_page.leave()
    assert bench.session.text("sums.py").startswith("# one two")


def test_a_file_written_by_another_editor_is_taken_over(bench: LabPage) -> None:
    bench.session.save("sums.py", "x = 1\n")
    bench.save()
    assert bench.files.current().toPlainText() == "x = 1\n"


def test_start_over_asks_and_keeps_a_snapshot(
    qtbot: QtBot, bench: LabPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(bench, "x = 1\n")
    answer(monkeypatch, CANCEL)
    bench.header.reset.click()
    assert bench.files.current().toPlainText() == "x = 1\n"
    answer(monkeypatch, YES)
    with qtbot.waitSignal(bench.told) as told:
        bench.header.reset.click()
    assert bench.files.current().toPlainText() == tiny_lab.starter()["sums.py"]
    assert "kept as a copy" in told.args[0]
    kept = [bench.session.history.files_of(copy) for copy in bench.session.history.copies()]
    assert {"sums.py": "x = 1\n"} in kept


def test_a_question_names_what_its_buttons_do(
    bench: LabPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    named: list[str] = []

    def look(box: QMessageBox) -> QMessageBox.StandardButton:
        named.extend(button.text() for button in box.buttons())
        return CANCEL

    monkeypatch.setattr(QMessageBox, "exec", look)
    bench.header.reset.click()
    assert sorted(named) == ["Cancel", "Start over"]


def test_start_over_takes_the_last_result_away(
    qtbot: QtBot, bench: LabPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(bench, tiny_lab.solution()["sums.py"])
    run(qtbot, bench)
    answer(monkeypatch, YES)
    bench.header.reset.click()
    assert bench.result.isHidden()
    assert {check.status for check in bench.session.checks} == {"waiting"}
    assert bench.console.text.toPlainText() == ""


def test_hints_come_one_at_a_time(bench: LabPage) -> None:
    hints = bench.guide.hints
    assert hints is not None
    assert hints.view.toPlainText() == ""
    first = bench.session.hints[0]
    hints.more.click()
    assert "Hint 1" in hints.view.toPlainText()
    assert first.task == hints.tasks.currentText()
    count = sum(hint.task == first.task for hint in bench.session.hints)
    for _ in range(count):
        hints.more.click()
    assert f"Hint {count}" in hints.view.toPlainText()
    assert hints.more.isHidden()


def test_hints_that_were_asked_for_are_there_on_return_until_the_start_over(
    labs_page: LabsPage, bench: LabPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    hints = hints_of(labs_page)
    hints.more.click()
    text = hints.view.toPlainText()
    assert "Hint 1" in text
    bench.header.back.click()
    assert labs_page.bench is None
    labs_page.open_lab("tiny")
    assert hints_of(labs_page).view.toPlainText() == text
    assert hints_of(labs_page).more.isHidden()
    hints_of(labs_page).tasks.setCurrentIndex(1)
    assert hints_of(labs_page).view.toPlainText() == ""
    hints_of(labs_page).tasks.setCurrentIndex(0)
    answer(monkeypatch, YES)
    assert labs_page.bench is not None
    labs_page.bench.header.reset.click()
    assert hints_of(labs_page).view.toPlainText() == ""
    assert not hints_of(labs_page).more.isHidden()
    labs_page.close_lab()
    labs_page.open_lab("tiny")
    assert hints_of(labs_page).view.toPlainText() == ""


def test_hints_that_were_asked_for_are_there_after_a_restart(
    qtbot: QtBot, appearance: Appearance, clock: StillClock, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    texts = []
    for _ in range(2):
        collection = Collection.open(data, now=clock(), zone="UTC")
        collection.begin_lab("tiny", clock())
        page = LabsPage(Context(collection, [tiny_lab.tiny()], clock, data), appearance)
        qtbot.addWidget(page)
        page.open_lab("tiny")
        texts.append(hints_of(page).view.toPlainText())
        hints_of(page).more.click()
        texts.append(hints_of(page).view.toPlainText())
        page.close_lab()
        collection.close()
    assert texts == ["", texts[1], texts[1], texts[1]]
    assert "Hint 1" in texts[1]


def hints_of(page: LabsPage) -> LabHints:
    """The hints of the lab that is open."""
    assert page.bench is not None
    assert page.bench.guide.hints is not None
    return page.bench.guide.hints


def test_a_locked_lab_stays_on_the_map_and_leads_to_its_cards(
    qtbot: QtBot, labs_page: LabsPage, collection: Collection, clock: StillClock
) -> None:
    with qtbot.waitSignal(labs_page.told):
        labs_page.open_lab("tiny")
    assert labs_page.bench is None
    with qtbot.waitSignal(labs_page.study_asked) as asked:
        labs_page.home.details.action.click()
    session = ReviewSession(collection, clock, asked.args[0])
    assert session.total == len(asked.args[0].guids) > 0


def test_a_learned_lab_opens_from_the_list(
    labs_page: LabsPage, collection: Collection, clock: StillClock
) -> None:
    learn(collection, clock)
    labs_page.enter()
    labs_page.home.views["List"].click()
    labs_page.home.list.buttons["tiny"].click()
    assert labs_page.bench is not None


def test_cards_that_are_not_due_are_told_of_instead_of_an_empty_sitting(
    qtbot: QtBot, labs_page: LabsPage, collection: Collection, clock: StillClock
) -> None:
    learn(collection, clock)
    asked: list[object] = []
    labs_page.study_asked.connect(asked.append)
    labs_page.home.review_requested.emit(("np-add", "np-sum"))
    assert asked == []
    [box] = labs_page.findChildren(QMessageBox)
    assert box.text().startswith("Nothing to review now: ")
    box.accept()


def test_sizes_are_remembered(labs_page: LabsPage, bench: LabPage, tmp_path: Path) -> None:
    stored = QSettings(str(tmp_path / "data" / "window.ini"), QSettings.Format.IniFormat)
    stored.setValue("labs/sizes/across", "500x500")
    stored.sync()
    labs_page.close_lab()
    labs_page.open_lab("tiny")
    assert labs_page.bench is not None
    labs_page.window().grab()
    assert labs_page.bench.guide.width() > 450


def test_every_part_wears_the_new_theme(
    qtbot: QtBot, bench: LabPage, appearance: Appearance
) -> None:
    write(bench, tiny_lab.solution()["sums.py"])
    run(qtbot, bench)
    light = bench.grab().toImage()
    appearance.choose_mode(Mode.DARK)
    qtbot.wait(50)
    dark = bench.grab().toImage()
    for x, y in ((300, 400), (900, 300), (900, 700), (640, 100)):
        assert light.pixelColor(x, y).lightness() > dark.pixelColor(x, y).lightness() + 80


def test_error_lines_reads_tracebacks_and_places() -> None:
    trace = (
        'Traceback (most recent call last):\n  File "/w/files/sums.py", line 4, in <module>\n'
        '    main()\n  File "/w/files/sums.py", line 9, in main\n'
        '  File "/usr/lib/numpy.py", line 1, in f\nValueError: bad shape\n'
    )
    message = "`add` raised TypeError: no (sums.py, line 3)\n"
    assert error_lines([trace, message], ["sums.py"]) == {
        "sums.py": {9: "ValueError: bad shape", 3: "`add` raised TypeError: no"}
    }
    assert error_lines(["ValueError: bad"], ["sums.py"]) == {}


def test_everything_that_takes_the_focus_has_a_name(bench: LabPage, labs_page: LabsPage) -> None:
    nameless = [
        child
        for child in labs_page.findChildren(QWidget)
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not (interface := QAccessible.queryAccessibleInterface(child)).text(
            QAccessible.Text.Name
        )
        and interface.role() != QAccessible.Role.NoRole
    ]
    assert nameless == []


def test_what_is_not_seen_first_comes_by_itself(qtbot: QtBot, bench: LabPage) -> None:
    instructions = bench.guide.task
    qtbot.waitUntil(lambda: instructions.toPlainText() != "", timeout=RUN_MS)
    qtbot.waitUntil(lambda: bench.findChild(LabHints) is not None, timeout=RUN_MS)
    qtbot.waitUntil(lambda: bench.findChild(LabAttempts) is not None, timeout=RUN_MS)
    assert bench.findChild(LabArtifacts) is bench.artifacts
    names = [bench.below.tabText(at).split()[0] for at in range(bench.below.count())]
    assert names == ["Checks", "Console", "Curves", "Artifacts", "Attempts"]


def test_a_variant_opens_at_the_task_to_write(
    qtbot: QtBot, appearance: Appearance, collection: Collection, clock: StillClock, tmp_path: Path
) -> None:
    attempt = Attempt("tiny", clock(), "passed", 4, 4, 1, timedelta(seconds=1))
    collection.save_attempt(attempt)
    clock.pass_time(days=8)
    lab = replace(tiny_lab.tiny(), variant_tasks=(2,))
    session = LabSession.open(collection, lab, tmp_path / "data", clock)
    files = LabFiles(session, appearance.theme)
    qtbot.addWidget(files)
    assert files.current().textCursor().block().text().lstrip().startswith("# TODO(2)")


def test_the_room_gives_the_keys_to_where_the_learner_is(
    qtbot: QtBot, labs_page: LabsPage, bench: LabPage
) -> None:
    labs_page.setFocus()
    qtbot.waitUntil(bench.files.current().hasFocus)
    labs_page.close_lab()
    labs_page.setFocus()
    qtbot.waitUntil(labs_page.home.map.item(labs_page.home.map.current).hasFocus)
