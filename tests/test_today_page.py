"""The Today page: honest numbers, a way to start, a kind word when nothing is due."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from tfcards.core.draft import Draft, DraftNote
from tfcards.core.model import Kind, Rating
from tfcards.core.unlock import Unlock
from tfcards.labs.content.manifest import load
from tfcards.sessions.labs import LabRow, LabState
from tfcards.sessions.today import today
from tfcards.store import Collection
from tfcards.ui.context import Context
from tfcards.ui.rooms import Room
from tfcards.ui.today.lab_cards import LabCards
from tfcards.ui.today.page import TodayPage
from tfcards.ui.window import MainWindow


@pytest.fixture
def page(window: MainWindow) -> TodayPage:
    page = window.page(Room.TODAY)
    assert isinstance(page, TodayPage)
    return page


def _texts(widget) -> list[str]:
    return [text.text() for text in widget.findChildren(QLabel) if text.isVisibleTo(widget)]


def test_it_shows_the_days_numbers(page: TodayPage, context: Context):
    day = today(context.collection, context.labs, context.clock)
    texts = _texts(page)
    assert str(day.new + day.learning + day.due) in texts
    assert f"{day.new} new" in texts
    assert "Tuesday, 10 March" in texts
    assert any(f"{day.minutes} minutes" in text for text in texts)
    names = [row.accessibleName() for row in page.deck_rows]
    assert len(names) == len(day.decks)
    assert names[0].startswith("Study TensorFlow: ")


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_a_key_starts_the_reviews(page: TodayPage, window: MainWindow, qtbot, key: Qt.Key):
    qtbot.keyClick(page, key)
    assert window.page(Room.REVIEW).isVisible()


def test_the_button_starts_the_reviews(page: TodayPage, window: MainWindow, qtbot):
    qtbot.mouseClick(page.start, Qt.MouseButton.LeftButton)
    assert window.page(Room.REVIEW).session.title == "All decks"


def test_a_deck_row_studies_that_deck_by_mouse_and_keyboard(page, window: MainWindow, qtbot):
    qtbot.mouseClick(page.deck_rows[1], Qt.MouseButton.LeftButton)
    review = window.page(Room.REVIEW)
    assert review.session.title == page.deck_rows[1].deck.full_name
    window.go(Room.TODAY)
    page.deck_rows[2].setFocus()
    qtbot.keyClick(page.deck_rows[2], Qt.Key.Key_Return)
    assert review.session.title == page.deck_rows[2].deck.full_name


def test_numbers_follow_the_reviews(page: TodayPage, window: MainWindow):
    window.study(None)
    review = window.page(Room.REVIEW)
    review.reveal()
    review.rate(Rating.EASY)
    window.go(Room.TODAY)
    assert any("1 card answered so far" in text for text in _texts(page))


def test_with_nothing_due_it_says_what_next(page: TodayPage, context: Context):
    context.collection.set_options(None, {"new_per_day": 0})
    page.enter()
    texts = _texts(page)
    assert "Nothing is due today." in texts
    assert not page.start.isVisible()
    assert not any(row.deck.has_work for row in page.deck_rows)


def test_without_any_card_it_says_so(qtbot, appearance, tmp_path, clock):
    collection = Collection.open(tmp_path / "empty", now=clock(), zone="Europe/Berlin")
    page = TodayPage(Context(collection, [], clock, tmp_path), appearance)
    qtbot.addWidget(page)
    page.show()
    page.enter()
    assert "No cards yet" in _texts(page)
    collection.close()


def test_nothing_is_squeezed_at_the_largest_text_size(page: TodayPage, appearance, qtbot):
    appearance.choose_text_size(24)
    rows = page.deck_rows
    qtbot.waitUntil(lambda: all(row.height() >= row.sizeHint().height() for row in rows))


def test_a_locked_lab_says_what_is_missing_and_an_open_one_opens(qtbot, appearance):
    lab = load(Path(__file__).parent / "data" / "labs" / "tiny")
    asked: list[str] = []
    cards = LabCards(asked.append)
    qtbot.addWidget(cards)
    closed = Unlock(False, 3, 8, 10, (), (), 4, "Know 5 more of 10 cards: about 4 minutes.")
    locked = LabRow(lab, LabState.LOCKED, closed, None, 0, closed.reason)
    cards.show_labs((locked,))
    assert closed.reason in _texts(cards)
    assert not cards.findChildren(QPushButton)
    opened = replace(locked, state=LabState.OPEN, unlock=replace(closed, is_open=True))
    cards.show_labs((opened,))
    shown = [made for made in cards.findChildren(QPushButton) if not made.isHidden()]
    qtbot.mouseClick(shown[-1], Qt.MouseButton.LeftButton)
    assert asked == [lab.id]


def test_a_deck_that_waits_is_begun_by_its_row(
    page: TodayPage, window: MainWindow, context: Context, qtbot
):
    collection = context.collection
    collection.set_options(page.deck_rows[-1].deck.deck_id, {"new_per_day": 0})
    window.refresh()
    row = page.deck_rows[-1]
    assert row.accessibleName().startswith(f"Begin {row.deck.full_name}")
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    review = window.page(Room.REVIEW)
    assert review.session.title == row.deck.full_name
    assert review.session.card is not None


def test_decks_still_to_be_begun_come_last(context: Context):
    collection = context.collection
    waiting = Draft(
        "x", (DraftNote("w", Kind.BASIC, "A::B", {"Question": "Q?", "Answer": "A."}),),
        about={"optional": "true"},
    )  # fmt: skip
    collection.add(waiting, context.clock())
    names = [row.full_name for row in today(collection, [], context.clock).decks]
    assert names[-2:] == ["A", "A::B"]
    collection.begin_deck(next(deck.id for deck in collection.decks() if deck.name == "A"))
    names = [row.full_name for row in today(collection, [], context.clock).decks]
    assert names[:2] == ["A", "A::B"]
