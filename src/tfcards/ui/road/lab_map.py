"""The map of labs: tiles and marks on a road, the lines between, the keys that lead around."""

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QEasingCurve, QPointF, QPropertyAnimation, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QScrollArea, QWidget
from typing_extensions import override

from tfcards.sessions.road import Node, Roadmap, Section, Standing
from tfcards.ui.look.appearance import Appearance
from tfcards.ui.look.pieces import clear, column, label
from tfcards.ui.look.theme import Duration, Space, Theme
from tfcards.ui.road.lab_list import damaged_card
from tfcards.ui.road.map_items import LabTile, MapItem, StageMark
from tfcards.ui.road.map_layout import Layout, Measures, Point, Route, Stretch, arrange, neighbour

_CORNER = 10  # px, radius of the corners of lines
_HEAD = 5  # px, half the width of an arrow's head
_MARGIN = 24  # px kept free around an item that is scrolled to
_EMPTY = Layout(0, {}, {}, ())


class LabMap(QScrollArea):
    """The road from above.

    `reached` carries the key of the item whose details are wanted, `activated` that of a lab or
    stage that was chosen.
    """

    reached = Signal(str)
    activated = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._appearance = appearance
        self.canvas = _Canvas(appearance)
        self._damaged = column(spacing=Space.MEDIUM)
        self._damaged.setContentsMargins(0, 0, Space.MEDIUM, Space.WIDE)
        content = QWidget()
        content.setObjectName("scrolled")
        layout = column(spacing=0)
        layout.addWidget(self.canvas)
        layout.addLayout(self._damaged)
        layout.addStretch(1)
        content.setLayout(layout)
        self.setWidget(content)
        self.canvas.reached.connect(self._reach)
        self.canvas.activated.connect(self.activated)
        self._glide = QPropertyAnimation(self.verticalScrollBar(), b"value", self)
        self._glide.setDuration(Duration.SLIDE)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._follow = QTimer(self)
        self._follow.setSingleShot(True)
        self._follow.timeout.connect(self._show_current)

    @property
    def current(self) -> str:
        """The key of the lab or section whose details are shown."""
        return self.canvas.current

    def show_road(self, road: Roadmap, damaged: Sequence[str] = ()) -> None:
        """Show the road as it stands, keeping the place, and why other labs could not be read."""
        self.canvas.show_road(road)
        clear(self._damaged)
        if damaged:
            self._damaged.addWidget(label("Could not be read", "heading"))
            self._damaged.addWidget(damaged_card(damaged))

    def select(self, key: str) -> None:
        """Make a lab or section the current one and bring it into view; the focus goes along."""
        if key not in self.canvas.items:
            return
        if any(item.hasFocus() for item in self.canvas.items.values()):
            self.canvas.items[key].setFocus(Qt.FocusReason.OtherFocusReason)
        self.canvas.make_current(key)
        self._follow.start()

    def item(self, key: str) -> MapItem:
        """The tile or mark of that key."""
        return self.canvas.items[key]

    def _reach(self, key: str) -> None:
        self._follow.start()
        self.reached.emit(key)

    def _show_current(self) -> None:
        """Scroll, gently, until the current item is in view."""
        item = self.canvas.items.get(self.current)
        if item is None:
            return
        bar = self.verticalScrollBar()
        top, bottom = item.y() - _MARGIN, item.y() + item.height() + _MARGIN
        value = min(max(bar.value(), bottom - self.viewport().height()), top)
        if self._appearance.reduces_motion or not self.isVisible():
            bar.setValue(value)
        elif value != bar.value():
            self._glide.stop()
            self._glide.setStartValue(bar.value())
            self._glide.setEndValue(value)
            self._glide.start()


