"""The Review page: a sitting driven by keys, each answer on disk before the next card shows."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QApplication, QWidget

from tfcards.core.draft import Draft, DraftNote
from tfcards.core.model import Kind, Rating
from tfcards.store import Collection
from tfcards.ui.context import Context
from tfcards.ui.look.appearance import Mode
from tfcards.ui.review.note_editor import NoteEditor
from tfcards.ui.review.page import ReviewPage
from tfcards.ui.rooms import Room
from tfcards.ui.window import MainWindow

KEYS = {
    Rating.AGAIN: Qt.Key.Key_1,
    Rating.HARD: Qt.Key.Key_2,
    Rating.GOOD: Qt.Key.Key_3,
    Rating.EASY: Qt.Key.Key_4,
}


def _note(guid: str, kind: Kind = Kind.BASIC, **fields: str) -> DraftNote:
    given = {"Question": f"What is {guid}?", "Answer": "An answer.", **fields}
    return DraftNote(guid=guid, kind=kind, deck="Small", fields=given)


@pytest.fixture
def collection(tmp_path: Path, clock) -> Collection:
    """A small collection with one card of every kind a learner treats differently."""
    opened = Collection.open(tmp_path / "data", now=clock(), zone="Europe/Berlin")
    choice = "- [ ] wrong — because\n- [x] right\n- [ ] also wrong — because"
    notes = (
        _note("plain"),
        _note("points", **{"Key points": "- one\n- two"}),
        _note("choice", Kind.CHOICE, Answer=choice),
        _note("typed", Kind.TYPED, Answer="`tf.zeros`"),
        _note("code", Kind.CODE, Answer="```python\ndef f():\n    return 1\n```"),
        _note("cloze", Kind.CLOZE, Question="It is {{c1::hidden}}.", Answer=""),
    )
    opened.add(Draft("test", notes), clock())
    yield opened
    opened.close()


@pytest.fixture
def page(window: MainWindow) -> ReviewPage:
    window.study(None)
    page = window.page(Room.REVIEW)
    assert isinstance(page, ReviewPage)
    return page


def _answers_on_disk(context: Context) -> int:
    """Count with a connection of its own: only what was committed is seen."""
    with sqlite3.connect(context.data_folder / "collection.db") as other:
        return int(other.execute("SELECT count(*) FROM reviews").fetchone()[0])


def _press(qtbot, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    target = QApplication.focusWidget()
    assert isinstance(target, QWidget)
    qtbot.keyClick(target, key, modifier)


def _reveal(qtbot, page: ReviewPage) -> None:
    """Show the answer in the way each kind of question asks for."""
    assert page.session is not None
    modifiers = Qt.KeyboardModifier.ControlModifier
    if page.session.note.type.kind is Kind.CODE:
        modifiers |= Qt.KeyboardModifier.ShiftModifier
    if page.desk.box.isVisible():
        _press(qtbot, Qt.Key.Key_Return, modifiers)
    else:
        _press(qtbot, Qt.Key.Key_Space)
    assert page.session.revealed


def _go_to(qtbot, page: ReviewPage, guid: str) -> None:
    """Bury cards until the one of this note is up."""
    for _ in range(10):
        if page.session.note.guid == guid:
            return
        page.bury()
    raise AssertionError(f"{guid} never came")


def test_keys_drive_a_whole_sitting_and_each_answer_is_on_disk(page, qtbot, context, clock):
    ratings = [Rating.EASY, Rating.GOOD, Rating.AGAIN, Rating.HARD]
    given = 0
    while page.session.card is not None and given < 40:
        clock.pass_time(seconds=7)
        _reveal(qtbot, page)
        _press(qtbot, KEYS[ratings[given % 4] if given < 8 else Rating.EASY])
        given += 1
        assert _answers_on_disk(context) == given
    assert page.session.card is None
    assert page.summary.isVisible()
    assert page.summary.title.text() == "All done"
    assert page.header.progress.value() == page.header.progress.maximum()
    _press(qtbot, Qt.Key.Key_Space)
    assert not page.isVisible()


def test_the_buttons_show_what_will_be_applied(page: ReviewPage, qtbot, context):
    page.reveal()
    previews = page.session.previews()
    for rating, made in page.desk.ratings.buttons.items():
        assert made.preview == previews[rating]
        assert previews[rating] in made.accessibleName()


def test_clicks_work_like_keys(page: ReviewPage, qtbot, context):
    page.desk.box.clear()
    qtbot.mouseClick(page.desk.show_answer, Qt.MouseButton.LeftButton)
    assert page.session.revealed
    qtbot.mouseClick(page.desk.ratings.buttons[Rating.GOOD], Qt.MouseButton.LeftButton)
    assert _answers_on_disk(context) == 1


def test_ratings_before_the_answer_shows_do_nothing(page: ReviewPage, qtbot, context):
    _go_to(qtbot, page, "plain")
    for key in KEYS.values():
        _press(qtbot, key)
    page.rate(Rating.GOOD)
    assert _answers_on_disk(context) == 0
    assert not page.session.revealed


def test_space_rates_as_suggested(page: ReviewPage, qtbot, context):
    _go_to(qtbot, page, "plain")
    _press(qtbot, Qt.Key.Key_Space)
    _press(qtbot, Qt.Key.Key_Space)
    assert _answers_on_disk(context) == 1
    assert context.collection.reviews(_answered(context))[0].rating is Rating.GOOD


def _answered(context: Context) -> int:
    with sqlite3.connect(context.data_folder / "collection.db") as other:
        return int(other.execute("SELECT card_id FROM reviews").fetchone()[0])


def test_enter_presses_the_button_reached_by_tab(page: ReviewPage, qtbot, context):
    _go_to(qtbot, page, "plain")
    page.reveal()
    page.desk.ratings.buttons[Rating.HARD].setFocus()
    _press(qtbot, Qt.Key.Key_Return)
    assert context.collection.reviews(_answered(context))[0].rating is Rating.HARD


def test_undo_brings_the_card_back_and_redo_takes_it(page: ReviewPage, qtbot, context):
    _go_to(qtbot, page, "plain")
    card = page.session.card.id
    page.reveal()
    _press(qtbot, Qt.Key.Key_4)
    assert page.session.card is None or page.session.card.id != card
    _press(qtbot, Qt.Key.Key_U)
    assert page.session.card.id == card
    assert _answers_on_disk(context) == 0
    _press(
        qtbot, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    assert _answers_on_disk(context) == 1


def test_bury_and_suspend_put_the_card_aside(page: ReviewPage, qtbot, context):
    _go_to(qtbot, page, "plain")
    buried = page.session.card.id
    _press(qtbot, Qt.Key.Key_B)
    assert context.collection.card(buried).buried_until is not None
    assert page.session.card.id != buried
    _go_to(qtbot, page, "cloze")
    suspended = page.session.card.id
    _press(qtbot, Qt.Key.Key_At)
    assert context.collection.card(suspended).suspended


def test_a_flag_shows_and_goes(page: ReviewPage, qtbot, context):
    _go_to(qtbot, page, "plain")
    assert not page.header.flag.isVisible()
    _press(qtbot, Qt.Key.Key_F)
    assert page.header.flag.isVisible()
    assert context.collection.card(page.session.card.id).flag == 1
    _press(qtbot, Qt.Key.Key_F)
    assert not page.header.flag.isVisible()


def test_digits_pick_options_and_a_wrong_pick_suggests_again(page: ReviewPage, qtbot, context):
    _go_to(qtbot, page, "choice")
    _press(qtbot, Qt.Key.Key_1)
    _press(qtbot, Qt.Key.Key_9)  # there is no ninth option
    _press(qtbot, Qt.Key.Key_Space)
    assert page.session.suggested is Rating.AGAIN
    assert page.desk.ratings.buttons[Rating.AGAIN]._is_suggested
    assert not page.desk.ratings.buttons[Rating.GOOD]._is_suggested
    assert "wrong" in page.desk.reason.text()
    assert _answers_on_disk(context) == 0


def test_a_click_on_an_option_picks_it(page: ReviewPage, qtbot):
    _go_to(qtbot, page, "choice")
    page.desk.view.anchorClicked.emit(QUrl("pick:1"))
    page.reveal()
    assert page.desk.reason.text() == "Right."


def test_ticked_key_points_change_the_suggestion(page: ReviewPage, qtbot):
    _go_to(qtbot, page, "points")
    page.reveal()
    assert page.desk.ratings.buttons[Rating.GOOD]._is_suggested
    page.desk.view.anchorClicked.emit(QUrl("pick:0"))
    assert page.desk.ratings.buttons[Rating.AGAIN]._is_suggested
    page.desk.view.anchorClicked.emit(QUrl("pick:1"))
    assert page.desk.ratings.buttons[Rating.GOOD]._is_suggested


def test_a_typed_answer_is_compared(page: ReviewPage, qtbot):
    _go_to(qtbot, page, "typed")
    assert page.desk.box.hasFocus()
    qtbot.keyClicks(page.desk.box, "tf.ones b 1 u")  # letters that are keys of the page elsewhere
    assert page.desk.box.toPlainText() == "tf.ones b 1 u"
    _press(qtbot, Qt.Key.Key_Return)
    assert page.session.revealed
    assert not page.desk.box.isVisible()
    assert page.session.suggested is Rating.AGAIN
    assert "tf.ones" in page.desk.view.toPlainText()


def test_code_keeps_its_indentation(page: ReviewPage, qtbot):
    _go_to(qtbot, page, "code")
    qtbot.keyClicks(page.desk.box, "def f():")
    _press(qtbot, Qt.Key.Key_Return)
    qtbot.keyClicks(page.desk.box, "if x:")
    _press(qtbot, Qt.Key.Key_Return)
    _press(qtbot, Qt.Key.Key_Tab)
    qtbot.keyClicks(page.desk.box, "return 1")
    assert page.desk.box.toPlainText() == "def f():\n    if x:\n            return 1"
    _press(qtbot, Qt.Key.Key_Escape)
    assert page.desk.show_answer.hasFocus()
    _press(qtbot, Qt.Key.Key_Return)
    assert page.session.revealed


def test_the_note_can_be_edited_while_reviewing(page: ReviewPage, qtbot, context):
    _go_to(qtbot, page, "plain")
    _press(qtbot, Qt.Key.Key_E)
    editor = page.findChild(NoteEditor)
    assert isinstance(editor, NoteEditor)
    qtbot.waitUntil(editor.isActiveWindow)
    editor.fields["Question"].setPlainText("What is\n\n    indented?")
    editor.tags.setText("one  two::three")
    qtbot.keyClick(editor, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    note = context.collection.note_by_guid("plain")
    assert note.fields["Question"] == "What is\n\n    indented?"
    assert set(note.tags) == {"one", "two::three"}
    assert "indented?" in page.desk.view.toPlainText()
    assert page.session.note.guid == "plain"


def test_the_editor_hides_fields_the_kind_does_not_use_and_keeps_them(page, qtbot, context):
    _go_to(qtbot, page, "plain")
    page.edit()
    editor = page.findChild(NoteEditor)
    assert "Assertions" not in editor.fields
    with qtbot.waitSignal(editor.saved) as told:
        editor._finish()
    assert set(told.args[0]) == set(context.collection.note_by_guid("plain").fields)


def test_cancelling_the_editor_changes_nothing(page: ReviewPage, qtbot, context):
    _go_to(qtbot, page, "plain")
    page.edit()
    editor = page.findChild(NoteEditor)
    editor.fields["Question"].setPlainText("gone")
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert context.collection.note_by_guid("plain").fields["Question"] == "What is plain?"


def test_the_clock_of_the_card_runs(page: ReviewPage, clock):
    clock.pass_time(seconds=75)
    page._show_time()
    assert page.header.timer.text() == "1:15"


def test_a_waiting_learning_card_comes_back_by_itself(page: ReviewPage, qtbot, context, clock):
    """Only a learning card beyond the learn-ahead limit is left: the page waits, then shows it."""
    _go_to(qtbot, page, "plain")
    for guid in ("points", "choice", "typed", "code", "cloze"):
        note = context.collection.note_by_guid(guid)
        cards = [card.id for card in context.collection.cards_of(note.id)]
        context.collection.suspend(cards, suspended=True)
    page.session.refresh()
    context.collection.set_options(None, {"learning_steps": [timedelta(minutes=50)]})
    page.session.refresh()
    page._show_card()
    page.reveal()
    page.rate(Rating.AGAIN)
    assert page.summary.title.text() == "A short break"
    assert page._wait.isActive()
    clock.pass_time(minutes=51)
    page._come_back()
    assert page.session.card is not None
    assert not page.summary.isVisible()


def test_leaving_stops_the_clocks_and_coming_back_goes_on(page, window: MainWindow, qtbot):
    page.reveal()
    window.go(Room.TODAY)
    assert not page._tick.isActive()
    window.go(Room.REVIEW)
    assert page._tick.isActive()
    assert page.session.card is not None


def test_the_theme_changes_under_an_open_card(page: ReviewPage, appearance, qtbot):
    page.reveal()
    before = page.desk.view.toPlainText()
    appearance.choose_mode(Mode.DARK)
    assert page.desk.view.toPlainText() == before
    assert page.session.revealed


def test_cards_that_arrive_meanwhile_leave_the_one_on_screen_alone(
    qtbot, window: MainWindow, page: ReviewPage, collection: Collection, clock
) -> None:
    _reveal(qtbot, page)
    assert page.session is not None
    shown = page.session.card
    assert shown is not None
    collection.suspend([shown.id])  # a queue read anew would not have it
    window.refresh()
    assert page.session.card == shown
    assert page.session.revealed
    page.suspend()
    while page.session.card is not None:
        page.suspend()
    collection.add(Draft("later", (_note("later"),)), clock())
    window.refresh()
    assert page.session.note is not None
    assert page.session.note.guid == "later"
