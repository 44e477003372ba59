"""Where one card is studied: card, typing box, Show answer or ratings, key hints. Only draws."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from tfcards.core.model import Kind
from tfcards.ui.answer_box import SHOW_KEYS, AnswerBox
from tfcards.ui.appearance import Appearance
from tfcards.ui.card_view import CardView
from tfcards.ui.key_hint import KeyHint
from tfcards.ui.pieces import Card, button, column, key_cap, label, row
from tfcards.ui.rating_bar import RatingBar
from tfcards.ui.theme import Space, Theme

Deed = tuple[str, str, Callable[[], object]]  # key, word, what it does


class ReviewDesk(QWidget):
    """The parts of the Review page that belong to the card that is up."""

    def __init__(
        self,
        appearance: Appearance,
        media: Callable[[str], bytes | None],
        deeds: Sequence[Deed],
    ) -> None:
        super().__init__()
        self.view = CardView(appearance, media=media)
        self.box = AnswerBox(appearance)
        self.show_answer = button("Show answer", "primary")
        self.box.left.connect(self.show_answer.setFocus)
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
        layout.addWidget(self.box)
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

    def ask(self, kind: Kind) -> None:
        """Make ready for a question of this kind and put the focus where it is answered."""
        is_typed = kind in SHOW_KEYS
        self.box.setVisible(is_typed)
        self.box.ask(kind)
        self._key.setText(SHOW_KEYS.get(kind, "Space"))
        self._below.setCurrentIndex(0)
        (self.box if is_typed else self.view).setFocus()

    def grade(self) -> None:
        """Put the rating buttons in the place of the box and of Show answer."""
        self.box.hide()
        self._below.setCurrentIndex(1)

    def _asking(self) -> QWidget:
        holder = QWidget()
        line = row()
        line.addStretch(1)
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
