"""Shows what is in one thing that a run left: facts, then tables, text, curves, a picture."""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QTabWidget, QVBoxLayout, QWidget

from tfcards.labs.left.contents import Contents
from tfcards.ui.artifacts.matrix import MatrixView
from tfcards.ui.artifacts.picture import PictureView
from tfcards.ui.artifacts.table import TableView
from tfcards.ui.charts.curves import Curves
from tfcards.ui.look.pieces import clear, column, label
from tfcards.ui.look.theme import Space, Step, Theme

Shown = Contents | QImage


class ArtifactView(QWidget):
    """One thing at a time; its name goes into what a screen reader says of the parts."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: tuple[Shown, str] | None = None
        self._body: QVBoxLayout = column(spacing=Space.SMALL)
        self.setLayout(self._body)

    @property
    def shown(self) -> tuple[Shown, str] | None:
        """What is on screen, and its name."""
        return self._shown

    def show_nothing(self) -> None:
        """Clears the room."""
        self._shown = None
        clear(self._body)

    def show_one(self, shown: Shown, name: str) -> None:
        """Puts it in the place of what was there."""
        self.show_nothing()
        self._shown = (shown, name)
        if isinstance(shown, QImage):
            self._body.addWidget(PictureView(shown, name), 1)
            return
        if shown.facts:
            self._body.addWidget(self._facts(shown))
        if shown.note:
            self._body.addWidget(label(shown.note, "caption", wraps=True))
        self._body.addWidget(self._parts(shown, name), 1)

    def set_theme(self, theme: Theme) -> None:
        """Draws with another theme."""
        self._theme = theme
        if self._shown is not None:
            self.show_one(*self._shown)

    def _facts(self, contents: Contents) -> QLabel:
        theme = self._theme
        parts = [
            f'<span style="color:{theme.muted}">{escape(name)}</span>&nbsp;'
            f'<span style="color:{theme.text}">{escape(value)}</span>'
            for name, value in contents.facts
        ]
        made = QLabel(" &nbsp;·&nbsp; ".join(parts))
        made.setTextFormat(Qt.TextFormat.RichText)
        made.setProperty("role", "caption")
        made.setWordWrap(True)
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return made

    def _parts(self, contents: Contents, name: str) -> QWidget:
        """The parts it has, one behind the other when there are several."""
        parts: list[tuple[str, QWidget]] = []
        if contents.matrix is not None:
            parts.append(("Matrix", MatrixView(contents.matrix, self._theme)))
        if contents.series:
            curves = Curves(self._theme)
            curves.show_series(contents.series)
            parts.append(("Curves", curves))
        if contents.text is not None:
            parts.append(("Text", self._text(contents.text, name)))
        parts += [
            (table.title or "Table", TableView(table, name, self._theme))
            for table in contents.tables
        ]
        if len(parts) == 1:
            return parts[0][1]
        tabs = QTabWidget()
        tabs.setDocumentMode(True)
        tabs.setAccessibleName(f"Parts of {name}")
        tabs.tabBar().setAccessibleName(f"Parts of {name}")
        for title, part in parts:
            tabs.addTab(part, title)
        tabs.setVisible(bool(parts))
        return tabs

    def _text(self, text: str, name: str) -> QWidget:
        made = QPlainTextEdit(text)
        made.setReadOnly(True)
        made.setAccessibleName(f"Text of {name}")
        made.setFont(self._theme.font(Step.SMALL, mono=True))
        made.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        return made
