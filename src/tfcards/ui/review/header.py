"""The top of the Review page: deck, what remains, time, progress. It only shows."""

from datetime import timedelta

from PySide6.QtCore import QEasingCurve, QPropertyAnimation, Qt
from PySide6.QtWidgets import QProgressBar, QWidget

from tfcards.core.model import Card, State
from tfcards.sessions.review import ReviewSession
from tfcards.ui.look.appearance import Appearance
from tfcards.ui.look.icons import Ink
from tfcards.ui.look.pieces import Picture, chip, column, label, row, set_tone
from tfcards.ui.look.theme import Duration, Space

FINE = 100  # steps of the bar per card, so that it can move smoothly


class ReviewHeader(QWidget):
    """Title, chips of what is still to come, and a progress bar."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self.title = label("", "title")
        self.flag = Picture("flag", 18, Ink.ACCENT)
        self.flag.setToolTip("Flagged")
        self.timer = label("", "caption")
        self.timer.setAccessibleName("Time on this card")
        self.chips = {name: chip("", name) for name in ("new", "learning", "due")}
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Progress of this sitting")
        self._slide = QPropertyAnimation(self.progress, b"value", self)
        self._slide.setDuration(Duration.SLIDE)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        top = row(spacing=Space.SMALL)
        top.addWidget(self.title)
        top.addWidget(self.flag, 0, Qt.AlignmentFlag.AlignVCenter)
        top.addStretch(1)
        top.addWidget(self.timer)
        top.addSpacing(Space.SMALL)
        for each in self.chips.values():
            top.addWidget(each)
        layout = column(spacing=Space.MEDIUM)
        layout.addLayout(top)
        layout.addWidget(self.progress)
        self.setLayout(layout)

    def show_session(self, session: ReviewSession) -> None:
        """Show where the sitting stands."""
        self.title.setText(session.title)
        self.timer.setVisible(session.card is not None)
        self.flag.setVisible(session.card is not None and session.card.flag > 0)
        remaining = session.remaining
        here = _sort(session.card)
        for name, made in self.chips.items():
            count = getattr(remaining, name)
            made.setText(f"{count} {name}")
            set_tone(made, name if name == here else "none")
        self._move_to(session.done, session.total)

    def show_time(self, passed: timedelta) -> None:
        """Show how long the card has been up."""
        minutes, seconds = divmod(int(passed.total_seconds()), 60)
        self.timer.setText(f"{minutes}:{seconds:02}")

    def _move_to(self, done: int, total: int) -> None:
        self._slide.stop()
        self.progress.setMaximum(max(1, total) * FINE)
        if self._appearance.reduces_motion or not self.isVisible():
            self.progress.setValue(done * FINE)
            return
        self._slide.setStartValue(self.progress.value())
        self._slide.setEndValue(done * FINE)
        self._slide.start()


def _sort(card: Card | None) -> str:
    """Which of the three counts the card on screen belongs to."""
    if card is None:
        return ""
    return {State.NEW: "new", State.REVIEW: "due"}.get(card.state, "learning")
