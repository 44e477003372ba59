"""Tabs whose parts come later: when they are looked at, asked for, or when there is time."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tfcards.ui.workbench.later_tabs import LaterTabs


def lines(*names: str) -> QWidget:
    """A part with a field of each name."""
    made = QWidget()
    layout = QVBoxLayout(made)
    for name in names:
        field = QLineEdit()
        field.setObjectName(name)
        layout.addWidget(field)
    return made


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """A window with tabs."""
    window = QWidget()
    QVBoxLayout(window).addWidget(LaterTabs())
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    return window


@pytest.fixture
def tabs(window: QWidget) -> LaterTabs:
    """Tabs with one part that is there."""
    [tabs] = window.findChildren(LaterTabs)
    tabs.addTab(lines("now"), "Now")
    return tabs


def test_a_part_is_made_once_when_it_is_asked_for(tabs: LaterTabs) -> None:
    made: list[QWidget] = []

    def make() -> QWidget:
        made.append(lines("late"))
        return made[-1]

    part = tabs.put_off(make, QIcon(), "Late")
    tabs.setTabToolTip(1, "It takes a moment")
    tabs.setTabText(1, "Late 3")
    assert made == []
    assert [part(), part()] == [tabs.widget(1)] * 2 == made * 2
    assert (tabs.count(), tabs.tabText(1), tabs.tabToolTip(1)) == (2, "Late 3", "It takes a moment")
    assert tabs.currentIndex() == 0
    assert not tabs.make_next()


def test_a_part_is_made_when_its_tab_is_brought_up(tabs: LaterTabs) -> None:
    first = tabs.put_off(lambda: lines("first"), QIcon(), "First")
    tabs.put_off(lambda: lines("second"), QIcon(), "Second")
    tabs.setCurrentIndex(1)
    assert tabs.currentWidget() is first()
    assert first().isVisible()
    assert tabs.make_next()
    assert not tabs.make_next()
    assert tabs.widget(2).findChild(QLineEdit, "second") is not None
    assert tabs.currentIndex() == 1


def test_the_tab_key_goes_through_it_as_if_it_had_always_been_there(
    window: QWidget, tabs: LaterTabs
) -> None:
    tabs.put_off(lambda: lines("one", "two"), QIcon(), "Late")
    layout = window.layout()
    assert layout is not None
    below = lines("below")
    layout.addWidget(below)
    below.show()
    tabs.setCurrentIndex(1)
    tabs.tabBar().setFocus()
    reached = []
    for _ in range(3):
        focused = window.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        now = window.focusWidget()
        assert now is not None
        reached.append(now.objectName())
    assert reached == ["one", "two", "below"]


def test_a_part_that_cannot_be_made_says_so_each_time(tabs: LaterTabs) -> None:
    is_full = True

    def make() -> QWidget:
        if is_full:
            raise OSError("no room")
        return lines("later")

    part = tabs.put_off(make, QIcon(), "Later")
    for _ in range(2):
        with pytest.raises(OSError, match="no room"):
            part()
    assert tabs.is_put_off(part)
    is_full = False
    assert part() is tabs.widget(1)
    assert not tabs.is_put_off(part)
