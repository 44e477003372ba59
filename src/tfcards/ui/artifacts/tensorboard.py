"""TensorBoard's process: started, read, stopped. It never outlives the window. Shows nothing."""

import logging
from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from tfcards.errors import TfcardsError, UnavailableError
from tfcards.labs.left import board

END_MS = 3000

log = logging.getLogger(__name__)


class State(Enum):
    """How the server stands."""

    STOPPED = auto()
    STARTING = auto()
    RUNNING = auto()


class TensorBoard(QObject):
    """One server for one folder. `problem` is why it is not running, if it should be."""

    changed = Signal()
    answered = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self.url = ""
        self.problem = ""

    @property
    def state(self) -> State:
        """Stopped, starting, or running at `url`."""
        if self._process is None:
            return State.STOPPED
        return State.RUNNING if self.url else State.STARTING

    @property
    def process_id(self) -> int:
        """The server's process, 0 when there is none."""
        return 0 if self._process is None else self._process.processId()

    def start(self, folder: Path, home: Path) -> None:
        """Serve the logs in `folder`; `answered` brings the address. One at a time."""
        if self._process is not None:
            return
        self.url = self.problem = ""
        try:
            program, *arguments = board.command(folder)
        except UnavailableError as error:
            self._fail(str(error))
            return
        environment = QProcessEnvironment()
        for name, value in board.variables(home).items():
            environment.insert(name, value)
        process = QProcess(self)
        process.setProcessEnvironment(environment)
        process.setUnixProcessParameters(QProcess.UnixProcessFlag.CreateNewSession)
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._end)
        process.errorOccurred.connect(self._end)
        self._process = process
        process.start(program, arguments)
        self.changed.emit()

    def stop(self) -> None:
        """End the server; nothing of it is left when this returns."""
        process, self._process = self._process, None
        self.url = ""
        if process is None:
            return
        process.blockSignals(True)
        process.kill()
        process.waitForFinished(END_MS)
        process.deleteLater()
        self.changed.emit()

    def _read(self) -> None:
        if self._process is None or self.url or not self._process.canReadLine():
            return
        try:
            self.url = board.address(bytes(self._process.readLine().data()))
        except TfcardsError as error:
            self._fail(str(error))
            return
        self.changed.emit()
        self.answered.emit(self.url)

    def _end(self) -> None:
        """It ended by itself, or never began."""
        if self._process is None:
            return
        said = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
        log.warning("TensorBoard ended: %s", said[-2000:])
        self._fail("TensorBoard ended by itself. Start it again.")

    def _fail(self, problem: str) -> None:
        self.problem = problem
        self.stop()
        self.changed.emit()
