"""What stands on the map of labs: the tile of a lab and the mark of a stage. Places nothing."""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QAbstractButton
from typing_extensions import override

from tfcards.sessions.road import Node, Section, Standing
from tfcards.ui.look.appearance import Appearance
from tfcards.ui.look.icons import pixmap
from tfcards.ui.look.pieces import wrapped
from tfcards.ui.look.theme import Radius, Space, Step, Theme
from tfcards.ui.road.states import LOOKS, facts, spoken

DISC = 34
_ICON = 18
_RING = 4
_BAR = 4
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_OPENING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class MapItem(QAbstractButton):
    """Something on the map that can be gone to and chosen; it asks, the map decides.

    `reached` says that it has the focus, `activated` that it was chosen (Enter, double click).
    """

    reached = Signal(str)
    activated = Signal(str)
    arrow = Signal(int, int)

    def __init__(self, key: str, appearance: Appearance) -> None:
        super().__init__()
        self.key = key
        self._appearance = appearance
        self.is_current = False
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def make_current(self, *, is_current: bool) -> None:
        """The one item that Tab leads to, and whose details are shown."""
        self.is_current = is_current
        policy = Qt.FocusPolicy.StrongFocus if is_current else Qt.FocusPolicy.ClickFocus
        self.setFocusPolicy(policy)
        self.update()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _ARROWS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.arrow.emit(*_ARROWS[key])
        elif key in _OPENING:
            self.activated.emit(self.key)
        else:
            event.ignore()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.activated.emit(self.key)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        self.reached.emit(self.key)
        super().focusInEvent(event)

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    def _paint_frame(self, painter: QPainter, theme: Theme) -> None:
        if self.hasFocus() or self.is_current:
            painter.setPen(QPen(QColor(theme.accent), 2 if self.hasFocus() else 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self._box(), Radius.CARD, Radius.CARD)

    def _box(self) -> QRectF:
        return QRectF(self.rect()).adjusted(1, 1, -1, -1)


class LabTile(MapItem):
    """One lab: its standing as icon and word, its title, its tasks."""

    def __init__(self, node: Node, appearance: Appearance) -> None:
        super().__init__(node.id, appearance)
        self._icons: dict[tuple[str, str], QPixmap] = {}
        self.node = node
        self.show_node(node)

    def show_node(self, node: Node) -> None:
        """Show the lab as it stands now."""
        self.node = node
        self.setAccessibleName(spoken(node))
        self.setToolTip(wrapped(node.summary))
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, theme)
        self._paint_disc(painter, theme)
        left = Space.MEDIUM + DISC + Space.MEDIUM
        room = QRectF(left, Space.MEDIUM, self.width() - left - Space.MEDIUM, theme.px(42))
        is_planned = self.node.standing is Standing.PLANNED
        painter.setPen(QColor(theme.muted if is_planned else theme.text))
        painter.setFont(theme.font(Step.BODY, QFont.Weight.DemiBold))
        draw_lines(painter, room, self.node.title, 2)
        self._paint_foot(painter, theme, room)
        self._paint_frame(painter, theme)
        painter.end()

    def _paint_ground(self, painter: QPainter, theme: Theme) -> None:
        is_planned = self.node.standing is Standing.PLANNED
        pen = QPen(QColor(theme.outline if is_planned else theme.line), 1)
        if is_planned:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        ground = theme.window if is_planned else theme.surface
        painter.setBrush(QColor(theme.hover if self.underMouse() else ground))
        painter.drawRoundedRect(self._box().adjusted(0.5, 0.5, -0.5, -0.5), 14, 14)

    def _on_ground(self, theme: Theme, name: str) -> str:
        """A colour for what lies on the item: below the mouse, `sunken` would not be seen."""
        is_lost = name == "sunken" and self.underMouse()
        return str(getattr(theme, "pressed" if is_lost else name))

    def _paint_disc(self, painter: QPainter, theme: Theme) -> None:
        look = LOOKS[self.node.standing]
        ink = getattr(theme, look.ink)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._on_ground(theme, look.ground)))
        painter.drawEllipse(QRectF(Space.MEDIUM, Space.MEDIUM, DISC, DISC))
        picture = self._icons.get((look.icon, ink))
        if picture is None:
            picture = self._icons[look.icon, ink] = pixmap(look.icon, _ICON, ink)
        at = Space.MEDIUM + (DISC - _ICON) / 2
        painter.drawPixmap(QPointF(at, at), picture)

    def _paint_foot(self, painter: QPainter, theme: Theme, room: QRectF) -> None:
        look = LOOKS[self.node.standing]
        height = theme.px(16)
        foot = QRectF(room.x(), self.height() - Space.MEDIUM - height, room.width(), height)
        share = _share(self.node)
        if share is not None:
            bar = QRectF(Space.MEDIUM, foot.center().y() - _BAR / 2, DISC, _BAR)
            _paint_bar(
                painter, bar, share, self._on_ground(theme, "sunken"), getattr(theme, look.ink)
            )
        painter.setFont(theme.font(Step.CAPTION, QFont.Weight.DemiBold))
        painter.setPen(QColor(getattr(theme, look.ink)))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(foot, middle, look.word)
        wide = painter.fontMetrics().horizontalAdvance(look.word)
        painter.setFont(theme.font(Step.CAPTION))
        painter.setPen(QColor(theme.muted))
        rest = foot.adjusted(wide, 0, 0, 0)
        told = facts(self.node)
        done = sum(task.is_done for task in self.node.tasks)
        if done and self.node.standing in (Standing.BEGUN, Standing.RUNNING):
            told = f"{told} · {done}/{len(self.node.tasks)} tasks"
        told = f" · {told}" if told else ""
        elided = painter.fontMetrics().elidedText(
            told, Qt.TextElideMode.ElideRight, int(rest.width())
        )
        painter.drawText(rest, middle, elided)


