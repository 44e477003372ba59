"""The banner after a run: what it came to, the points, and which cards came back. No rules here."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QLabel

from tfcards.sessions.lab import LabSession
from tfcards.sessions.lab_fault import fault
from tfcards.ui.look.icons import icon, pixmap
from tfcards.ui.look.pieces import button, column, label, row
from tfcards.ui.look.theme import Radius, Space, Step, Theme
from tfcards.ui.workbench.words import Verdict, inline_code, points, verdict

_ICON = 24
_LOOKS = {
    "good": ("trophy", "good"),
    "bad": ("failed", "again"),
    "warning": ("warning", "hard"),
}


class LabResult(QFrame):
    """One sentence, one score, and the way to the cards that a failed check brought due.

    A fault of the checks themselves can be copied. `take_back_requested` asks to give those cards
    their dates again.
    """

    review_requested = Signal()
    take_back_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("labResult")
        self._theme = theme
        self._verdict: Verdict | None = None
        self._because = self._cards_text = self._fault = ""
        self._icon = QLabel()
        self._icon.setFixedSize(_ICON, _ICON)
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.RichText)
        self.cards = QLabel()
        self.cards.setWordWrap(True)
        self.cards.setTextFormat(Qt.TextFormat.RichText)
        self.score = label("", "title")
        self.review = button("Review them", "", "review")
        self.review.clicked.connect(self.review_requested)
        self.take_back = button("Undo", "quiet", "undo", hint="Give the cards the dates they had")
        self.take_back.setAccessibleName("Undo: give the cards the dates they had")
        self.take_back.clicked.connect(self.take_back_requested)
        self.copy = button(
            "Copy details", "quiet", "copy", hint="What a report of this fault needs"
        )
        self.copy.clicked.connect(self._copy)
        self._close = button("", "quiet", "cross", hint="Close this result")
        self._close.clicked.connect(self.hide)
        self._lay_out()
        self.hide()

    def show_result(self, session: LabSession) -> None:
        """Shows what the last run came to."""
        self._verdict = verdict(session)
        self.score.setText(f"{points(session.score)} / {points(session.max_score)} pt")
        self.score.setVisible(self._verdict.is_graded)
        self._because = self._verdict.because
        self._fault = fault(session.result)
        self.copy.setVisible(bool(self._fault))
        self.copy.setText("Copy details")
        self.cards.setToolTip("\n".join(self._verdict.reasons))
        self.show_cards(session)
        self._draw()
        self.show()

    def show_cards(self, session: LabSession) -> None:
        """Says whether cards are due because of the run, or were until it was taken back."""
        brought = session.brought
        self.cards.setVisible(bool(brought.guids))
        self.review.setVisible(brought.stands)
        self.take_back.setVisible(brought.can_be_taken_back)
        words = "Due for review" if brought.stands else "Taken back, not due for review"
        self._cards_text = f"{words}: {self._because}."
        self.cards.setText(inline_code(self._cards_text, self._theme))

    @property
    def headline(self) -> str:
        """The outcome in a word or two."""
        return "" if self._verdict is None else self._verdict.headline

    def set_theme(self, theme: Theme) -> None:
        """Draws with another theme."""
        self._theme = theme
        self._draw()

    def _lay_out(self) -> None:
        words = column(spacing=Space.HAIR)
        words.addWidget(self.sentence)
        words.addWidget(self.cards)
        layout = row(spacing=Space.MEDIUM)
        layout.setContentsMargins(Space.MEDIUM, Space.SMALL, Space.SMALL, Space.SMALL)
        layout.addWidget(self._icon)
        layout.addLayout(words, 1)
        layout.addWidget(self.score)
        layout.addWidget(self.copy)
        layout.addWidget(self.take_back)
        layout.addWidget(self.review)
        layout.addWidget(self._close)
        self.setLayout(layout)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._fault)
        self.copy.setText("Copied")

    def _draw(self) -> None:
        if self._verdict is None:
            return
        theme = self._theme
        name, ink = _LOOKS[self._verdict.tone]
        colour, ground = getattr(theme, ink), getattr(theme, f"{ink}_soft")
        self._icon.setPixmap(pixmap(name, _ICON, colour))
        headline = f'<b style="color:{colour}">{self._verdict.headline}.</b>'
        self.sentence.setText(f"{headline} {inline_code(self._verdict.sentence, theme)}")
        self.cards.setText(inline_code(self._cards_text, theme))
        self._close.setIcon(icon("cross"))
        self.setStyleSheet(
            f"#labResult {{ background: {ground}; border: 1px solid {colour};"
            f" border-radius: {Radius.CONTROL}px; }}"
            f"#labResult QLabel {{ color: {theme.text}; background: transparent; }}"
            f'#labResult QLabel[role="title"] {{ color: {colour};'
            f" font-size: {theme.px(Step.HEADING)}px; }}"
        )