class _Canvas(QWidget):
    """All of the map; the scroll area shows a part of it."""

    reached = Signal(str)
    activated = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._road = Roadmap()
        self._layout = _EMPTY
        self.items: dict[str, MapItem] = {}
        self.current = ""
        appearance.changed.connect(self._place)

    def show_road(self, road: Roadmap) -> None:
        """Make, change and drop items so that they are those of the road."""
        self._road = road
        wanted: dict[str, Section | Node] = {}
        for section in road.sections:
            wanted[section.key] = section
            wanted.update({node.id: node for node in section.nodes})
        for key in self.items.keys() - wanted.keys():
            gone = self.items.pop(key)
            gone.hide()
            gone.deleteLater()
        for key, what in wanted.items():
            self._show_item(key, what)
        self.items = {key: self.items[key] for key in wanted}
        if self.current not in self.items:
            self.make_current(_first(road))
        self._place()

    def make_current(self, key: str) -> None:
        """Tab leads to this item from now on."""
        if self.current in self.items:
            self.items[self.current].make_current(is_current=False)
        self.current = key
        if key in self.items:
            self.items[key].make_current(is_current=True)
        self.update()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()
        super().resizeEvent(event)

    def _show_item(self, key: str, what: Section | Node) -> None:
        item = self.items.get(key)
        if isinstance(what, Node):
            if isinstance(item, LabTile):
                item.show_node(what)
                return
            item = LabTile(what, self._appearance)
        else:
            if isinstance(item, StageMark):
                item.show_section(what)
                return
            item = StageMark(what, self._appearance)
        item.setParent(self)
        item.reached.connect(self._reach)
        item.activated.connect(self.activated)
        item.arrow.connect(self._move)
        item.show()
        self.items[key] = item

    def _reach(self, key: str) -> None:
        self.make_current(key)
        self.reached.emit(key)

    def _move(self, across: int, down: int) -> None:
        key = neighbour(self._layout, self.current, across, down)
        if key is not None:
            self.items[key].setFocus(Qt.FocusReason.OtherFocusReason)

    def _place(self, _: Theme | None = None) -> None:
        """Lay everything out for the width there is."""
        px = self._appearance.theme.px
        narrow = self.width() < px(560)
        measures = Measures(
            mark=px(166 if narrow else 176),
            height=px(86),
            narrowest=px(196),
            widest=px(330),
        )
        stretches = [
            Stretch(section.key, tuple((node.id, node.after) for node in section.nodes))
            for section in self._road.sections
        ]
        self._layout = arrange(stretches, self.width() - Space.MEDIUM, measures)
        for key, box in {**self._layout.marks, **self._layout.tiles}.items():
            self.items[key].setGeometry(*(round(side) for side in box))
        self.setFixedHeight(round(self._layout.height) + Space.WIDE)
        self.update()

    # ---- painting

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_road(painter, theme)
        ahead = [route for route in self._layout.routes if self._is_told(route)]
        for route in self._layout.routes:
            if route not in ahead:
                self._paint_route(painter, theme, route)
        for route in ahead:  # over the others
            self._paint_route(painter, theme, route)
        painter.end()

    def _paint_road(self, painter: QPainter, theme: Theme) -> None:
        """The line on the left that strings the sections together."""
        marks = [item for item in self.items.values() if isinstance(item, StageMark)]
        painter.setPen(QPen(QColor(theme.line), 3))
        for above, below in pairwise(marks):
            start = above.mapToParent(above.ring.bottomLeft().toPoint()).y() + 4
            end = below.mapToParent(below.ring.topLeft().toPoint()).y() - 4
            x = above.x() + above.ring.center().x()
            painter.drawLine(QPointF(x, start), QPointF(x, end))

    def _paint_route(self, painter: QPainter, theme: Theme, route: Route) -> None:
        is_done = _is_passed(self.items.get(route.start))
        colour = theme.good if is_done else theme.outline
        if self._is_told(route):
            colour = theme.accent
        pen = QPen(QColor(colour), 2.4 if self._is_told(route) else 1.8)
        if not is_done:
            pen.setDashPattern([3, 2.5])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(_rounded(route.points))
        x, y = route.points[-1]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        corners = [QPointF(x, y - 1), QPointF(x - _HEAD, y - 8), QPointF(x + _HEAD, y - 8)]
        painter.drawPolygon(QPolygonF(corners))

    def _is_told(self, route: Route) -> bool:
        """Whether the line leads to or from the current lab."""
        return self.current in (route.start, route.end)


def _first(road: Roadmap) -> str:
    """Where to begin: at the first lab to work on, else the first to open next, else the first."""
    ready = [node.id for node in road.nodes if node.can_open and node.standing != Standing.PASSED]
    locked = [node.id for node in road.nodes if node.standing == Standing.LOCKED]
    every = [node.id for node in road.nodes] + [section.key for section in road.sections]
    return next(iter([*ready, *locked, *every]), "")


def _is_passed(item: MapItem | None) -> bool:
    return isinstance(item, LabTile) and item.node.is_passed


def _rounded(points: Sequence[Point]) -> QPainterPath:
    """A line along the points whose corners are round."""
    path = QPainterPath(QPointF(*points[0]))
    for before, at, after in zip(points, points[1:], points[2:], strict=False):
        into, out = _towards(at, before), _towards(at, after)
        path.lineTo(into)
        path.quadTo(QPointF(*at), out)
    path.lineTo(QPointF(*points[-1]))
    return path


def _towards(start: Point, end: Point) -> QPointF:
    """A point near `start` on the way to `end`, at most half way."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = max(abs(across), abs(down), 1e-9)
    share = min(_CORNER, length / 2) / length
    return QPointF(start[0] + across * share, start[1] + down * share)
