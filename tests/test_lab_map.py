"""The map of labs in the window: keys, what is told of each lab, the filter, the list beside it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import StillClock
from holdings import answer, card_of, draft, note
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from tiny_lab import tiny

from tfcards.core.draft import Section
from tfcards.core.model import Attempt
from tfcards.core.unlock import Requirement
from tfcards.labs.content.manifest import Lab
from tfcards.labs.content.roadmap import Challenge, Coming, Outline, Stage
from tfcards.sessions.review import Chosen
from tfcards.store import Collection
from tfcards.ui.context import Context
from tfcards.ui.labs_page import LabsPage
from tfcards.ui.look.appearance import Appearance, Mode
from tfcards.ui.road.home import LabsHome

OUTLINE = Outline(
    stages=(
        Stage(1, "Arrays", "The first thing.", "T::01 Arrays"),
        Stage(2, "Models", "The next thing.", "T::02 Models"),
    ),
    coming=(Coming(3, 2, "A lab to come"),),
    challenges=(Challenge(9, "Expert", "A dare"),),
)


def lab(name: str, stage: int, cards: tuple[str, ...] = (), labs: tuple[str, ...] = ()) -> Lab:
    asked = Requirement(cards, labs=labs)
    return replace(tiny(), id=name, title=f"Lab {name}", stage=stage, requirement=asked)


LABS = [lab("01-a", 1, ("one",)), lab("02-b", 2, ("models::first",), ("01-a",)), lab("9-c", 2)]


@pytest.fixture
def collection(tmp_path: Path, clock: StillClock) -> Iterator[Collection]:
    opened = Collection.open(tmp_path / "data", now=clock(), zone="UTC")
    opened.add(
        draft(
            note("one", deck="T::01 Arrays"),
            note("two", deck="T::02 Models", tags=("models::first",)),
            note("three", deck="T::02 Models", tags=("models::first",)),
            sections=(Section("models::first", "First models"),),
        ),
        clock(),
    )
    for _ in range(3):
        answer(opened, card_of(opened, "one"), now=clock())
        clock.pass_time(days=1)
    yield opened
    opened.close()


def shown(qtbot: QtBot, context: Context, appearance: Appearance) -> LabsPage:
    page = LabsPage(context, appearance)
    page.resize(1100, 700)
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.enter()
    page.setFocus()
    return page


@pytest.fixture
def page(
    qtbot: QtBot,
    appearance: Appearance,
    collection: Collection,
    clock: StillClock,
    tmp_path: Path,
) -> LabsPage:
    context = Context(collection, LABS, clock, tmp_path / "data", (), None, OUTLINE)
    return shown(qtbot, context, appearance)


@pytest.fixture
def home(page: LabsPage) -> LabsHome:
    return page.home


def told(home: LabsHome) -> str:
    """All that the details say."""
    return "\n".join(label.text() for label in home.details.findChildren(QLabel) if label.text())


def press(key: Qt.Key) -> None:
    QTest.keyClick(QApplication.focusWidget(), key)


def test_the_first_lab_to_work_on_has_the_focus(home: LabsHome):
    assert home.map.current == "01-a"
    assert home.map.item("01-a").hasFocus()
    assert "Lab 01-a" in told(home)


def test_arrows_lead_along_the_road_and_the_details_follow(home: LabsHome):
    press(Qt.Key.Key_Down)
    assert home.map.current == "02-b"
    assert home.map.item("02-b").hasFocus()
    text = told(home)
    assert "Locked" in text
    assert "Know 2 more of 2 cards: about 2 minutes. Each counts once recalled" in text
    assert "Pass “Lab 01-a” first." in text
    assert "02 Models · First models" in text
    assert "2 cards" in text
    assert "Add an offset" in text  # a task
    press(Qt.Key.Key_Left)
    assert home.map.current == "stage:2"
    assert "The next thing." in told(home)
    press(Qt.Key.Key_Up)
    assert home.map.current == "stage:1"
    press(Qt.Key.Key_Right)
    assert home.map.current == "01-a"


def test_enter_opens_an_open_lab(page: LabsPage, home: LabsHome):
    press(Qt.Key.Key_Return)
    assert page.bench is not None
    assert page.bench.session.lab.id == "01-a"


def test_a_double_click_opens_one_click_tells(page: LabsPage, home: LabsHome, qtbot: QtBot):
    item = home.map.item("9-c")
    qtbot.mouseClick(item, Qt.MouseButton.LeftButton)
    assert home.map.current == "9-c"
    assert "Expert" in told(home)
    assert page.bench is None
    qtbot.mouseDClick(item, Qt.MouseButton.LeftButton)
    assert page.bench is not None


def test_a_locked_lab_leads_to_just_the_cards_it_lacks(
    page: LabsPage, home: LabsHome, qtbot: QtBot
):
    home.map.item("02-b").setFocus()
    with qtbot.waitSignal(page.study_asked) as asked:
        press(Qt.Key.Key_Return)
    assert isinstance(asked.args[0], Chosen)
    assert set(asked.args[0].guids) == {"two", "three"}
    assert page.bench is None


def test_a_planned_lab_says_so_and_cannot_be_opened(page: LabsPage, home: LabsHome):
    home.map.item("planned:3").setFocus()
    assert "Planned" in told(home)
    assert home.details.action is None
    press(Qt.Key.Key_Return)
    assert page.bench is None


def test_a_stage_leads_to_its_deck(
    page: LabsPage, home: LabsHome, qtbot: QtBot, collection: Collection
):
    home.map.item("stage:1").setFocus()
    assert "1 of 1" in told(home)
    with qtbot.waitSignal(page.study_asked) as asked:
        home.details.action.click()
    deck = next(deck for deck in collection.decks() if deck.name == "T::01 Arrays")
    assert asked.args == [deck.id]


def test_every_item_says_how_it_stands(home: LabsHome):
    def name(key: str) -> str:
        item = home.map.item(key)
        return QAccessible.queryAccessibleInterface(item).text(QAccessible.Text.Name)

    assert name("01-a") == "Lab 01-a: Open. Open: you know 1 of its 1 card."
    assert name("02-b").startswith("Lab 02-b: Locked. Know 2 more")
    assert name("planned:3") == "A lab to come: Planned. This lab is planned and not here yet."
    assert name("stage:1") == "Stage 1: Arrays. You would recall 1 of 1 card now."


def test_a_passed_lab_shows_its_best_score(
    page: LabsPage, home: LabsHome, collection: Collection, clock: StillClock
):
    collection.begin_lab("01-a", clock())
    collection.save_attempt(Attempt("01-a", clock(), "passed", 4, 4, 1, timedelta(seconds=1)))
    page.enter()
    assert home.map.item("01-a").accessibleName().startswith("Lab 01-a: Passed, best 100%.")
    clock.pass_time(days=8)
    page.enter()
    assert home.map.item("01-a").accessibleName().startswith("Lab 01-a: Due again")


def test_tab_goes_from_the_map_to_the_details_and_round(home: LabsHome):
    stops = []
    for _ in range(12):
        stops.append(QApplication.focusWidget().accessibleName())
        press(Qt.Key.Key_Tab)
    here = home.map.item("01-a").accessibleName()  # arrows lead to the others
    assert stops == [here, "Open lab: Lab 01-a", "Filter labs", "Map"] * 3


def test_the_filter_shows_what_fits(home: LabsHome, qtbot: QtBot):
    press(Qt.Key.Key_Slash)
    assert home.filter.hasFocus()
    QTest.keyClicks(home.filter, "lab 02")
    assert set(home.map.canvas.items) == {"stage:2", "02-b"}
    press(Qt.Key.Key_Return)
    assert home.map.item("02-b").hasFocus()
    home.filter.setText("nothing like it")
    assert home.empty.isVisible()
    home.filter.setFocus()
    press(Qt.Key.Key_Escape)
    assert home.filter.text() == ""
    assert home.map.isVisible()
    assert "9-c" in home.map.canvas.items


def test_the_list_stays_beside_the_map_and_is_remembered(
    home: LabsHome, appearance: Appearance, tmp_path: Path
):
    home.views["List"].click()
    assert home.list.isVisible()
    assert not home.map.isVisible()
    assert set(home.list.buttons) == {"01-a", "02-b", "9-c"}
    stored = QSettings(str(tmp_path / "data" / "window.ini"), QSettings.Format.IniFormat)
    assert LabsHome(appearance, stored).view == "List"


def test_asking_for_a_locked_lab_shows_it_on_the_map(page: LabsPage, home: LabsHome, qtbot: QtBot):
    home.filter.setText("dare")
    with qtbot.waitSignal(page.told) as said:
        page.open_lab("02-b")
    assert "Pass “Lab 01-a” first." in said.args[0]
    assert home.map.current == "02-b"
    assert home.filter.text() == ""


def test_damaged_labs_are_told_of_in_both_views(
    qtbot: QtBot, appearance: Appearance, collection: Collection, clock: StillClock, tmp_path: Path
):
    context = Context(collection, [], clock, tmp_path / "data", ("labs/x: no title.",), None, None)
    page = shown(qtbot, context, appearance)
    home = page.home

    def words(part: QWidget) -> list[str]:
        return [label.text() for label in part.findChildren(QLabel) if label.isVisible()]

    assert "labs/x: no title." in words(home.map)
    home.views["List"].click()
    assert "labs/x: no title." in words(home.list)


def test_without_labs_there_is_a_sentence(
    qtbot: QtBot, appearance: Appearance, collection: Collection, clock: StillClock, tmp_path: Path
):
    context = Context(collection, [], clock, tmp_path / "data")
    page = shown(qtbot, context, appearance)
    home = page.home
    assert home.empty.isVisible()
    assert home.empty.title.text() == "No labs here"


@pytest.mark.parametrize("size", [(520, 480), (820, 620), (1500, 900)])
def test_everything_has_room_in_small_and_large_windows(
    home: LabsHome, qtbot: QtBot, size: tuple[int, int]
):
    home.window().resize(*size)
    items = home.map.canvas.items.values()

    def fits() -> bool:
        right = max(item.geometry().right() for item in items)
        return right <= home.map.viewport().width() <= size[0]

    qtbot.waitUntil(fits)
    assert min(item.width() for item in items) > 150
    assert home.details.geometry().right() <= home.width()


@pytest.mark.parametrize("reduced", [True, False])
def test_far_items_are_scrolled_to(
    home: LabsHome, qtbot: QtBot, appearance: Appearance, reduced: bool
):
    appearance.choose_motion(reduced=reduced)
    home.window().resize(820, 420)
    home.map.item("9-c").setFocus()
    item = home.map.item("9-c")
    qtbot.waitUntil(lambda: item.visibleRegion().boundingRect().height() == item.height())


def test_the_map_wears_the_theme(home: LabsHome, appearance: Appearance):
    light = home.map.grab().toImage()
    appearance.choose_mode(Mode.DARK)
    dark = home.map.grab().toImage()
    middle = home.map.item("01-a").geometry().center()
    assert light.pixelColor(middle).lightness() > dark.pixelColor(middle).lightness() + 80
