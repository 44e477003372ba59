"""What a run uses: a small curve of processor time, and memory in words. Measures nothing."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from tfcards.sessions.lab_run import Usage
from tfcards.ui.pieces import label, row
from tfcards.ui.theme import Space

WIDTH, HEIGHT = 56, 14  # px
SAMPLES = 60  # half a minute
ONE_CORE = 100.0


class LabUsage(QWidget):
    """Quiet, and hidden until the first sample comes."""

    def __init__(self) -> None:
        super().__init__()
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
        now = usage[-1]
        words = f"{now.cpu_percent:.0f}% CPU · {_memory(now.memory_mb)}"
        self.words.setText(f"{words} (peak {_memory(peak_mb)})")
        told = f"Processor {now.cpu_percent:.0f}% (100% is one core). "
        told += f"Memory {_memory(now.memory_mb)}, at most {_memory(peak_mb)} so far."
        self.setToolTip(told)
        self.words.setAccessibleName(told)
        self._curve.show_values([each.cpu_percent for each in usage[-SAMPLES:]])


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
