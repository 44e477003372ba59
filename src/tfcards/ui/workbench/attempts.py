"""What was tried at a lab so far: attempts, kept copies, their checks and files. Runs nothing."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QColor, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QSplitter,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)
from typing_extensions import override

from tfcards.sessions.lab import LabSession
from tfcards.sessions.lab_history import Copy, Tried
from tfcards.ui.asking import agrees
from tfcards.ui.code.editor import CodeEditor
from tfcards.ui.look.icons import icon
from tfcards.ui.look.pieces import button, column, label, row
from tfcards.ui.look.theme import Space, Theme
from tfcards.ui.workbench.checks import LabChecks
from tfcards.ui.workbench.words import points, short_headline

COLUMNS = ("When", "Outcome", "Points", "Seconds", "Seed")
NOTHING = "No attempt yet. Each run that is graded is kept here, with its code."
CHECKS = "Checks"


class LabAttempts(QWidget):
    """The list on the left, newest first; on the right the checks and files of the chosen one.

    `bring_back_asked` carries an attempt or a copy whose code is wanted back, `rerun_asked` a seed.
    """

    bring_back_asked = Signal(object)
    rerun_asked = Signal(int)

    def __init__(self, session: LabSession, theme: Theme) -> None:
        super().__init__()
        self._session = session
        self._theme = theme
        self._pasts: list[Tried | Copy] = []
        self._files: dict[str, str] = {}
        self._is_stale = True
        self.list = _list()
        self.list.currentItemChanged.connect(self._open)
        self.parts = QComboBox()
        self.parts.setAccessibleName("What to look at")
        self.parts.view().setAccessibleName("What to look at")
        self.parts.activated.connect(self._show_part)
        self.checks = LabChecks(theme, str, has_places=False)
        self.code = CodeEditor(theme)
        self.code.setReadOnly(True)
        self.code.setAccessibleName("Code of then, to read only")
        self.gone = label(NOTHING, "muted", wraps=True)
        self.gone.setMargin(Space.MEDIUM)
        self.bring_back = button("Bring this code back", "quiet", "history")
        self.bring_back.clicked.connect(self._bring_back)
        self.rerun = button("Run again with this seed", "quiet", "play")
        self.rerun.clicked.connect(self._rerun)
        self._body = QStackedWidget()
        for part in (self.checks, self.code, self.gone):
            self._body.addWidget(part)
        self._lay_out()

    def read_again(self) -> int:
        """Reads everything anew once it is looked at; answers how many attempts there are."""
        self._is_stale = True
        if self.isVisible():
            self._read()
        return self._session.history.count

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._read()

    def set_running(self, *, is_running: bool) -> None:
        """Keeps the learner from starting a second run."""
        for each in (self.rerun, self.bring_back):
            each.setEnabled(not is_running)

    def set_theme(self, theme: Theme) -> None:
        """Draws with another theme."""
        self._theme = theme
        self.checks.set_theme(theme)
        self.code.set_theme(theme)
        chosen = self.list.currentIndex().row()
        self.read_again()
        self._choose(chosen)

    @property
    def chosen(self) -> Tried | Copy | None:
        """What is open on the right."""
        at = self.list.currentIndex().row()
        return self._pasts[at] if 0 <= at < len(self._pasts) else None

    # -- inside -------------------------------------------------------------------------------

    def _read(self) -> None:
        self._is_stale = False
        attempts, copies = self._session.history.attempts(), self._session.history.copies()
        self._pasts = sorted([*copies, *attempts], key=lambda past: past.at, reverse=True)
        self.list.clear()
        for past in self._pasts:
            self.list.addTopLevelItem(self._row(past))
        self._choose(0)

    def _row(self, past: Tried | Copy) -> QTreeWidgetItem:
        when = f"{past.at.day} {past.at:%b, %H:%M}"
        if isinstance(past, Copy):
            item = QTreeWidgetItem([when, "Kept copy"])
            item.setToolTip(0, f"{past.at:%c}")
            return item
        score = f"{points(past.score)} / {points(past.max_score)}"
        item = QTreeWidgetItem(
            [when, short_headline(past.outcome), score, f"{past.seconds:.1f}", str(past.seed)]
        )
        item.setToolTip(0, f"{past.at:%c}")
        for place in range(2, len(COLUMNS)):
            item.setTextAlignment(
                place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            )
        if past.outcome == "passed":
            item.setForeground(1, QBrush(QColor(self._theme.good)))
        if past.is_best:
            item.setIcon(2, icon("trophy", self._theme.good))
            item.setToolTip(2, "The best attempt")
            words = f"{score}, the best attempt"
            item.setData(2, Qt.ItemDataRole.AccessibleTextRole, words)
        return item

    def _choose(self, at: int) -> None:
        item = self.list.topLevelItem(at)
        if item is None:
            self._open()
        else:
            self.list.setCurrentItem(item)

    def _open(self) -> None:
        past = self.chosen
        self._files = {} if past is None else self._session.history.files_of(past)
        parts = [CHECKS] if isinstance(past, Tried) and past.checks else []
        shown = self.parts.currentText()
        self.parts.clear()
        self.parts.addItems([*parts, *self._files])
        self.parts.setCurrentIndex(max(0, self.parts.findText(shown)))
        self.parts.setVisible(self.parts.count() > 0)
        self.bring_back.setVisible(bool(self._files))
        self.rerun.setVisible(isinstance(past, Tried))
        if isinstance(past, Tried):
            self.checks.show_checks([replace(check, cards=()) for check in past.checks])
            self.checks.open_first_failure()
        self.gone.setText(NOTHING if past is None else "Its files are no longer there.")
        self._show_part()

    def _show_part(self) -> None:
        name = self.parts.currentText()
        if name in self._files:
            self.code.set_text(self._files[name])
        page: QWidget = self.checks if name == CHECKS else self.code if name else self.gone
        self._body.setCurrentWidget(page)

    def _bring_back(self) -> None:
        consequence = "A copy of your files as they are now is kept first."
        if agrees(self, "Bring this code back?", consequence, "Bring it back"):
            self.bring_back_asked.emit(self.chosen)

    def _rerun(self) -> None:
        if isinstance(self.chosen, Tried):
            self.rerun_asked.emit(self.chosen.seed)

    def _lay_out(self) -> None:
        across = QSplitter(Qt.Orientation.Horizontal)
        across.addWidget(self.list)
        across.addWidget(self._body)
        across.setChildrenCollapsible(False)
        across.setSizes([420, 380])
        foot = row(spacing=Space.SMALL)
        foot.setContentsMargins(Space.SMALL, Space.HAIR, Space.SMALL, Space.HAIR)
        foot.addWidget(self.rerun)
        foot.addWidget(self.bring_back)
        foot.addStretch(1)
        foot.addWidget(self.parts)
        layout = column(spacing=0)
        layout.addWidget(across, 1)
        layout.addLayout(foot)
        self.setLayout(layout)


def _list() -> QTreeWidget:
    made = QTreeWidget()
    made.setAccessibleName("Attempts and kept copies")
    made.setHeaderLabels(COLUMNS)
    made.setRootIsDecorated(False)
    made.setUniformRowHeights(True)
    made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    made.setFrameShape(QTreeWidget.Shape.NoFrame)
    made.setStyleSheet("QTreeWidget { border: none; }")
    header = made.header()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setStretchLastSection(False)
    return made
