"""What a sitting came to, and what to do next. The numbers come from the session."""

from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from tfcards.sessions.sitting import Summary
from tfcards.ui.look.icons import Ink
from tfcards.ui.look.pieces import Card, Picture, button, column, label, row
from tfcards.ui.look.theme import Space

WIDTH = 560


class ReviewSummary(QWidget):
    """Shown instead of a card when none is left."""

    today_asked = Signal()
    labs_asked = Signal()
    undo_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.title = label("", "title")
        self.next_step = label("", "muted", wraps=True)
        self._facts = row(spacing=Space.SMALL)
        self.today = button("Back to Today", "primary", "today")
        self.today.clicked.connect(self.today_asked)
        inner = column(spacing=Space.MEDIUM)
        inner.addStretch(2)
        inner.addWidget(Picture("done", 48, Ink.ACCENT), 0, Qt.AlignmentFlag.AlignHCenter)
        for text in (self.title, self.next_step):
            text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            inner.addWidget(text)
        inner.addSpacing(Space.SMALL)
        inner.addLayout(self._facts)
        inner.addSpacing(Space.MEDIUM)
        inner.addLayout(self._actions())
        inner.addStretch(3)
        middle = QWidget()
        middle.setLayout(inner)
        middle.setMaximumWidth(WIDTH)
        layout = row()
        layout.addWidget(middle)
        self.setLayout(layout)
        self._fact_labels = [self._fact() for _ in range(4)]

    def show_summary(self, summary: Summary, zone: str) -> None:
        """Show a sitting's numbers."""
        self.title.setText(_title(summary))
        self.next_step.setText(_next_step(summary, zone))
        facts = _facts(summary)
        for (card, number, words), fact in zip(self._fact_labels, facts, strict=True):
            card.setVisible(summary.reviews > 0)
            number.setText(fact[0])
            words.setText(fact[1])

    def _fact(self) -> tuple[QWidget, QLabel, QLabel]:
        card = Card(margin=Space.LARGE, spacing=0)
        number, words = label("", "display"), label("", "caption")
        for text in (number, words):
            text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            card.body.addWidget(text)
        self._facts.addWidget(card, 1)
        return card, number, words

    def _actions(self) -> QHBoxLayout:
        labs = button("Labs", "", "labs")
        labs.clicked.connect(self.labs_asked)
        undo = button("Undo the last answer", "quiet", "undo")
        undo.clicked.connect(self.undo_asked)
        actions = row()
        actions.addStretch(1)
        for each in (self.today, labs, undo):
            actions.addWidget(each)
        actions.addStretch(1)
        return actions


def _title(summary: Summary) -> str:
    if summary.waits_until is not None:
        return "A short break"
    return "All done" if summary.reviews else "Nothing is due here"


def _next_step(summary: Summary, zone: str) -> str:
    if summary.waits_until is not None:
        moment = summary.waits_until.astimezone(ZoneInfo(zone))
        return (
            f"The next learning card comes at {moment:%H:%M}. This page will show it by itself; "
            "until then your time is your own."
        )
    if not summary.reviews:
        return "The cards of this deck come back when their time is right. Meanwhile, try a lab."
    return (
        "Every answer is saved. The cards come back when you are about to forget them; "
        "now is a good time to use what you know in a lab."
    )


def _facts(summary: Summary) -> list[tuple[str, str]]:
    recalled = "\N{EN DASH}" if summary.recalled is None else f"{summary.recalled:.0%}"
    minutes = "<1" if summary.minutes < 1 else f"{summary.minutes:.0f}"
    return [
        (str(summary.reviews), "answers"),
        (str(summary.new), "new cards"),
        (recalled, "recalled"),
        (minutes, "minutes"),
    ]


def wait_in_ms(until: datetime, now: datetime) -> int:
    """How long to wait before asking the session again: at least a second, at most a minute."""
    seconds = (until - now).total_seconds()
    return int(min(max(seconds, 1.0), 60.0) * 1000)
