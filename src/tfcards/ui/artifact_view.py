"""Shows what is in one thing that a run left: facts, then tables, text, curves, a picture."""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from tfcards.labs.contents import Contents, Table
from tfcards.ui.artifact_matrix import MatrixView
from tfcards.ui.artifact_picture import PictureView
from tfcards.ui.curves import Curves
from tfcards.ui.pieces import clear, column, label
from tfcards.ui.theme import Space, Step, Theme

Shown = Contents | QImage
ROWS_MEASURED = 60
WIDEST_COLUMN = 320  # px at first; the learner may widen it


class ArtifactView(QWidget):
    """One thing at a time. `name` is said where only a screen reader looks."""

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
        parts += [(table.title or "Table", self._table(table, name)) for table in contents.tables]
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

    def _table(self, table: Table, name: str) -> QWidget:
        made = QTableWidget(len(table.rows), len(table.columns))
        made.setAccessibleName(f"{table.title or 'Table'} of {name}")
        made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        made.setHorizontalHeaderLabels(list(table.columns))
        made.setFont(self._theme.font(Step.SMALL))
        made.setStyleSheet("QTableWidget::item { padding: 0 8px; }")
        made.verticalHeader().hide()
        made.verticalHeader().setDefaultSectionSize(self._theme.px(Step.SMALL) + 2 * Space.SMALL)
        made.setShowGrid(False)
        for number, cells in enumerate(table.rows):
            for place, text in enumerate(cells[: len(table.columns)]):
                made.setItem(number, place, _cell(text))
        header = made.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setResizeContentsPrecision(ROWS_MEASURED)
        made.resizeColumnsToContents()
        for place in range(len(table.columns)):
            made.setColumnWidth(place, min(made.columnWidth(place), WIDEST_COLUMN))
        return made


def _cell(text: str) -> QTableWidgetItem:
    """Numbers stand at the right, so that they can be compared."""
    item = QTableWidgetItem(text)
    item.setToolTip(text)
    is_number = text.replace(",", "").replace(".", "").replace("-", "").isdigit()
    side = Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft
    item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
    return item
