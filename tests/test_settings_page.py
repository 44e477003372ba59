"""The Settings page: what is changed is kept at once, and what is refused says why."""

import json
import sqlite3

import pytest
from PySide6.QtCore import Qt

from tfcards.sessions.lab_editor import editor
from tfcards.ui.context import Context
from tfcards.ui.look.appearance import Appearance, Mode
from tfcards.ui.rooms import Room
from tfcards.ui.settings import SettingsPage
from tfcards.ui.window import MainWindow


@pytest.fixture
def page(window: MainWindow) -> SettingsPage:
    window.go(Room.SETTINGS)
    page = window.page(Room.SETTINGS)
    assert isinstance(page, SettingsPage)
    return page


def test_it_shows_what_is_set(page: SettingsPage, context: Context):
    assert page.zone.text() == "Europe/Berlin"
    assert page.rollover.value() == 4
    assert page.new_per_day.value() == context.collection.options(None).new_per_day
    assert page.retention.value() == 90
    assert page.folder.text() == str(context.data_folder)


def test_amounts_are_on_disk_at_once(page: SettingsPage, context: Context):
    page.new_per_day.setValue(7)
    page.reviews_per_day.setValue(50)
    page.retention.setValue(85)
    options = context.collection.options(None)
    assert (options.new_per_day, options.reviews_per_day) == (7, 50)
    assert options.desired_retention == pytest.approx(0.85)
    with sqlite3.connect(context.data_folder / "collection.db") as other:
        kept = other.execute("SELECT value FROM settings WHERE key = 'options'").fetchone()
    assert json.loads(kept[0])["new_per_day"] == 7


def test_the_day_is_kept(page: SettingsPage, context: Context, qtbot):
    page.rollover.setValue(2)
    page.zone.setText("Asia/Tokyo")
    page.zone.editingFinished.emit()
    calendar = context.collection.calendar()
    assert (calendar.zone, calendar.rollover_hour) == ("Asia/Tokyo", 2)
    assert not page.problem.isVisible()


def test_a_zone_that_does_not_exist_is_refused_in_words(page: SettingsPage, context: Context):
    page.zone.setText("Atlantis/Capital")
    page.zone.editingFinished.emit()
    assert "Atlantis/Capital" in page.problem.text()
    assert page.problem.isVisible()
    assert context.collection.calendar().zone == "Europe/Berlin"
    page.enter()
    assert not page.problem.isVisible()
    assert page.zone.text() == "Europe/Berlin"


def test_looks_change_at_once(page: SettingsPage, appearance: Appearance, qtbot):
    page.theme.setCurrentIndex(2)
    page.theme.activated.emit(2)
    assert appearance.mode is Mode.DARK
    page.text_size.setValue(20)
    assert appearance.theme.text_size == 20
    page.motion.setChecked(False)
    assert not appearance.reduces_motion


def test_a_backup_is_made_and_named(page: SettingsPage, context: Context, qtbot):
    qtbot.mouseClick(page.backup, Qt.MouseButton.LeftButton)
    backups = list((context.data_folder / "backups").glob("*.db"))
    assert len(backups) == 1
    assert backups[0].name in page.backed_up.text()


def test_the_editor_for_labs_is_kept_or_refused_in_words(page: SettingsPage, context: Context):
    page.editor.setText(" code {folder} {file} ")
    page.editor.editingFinished.emit()
    assert editor(context.collection) == "code {folder} {file}"
    page.editor.setText("code 'open")
    page.editor.editingFinished.emit()
    assert "Close every quote" in page.problem.text()
    assert (page.editor.property("state"), page.zone.property("state")) == ("wrong", "")
    page.enter()
    assert page.editor.text() == "code {folder} {file}"
