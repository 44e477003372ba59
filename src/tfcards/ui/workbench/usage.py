"""What a run uses: a small curve of processor time, and memory in words. Measures nothing."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from tfcards.sessions.lab_run import Usage
from tfcards.ui.look.pieces import label, row
from tfcards.ui.look.theme import Space

WIDTH, HEIGHT = 56, 14  # px
SAMPLES = 60  # half a minute
ONE_CORE = 100.0


class LabUsage(QWidget):
    """Quiet, and hidden until the first sample comes. Where there is little room it says less."""

    def __init__(self) -> None:
        super().__init__()
        self._is_narrow = False
        self._now = self._peak = ""
        self.words = label("", "caption")
        self._curve = _Curve()
        layout = row(spacing=Space.SMALL)
        layout.addStretch(1)
        layout.addWidget(self._curve)
        layout.addWidget(self.words)
        self.setLayout(layout)
        self.hide()

    def show_usage(self, usage: Sequence[Usage], peak_mb: float) -> None:
        """The samples of a run, oldest first, and the most memory it ever had."""
        self.setVisible(bool(usage))
        if not usage:
            return
        cpu, memory = usage[-1].cpu_percent, _memory(usage[-1].memory_mb)
        self._now, self._peak = f"{cpu:.0f}% CPU · {memory}", _memory(peak_mb)
        told = f"Processor {cpu:.0f}% (100% is one core). "
        told += f"Memory {memory}, at most {self._peak} so far."
        self.setToolTip(told)
        self.words.setAccessibleName(told)
        self._write()
        self._curve.show_values([each.cpu_percent for each in usage[-SAMPLES:]])

    def set_narrow(self, *, is_narrow: bool) -> None:
        """Leave out the curve and the peak, which the tooltip tells too."""
        self._is_narrow = is_narrow
        self._curve.setVisible(not is_narrow)
        self._write()

    def _write(self) -> None:
        is_short = self._is_narrow or self._now.endswith(self._peak)
        self.words.setText(self._now if is_short else f"{self._now} (peak {self._peak})")


class _Curve(QWidget):
    """Half a minute of processor time; a full core reaches the top, or the most there was."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(WIDTH, HEIGHT)
        self._values: list[float] = []

    def show_values(self, values: list[float]) -> None:
        self._values = values
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        top = max(ONE_CORE, *self._values) if self._values else ONE_CORE
        step = (WIDTH - 2) / (SAMPLES - 1)
        start = WIDTH - 1 - step * (len(self._values) - 1)
        points = [
            QPointF(start + step * place, HEIGHT - 1 - (HEIGHT - 2) * value / top)
            for place, value in enumerate(self._values)
        ]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = self.palette()
        painter.setPen(QPen(colours.color(QPalette.ColorRole.Midlight), 1))
        painter.drawLine(QPointF(0, HEIGHT - 0.5), QPointF(WIDTH, HEIGHT - 0.5))
        painter.setPen(QPen(colours.color(QPalette.ColorRole.Accent), 1))
        painter.drawPolyline(QPolygonF(points))
        painter.end()


def _memory(megabytes: float) -> str:
    return f"{megabytes / 1024:.1f} GB" if megabytes >= 1000 else f"{megabytes:.0f} MB"
