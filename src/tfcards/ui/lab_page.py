"""The workbench of one lab: guide, editor, checks, console, curves, result. Draws a LabSession."""

from collections.abc import Callable

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QMessageBox, QSplitter, QTabWidget, QWidget
from typing_extensions import override

from tfcards.errors import TfcardsError
from tfcards.sessions.lab import LabSession
from tfcards.ui.appearance import Appearance
from tfcards.ui.curves import Curves
from tfcards.ui.icons import icon
from tfcards.ui.lab_checks import LabChecks
from tfcards.ui.lab_console import LabConsole
from tfcards.ui.lab_files import LabFiles
from tfcards.ui.lab_guide import LabGuide
from tfcards.ui.lab_header import LabHeader
from tfcards.ui.lab_process import LabProcess
from tfcards.ui.lab_result import LabResult
from tfcards.ui.lab_words import error_lines
from tfcards.ui.pieces import column
from tfcards.ui.problem import ProblemDialog
from tfcards.ui.theme import Space, Theme

_SIZES = "labs/sizes"
_FIRST_SIZES = {"across": (360, 640), "down": (420, 280)}


class LabPage(QWidget):
    """One lab, from the first reading to the grade. `left` says that the learner is done here."""

    left = Signal()
    told = Signal(str)
    ended = Signal()
    review_requested = Signal(tuple)

    def __init__(
        self,
        session: LabSession,
        appearance: Appearance,
        settings: QSettings,
        card_title: Callable[[str], str] = str,
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self.session = session
        self._settings = settings
        theme = appearance.theme
        self.header = LabHeader(session)
        self.guide = LabGuide(session, appearance)
        self.files = LabFiles(session, theme)
        self.result = LabResult(theme)
        self.checks = LabChecks(theme, card_title)
        self.console = LabConsole(theme)
        self.curves = Curves(theme)
        self.process = LabProcess(session, self)
        self.below = QTabWidget()
        self._chose_tab = False
        self._lay_out()
        self._connect()
        appearance.changed.connect(self._wear)
        self._draw()
        self.files.current().setFocus()
        if self.process.adopt():
            self.header.show_running()

    # -- what the learner does ----------------------------------------------------------------

    def run(self) -> None:
        """Saves, starts a run, and clears what the last one left on screen."""
        if self.process.is_running:
            return
        self.files.save()
        self.files.mark_errors({})
        self.result.hide()
        self._chose_tab = False
        try:
            self.curves.prepare()
            self.process.start()
        except TfcardsError as error:
            ProblemDialog(error, self).open()
            return
        self.header.show_running()
        self._bring_up(self.console)
        self._draw()

    def stop(self) -> None:
        """Stops the run; its end comes a moment later."""
        if self.process.is_running:
            self.header.show_stopping()
            self.process.stop()

    def ask_to_stop(self) -> None:
        """Stops after a yes."""
        if self.process.is_running and self._agrees("Stop this run?", "It will not be graded."):
            self.stop()

    def ask_to_reset(self) -> None:
        """Starts over after a yes; the work so far is kept in a folder."""
        question = "Start over from the starter?"
        if not self._agrees(question, "Your files as they are now are kept in a folder beside."):
            return
        self.files.save()
        folder = self.session.reset()
        self.files.load()
        self.files.mark_errors({})
        self.told.emit(f"Started over. Your work so far is kept in {folder}.")

    def leave(self) -> bool:
        """Saves and lets go; False when a run is on and the learner rather stays."""
        self.files.save()
        if self.process.is_running:
            if not self._agrees("A run is still on. Stop it and leave?", "It will not be graded."):
                return False
            self.process.stop_and_wait()
        return True

    def save(self) -> None:
        """Writes what was typed, at once."""
        self.files.save()

    # -- drawing ------------------------------------------------------------------------------

    def _draw(self) -> None:
        session = self.session
        self.checks.show_checks(session.checks)
        self.console.show_entries(session.console)
        self.curves.show_series(session.series)
        passed = sum(check.status == "passed" for check in session.checks)
        self.below.setTabText(
            self.below.indexOf(self.checks), f"Checks {passed}/{len(session.checks)}"
        )
        if not self._chose_tab and self.process.is_running:
            if session.phase == "grading":
                self._bring_up(self.checks)
            elif session.series:
                self._bring_up(self.curves)

    def _end(self) -> None:
        """The run is over, well or badly."""
        self._draw()
        session = self.session
        self.header.show_idle()
        self.result.show_result(session)
        self.checks.open_first_failure()
        texts = [text for _, text in session.console]
        texts += [f"{check.message}\n" for check in session.checks]
        self.files.mark_errors(error_lines(texts, session.lab.files))
        if not self._chose_tab:
            is_broken = session.outcome in ("error", "crashed")
            self._bring_up(self.console if is_broken else self.checks)
        self.ended.emit()

    def _bring_up(self, tab: QWidget) -> None:
        """Shows a tab without taking it for the learner's choice."""
        before = self._chose_tab
        self.below.setCurrentWidget(tab)
        self._chose_tab = before

    def _note_choice(self) -> None:
        self._chose_tab = True

    def _wear(self, theme: Theme) -> None:
        for part in (self.guide, self.files, self.result, self.checks, self.console, self.curves):
            part.set_theme(theme)

    # -- keys ---------------------------------------------------------------------------------

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape that no part of the page wanted asks to stop the run."""
        if event.key() == Qt.Key.Key_Escape and self.process.is_running:
            self.ask_to_stop()
        else:
            super().keyPressEvent(event)

    # -- putting together ---------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.below.setDocumentMode(True)
        for tabs, name in ((self.guide, "Guide"), (self.files, "Files"), (self.below, "Results")):
            tabs.setAccessibleName(name)
            tabs.tabBar().setAccessibleName(name)
        self.below.addTab(self.checks, icon("quiz"), "Checks")
        self.below.addTab(self.console, icon("console"), "Console")
        self.below.addTab(self.curves, icon("progress"), "Curves")
        down = QSplitter(Qt.Orientation.Vertical)
        down.addWidget(_framed(self.files))
        down.addWidget(_framed(self.below))
        across = QSplitter(Qt.Orientation.Horizontal)
        across.addWidget(_framed(self.guide))
        across.addWidget(down)
        for splitter in (across, down):  # both parts give way when the window shrinks
            splitter.setStretchFactor(0, 1)
            splitter.setStretchFactor(1, 1)
        self._remember_sizes("across", across)
        self._remember_sizes("down", down)
        layout = column(spacing=Space.SMALL)
        layout.setContentsMargins(Space.LARGE, Space.MEDIUM, Space.LARGE, Space.LARGE)
        layout.addWidget(self.header)
        layout.addWidget(self.result)
        layout.addWidget(across, 1)
        self.setLayout(layout)

    def _connect(self) -> None:
        self.header.back_asked.connect(self.left)
        self.header.run_asked.connect(self.run)
        self.header.stop_asked.connect(self.stop)
        self.header.reset_asked.connect(self.ask_to_reset)
        self.process.changed.connect(self._draw)
        self.process.finished.connect(self._end)
        self.below.tabBar().tabBarClicked.connect(self._note_choice)
        self.checks.cards_requested.connect(self.review_requested)
        self.result.review_requested.connect(
            lambda: self.review_requested.emit(self.session.cards_brought)
        )
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.run)

    def _remember_sizes(self, name: str, splitter: QSplitter) -> None:
        """Restores a splitter as the learner left it, in any lab."""
        key = f"{_SIZES}/{name}"
        stored = str(self._settings.value(key, ""))
        sizes = [int(part) for part in stored.split("x") if part.isdecimal()]
        splitter.setSizes(sizes if len(sizes) == 2 else list(_FIRST_SIZES[name]))
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(Space.SMALL)
        splitter.setStyleSheet("QSplitter::handle { background: transparent; margin: 0; }")
        splitter.splitterMoved.connect(
            lambda: self._settings.setValue(key, "x".join(map(str, splitter.sizes())))
        )

    def _agrees(self, question: str, consequence: str) -> bool:
        box = QMessageBox(QMessageBox.Icon.Question, "tfcards", question, parent=self)
        box.setInformativeText(consequence)
        yes = QMessageBox.StandardButton.Yes
        box.setStandardButtons(yes | QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        return box.exec() == yes


def _framed(content: QWidget) -> QFrame:
    """A part of the workbench on a card."""
    frame = QFrame()
    frame.setProperty("kind", "card")
    layout = column(margin=1, spacing=0)
    layout.addWidget(content)
    frame.setLayout(layout)
    return frame
