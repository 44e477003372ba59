"""The left side of the workbench: what to do, and hints for it. Shows no solution."""

import re

from PySide6.QtWidgets import QTabWidget

from tfcards.sessions.lab import LabSession
from tfcards.ui.appearance import Appearance
from tfcards.ui.card_view import CardView
from tfcards.ui.lab_hints import LabHints, with_wrapped_code
from tfcards.ui.theme import Space, Theme

_LEAST_WIDTH = 250
_FIRST_TITLE = re.compile(r"(<body[^>]*>\s*)<h1.*?</h1>", re.DOTALL)


class LabGuide(QTabWidget):
    """Instructions in one tab, hints in the other."""

    def __init__(self, session: LabSession, appearance: Appearance) -> None:
        super().__init__()
        self.setDocumentMode(True)
        self.setMinimumWidth(_LEAST_WIDTH)
        self._session = session
        self.task = CardView(appearance)
        self.task.setAccessibleName("Instructions")
        self.task.document().setDocumentMargin(Space.LARGE)
        self.addTab(self.task, "Task")
        hints = session.hints
        self.hints = LabHints(hints, appearance) if hints else None
        if self.hints is not None:
            self.addTab(self.hints, "Hints")
        self.set_theme(appearance.theme)

    def set_theme(self, theme: Theme) -> None:
        """Draws with another theme; the title is left to the page's header."""
        html = self._session.instructions_html(theme.colours, theme.text_size - 1)
        self.task.replace_html(with_wrapped_code(_FIRST_TITLE.sub(r"\1", html, count=1)))
        if self.hints is not None:
            self.hints.draw()
