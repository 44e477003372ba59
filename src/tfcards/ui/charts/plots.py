"""The charts that pyqtgraph draws. Import this late: it loads pyqtgraph and numpy.

Pens are 1 px wide: wider ones make pyqtgraph ten to forty times slower.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from tfcards.ui.look.theme import Space, Step, Theme

Points = Sequence[tuple[float, float]]

_MOST_COLUMNS = 4
_LEAST_WIDTH = 150  # px of one chart: where there is less room, fewer stand side by side
_LEAST_HEIGHT = 95  # below its legend; what does not fit is scrolled to
_MOST_FRESH = 6  # charts that one turn of the window makes room for
_VALIDATION = "val"
_AROUND = 0.1  # of a constant: how far the scale goes above and below it


class Charts(QWidget):
    """A grid of charts, one per metric, each with its curves and a legend."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._charts: dict[str, _Chart] = {}
        self._columns = _MOST_COLUMNS
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(Space.SMALL)

    def keep(self, metrics: Mapping[str, Mapping[str, Points]]) -> list[str]:
        """Has room for these metrics and no others; charts that stay keep their place.

        Of many new ones only some get room at once: answers which metrics have it. What a new chart
        is drawn on is made later, by `fill`, as it takes a turn of the window.
        """
        gone = [name for name in self._charts if name not in metrics]
        fresh = [name for name in metrics if name not in self._charts][:_MOST_FRESH]
        for name in gone:
            chart = self._charts.pop(name)
            self._grid.removeWidget(chart)
            chart.deleteLater()
        for name in fresh:
            self._charts[name] = _Chart(name, self._theme, self)
            self._charts[name].tell(metrics[name])
        if gone or fresh:
            self._place()
        return list(self._charts)

    def fill(self, metric: str) -> bool:
        """Makes what a chart is drawn on; False when that is there already."""
        return self._charts[metric].fill()

    def draw(self, metric: str, curves: Mapping[str, Points]) -> None:
        """Shows these curves, and no others, in a chart that was filled."""
        self._charts[metric].draw(curves)

    def set_theme(self, theme: Theme) -> None:
        """Draws with another theme."""
        self._theme = theme
        for chart in self._charts.values():
            chart.set_theme(theme)

    def picture(self) -> QPixmap:
        """The charts as they stand, at twice the screen's size."""
        picture = QPixmap(self.size() * 2)
        picture.setDevicePixelRatio(2)
        picture.fill(self._theme.window)
        self.render(picture)
        return picture

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        columns = min(max(event.size().width() // _LEAST_WIDTH, 1), _MOST_COLUMNS)
        if columns != self._columns:
            self._columns = columns
            self._place()

    def _place(self) -> None:
        """Puts every chart where it belongs, in as many columns as there is room for."""
        for place, chart in enumerate(self._charts.values()):
            self._grid.removeWidget(chart)
            self._grid.addWidget(chart, place // self._columns, place % self._columns)
        # all the same, so that what is in one chart moves no other; none where none is any more
        columns, rows = (
            min(len(self._charts), self._columns),
            -(-len(self._charts) // self._columns),
        )
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, int(column < columns))
        for row in range(self._grid.rowCount()):
            self._grid.setRowStretch(row, int(row < rows))


class _Chart(QFrame):
    """One metric: its name, each curve's colour and last value, and the curves."""

    def __init__(self, name: str, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._name = name
        self._theme = theme
        self._last: dict[str, float] = {}
        self._curves: dict[str, pg.PlotDataItem] = {}
        self._legend = QLabel()
        self._legend.setProperty("role", "caption")
        self._legend.setWordWrap(True)
        self._legend.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._legend.setTextFormat(Qt.TextFormat.RichText)
        self._plot: pg.PlotWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(Space.MEDIUM, Space.SMALL, Space.SMALL, Space.HAIR)
        self._column.setSpacing(Space.HAIR)
        self._column.addWidget(self._legend)
        self._column.addStretch(1)
        self._write_legend()

    @override
    def hasHeightForWidth(self) -> bool:
        """It asks for its height itself, once its legend wraps; the others stay as they are."""
        return False

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._ask_for_height()

    def fill(self) -> bool:
        """Makes what the curves are drawn on; False when that is there already."""
        if self._plot is not None:
            return False
        self._plot = pg.PlotWidget(self, enableMenu=False)  # menus would take as long again
        self._plot.setAccessibleName(f"Curve of {self._name}")
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.hideButtons()
        self._column.takeAt(1)
        self._column.addWidget(self._plot, 1)
        self.set_theme(self._theme)
        return True

    def draw(self, curves: Mapping[str, Points]) -> None:
        """Shows these curves and no others; `fill` was called before."""
        assert self._plot is not None
        for label in [label for label in self._curves if label not in curves]:
            self._plot.removeItem(self._curves.pop(label))
        self.tell(curves)
        for label, points in curves.items():
            if label not in self._curves:
                self._curves[label] = self._plot.plot(antialias=True)
                self._dress(label)
            curve = self._curves[label]
            parted = list(_parted(points))
            curve.setData([x for x, _ in parted], [y for _, y in parted], connect="finite")
            curve.setSymbol("o" if len(points) == 1 else None)
        self._scale([y for points in curves.values() for _, y in points])

    def _scale(self, values: Sequence[float]) -> None:
        """Lets a constant lie in the middle, with its own value and not zero beside it."""
        assert self._plot is not None
        if min(values) < max(values):
            self._plot.enableAutoRange(y=True)
        else:
            room = abs(values[0]) * _AROUND or _AROUND
            self._plot.setYRange(values[0] - room, values[0] + room)

    def tell(self, curves: Mapping[str, Points]) -> None:
        """Names these curves, with their last values."""
        self._last = {label: points[-1][1] for label, points in curves.items()}
        self._write_legend()

    def set_theme(self, theme: Theme) -> None:
        """Draws with another theme."""
        self._theme = theme
        self._write_legend()
        if self._plot is None:
            return
        self._plot.setBackground(theme.surface)
        self._plot.showGrid(x=True, y=True, alpha=0.12)
        for side in ("left", "bottom"):
            axis = self._plot.getAxis(side)
            axis.setPen(pg.mkPen(theme.line))
            axis.setTextPen(pg.mkPen(theme.muted))
            axis.setTickFont(theme.font(Step.CAPTION))
        for label in self._curves:
            self._dress(label)

    def _write_legend(self) -> None:
        parts = [self._name_in_bold()]
        for label, value in self._last.items():
            dot = f'<span style="color:{self._colour(label)}">●</span>'
            name = "" if list(self._last) == ["train"] else f"{escape(label)}&nbsp;"
            number = f'<span style="color:{self._theme.text}">{value:.3g}</span>'
            parts.append(f"{dot}&nbsp;{name}{number}")
        self._legend.setText(" &nbsp;".join(parts))
        self._ask_for_height()

    def _ask_for_height(self) -> None:
        margins = self._column.contentsMargins()
        words = self._legend.heightForWidth(self.width() - margins.left() - margins.right())
        self.setMinimumSize(1, words + _LEAST_HEIGHT)

    def _name_in_bold(self) -> str:
        name = escape(self._name.replace("_", " "))
        return f'<b style="color:{self._theme.text}">{name}</b>'

    def _dress(self, label: str) -> None:
        pen = pg.mkPen(self._colour(label), width=1)
        is_owned_validation = _owner(label) and label.endswith(_VALIDATION)
        pen.setStyle(Qt.PenStyle.DashLine if is_owned_validation else Qt.PenStyle.SolidLine)
        self._curves[label].setPen(pen)
        self._curves[label].setSymbolPen(pen)
        self._curves[label].setSymbolBrush(self._colour(label))

    def _colour(self, label: str) -> str:
        """Training and validation differ; with several workers each has its own colour."""
        theme = self._theme
        if not _owner(label):
            return theme.hard if label == _VALIDATION else theme.accent
        owners = list(dict.fromkeys(_owner(name) for name in self._last))
        inks = (theme.accent, theme.hard, theme.good, theme.easy, theme.again)
        return inks[owners.index(_owner(label)) % len(inks)]


def _parted(points: Points) -> Iterator[tuple[float, float]]:
    """The points with a gap wherever steps begin anew: there the training was started again."""
    last = -math.inf
    for step, value in points:
        if step < last:
            yield math.nan, math.nan
        yield step, value
        last = step


def _owner(label: str) -> str:
    """The worker in `worker-1 validation`; nothing when there is but one."""
    return label.removesuffix(_VALIDATION).removesuffix("train").strip()
