"""Keys of a page, working while it has the focus. Which keys there are is the page's business."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget


def press_keys(page: QWidget, act: Callable[[], object], *keys: str) -> None:
    """Call `act` when one of `keys` is pressed on the page; boxes for text keep their own keys."""
    shortcut = QShortcut(page)
    shortcut.setKeys([QKeySequence(key) for key in keys])
    shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    shortcut.activated.connect(act)


def focused_button(page: QWidget) -> QAbstractButton | None:
    """The button of the page that the learner went to by keyboard, if any."""
    focused = QApplication.focusWidget()
    if isinstance(focused, QAbstractButton) and page.isAncestorOf(focused):
        return focused
    return None
