"""A confusion matrix as a table whose cells are coloured by their share of the row. No counting."""

from math import sqrt

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)
from typing_extensions import override

from tfcards.labs.left.contents import Matrix
from tfcards.ui.look.pieces import column, label
from tfcards.ui.look.theme import Space, Step, Theme

STRONGEST = 0.55  # of the ink in a full cell: the number on it stays readable
LEAST_CELL, MOST_CELL = 30, 72  # px


class MatrixView(QWidget):
    """The matrix with its axes named; a keyboard and a screen reader go through it as a table."""

    def __init__(self, matrix: Matrix, theme: Theme) -> None:
        super().__init__()
        self.grid = _Grid(matrix, theme)
        layout = column(spacing=Space.HAIR)
        layout.addWidget(label("Rows: the true class. Columns: what was predicted.", "caption"))
        layout.addWidget(self.grid, 1)
        self.setLayout(layout)


class _Grid(QTableWidget):
    """Right answers lie on the diagonal and have another ink than mistakes."""

    def __init__(self, matrix: Matrix, theme: Theme) -> None:
        size = len(matrix.labels)
        super().__init__(size, size)
        self.setAccessibleName("Confusion matrix")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalHeaderLabels(list(matrix.labels))
        self.setVerticalHeaderLabels(list(matrix.labels))
        self.setCornerButtonEnabled(False)
        self.setStyleSheet(
            f"QTableWidget {{ font-size: {theme.px(Step.CAPTION)}px; }}"
            " QTableWidget::item { padding: 0; }"
            f" QTableCornerButton::section {{ background: {theme.surface}; border: none; }}"
        )
        for true, row in enumerate(matrix.counts):
            total = sum(row)
            for taken, count in enumerate(row):
                share = count / total if total else 0.0
                self.setItem(true, taken, _cell(matrix, (true, taken), share, theme))
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setMinimumSectionSize(LEAST_CELL)
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setHighlightSections(False)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cells share the room there is, within limits."""
        super().resizeEvent(event)
        count = max(self.rowCount(), 1)
        for header, room in (
            (self.horizontalHeader(), self.viewport().width()),
            (self.verticalHeader(), self.viewport().height()),
        ):
            side = min(max(room // count, LEAST_CELL), MOST_CELL)
            for section in range(count):
                header.resizeSection(section, side)


def _cell(matrix: Matrix, place: tuple[int, int], share: float, theme: Theme) -> QTableWidgetItem:
    true, taken = place
    count = matrix.counts[true][taken]
    item = QTableWidgetItem(f"{count:g}")
    item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
    ink = theme.accent if true == taken else theme.again
    item.setBackground(blend(theme.surface, ink, STRONGEST * sqrt(share)))  # rare mistakes show
    item.setForeground(QColor(theme.text if count else theme.muted))
    told = (
        f"{matrix.labels[true]} taken for {matrix.labels[taken]}: {count:g}, {share:.0%} of its row"
    )
    item.setToolTip(told)
    item.setData(Qt.ItemDataRole.AccessibleTextRole, told)
    return item


def blend(ground: str, ink: str, share: float) -> QColor:
    """`share` of the ink on the ground."""
    below, above = QColor(ground), QColor(ink)
    pairs = (
        (below.red(), above.red()),
        (below.green(), above.green()),
        (below.blue(), above.blue()),
    )
    return QColor(*(round(one + (other - one) * share) for one, other in pairs))
