"""Places in the learner's files that the console names: a click leads there. Prints nothing."""

import re
from collections.abc import Collection

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent
from PySide6.QtWidgets import QPlainTextEdit, QToolTip
from typing_extensions import override

_FRAME = re.compile(r'File "(?:[^"]*/)?([^"/]+)", line (\d+)')


class LabPlaces(QObject):
    """Watches the mouse over a console; `asked` carries a file's name and a line, from 1."""

    asked = Signal(str, int)

    def __init__(self, console: QPlainTextEdit, files: Collection[str]) -> None:
        super().__init__(console)
        self._console = console
        self._files = files
        console.viewport().setMouseTracking(True)
        console.viewport().installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A hand over a place and what a click does there; the click itself, unless it selects."""
        if isinstance(event, QHelpEvent):
            place = self._at(event.pos())
            QToolTip.showText(event.globalPos(), f"Go to line {place[1]}" if place else "")
            return True
        if isinstance(event, QMouseEvent):
            place = self._at(event.position().toPoint())
            if event.type() == QEvent.Type.MouseMove:
                shape = Qt.CursorShape.PointingHandCursor if place else Qt.CursorShape.IBeamCursor
                self._console.viewport().setCursor(shape)
            elif self._is_click(event) and place:
                self.asked.emit(*place)
        return False

    def _is_click(self, event: QMouseEvent) -> bool:
        is_left = event.button() == Qt.MouseButton.LeftButton
        is_end = event.type() == QEvent.Type.MouseButtonRelease
        return is_end and is_left and not self._console.textCursor().hasSelection()

    def _at(self, point: QPoint) -> tuple[str, int] | None:
        """The place that the line below the mouse names, if it is in one of the files."""
        line = self._console.cursorForPosition(point).block().text()
        found = _FRAME.search(line)
        if found is None or found[1] not in self._files:
            return None
        return found[1], int(found[2])
