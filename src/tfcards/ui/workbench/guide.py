"""The left side of the workbench: what to do, and hints for it. Shows no solution."""

import re
from functools import partial

from PySide6.QtGui import QIcon

from tfcards.sessions.lab import LabSession
from tfcards.ui.card.view import CardView
from tfcards.ui.look.appearance import Appearance
from tfcards.ui.look.theme import Space, Theme
from tfcards.ui.workbench.hints import LabHints, with_wrapped_code
from tfcards.ui.workbench.later_tabs import LaterTabs

_LEAST_WIDTH = 250
_FIRST_TITLE = re.compile(r"(<body[^>]*>\s*)<h1.*?</h1>", re.DOTALL)


class LabGuide(LaterTabs):
    """Instructions in one tab, hints in the other. `draw` brings the instructions."""

    def __init__(self, session: LabSession, appearance: Appearance) -> None:
        super().__init__()
        self.setDocumentMode(True)
        self.setMinimumWidth(_LEAST_WIDTH)
        self._session = session
        self._theme = appearance.theme
        self._html = ""
        self.task = CardView(appearance)
        self.task.setAccessibleName("Instructions")
        self.task.document().setDocumentMargin(Space.LARGE)
        self.addTab(self.task, "Task")
        self._hints = None
        if session.hints:
            make = partial(LabHints, session.hints, session.revealed, appearance)
            self._hints = self.put_off(make, QIcon(), "Hints")

    @property
    def hints(self) -> LabHints | None:
        """The hints, if the lab has any."""
        return None if self._hints is None else self._hints()

    def set_theme(self, theme: Theme) -> None:
        """Draws with another theme."""
        self._theme, self._html = theme, ""
        while self.draw():
            pass
        self.draw_hints()

    def draw_hints(self) -> None:
        """Shows the hints that are revealed by now."""
        if self.hints is not None:
            self.hints.draw()

    def draw(self) -> bool:
        """Takes a step towards showing the instructions; False after the last.

        Their title is left to the page's header.
        """
        if not self._html:
            theme = self._theme
            html = self._session.instructions_html(theme.colours, theme.text_size - 1)
            self._html = with_wrapped_code(_FIRST_TITLE.sub(r"\1", html, count=1))
            return True
        if self.task.draw_formula_of(self._html):
            return True
        self.task.replace_html(self._html)
        return False
