"""The left side of the workbench: what to do, and hints one at a time. Shows no solution."""

from PySide6.QtWidgets import QTabWidget, QWidget

from tfcards.rendering import markdown_html
from tfcards.sessions.lab import LabSession
from tfcards.ui.appearance import Appearance
from tfcards.ui.card_view import CardView
from tfcards.ui.pieces import button, column, label
from tfcards.ui.theme import Space, Theme

_LEAST_WIDTH = 250
_BEFORE = (
    "Try first: what you find out yourself stays longer. "
    "Hints go from a nudge to nearly the answer."
)


class LabGuide(QTabWidget):
    """Instructions in one tab, hints in the other."""

    def __init__(self, session: LabSession, appearance: Appearance) -> None:
        super().__init__()
        self.setDocumentMode(True)
        self.setMinimumWidth(_LEAST_WIDTH)
        self._session = session
        self._appearance = appearance
        self.task = CardView(appearance)
        self.task.setAccessibleName("Instructions")
        self.hints = CardView(appearance)
        self.hints.setAccessibleName("Hints")
        self.revealed = 0
        self._words = label(_BEFORE, "muted", wraps=True)
        self.more = button("", "", "hint")
        self.more.clicked.connect(self.reveal)
        for view in (self.task, self.hints):
            view.document().setDocumentMargin(Space.LARGE)
        self.addTab(self.task, "Task")
        if session.hints:
            self.addTab(self._hint_page(), "Hints")
        self.set_theme(appearance.theme)

    def reveal(self) -> None:
        """Shows one hint more."""
        self.revealed = min(self.revealed + 1, len(self._session.hints))
        self._show_hints()
        bar = self.hints.verticalScrollBar()
        bar.setValue(bar.maximum())

    def set_theme(self, theme: Theme) -> None:
        """Draws with another theme."""
        html = self._session.instructions_html(theme.colours, theme.text_size - 1)
        self.task.replace_html(html)
        self._show_hints()

    def _hint_page(self) -> QWidget:
        page = QWidget()
        layout = column(margin=Space.MEDIUM)
        layout.addWidget(self._words)
        layout.addWidget(self.hints, 1)
        layout.addWidget(self.more)
        page.setLayout(layout)
        return page

    def _show_hints(self) -> None:
        hints = self._session.hints
        theme = self._appearance.theme
        shown = "\n\n".join(
            f"### {number}. {hint.task}\n\n{hint.text}"
            for number, hint in enumerate(hints[: self.revealed], start=1)
        )
        self.hints.replace_html(markdown_html(shown, theme.colours, theme.text_size - 1))
        self.hints.setVisible(self.revealed > 0)
        self._words.setVisible(self.revealed == 0)
        self.more.setVisible(self.revealed < len(hints))
        self.more.setText(f"Show hint {self.revealed + 1} of {len(hints)}")
