"""A table of text that a run left, drawn row by row as it is scrolled to. Holds no other values."""

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QTableView
from typing_extensions import override

from tfcards.labs.left.contents import Table
from tfcards.ui.look.theme import Space, Step, Theme

ROWS_MEASURED, COLUMNS_MEASURED = 40, 12  # measuring all takes a third of a second
WIDEST_COLUMN = 320  # px at first; the learner may widen it

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class TableView(QTableView):
    """Read only; a cell's tooltip has all of its text."""

    def __init__(self, table: Table, name: str, theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName(f"{table.title or 'Table'} of {name}")
        self.setModel(_Rows(table, self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setFont(theme.font(Step.SMALL))
        self.setStyleSheet("QTableView::item { padding: 0 8px; }")
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme.px(Step.SMALL) + 2 * Space.SMALL)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setResizeContentsPrecision(ROWS_MEASURED)
        for column in range(min(len(table.columns), COLUMNS_MEASURED)):
            self.resizeColumnToContents(column)
            self.setColumnWidth(column, min(self.columnWidth(column), WIDEST_COLUMN))


class _Rows(QAbstractTableModel):
    def __init__(self, table: Table, parent: QTableView) -> None:
        super().__init__(parent)
        self._table = table

    @override
    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._table.rows)

    @override
    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._table.columns)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._table.rows[index.row()]
        text = row[index.column()] if index.column() < len(row) else ""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return text
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if _is_number(text) else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        is_name = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return self._table.columns[section] if is_name else None


def _is_number(text: str) -> bool:
    """Numbers stand at the right, so that they can be compared."""
    return text.replace(",", "").replace(".", "").replace("-", "").isdigit()
