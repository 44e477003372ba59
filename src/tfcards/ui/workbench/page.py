"""The workbench of one lab: guide, editor, checks, console, curves, result. Draws a LabSession."""

from collections.abc import Callable

from PySide6.QtCore import QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from tfcards.errors import TfcardsError
from tfcards.sessions.lab import LabSession
from tfcards.sessions.lab_history import Copy, Tried
from tfcards.ui.artifacts.artifacts import LabArtifacts
from tfcards.ui.asking import agrees
from tfcards.ui.charts.curves import Curves
from tfcards.ui.in_turns import InTurns
from tfcards.ui.keys import press_keys
from tfcards.ui.look.appearance import Appearance
from tfcards.ui.look.pieces import column
from tfcards.ui.look.theme import Space, Theme
from tfcards.ui.problem import ProblemDialog
from tfcards.ui.workbench.attempts import LabAttempts
from tfcards.ui.workbench.checks import LabChecks
from tfcards.ui.workbench.console import LabConsole
from tfcards.ui.workbench.external import LabExternal
from tfcards.ui.workbench.files import LabFiles
from tfcards.ui.workbench.guide import LabGuide
from tfcards.ui.workbench.header import LabHeader
from tfcards.ui.workbench.places import LabPlaces
from tfcards.ui.workbench.process import LabProcess
from tfcards.ui.workbench.result import LabResult
from tfcards.ui.workbench.solution import open_solution
from tfcards.ui.workbench.splitters import frame, gap_splitter, remember_sizes
from tfcards.ui.workbench.tabs import LabTabs
from tfcards.ui.workbench.words import error_lines

CHECKS, ARTIFACTS, ATTEMPTS = "Checks", "Artifacts", "Attempts"
# what came to no check: the console tells most
UNCHECKED = {"error", "crashed", "cancelled", "timeout", "out_of_memory", "out_of_disk"}


