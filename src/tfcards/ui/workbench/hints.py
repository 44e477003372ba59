"""Hints of one task at a time, revealed one by one. Shows no solution."""

from PySide6.QtWidgets import QComboBox, QWidget

from tfcards.rendering import markdown_html
from tfcards.sessions.hints import Hint
from tfcards.sessions.revealed import RevealedHints
from tfcards.ui.card.view import CardView
from tfcards.ui.look.appearance import Appearance
from tfcards.ui.look.pieces import button, column, label
from tfcards.ui.look.theme import Space

_BEFORE = (
    "Try first: what you find out yourself stays longer. "
    "The hints of a task go from a nudge to nearly the answer."
)


class LabHints(QWidget):
    """Pick a task, then ask for its hints, one after the other; `revealed` keeps which."""

    def __init__(
        self, hints: tuple[Hint, ...], revealed: RevealedHints, appearance: Appearance
    ) -> None:
        super().__init__()
        self._appearance = appearance
        self._hints: dict[str, list[str]] = {}
        for hint in hints:
            self._hints.setdefault(hint.task, []).append(hint.text)
        self._revealed = revealed
        self.tasks = QComboBox()
        self.tasks.setAccessibleName("Task")
        self.tasks.view().setAccessibleName("Tasks")
        self.tasks.addItems(list(self._hints))
        self.tasks.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.tasks.currentIndexChanged.connect(self.draw)
        self.view = CardView(appearance)
        self.view.setAccessibleName("Hints")
        self.view.document().setDocumentMargin(Space.HAIR)
        self._words = label(_BEFORE, "muted", wraps=True)
        self.more = button("Show a hint", "", "hint")
        self.more.clicked.connect(self.reveal)
        layout = column(margin=Space.MEDIUM)
        layout.addWidget(self.tasks)
        layout.addWidget(self._words)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.more)
        layout.addStretch(0)
        self.setLayout(layout)
        self.draw()

    def reveal(self) -> None:
        """Shows one hint more for the chosen task."""
        task = self.tasks.currentText()
        if self._revealed.count(task) < len(self._hints[task]):
            self._revealed.reveal(task)
        self.draw()
        bar = self.view.verticalScrollBar()
        bar.setValue(bar.maximum())

    def draw(self) -> None:
        """Shows what is revealed, in the colours of now."""
        task = self.tasks.currentText()
        hints = self._hints[task]
        revealed = min(self._revealed.count(task), len(hints))
        theme = self._appearance.theme
        shown = "\n\n".join(
            f"### Hint {number}\n\n{text}" for number, text in enumerate(hints[:revealed], start=1)
        )
        html = markdown_html(shown, theme.colours, theme.text_size - 1)
        self.view.replace_html(with_wrapped_code(html))
        self._words.setVisible(revealed == 0)
        self.view.setVisible(revealed > 0)
        if revealed == len(hints) and self.more.hasFocus():
            self.tasks.setFocus()
        self.more.setVisible(revealed < len(hints))
        words = f"Show hint {revealed + 1} of {len(hints)}"
        self.more.setText(f"\N{EN SPACE}{words}")
        self.more.setAccessibleName(words)


def with_wrapped_code(html: str) -> str:
    """A page for a narrow view: a long line of code goes on below instead of out of sight."""
    return html.replace('<pre style="', '<pre style="white-space:pre-wrap;')
