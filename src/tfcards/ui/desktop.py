"""The Qt side of one running app: application, look, window, worker. Content comes from app."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication

from tfcards.errors import TfcardsError
from tfcards.ui.background import Background, Then, Work
from tfcards.ui.context import Context
from tfcards.ui.in_turns import InTurns
from tfcards.ui.loading import load_rooms
from tfcards.ui.look.appearance import Appearance, load_fonts
from tfcards.ui.problem import ProblemDialog
from tfcards.ui.single import SingleInstance
from tfcards.ui.window import MainWindow

UNAVAILABLE = 3  # exit code
IDLE_MS = 3000


class Desktop:
    """Everything of Qt that lives as long as the app."""

    def __init__(self, data_folder: Path, arguments: Sequence[str] = ()) -> None:
        running = QApplication.instance()
        self._qt = running if isinstance(running, QApplication) else QApplication([*arguments])
        self._qt.setApplicationName("tfcards")
        self._qt.setDesktopFileName("tfcards")
        load_fonts()
        settings = QSettings(str(data_folder / "window.ini"), QSettings.Format.IniFormat)
        self.appearance = Appearance(settings)
        self.appearance.wear()
        self.window = MainWindow(settings, self.appearance)
        self._single = SingleInstance(data_folder)
        self._single.asked.connect(self.window.bring_forward)
        self._background = Background(self.report)
        self._turns = InTurns(self.window)

    def raise_running(self) -> bool:
        """Whether another window has this data folder; it has been asked to come to the front."""
        return not self._single.is_first()

    def show(self) -> None:
        """Put the window on screen now, before anything else is loaded."""
        self.window.show()
        self._qt.processEvents()

    def in_background(self, work: Work, then: Then) -> None:
        """Do slow work off the GUI thread; `then` gets its result on it."""
        self._background.run(work, then)

    def load_rooms(self, then: Callable[[], object]) -> None:
        """Have the rooms' modules ready, a few in each turn; then do something."""
        load_rooms(self._turns, then)

    def when_idle(self, act: Callable[[], object]) -> None:
        """Do something once the window has been up for a while."""
        QTimer.singleShot(IDLE_MS, self.window, act)

    def open(self, context: Context) -> None:
        """Fill the window with a collection."""
        self.window.open_collection(context)

    def refresh(self) -> None:
        """The collection changed outside the pages: read the one on screen anew."""
        self.window.refresh()

    def report(self, error: BaseException) -> None:
        """Show what went wrong: the learner's kind as it stands, anything else as a bug."""
        if not isinstance(error, TfcardsError):
            sys.__excepthook__(type(error), error, error.__traceback__)
        self.window.show_problem(error)

    def give_up(self, error: TfcardsError) -> None:
        """Nothing can be shown: say why, then leave with the exit code for it."""
        print(error, file=sys.stderr)  # noqa: T201  # started from a terminal, say it there too
        dialog = ProblemDialog(error, self.window)
        dialog.finished.connect(lambda _: self._qt.exit(UNAVAILABLE))
        dialog.open()

    def stay(self) -> int:
        """Run until the window closes; answers the exit code."""
        code = self._qt.exec()
        self._background.wait()
        self._single.release()
        return code
