"""Where one card is studied: card, typing box, Show answer or ratings, key hints. Only draws."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from tfcards.core.model import Note
from tfcards.sessions.typed_code import takes_code, typed_language
from tfcards.ui.card.view import CardView
from tfcards.ui.code.box import CodeBox
from tfcards.ui.look.appearance import Appearance
from tfcards.ui.look.key_hint import KeyHint
from tfcards.ui.look.pieces import Card, button, column, key_cap, label, row
from tfcards.ui.look.theme import Space, Theme
from tfcards.ui.review.answer_box import RUN_KEY, SHOW_KEYS, AnswerBox
from tfcards.ui.review.rating_bar import RatingBar

Deed = tuple[str, str, Callable[[], object]]  # key, word, what it does


class ReviewDesk(QWidget):
    """The parts of the Review page that belong to the card that is up.

    `finished` asks for the answer, `run_asked` for a run of what was typed, `written` tells it.
    """

    finished = Signal()
    run_asked = Signal()
    written = Signal(str)

    def __init__(
        self,
        appearance: Appearance,
        media: Callable[[str], bytes | None],
        deeds: Sequence[Deed],
    ) -> None:
        super().__init__()
        self.view = CardView(appearance, media=media)
        self._boxes = AnswerBox(appearance), CodeBox(appearance)
        self.box: AnswerBox | CodeBox = self._boxes[0]  # the one that this card is answered in
        self._is_asking = False
        self.show_answer = button("Show answer", "primary")
        self.show_answer.clicked.connect(self.finished)
        self.run_typed = button("Run against the assertions", icon_name="play")
        self.run_typed.clicked.connect(self.run_asked)
        self._running = QWidget()
        self.ratings = RatingBar(appearance)
        self.reason = label("", "caption")
        self.reason.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._key = key_cap("Space")
        self._below = QStackedWidget()
        self._below.addWidget(self._asking())
        self._below.addWidget(self._grading())
        card = Card(margin=Space.SMALL)
        card.body.addWidget(self.view, 1)
        self._card = card
        layout = column(spacing=Space.MEDIUM)
        layout.addWidget(card, 1)
        for box in self._boxes:
            self._listen_to(box)
            layout.addWidget(box)
        layout.addWidget(self._below)
        layout.addLayout(_hints(deeds, appearance))
        self.setLayout(layout)
        appearance.changed.connect(self._wear)
        self._wear(appearance.theme)

    def put_below_card(self, widget: QWidget) -> None:
        """Give something a place under the card's text."""
        self._card.body.addWidget(widget)

    @property
    def typed(self) -> str:
        """What was typed as an answer, "" where none is asked for."""
        return self.box.toPlainText() if self.box.isVisibleTo(self) else ""

    def ask(self, note: Note, typed: str = "") -> None:
        """Make ready for a question and put the focus where it is answered.

        `typed` is what was typed for it before a step was taken back.
        """
        kind = note.type.kind
        is_typed = kind in SHOW_KEYS
        self._is_asking = True
        is_code = takes_code(note)
        self._running.setVisible(is_code)
        self.run_typed.setEnabled(bool(typed.strip()))
        for box in self._boxes:
            box.hide()
        self.box = self._boxes[is_code and typed_language(note) == "python"]
        if isinstance(self.box, CodeBox):
            self.box.set_text(typed)
        else:
            self.box.ask(kind)
            self.box.setPlainText(typed)
        self.box.setVisible(is_typed)
        self._is_asking = False
        self._key.setText(SHOW_KEYS.get(kind, "Space"))
        self._below.setCurrentIndex(0)
        (self.box if is_typed else self.view).setFocus()

    def grade(self) -> None:
        """Put the rating buttons in the place of the box and of Show answer."""
        self.box.hide()
        self._below.setCurrentIndex(1)

    def mark_line(self, line: int, message: str) -> None:
        """Mark the line that went wrong, where the box has lines; 0 takes the mark off."""
        if isinstance(self.box, CodeBox):
            self.box.mark_errors({line: message} if line else {})

    def _listen_to(self, box: AnswerBox | CodeBox) -> None:
        box.left.connect(self.show_answer.setFocus)
        box.finished.connect(self.finished)
        box.run_asked.connect(self.run_asked)
        box.textChanged.connect(self._tell)

    def _tell(self) -> None:
        if not self._is_asking:
            text = self.box.toPlainText()
            self.run_typed.setEnabled(bool(text.strip()))
            self.written.emit(text)

    def _asking(self) -> QWidget:
        holder = QWidget()
        running = row()
        running.setContentsMargins(0, 0, Space.LARGE, 0)
        running.addWidget(self.run_typed)
        running.addWidget(key_cap(RUN_KEY), 0, Qt.AlignmentFlag.AlignVCenter)
        self._running.setLayout(running)
        line = row()
        line.addStretch(1)
        line.addWidget(self._running)
        line.addWidget(self.show_answer)
        line.addWidget(self._key, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addStretch(1)
        holder.setLayout(line)
        return holder

    def _grading(self) -> QWidget:
        holder = QWidget()
        lines = column(spacing=Space.HAIR)
        lines.addWidget(self.ratings)
        lines.addWidget(self.reason)
        holder.setLayout(lines)
        return holder

    def _wear(self, theme: Theme) -> None:
        self._below.setFixedHeight(theme.px(88))  # both sides alike: the card does not jump


def _hints(deeds: Sequence[Deed], appearance: Appearance) -> QHBoxLayout:
    line = row(spacing=Space.HAIR)
    line.addStretch(1)
    for key, word, act in deeds:
        hint = KeyHint(key, word, appearance)
        hint.clicked.connect(act)
        line.addWidget(hint)
    line.addStretch(1)
    return line
