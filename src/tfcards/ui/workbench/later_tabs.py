"""Tabs whose parts are made when they are needed. Knows no part."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QTabWidget, QWidget

_Part = TypeVar("_Part", bound=QWidget)


class LaterTabs(QTabWidget):
    """A part that was put off is made when its tab is brought up, or when it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self._later: dict[QWidget, Callable[[], QWidget]] = {}
        self.currentChanged.connect(self._make_current)

    def put_off(self, make: Callable[[], _Part], picture: QIcon, name: str) -> Callable[[], _Part]:
        """Adds a tab; calling the answer gives its part, and makes it the first time."""
        place = QWidget()
        self.addTab(place, picture, name)

        @cache
        def part() -> _Part:
            made = make()
            self._later.pop(place, None)
            self._put(made, place)
            return made

        self._later[place] = part
        return part

    def is_put_off(self, part: Callable[[], QWidget]) -> bool:
        """Whether what `put_off` answered has not made its part yet."""
        return part in self._later.values()

    def make_next(self) -> bool:
        """Makes one part that was put off; False when there is none."""
        part = next(iter(self._later.values()), None)
        if part is not None:
            part()
        return part is not None

    def _make_current(self) -> None:
        part = self._later.get(self.currentWidget())
        if part is not None:
            part()

    def _put(self, part: QWidget, place: QWidget) -> None:
        """Puts a part where its place was kept, for the eye and for the Tab key."""
        at, is_current = self.indexOf(place), self.currentWidget() is place
        self.insertTab(at, part, self.tabIcon(at), self.tabText(at))
        self.setTabToolTip(at, self.tabToolTip(at + 1))
        before = place
        place.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # else nothing can come after it
        for widget in list(_focusable(part)):
            self.setTabOrder(before, widget)
            before = widget
        place.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        if is_current:
            self.setCurrentWidget(part)
        self.removeTab(at + 1)
        place.deleteLater()


def _focusable(part: QWidget) -> Iterator[QWidget]:
    """What takes the focus in a part, in the order of the Tab key."""
    widget: QWidget | None = part
    while widget is not None and (widget is part or part.isAncestorOf(widget)):
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
            yield widget
        following = widget.nextInFocusChain()
        widget = None if following is part else following
