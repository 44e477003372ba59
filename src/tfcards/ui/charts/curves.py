"""Live curves of a run: one chart per metric, training beside validation. Reads no events.

pyqtgraph and numpy are loaded when the first point arrives, never at the start of the window.
"""

import gc
from collections.abc import Mapping, Sequence
from importlib import import_module
from itertools import islice
from operator import itemgetter
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFileDialog, QScrollArea, QToolButton, QWidget

from tfcards.ui.look.icons import icon
from tfcards.ui.look.pieces import column, label, row
from tfcards.ui.look.theme import Space, Theme

if TYPE_CHECKING:
    from tfcards.ui.charts.plots import Charts

Points = Sequence[tuple[float, float]]

MOST_POINTS = 800
MOST_CHARTS = 24  # that are drawn, in the order in which their metrics come
MOST_CURVES = 12  # in one chart
REDRAW_MS = 100
PAUSE_MS = 25  # between two charts, so that the window paints one and not all of them at once
WORKER = "worker"  # how the names of workers begin
_CHARTS = "tfcards.ui.charts.plots"
_VALUE = itemgetter(1)
_LEFT_OUT = (
    f"There is room for {MOST_CHARTS} charts of {MOST_CURVES} curves each."
    " What more was reported is not drawn."
)
_EMPTY = "Curves are drawn here as soon as your code trains a model."


