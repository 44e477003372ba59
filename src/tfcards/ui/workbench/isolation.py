"""Says what keeps runs apart from the learner's files, and what that means. Decides nothing."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QWidget

from tfcards.sessions.isolation import described, isolation_here
from tfcards.ui.look.elided import Elided
from tfcards.ui.look.icons import pixmap
from tfcards.ui.look.pieces import row
from tfcards.ui.look.theme import Space

_ICON = 14


class IsolationLabel(QWidget):
    """A shield and a few words; the tooltip tells the rest."""

    def __init__(self) -> None:
        super().__init__()
        self._shield = QLabel()
        self.words = Elided(role="caption")
        layout = row(spacing=Space.HAIR)
        layout.addWidget(self._shield)
        layout.addWidget(self.words)
        self.setLayout(layout)
        self.hide()
        QTimer.singleShot(0, self, self._find_out)  # known since the start, or in 30 ms

    def show_isolation(self, isolation: str) -> None:
        """Shows "bubblewrap", "landlock" or "basic" as a learner reads it."""
        found = described(isolation)
        self._shield.setPixmap(pixmap("shield", _ICON))
        self.words.setText(found.words)
        self.setToolTip(found.meaning)
        self.setAccessibleName(found.words)
        self.setAccessibleDescription(found.meaning)
        self.show()

    def _find_out(self) -> None:
        self.show_isolation(isolation_here())
