"""The workbench beyond a single run: attempts, solution, one's own editor, cards taken back."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import tiny_lab
from conftest import StillClock
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QTreeWidgetItem, QWidget
from pytestqt.qtbot import QtBot

from tfcards.core.draft import Draft, DraftNote
from tfcards.core.model import Kind, Rating
from tfcards.core.schedule import Scheduler
from tfcards.errors import BadInputError, UnavailableError
from tfcards.sessions.lab import LabSession
from tfcards.sessions.lab_editor import choose_editor, opening
from tfcards.store import Collection
from tfcards.ui.look.appearance import Appearance, Mode
from tfcards.ui.workbench.attempts import LabAttempts
from tfcards.ui.workbench.file_watch import FileWatch
from tfcards.ui.workbench.page import LabPage
from tfcards.ui.workbench.solution import SolutionDialog, open_solution

RUN_MS = 60_000
SEE_MS = 10_000
SOLUTION = (tiny_lab.FOLDER / "solution" / "sums.py").read_text("utf-8")
HALF = SOLUTION.replace("values + offset", "values")
WAITS = SOLUTION.replace("import", "import time; time.sleep(1.5)\nimport", 1)
YES, NO, CANCEL = (
    QMessageBox.StandardButton.Yes,
    QMessageBox.StandardButton.No,
    QMessageBox.StandardButton.Cancel,
)


@pytest.fixture
def collection(tmp_path: Path, clock: StillClock) -> Iterator[Collection]:
    opened = Collection.open(tmp_path / "data", now=clock(), zone="UTC")
    note = DraftNote("np-add", Kind.BASIC, "Arrays", {"Question": "add?", "Answer": "a"}, ())
    opened.add(Draft("test", (note,)), clock())
    found = opened.note_by_guid("np-add")
    assert found is not None
    for _ in range(3):
        scheduler = Scheduler(opened.options(None), opened.calendar())
        [card] = opened.cards_of(found.id)
        opened.save_answer(scheduler.answer(card, Rating.EASY, clock()))
        clock.pass_time(days=20)
    opened.begin_lab("tiny", clock())
    yield opened
    opened.close()


@pytest.fixture
def session(collection: Collection, clock: StillClock, tmp_path: Path) -> LabSession:
    return LabSession.open(collection, tiny_lab.tiny(), tmp_path / "data", clock)


@pytest.fixture
def bench(
    qtbot: QtBot, session: LabSession, appearance: Appearance, settings: QSettings
) -> Iterator[LabPage]:
    page = LabPage(session, appearance, settings)
    page.resize(1200, 800)
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    yield page
    page.process.stop_and_wait()
    page.save()


def run(qtbot: QtBot, bench: LabPage, text: str) -> None:
    bench.files.current().set_text(text)
    with qtbot.waitSignal(bench.ended, timeout=RUN_MS):
        bench.header.run.click()


def answer(monkeypatch: pytest.MonkeyPatch, *buttons: QMessageBox.StandardButton) -> list[str]:
    """Answer the questions that come, the last answer for all further ones; what was asked."""
    asked: list[str] = []

    def decide(box: QMessageBox) -> QMessageBox.StandardButton:
        asked.append(box.text())
        return buttons[min(len(asked), len(buttons)) - 1]

    monkeypatch.setattr(QMessageBox, "exec", decide)
    return asked


def write_as_others_do(path: Path, text: str) -> None:
    """As many editors save: a new file takes the place of the old one."""
    fresh = path.with_name("fresh~")
    fresh.write_text(text)
    fresh.replace(path)


# ---- attempts


@pytest.fixture
def tried(qtbot: QtBot, bench: LabPage, clock: StillClock) -> LabAttempts:
    """Two attempts: the first failed, the second passed."""
    assert "No attempt yet" in bench.attempts.gone.text()
    run(qtbot, bench, HALF)
    clock.pass_time(minutes=5)
    run(qtbot, bench, SOLUTION)
    bench.below.setCurrentWidget(bench.attempts)
    return bench.attempts


def choose(attempts: LabAttempts, at: int) -> QTreeWidgetItem:
    row = attempts.list.topLevelItem(at)
    assert row is not None
    attempts.list.setCurrentItem(row)
    return row


def test_attempts_are_listed_and_open_to_checks_and_code(
    bench: LabPage, tried: LabAttempts
) -> None:
    assert bench.below.tabText(bench.below.indexOf(tried)) == "Attempts 2"
    rows = [choose(tried, at) for at in range(2)]
    assert [row.text(1) for row in rows] == ["Passed", "Not yet"]
    assert [row.icon(2).isNull() for row in rows] == [False, True]
    assert tried.checks.row("offset-added").check.status == "failed"
    assert tried.checks.row("offset-added").opener.isChecked()
    tried.parts.setCurrentText("sums.py")
    tried.parts.activated.emit(1)
    assert tried.code.toPlainText() == HALF
    choose(tried, 0)
    assert tried.code.toPlainText() == SOLUTION


def test_an_attempts_code_is_brought_back_and_the_present_kept(
    qtbot: QtBot, bench: LabPage, tried: LabAttempts, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(tried, 1)
    answer(monkeypatch, CANCEL)
    tried.bring_back.click()
    assert bench.session.text("sums.py") == SOLUTION
    answer(monkeypatch, YES)
    with qtbot.waitSignal(bench.told) as told:
        tried.bring_back.click()
    assert "Brought back" in told.args[0]
    assert bench.files.current().toPlainText() == HALF
    assert choose(tried, 0).text(1) == "Kept copy"
    assert tried.rerun.isHidden()
    tried.bring_back.click()
    assert bench.files.current().toPlainText() == SOLUTION


def test_an_attempts_seed_is_run_again(qtbot: QtBot, bench: LabPage, tried: LabAttempts) -> None:
    seed = int(choose(tried, 1).text(4))
    with qtbot.waitSignal(bench.ended, timeout=RUN_MS):
        tried.rerun.click()
        assert not tried.rerun.isEnabled()
    assert tried.rerun.isEnabled()
    assert bench.session.history.attempts()[0].seed == seed


def test_start_over_can_be_taken_back_from_the_list(
    bench: LabPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.files.current().set_text("mine = 1\n")
    answer(monkeypatch, YES)
    bench.header.reset.click()
    assert bench.files.current().toPlainText() == tiny_lab.starter()["sums.py"]
    bench.below.setCurrentWidget(bench.attempts)
    assert bench.attempts.code.toPlainText() == "mine = 1\n"
    bench.files.current().setPlainText("not = 'saved yet'\n")
    bench.attempts.bring_back.click()
    assert bench.files.current().toPlainText() == "mine = 1\n"
    kept = [bench.session.history.files_of(copy) for copy in bench.session.history.copies()]
    assert {"sums.py": "not = 'saved yet'\n"} in kept


# ---- the solution


def test_giving_up_asks_and_shows_the_solution_beside(
    qtbot: QtBot, bench: LabPage, appearance: Appearance, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.files.current().set_text(HALF)
    asked = answer(monkeypatch, CANCEL)
    bench.header.solution.click()
    assert asked == ["Give up and show the solution?"]
    assert not bench.session.solution.is_open
    assert bench.findChildren(SolutionDialog) == []
    answer(monkeypatch, YES)
    bench.header.solution.click()
    assert bench.session.solution.given_up_at is not None
    [dialog] = bench.findChildren(SolutionDialog)
    view = dialog.view
    assert view.left.toPlainText().rstrip() == HALF.rstrip()
    assert "values + offset" in view.right.toPlainText()
    assert view.places == 1
    assert view.left.blockCount() == view.right.blockCount()
    light = view.grab().toImage()
    appearance.choose_mode(Mode.DARK)
    dark = view.grab().toImage()
    assert light.pixelColor(300, 200).lightness() > dark.pixelColor(300, 200).lightness() + 80
    dialog.accept()
    asked = answer(monkeypatch, CANCEL)
    again = open_solution(bench.session, appearance, bench)
    assert asked == []
    assert again is not None
    again.accept()


def test_passing_opens_the_solution_without_a_question(
    qtbot: QtBot, bench: LabPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Give up" in bench.header.solution.toolTip()
    run(qtbot, bench, SOLUTION)
    assert "Compare" in bench.header.solution.toolTip()
    asked = answer(monkeypatch, CANCEL)
    bench.header.solution.click()
    assert asked == []
    [dialog] = bench.findChildren(SolutionDialog)
    dialog.accept()


def test_both_sides_scroll_together_and_keys_step(
    qtbot: QtBot, session: LabSession, appearance: Appearance
) -> None:
    lines = [f"x{number} = {number}" for number in range(200)]
    other = list(lines)
    other[20] = "changed = 1"
    other[150:152] = []
    session.save("sums.py", "\n".join(lines))
    session.solution.give_up()
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = SolutionDialog(session, appearance, parent)
    with qtbot.waitExposed(dialog):
        dialog.show()
    view = dialog.view
    view.show_texts("\n".join(lines), "\n".join(other))
    assert (view.places, view.place) == (2, 1)
    QTest.keyClick(view.left, Qt.Key.Key_N)
    assert view.place == 2
    assert view.left.textCursor().blockNumber() == 150
    assert view.right.verticalScrollBar().value() == view.left.verticalScrollBar().value() > 100
    QTest.keyClick(view.right, Qt.Key.Key_F7, Qt.KeyboardModifier.ShiftModifier)
    assert view.place == 1
    view.right.verticalScrollBar().setValue(70)
    assert view.left.verticalScrollBar().value() == 70
    dialog.accept()


# ---- one's own editor


@pytest.mark.parametrize("is_polled", [False, True])
def test_saves_of_every_kind_are_seen(qtbot: QtBot, tmp_path: Path, is_polled: bool) -> None:
    path = tmp_path / "sums.py"
    path.write_text("a = 1\n")
    watch = FileWatch([path])
    if is_polled:
        watch.look_only()
    with qtbot.waitSignal(watch.changed, timeout=SEE_MS):
        path.write_text("a = 22\n")
    for text in ("a = 333\n", "a = 4444\n"):
        with qtbot.waitSignal(watch.changed, timeout=SEE_MS):
            write_as_others_do(path, text)


def test_the_window_follows_another_editor(qtbot: QtBot, bench: LabPage) -> None:
    editor = bench.files.current()
    write_as_others_do(bench.session.work / "sums.py", "a = 1\n")
    qtbot.waitUntil(lambda: editor.toPlainText() == "a = 1\n", timeout=SEE_MS)
    editor.undo()
    assert editor.toPlainText() == tiny_lab.starter()["sums.py"]


@pytest.mark.parametrize("keeps_typed", [True, False])
def test_a_conflict_asks_and_loses_neither_text(
    bench: LabPage, monkeypatch: pytest.MonkeyPatch, keeps_typed: bool
) -> None:
    asked = answer(monkeypatch, YES if keeps_typed else NO)
    path = bench.session.work / "sums.py"
    bench.files.current().setPlainText("typed = 1\n")
    path.write_text("others = 2\n")
    bench.save()
    assert len(asked) == 1
    stays, gives_way = ("typed = 1\n", "others = 2\n")[:: 1 if keeps_typed else -1]
    assert bench.files.current().toPlainText() == path.read_text() == stays
    [copy] = bench.session.history.copies()
    assert bench.session.history.files_of(copy) == {"sums.py": gives_way}
    bench.save()
    assert len(asked) == 1


def test_nothing_is_written_while_the_question_is_open(
    bench: LabPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bench.session.work / "sums.py"
    seen: list[str] = []

    def wait(_: QMessageBox) -> QMessageBox.StandardButton:
        bench.files.save()  # as its timer would
        seen.append(path.read_text())
        return NO

    monkeypatch.setattr(QMessageBox, "exec", wait)
    bench.files.current().setPlainText("typed = 1\n")
    path.write_text("others = 2\n")
    bench.files.follow()
    assert seen == ["others = 2\n"]
    assert bench.files.current().toPlainText() == "others = 2\n"


def test_line_ends_of_another_system_are_no_change(
    bench: LabPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answer(monkeypatch, YES)
    path = bench.session.work / "sums.py"
    path.write_bytes(b"a = 1\r\nb = 2\r\n")
    assert bench.files.follow()
    bench.save()
    assert not bench.files.follow()
    assert path.read_bytes() == b"a = 1\r\nb = 2\r\n"
    assert bench.files.current().toPlainText() == "a = 1\nb = 2\n"
    assert asked == []


def test_bytes_that_are_no_text_are_kept_before_they_give_way(bench: LabPage) -> None:
    path = bench.session.work / "sums.py"
    path.write_bytes(b"a = '\xe9'\n")
    bench.save()
    assert path.read_bytes() == b"a = '\xe9'\n"
    bench.files.current().setPlainText("typed = 1\n")
    bench.save()
    assert path.read_text() == "typed = 1\n"
    [copy] = bench.session.history.copies()
    assert (copy.folder / "sums.py").read_bytes() == b"a = '\xe9'\n"


def test_a_deleted_file_is_written_again(bench: LabPage) -> None:
    path = bench.session.work / "sums.py"
    path.unlink()
    bench.save()
    assert path.read_text() == tiny_lab.starter()["sums.py"]


def test_the_names_of_files_come_before_the_words_beside_them(bench: LabPage) -> None:
    full = bench.external.open.text()
    assert "Open in my editor" in full
    bench.files.room_changed.emit(bench.external.sizeHint().width() - 1)
    assert bench.external.open.text() == ""
    assert bench.external.open.accessibleName() == "Open in my editor"
    bench.files.room_changed.emit(2000)
    assert bench.external.open.text() == full


def test_run_on_save_runs_once_more_for_the_newest(
    qtbot: QtBot, bench: LabPage, settings: QSettings
) -> None:
    path = bench.session.work / "sums.py"
    write_as_others_do(path, "early = 1\n")
    qtbot.waitUntil(lambda: "early" in bench.files.current().toPlainText(), timeout=SEE_MS)
    assert not bench.process.is_running
    bench.external.on_save.setChecked(True)
    assert settings.value("labs/run_on_save") == "true"
    ends: list[str] = []
    bench.ended.connect(lambda: ends.append(bench.session.text("sums.py")))
    write_as_others_do(path, WAITS)
    qtbot.waitUntil(lambda: bench.process.is_running, timeout=SEE_MS)
    for text in (HALF, SOLUTION):
        write_as_others_do(path, text)
        qtbot.waitUntil(lambda t=text: bench.files.current().toPlainText() == t, timeout=SEE_MS)
    qtbot.waitUntil(lambda: len(ends) == 2 and not bench.process.is_running, timeout=RUN_MS)
    assert bench.session.outcome == "passed"
    assert len(bench.session.history.attempts()) == 2


def test_ctrl_s_saves_and_runs_where_that_is_wanted(qtbot: QtBot, bench: LabPage) -> None:
    bench.files.current().set_text(SOLUTION)
    QTest.keyClick(bench.files.current(), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert bench.session.text("sums.py") == SOLUTION
    assert not bench.process.is_running
    bench.external.on_save.setChecked(True)
    with qtbot.waitSignal(bench.ended, timeout=RUN_MS):
        QTest.keyClick(bench.files.current(), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)


def test_the_editors_command_is_read_as_written(collection: Collection, tmp_path: Path) -> None:
    file = tmp_path / "my work" / "sums.py"
    assert opening(collection, file) == []
    choose_editor(collection, "sh -c 'true'")
    assert opening(collection, file)[1:] == ["-c", "true", str(file)]
    choose_editor(collection, "sh --folder={folder} {file}")
    assert opening(collection, file)[1:] == [f"--folder={file.parent}", str(file)]
    choose_editor(collection, "no-such-editor-anywhere")
    with pytest.raises(UnavailableError, match="no program 'no-such-editor-anywhere'"):
        opening(collection, file)
    with pytest.raises(BadInputError, match="Close every quote"):
        choose_editor(collection, "sh 'open")


def test_the_file_opens_in_the_editor_that_was_chosen(
    qtbot: QtBot, bench: LabPage, collection: Collection, tmp_path: Path
) -> None:
    program, told = tmp_path / "editor", tmp_path / "told"
    program.write_text(f'#!/bin/sh\nprintf %s "$1" > {told}.new && mv {told}.new {told}\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    choose_editor(collection, str(program))
    bench.files.current().set_text("mine = 1\n")
    bench.external.open.click()
    qtbot.waitUntil(told.exists, timeout=SEE_MS)
    assert Path(told.read_text()).read_text() == "mine = 1\n"


# ---- cards, Esc, isolation


def test_cards_brought_due_can_be_taken_back_on_the_page(
    qtbot: QtBot, bench: LabPage, collection: Collection
) -> None:
    note = collection.note_by_guid("np-add")
    assert note is not None
    before = collection.cards_of(note.id)
    run(qtbot, bench, HALF)
    assert collection.cards_of(note.id) != before
    assert "Due for review: 1 card for" in bench.result.cards.text()
    assert bench.result.take_back.isVisible()
    with qtbot.waitSignals([bench.told, bench.changed]):
        bench.result.take_back.click()
    assert collection.cards_of(note.id) == before
    assert "Taken back" in bench.result.cards.text()
    assert not bench.result.review.isVisible()
    assert not bench.result.take_back.isVisible()
    collection.redo()
    bench.save()
    assert bench.result.review.isVisible()
    collection.undo()
    bench.save()
    assert not bench.result.review.isVisible()


def test_escape_asks_wherever_the_keyboard_is(
    qtbot: QtBot, bench: LabPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.files.current().set_text("import time\ntime.sleep(300)\n")
    bench.run()
    places: tuple[QWidget, ...] = (
        bench.console.text,
        bench.checks.row("offset-added").opener,
        bench.attempts.list,
        bench.guide.task,
        bench.header.stop,
        bench.external.on_save,
    )
    asked = answer(monkeypatch, CANCEL)
    for place in places:
        QTest.keyClick(place, Qt.Key.Key_Escape)
    assert asked == ["Stop this run?"] * len(places)
    assert bench.process.is_running
    answer(monkeypatch, YES)
    with qtbot.waitSignal(bench.ended, timeout=RUN_MS):
        QTest.keyClick(bench.console.text, Qt.Key.Key_Escape)
    assert bench.result.headline == "Stopped"


def test_the_page_says_what_keeps_runs_apart(qtbot: QtBot, bench: LabPage) -> None:
    shown = bench.header.isolation
    qtbot.waitUntil(shown.isVisible, timeout=SEE_MS)
    shown.show_isolation("basic")
    assert shown.words.text() == "Basic isolation"
    assert "could change your files" in shown.toolTip()
    shown.show_isolation("landlock")
    assert shown.words.text() == "Fenced in (Landlock)"
    assert "read your other files and use the network" in shown.toolTip()
    shown.show_isolation("bubblewrap")
    assert "bubblewrap" in shown.words.text()
    assert shown.accessibleDescription() == shown.toolTip()