class Curves(QWidget):
    """Every metric of a run, redrawn ten times a second at most."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._series: dict[str, Points] = {}
        self._stale: dict[str, Mapping[str, Points]] = {}  # metrics whose charts are to be drawn
        self._waiting = 0  # metrics that have no room yet
        self._charts: Charts | None = None
        self._loader: Thread | None = None
        self.redraws = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REDRAW_MS)
        self._timer.timeout.connect(self._draw)
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.setInterval(PAUSE_MS)
        self._next.timeout.connect(self._draw_next)
        self._empty = label(_EMPTY, "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._save = QToolButton(self)
        self._save.setIcon(icon("save"))
        self._save.setToolTip("Save the curves as a picture")
        self._save.setAccessibleName("Save the curves as a picture")
        self._save.clicked.connect(self._choose_file)
        self._save.hide()
        self.left_out = label(_LEFT_OUT, "caption", wraps=True)
        self.left_out.hide()
        self._area = _area()
        self._lay_out()

    def prepare(self) -> None:
        """Loads what draws charts, in a thread, so that the first point finds it there."""
        if self._loader is None:
            self._loader = Thread(target=_load, daemon=True)
            self._loader.start()

    def show_series(self, series: Mapping[str, Points]) -> None:
        """Draws these points soon; a later call before then replaces them."""
        self._series = dict(series)
        if not self._timer.isActive():
            self._timer.start()

    def set_theme(self, theme: Theme) -> None:
        """Draws with another theme."""
        self._theme = theme
        if self._charts is not None:
            self._charts.set_theme(theme)

    def save_picture(self, path: Path) -> None:
        """Writes the charts as they stand into a picture file (PNG), at twice the screen's size."""
        if self._charts is not None:
            self._draw()
            while self._waiting:
                self._draw()
            while self._stale:
                self._draw_next()
            self._charts.picture().save(str(path))

    def _lay_out(self) -> None:
        across = row(spacing=0)
        across.addWidget(self._empty, 1)
        across.addWidget(self._area, 1)
        across.addWidget(self._save, 0, Qt.AlignmentFlag.AlignTop)
        layout = column(spacing=Space.HAIR)
        layout.setContentsMargins(Space.SMALL, Space.SMALL, Space.SMALL, Space.SMALL)
        layout.addLayout(across, 1)
        layout.addWidget(self.left_out)
        self.setLayout(layout)

    def _draw(self) -> None:
        found = grouped({name: points for name, points in self._series.items() if points})
        metrics = _drawn(found)
        has_curves = bool(metrics)
        if has_curves and self._charts is None:
            if not self._is_loaded():
                self._timer.start()
                return
            self._add_charts()
        self._empty.setVisible(not has_curves)
        self.left_out.setVisible(metrics != found)
        self._save.setVisible(has_curves)
        if self._charts is not None:
            self._area.setVisible(has_curves)
            placed = self._charts.keep(metrics)
            self._waiting = len(metrics) - len(placed)
            waiting_first = (*self._stale, *placed)
            self._stale = {name: metrics[name] for name in waiting_first if name in metrics}
            self._next.start()  # anew: not in the turn in which charts found their places
            if self._waiting:
                self._timer.start()

    def _draw_next(self) -> None:
        """Fills or draws one chart a turn, so that clicks, keys and painting come between them."""
        if self._charts is None:
            return
        name = next(iter(self._stale), None)
        if name is not None and not self._charts.fill(name):
            curves = self._stale.pop(name)
            self._charts.draw(name, {label: thin(points) for label, points in curves.items()})
        if self._stale:
            self._next.start()
        elif not self._waiting:
            self.redraws += 1

    def _is_loaded(self) -> bool:
        """Whether pyqtgraph is in memory."""
        self.prepare()
        return self._loader is not None and not self._loader.is_alive()

    def _add_charts(self) -> None:
        from tfcards.ui.charts.plots import Charts  # noqa: PLC0415  # loads pyqtgraph and numpy

        self._charts = Charts(self._theme, self)
        self._charts.setObjectName("scrolled")
        self._area.setWidget(self._charts)

    def _choose_file(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Save the curves", "curves.png", "PNG (*.png)")
        if name:
            self.save_picture(Path(name).with_suffix(".png"))


def _load() -> None:
    """Imports what draws charts, with no search for garbage through all that is loaded.

    That would hold the window up for 0.1 s, now or in the middle of the run.
    """
    gc.freeze()
    import_module(_CHARTS)
    gc.freeze()


def _area() -> QScrollArea:
    """Room for charts, which are scrolled to when there are many."""
    made = QScrollArea()
    made.setWidgetResizable(True)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    made.hide()
    return made


def _drawn(metrics: Mapping[str, Mapping[str, Points]]) -> dict[str, Mapping[str, Points]]:
    """The metrics there is room for, with as many curves."""
    return {
        name: dict(islice(curves.items(), MOST_CURVES))
        for name, curves in islice(metrics.items(), MOST_CHARTS)
    }


def thin(points: Points, most: int = MOST_POINTS) -> list[tuple[float, float]]:
    """At most `most` points that keep the first, the last, and every peak and dip."""
    if len(points) <= most:
        return list(points)
    size = -(-(len(points) - 2) // ((most - 2) // 2))
    kept = [points[0]]
    for start in range(1, len(points) - 1, size):
        part = points[start : min(start + size, len(points) - 1)]
        ends = {min(part, key=_VALUE), max(part, key=_VALUE)}
        kept += sorted(ends)
    kept.append(points[-1])
    return kept


def grouped(series: Mapping[str, Points]) -> dict[str, dict[str, Points]]:
    """Metric -> label -> points; `val_loss` joins `loss`, `worker-1/loss` too under its worker.

    So does `train/loss` from a log for TensorBoard, unless training itself reports a `loss`: the
    log counts steps of its own, so it gets a chart of its own.
    """
    reported = {name.removeprefix("val_") for name in series if "/" not in name}
    groups: dict[str, dict[str, Points]] = {}
    for name, points in series.items():
        owner, _, metric = name.rpartition("/")
        is_validation = metric.startswith("val_")
        label = "val" if is_validation else "train"
        if owner:
            label = f"{owner} {label}" if is_validation else owner
        group = metric.removeprefix("val_")
        if owner and not owner.startswith(WORKER) and group in reported:
            group = f"{group} (logged)"
        groups.setdefault(group, {})[label] = points
    return {group: dict(sorted(curves.items())) for group, curves in groups.items()}