class LabPage(QWidget):
    """One lab, from the first reading to the grade.

    `left` says that the learner is done here, `changed` that something else than a run changed the
    collection.
    """

    left = Signal()
    told = Signal(str)
    ended = Signal()
    changed = Signal()
    review_requested = Signal(tuple)

    def __init__(
        self,
        session: LabSession,
        appearance: Appearance,
        settings: QSettings,
        card_title: Callable[[str], str] = str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.session = session
        self._appearance = appearance
        self._settings = settings
        theme = appearance.theme
        self.header = LabHeader(session)
        self.guide = LabGuide(session, appearance)
        self.files = LabFiles(session, theme)
        self.external = LabExternal(session, self.files, settings)
        self.result = LabResult(theme)
        self._turns = InTurns(self)  # what nobody needs yet would hold up what they see first
        self._turns.do(self.guide.draw)
        self.checks = LabChecks(theme, card_title, turns=self._turns)
        self.console = LabConsole(theme)
        self.places = LabPlaces(self.console.text, session.lab.files)
        self.curves = Curves(theme)
        self.process = LabProcess(session, self)
        self.below = LabTabs()
        self._is_wanted_again = False
        self._lay_out()
        self._connect()
        appearance.changed.connect(self._wear)
        self._draw()
        self.files.current().setFocus()
        if self.process.adopt():
            self.header.show_running()
        for tabs in (self.guide, self.files, self.below):
            self._turns.do(tabs.make_next)

    @property
    def artifacts(self) -> LabArtifacts:
        """The files that a run left."""
        return self._artifacts()

    @property
    def attempts(self) -> LabAttempts:
        """What was tried before."""
        return self._attempts()

    # -- what the learner does ----------------------------------------------------------------

    def run(self, seed: int | None = None) -> None:
        """Saves, starts a run, and clears what the last one left on screen."""
        if self.process.is_running:
            return
        self.files.save()
        self.files.mark_errors({})
        self.result.hide()
        self.below.is_chosen = False
        try:
            self.curves.prepare()
            self.process.start(seed)
        except TfcardsError as error:
            ProblemDialog(error, self).open()
            return
        self.header.show_running()
        self.attempts.set_running(is_running=True)
        self.artifacts.watch(is_on=True)
        self.below.bring_up(self.console)
        self._draw()

    def run_or_wait(self) -> None:
        """Runs what was just saved, once a run that is on has ended: the newest files count."""
        self._is_wanted_again = self.process.is_running
        self.run()

    def stop(self) -> None:
        """Stops the run; its end comes a moment later."""
        self._is_wanted_again = False
        if self.process.is_running:
            self.header.show_stopping()
            self.process.stop()

    def ask_to_stop(self) -> None:
        """Stops after a yes."""
        if self.process.is_running and agrees(
            self, "Stop this run?", "It will not be graded.", "Stop the run"
        ):
            self.stop()

    def ask_to_reset(self) -> None:
        """Starts over after a yes; the work so far is kept in a folder."""
        question = "Start over from the starter?"
        consequence = "Your files as they are now are kept as a copy, under Attempts."
        if not agrees(self, question, consequence, "Start over"):
            return
        self.files.save()
        self.session.reset()
        self.guide.draw_hints()
        self._show_other_files()
        self.told.emit("Started over. Your work so far is kept as a copy: see Attempts.")

    def bring_back(self, past: Tried | Copy) -> None:
        """Puts the code of then in place of the files, of which a copy is kept."""
        self.files.save()
        self.session.history.bring_back(past)
        self._show_other_files()
        self.told.emit("Brought back. Your files as they were are kept as a copy: see Attempts.")

    def show_solution(self) -> None:
        """Shows the solution beside the learner's files; asks first where that is giving up."""
        self.files.save()
        if open_solution(self.session, self._appearance, self) is not None:
            self.header.show_idle()

    def take_back_cards(self) -> None:
        """Gives the cards that the run brought due the dates they had."""
        if self.session.brought.take_back():
            self.told.emit("The cards have the dates they had before.")
        self.result.show_cards(self.session)
        self.changed.emit()

    def leave(self) -> bool:
        """Saves and lets go; False when a run is on and the learner rather stays."""
        self.files.save()
        if self.process.is_running:
            question = "A run is still on. Stop it and leave?"
            if not agrees(self, question, "It will not be graded.", "Stop and leave"):
                return False
            self._is_wanted_again = False
            self.process.stop_and_wait()
        if not self.below.is_put_off(self._artifacts):
            self.artifacts.close_all()
        return True

    def save(self) -> None:
        """Writes what was typed, at once, and shows what was undone or redone meanwhile."""
        self.files.save()
        self.result.show_cards(self.session)

    # -- drawing ------------------------------------------------------------------------------

    def _draw(self) -> None:
        session = self.session
        self.checks.show_checks(session.checks)
        self.console.show_entries(session.printed.lines, session.printed.open)
        self.curves.show_series(session.series)
        passed = sum(check.status == "passed" for check in session.checks)
        self.below.show_count(CHECKS, f"{passed}/{len(session.checks)}")
        if self.process.is_running:
            if session.phase == "grading":
                self.below.bring_up(self.checks)
            elif session.series:
                self.below.bring_up(self.curves)

    def _show_other_files(self) -> None:
        """Other files took the place of those that ran: what the run came to is not about them."""
        self.files.load()
        self.files.mark_errors({})
        if not self.process.is_running:
            self.session.clear()
            self.result.hide()
            self._draw()
        self._count_attempts()

    def _count_attempts(self) -> None:
        self.below.show_count(ATTEMPTS, self.attempts.read_again())

    def _end(self) -> None:
        """The run is over, well or badly."""
        self._draw()
        session = self.session
        self.header.show_idle()
        self._count_attempts()
        self.attempts.set_running(is_running=False)
        self.artifacts.watch(is_on=False)
        self.result.show_result(session)
        self.checks.open_first_failure()
        texts = [*session.said, *(f"{check.message}\n" for check in session.checks)]
        self.files.mark_errors(error_lines(texts, session.lab.files))
        is_told_there = session.outcome in UNCHECKED
        if session.outcome == "error":
            self.files.show_errors()
        self.below.bring_up(self.console if is_told_there else self.checks)
        self.ended.emit()
        if self._is_wanted_again:
            self._is_wanted_again = False
            QTimer.singleShot(0, self, self.run)

    def _count_artifacts(self) -> None:
        self.below.show_count(ARTIFACTS, self.artifacts.count)

    def _wear(self, theme: Theme) -> None:
        for part in (
            self.guide,
            self.files,
            self.result,
            self.checks,
            self.console,
            self.curves,
        ):
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
        for tabs, name in ((self.guide, "Guide"), (self.files, "Files")):
            tabs.setAccessibleName(name)
            tabs.tabBar().setAccessibleName(name)
        self.below.add(self.checks, "quiz", CHECKS)
        self.below.add(self.console, "console", "Console")
        self.below.add(self.curves, "progress", "Curves")
        self._artifacts = self.below.add_later(self._made_artifacts, "folder", ARTIFACTS)
        self._attempts = self.below.add_later(self._made_attempts, "history", ATTEMPTS)
        self.below.show_count(ATTEMPTS, self.session.history.count)
        self.files.setCornerWidget(self.external)
        across = gap_splitter(Qt.Orientation.Horizontal, self)
        layout = column(spacing=Space.SMALL)
        layout.setContentsMargins(Space.LARGE, Space.MEDIUM, Space.LARGE, Space.LARGE)
        self.setLayout(layout)
        layout.addWidget(self.header)
        layout.addWidget(self.result)
        layout.addWidget(across, 1)
        frame(self.guide, across)
        down = gap_splitter(Qt.Orientation.Vertical, across)
        frame(self.files, down)
        frame(self.below, down)
        remember_sizes(across, "across", self._settings)
        remember_sizes(down, "down", self._settings)

    def _made_artifacts(self) -> LabArtifacts:
        made = LabArtifacts(self.session.left, self._appearance.theme)
        made.told.connect(self.told)
        made.changed.connect(self._count_artifacts)
        made.watch(is_on=self.process.is_running)
        self._appearance.changed.connect(made.set_theme)
        return made

    def _made_attempts(self) -> LabAttempts:
        made = LabAttempts(self.session, self._appearance.theme)
        made.bring_back_asked.connect(self.bring_back)
        made.rerun_asked.connect(self.run)
        made.set_running(is_running=self.process.is_running)
        self._appearance.changed.connect(made.set_theme)
        return made

    def _connect(self) -> None:
        self.header.back_asked.connect(self.left)
        self.header.run_asked.connect(self.run)
        self.header.stop_asked.connect(self.stop)
        self.header.reset_asked.connect(self.ask_to_reset)
        self.process.changed.connect(self._draw)
        self.process.finished.connect(self._end)
        self.checks.cards_requested.connect(self.review_requested)
        self.checks.place_asked.connect(self.files.go_to)
        self.places.asked.connect(self.files.go_to)
        self.result.review_requested.connect(
            lambda: self.review_requested.emit(self.session.cards_brought)
        )
        self.header.solution_asked.connect(self.show_solution)
        self.result.take_back_requested.connect(self.take_back_cards)
        self.external.run_asked.connect(self.run_or_wait)
        self.files.kept.connect(self._tell_kept)
        press_keys(self, self.run, "Ctrl+Return", "Ctrl+Enter")
        press_keys(self, self.external.save, "Ctrl+S")
        press_keys(self, lambda: self.files.step_errors(1), "F8")
        press_keys(self, lambda: self.files.step_errors(-1), "Shift+F8")

    def _tell_kept(self) -> None:
        self._count_attempts()
        self.told.emit("The other text is kept as a copy: see Attempts.")