class StageMark(MapItem):
    """The beginning of a section: number in a ring of what is remembered, title, how much."""

    def __init__(self, section: Section, appearance: Appearance) -> None:
        super().__init__(section.key, appearance)
        self._trophy: dict[str, QPixmap] = {}
        self.section = section
        self.show_section(section)

    def show_section(self, section: Section) -> None:
        """Show the section as it stands now."""
        self.section = section
        self.setAccessibleName(f"{section.heading}. {section.memory}".rstrip())
        self.setToolTip(wrapped(section.about))
        self.update()

    @property
    def ring(self) -> QRectF:
        """Where the ring is, on the mark."""
        return QRectF(Space.SMALL, Space.SMALL, DISC + 6, DISC + 6)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.hover))
            painter.drawRoundedRect(self._box(), Radius.CARD, Radius.CARD)
        self._paint_ring(painter, theme)
        left = self.ring.right() + Space.MEDIUM
        room = QRectF(left, Space.SMALL, self.width() - left - Space.SMALL, theme.px(40))
        painter.setPen(QColor(theme.text))
        painter.setFont(theme.font(Step.BODY, QFont.Weight.DemiBold))
        lines = draw_lines(painter, room, self.section.title, 2)
        painter.setPen(QColor(theme.muted))
        painter.setFont(theme.font(Step.CAPTION))
        line = painter.fontMetrics().lineSpacing()
        below = room.translated(0, lines * theme.px(Step.BODY) * 1.25 + 2)
        below.setHeight(line * 2 + 2)
        draw_lines(painter, below, remembered(self.section), 2)
        self._paint_frame(painter, theme)
        painter.end()

    def _paint_ring(self, painter: QPainter, theme: Theme) -> None:
        held = self.section.mastery
        share = held.share if held else 0.0
        inner = self.ring.adjusted(_RING / 2, _RING / 2, -_RING / 2, -_RING / 2)
        painter.setBrush(QColor(theme.window))
        painter.setPen(QPen(QColor(theme.pressed), _RING))
        painter.drawEllipse(inner)
        pen = QPen(QColor(theme.good if share >= 0.8 else theme.accent), _RING)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        if share > 0:
            painter.drawArc(inner, 90 * 16, round(-share * 360 * 16))
        if self.section.number is None:
            picture = self._trophy.setdefault(theme.name, pixmap("trophy", _ICON, theme.muted))
            corner = self.ring.center() - QPointF(_ICON / 2, _ICON / 2)
            painter.drawPixmap(corner, picture)
            return
        painter.setPen(QColor(theme.text))
        painter.setFont(theme.font(Step.BODY, QFont.Weight.Bold))
        painter.drawText(self.ring, Qt.AlignmentFlag.AlignCenter, str(self.section.number))


def remembered(section: Section) -> str:
    """What is remembered of a stage, in the few words a mark has room for."""
    held = section.mastery
    if held is None:
        passed = sum(node.is_passed for node in section.nodes)
        return f"{passed} of {len(section.nodes)} passed" if section.nodes else "no cards here"
    return f"{held.recalled} of {held.total} recalled" if held.seen else f"{held.total} new cards"


def draw_lines(painter: QPainter, room: QRectF, text: str, most: int) -> int:
    """Write text into at most so many lines, the last one cut off with dots; how many it took."""
    layout = QTextLayout(text, painter.font())
    layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
    metrics = painter.fontMetrics()
    layout.beginLayout()
    number, y = 0, room.y()
    while number < most and (line := layout.createLine()).isValid():
        line.setLineWidth(room.width())
        start, length = line.textStart(), line.textLength()
        is_last = number == most - 1 and start + length < len(text)
        part = text[start : start + length].rstrip()
        if is_last:
            part = metrics.elidedText(text[start:], Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(QPointF(room.x(), y + metrics.ascent()), part)
        number, y = number + 1, y + metrics.lineSpacing()
    layout.endLayout()
    return number


def _share(node: Node) -> float | None:
    """How far the cards of a locked lab are known."""
    if node.standing is not Standing.LOCKED or node.row is None:
        return None
    unlock = node.row.unlock
    return min(1.0, unlock.known / unlock.needed) if unlock.needed else None


def _paint_bar(painter: QPainter, box: QRectF, share: float, ground: str, ink: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(box, _BAR / 2, _BAR / 2)
    if share > 0:
        painter.setBrush(QColor(ink))
        filled = QRectF(box.x(), box.y(), max(_BAR, box.width() * share), box.height())
        painter.drawRoundedRect(filled, _BAR / 2, _BAR / 2)
