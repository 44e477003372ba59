"""The way to the labs: the map with details beside it, or the list; a filter. Opens nothing."""

from collections.abc import Sequence

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QWidget,
)
from typing_extensions import override

from tfcards.sessions.road import Roadmap
from tfcards.ui.keys import press_keys
from tfcards.ui.look.appearance import Appearance
from tfcards.ui.look.empty import EmptyState
from tfcards.ui.look.pieces import button, column, label, row
from tfcards.ui.look.theme import Space
from tfcards.ui.road.details import LabDetails
from tfcards.ui.road.lab_list import LabList
from tfcards.ui.road.lab_map import LabMap

_VIEW = "labs/view"
_VIEWS = ("Map", "List")
_WIDEST = 1480
_DETAILS = 312
_NARROW_DETAILS = 290
_NARROW = 900  # px of room; below it the details get less
_LOW = 620  # px of room; below it they go under the map
_UNDER, _UNDER_LEAST = 230, 150


class LabsHome(QWidget):
    """Every lab there is.

    `chosen` carries the id of one to open, `review_requested` guids, `study_asked` a deck's id.
    """

    chosen = Signal(str)
    review_requested = Signal(tuple)
    study_asked = Signal(object)

    def __init__(self, appearance: Appearance, settings: QSettings) -> None:
        super().__init__()
        self._appearance = appearance
        self._settings = settings
        self._road = Roadmap()
        self._damaged: tuple[str, ...] = ()
        self.summary = label("", "muted")
        self.filter = _Filter()
        self.views = {name: _view_button(name) for name in _VIEWS}
        self.map = LabMap(appearance)
        self.details = LabDetails(appearance.theme)
        self.list = LabList()
        self.empty = EmptyState("labs", "", "")
        self._on_map = QWidget()
        self._beside = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._pages = QStackedWidget()
        self._lay_out()
        self._connect()
        self._view(str(settings.value(_VIEW, _VIEWS[0])))

    @property
    def view(self) -> str:
        """Map or List."""
        return next(name for name in _VIEWS if self.views[name].isChecked())

    def show_road(self, road: Roadmap, damaged: Sequence[str] = ()) -> None:
        """Show the road as it stands now."""
        self._road, self._damaged = road, tuple(damaged)
        self._show()

    def select(self, lab_id: str) -> None:
        """Show the learner where a lab is, and tell of it."""
        self.filter.clear()
        self.map.select(lab_id)
        self._tell()

    def take_focus(self) -> None:
        """Give the focus to where the learner is on the map."""
        if self.map.isVisible() and self.map.current:
            self.map.item(self.map.current).setFocus(Qt.FocusReason.OtherFocusReason)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        room = event.size().width()
        is_low = room < _LOW
        direction = QBoxLayout.Direction
        self._beside.setDirection(direction.TopToBottom if is_low else direction.LeftToRight)
        wide = _NARROW_DETAILS if room < _NARROW else _DETAILS
        self.details.setMaximumSize(_WIDEST if is_low else wide, _UNDER if is_low else 16_777_215)
        self.details.setMinimumSize(0 if is_low else wide, _UNDER_LEAST if is_low else 0)
        super().resizeEvent(event)

    # ---- what is shown

    def _show(self, _: object = None) -> None:
        """Draw anew what the filter leaves of the road."""
        shown = self._road.only(self.filter.text())
        theme = self._appearance.theme
        self.summary.setText(self._road.summary)
        self.map.show_road(shown, self._damaged)
        if self.view == _VIEWS[1]:
            self.list.show_road(shown, theme, self._damaged)
        self._tell()
        self._turn_page()

    def _tell(self) -> None:
        """The details of what the map is at."""
        key = self.map.current
        section = next((each for each in self._road.sections if each.key == key), None)
        self.details.tell(self._road.find(key) or section, self._appearance.theme)
        if key:
            item = self.map.item(key)
            QWidget.setTabOrder(self.views[_VIEWS[-1]], item)
            if self.details.action is not None:
                QWidget.setTabOrder(item, self.details.action)

    def _turn_page(self) -> None:
        is_empty = not self.map.current and not self._damaged
        if self.filter.text():
            self.empty.say("No lab fits", "Other words, or none, show other labs.")
        else:
            self.empty.say("No labs here", "The folder with the labs that came along is missing.")
        view = self._on_map if self.view == _VIEWS[0] else self.list
        self._pages.setCurrentWidget(self.empty if is_empty else view)

    def _view(self, name: str) -> None:
        """Show the map or the list, and remember it."""
        chosen = name if name in _VIEWS else _VIEWS[0]
        self.views[chosen].setChecked(True)
        self._settings.setValue(_VIEW, chosen)
        self._show()

    def _activate(self, key: str) -> None:
        """Enter or a double click on the map: open the lab, else do what its button would."""
        node = self._road.find(key)
        if node is not None and node.can_open:
            self.chosen.emit(node.id)
        elif self.details.action is not None:
            self.details.action.click()

    # ---- putting together

    def _lay_out(self) -> None:
        words = column(spacing=2)
        words.addWidget(label("Labs", "title"))
        words.addWidget(self.summary)
        top = row(spacing=Space.MEDIUM)
        top.addLayout(words, 1)
        top.addWidget(self.filter)
        switch = row(spacing=Space.HAIR)
        for each in self.views.values():
            switch.addWidget(each)
        top.addLayout(switch)
        self._beside.setContentsMargins(0, 0, 0, Space.LARGE)
        self._beside.setSpacing(Space.LARGE)
        self._beside.addWidget(self.map, 1)
        self._beside.addWidget(self.details)
        self._on_map.setLayout(self._beside)
        for page in (self._on_map, self.list, self.empty):
            self._pages.addWidget(page)
        inner = column(spacing=Space.LARGE)
        inner.addLayout(top)
        inner.addWidget(self._pages, 1)
        middle = QWidget()
        middle.setMaximumWidth(_WIDEST)
        middle.setLayout(inner)
        outer = row(spacing=0)
        outer.setContentsMargins(Space.PAGE, Space.WIDE, Space.WIDE, 0)
        outer.addWidget(middle, 1)
        self.setLayout(outer)

    def _connect(self) -> None:
        group = QButtonGroup(self)
        for name, made in self.views.items():
            group.addButton(made)
            made.clicked.connect(lambda _=False, name=name: self._view(name))
        self.filter.textChanged.connect(self._show)
        self.filter.left.connect(self.take_focus)
        self.map.reached.connect(self._tell)
        self.map.activated.connect(self._activate)
        for part in (self.details, self.list):
            part.chosen.connect(self.chosen)
            part.review_requested.connect(self.review_requested)
        self.details.study_asked.connect(self.study_asked)
        self._appearance.changed.connect(self._show)
        press_keys(self, self.filter.setFocus, "/")


class _Filter(QLineEdit):
    """A box for words; Escape empties it, Escape again, Enter or Down leads back (`left`)."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText("Filter labs ( / )")
        self.setAccessibleName("Filter labs")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(220)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif key in (Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        else:
            super().keyPressEvent(event)


def _view_button(name: str) -> QPushButton:
    made = button(name, "segment", hint=f"Show the labs as a {name.lower()}")
    made.setCheckable(True)
    return made
