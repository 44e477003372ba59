"""The one empty state: an icon, a sentence, and what to do meanwhile. No room decides here."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from tfcards.ui.look.pieces import Picture, button, column, label, row
from tfcards.ui.look.theme import Space
from tfcards.ui.page import Page

TEXT_WIDTH = 460


class EmptyState(QWidget):
    """Says in one sentence why there is nothing here, and offers something to do instead."""

    def __init__(self, icon_name: str, title: str, sentence: str) -> None:
        super().__init__()
        self.title = label(title, "title", wraps=True)
        self.sentence = label(sentence, "muted", wraps=True)
        self._actions = row(spacing=Space.SMALL)
        self._actions.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = column(margin=Space.PAGE, spacing=Space.MEDIUM)
        layout.addStretch(2)
        layout.addWidget(Picture(icon_name, 56), 0, Qt.AlignmentFlag.AlignCenter)
        layout.addSpacing(Space.SMALL)
        for text in (self.title, self.sentence):
            text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            text.setFixedWidth(TEXT_WIDTH)
            layout.addWidget(text, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(Space.SMALL)
        layout.addLayout(self._actions)
        layout.addStretch(3)
        self.setLayout(layout)

    def say(self, title: str, sentence: str) -> None:
        """Change the words."""
        self.title.setText(title)
        self.sentence.setText(sentence)

    def offer(
        self, text: str, icon_name: str, act: Callable[[], None], kind: str = ""
    ) -> QPushButton:
        """Add a button that leads on."""
        made = button(text, kind, icon_name)
        made.clicked.connect(act)
        self._actions.addWidget(made)
        return made


class _UnfinishedPage(Page):
    def __init__(self, icon_name: str, title: str, sentence: str) -> None:
        super().__init__()
        state = EmptyState(icon_name, title, sentence)
        state.offer("Review cards", "review", lambda: self.study_asked.emit(None), "primary")
        state.offer("Go to Today", "today", lambda: self.room_asked.emit("today"))
        layout = column()
        layout.addWidget(state)
        self.setLayout(layout)


def unfinished_page(title: str) -> Page:
    """An honest page for a room that is not built yet."""
    sentence = {
        "Quiz": "A quiz will draw choice, typed and code questions from your decks. "
        "Until then, reviewing asks the same questions, one card at a time.",
        "Browse": "Searching and editing in a table is not built yet. "
        "While reviewing, E edits the card in front of you.",
        "Progress": "Charts of your memory are not built yet. Every answer you give is recorded "
        "already, so nothing will be missing from them.",
    }.get(title, "This room is not built yet.")
    return _UnfinishedPage(title.lower(), f"{title} is not here yet", sentence)
