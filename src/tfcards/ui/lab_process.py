"""Starts a lab run and carries its lines to the session, a few per turn. Judges nothing."""

import logging
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import BinaryIO, Protocol

from PySide6.QtCore import QObject, QProcess, QThread, QTimer, Signal

from tfcards.sessions.lab import Order

STOP_PATIENCE_MS = (
    12_000  # the supervisor's own ladder (ask, interrupt, terminate, kill) takes less
)
KILL_PATIENCE_MS = 3_000
TURN_SECONDS = 0.008
TURN_MS = 50
LOOK_MS = 200
EVENTS = "events.jsonl"
CHANGED_MS = 40

log = logging.getLogger(__name__)


class Runnable(Protocol):
    """What a run asks of its session: an order, an ear for lines, an end."""

    def prepare(self, seed: int | None = None) -> Order: ...  # noqa: D102 - a protocol: told where it is met
    def feed(self, line: str) -> bool: ...  # noqa: D102 - a protocol: told where it is met
    def finish(self) -> None: ...  # noqa: D102 - a protocol: told where it is met
    def stop_requested(self) -> bytes: ...  # noqa: D102 - a protocol: told where it is met
    def adopt(self) -> Path | None: ...  # noqa: D102 - a protocol: told where it is met
    def is_on(self) -> bool: ...  # noqa: D102 - a protocol: told where it is met
    def stop_adopted(self) -> None: ...  # noqa: D102 - a protocol: told where it is met


class LabProcess(QObject):
    """One run from start to end. `finished` comes exactly once for each start, whatever happens."""

    changed = Signal()
    finished = Signal()

    def __init__(self, session: Runnable, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._process: QProcess | None = None
        self._adopted: BinaryIO | None = None
        self._unread = bytearray()
        self._has_ended = False
        self._turn = self._timer(0, self._take_turn)
        self._news = self._timer(CHANGED_MS, self.changed.emit)
        self._ladder = self._timer(STOP_PATIENCE_MS, self._terminate)
        self._look = self._timer(LOOK_MS, self._read_file)

    @property
    def is_running(self) -> bool:
        """Started, and `finished` has not come yet."""
        return self._process is not None or self._adopted is not None

    def start(self, seed: int | None = None) -> None:
        """Orders a run from the session and starts its supervisor; errors of `prepare` pass on.

        Without a `seed` the run gets a new one.
        """
        if self.is_running:
            return
        order = self._session.prepare(seed)
        self._unread.clear()
        self._has_ended = False
        process = QProcess(self)
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._log_errors)
        process.finished.connect(self._end)
        process.errorOccurred.connect(self._fail)
        self._process = process
        process.start(order.program, list(order.arguments))
        self.changed.emit()

    def adopt(self) -> bool:
        """Shows a run that an earlier window left running, if there is one: says whether."""
        folder = None if self.is_running else self._session.adopt()
        if folder is None:
            return False
        self._unread.clear()
        self._has_ended = False
        self._adopted = _account(folder / EVENTS)
        self._read_file()
        self.changed.emit()
        return True

    def stop(self) -> None:
        """Asks the supervisor to stop; terminates and then kills it when it takes too long."""
        if self._adopted is not None:
            self._session.stop_adopted()
        if self._process is None or self._ladder.isActive():
            return
        self._process.write(self._session.stop_requested())
        self._ladder.start(STOP_PATIENCE_MS)

    def stop_and_wait(self) -> None:
        """Stops and returns once everything has ended: for leaving the page or the app."""
        process = self._process
        if process is None:
            self._leave_adopted()
            return
        self.stop()
        if not process.waitForFinished(STOP_PATIENCE_MS):
            process.terminate()
            if not process.waitForFinished(KILL_PATIENCE_MS):
                process.kill()
                process.waitForFinished(KILL_PATIENCE_MS)
        self._end()
        while self.is_running:
            self._take_turn()

    # -- what the process says ----------------------------------------------------------------

    def _read(self) -> None:
        if self._process is not None:
            self._unread += bytes(self._process.readAllStandardOutput().data())
            self._begin_turn()

    def _read_file(self) -> None:
        """The adopted run's own account; its end is known when nobody writes any more."""
        if self._adopted is None:
            return
        is_on = self._session.is_on()
        self._unread += self._adopted.read()
        self._has_ended = not is_on
        self._begin_turn()
        if is_on:
            self._look.start()

    def _leave_adopted(self) -> None:
        deadline = perf_counter() + STOP_PATIENCE_MS / 1000
        self.stop()
        while self._adopted is not None and perf_counter() < deadline:
            QThread.msleep(TURN_MS)
            self._read_file()
            self._take_turn()

    def _begin_turn(self) -> None:
        if not self._turn.isActive():
            self._turn.start()

    def _take_turn(self) -> None:
        """Feeds lines for some milliseconds; the rest waits until the window has had its turn."""
        deadline = perf_counter() + TURN_SECONDS
        is_new = False
        while (line := self._next_line()) is not None:
            is_new = self._session.feed(line) or is_new
            if perf_counter() > deadline:
                break
        if is_new and not self._news.isActive():
            self._news.start()
        if self._unread and (self._has_ended or b"\n" in self._unread):
            self._turn.start()
        elif self._has_ended:
            self._finish()

    def _next_line(self) -> str | None:
        """The next whole line; after the end also what is left without a line break."""
        at = self._unread.find(b"\n")
        if at < 0 and not (self._has_ended and self._unread):
            return None
        end = at if at >= 0 else len(self._unread)
        line = bytes(self._unread[:end])
        del self._unread[: end + 1]
        return line.decode("utf-8", errors="replace")

    def _log_errors(self) -> None:
        if self._process is not None:
            text = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
            log.info("lab supervisor: %s", text.rstrip())

    # -- how it ends --------------------------------------------------------------------------

    def _terminate(self) -> None:
        if self._process is not None:
            self._process.terminate()
            QTimer.singleShot(KILL_PATIENCE_MS, self._process, self._process.kill)

    def _fail(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._process is not None:
            log.warning("lab supervisor did not start: %s", self._process.errorString())
            self._end()

    def _end(self) -> None:
        """The process is gone; what it wrote is still to be read."""
        if self._process is None or self._has_ended:
            return
        self._ladder.stop()
        self._read()
        self._has_ended = True
        self._begin_turn()

    def _finish(self) -> None:
        """The one way out: nothing is left to read, or nothing ever came."""
        if not self.is_running:
            return
        process, self._process = self._process, None
        adopted, self._adopted = self._adopted, None
        if process is not None:
            process.deleteLater()
        if adopted is not None:
            adopted.close()
        self._look.stop()
        self._turn.stop()
        self._news.stop()
        try:
            self._session.finish()
        finally:  # what the session cannot keep is told, and the window is free again
            self.finished.emit()

    def _timer(self, milliseconds: int, then: Callable[[], object]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(then)
        return timer


def _account(events: Path) -> BinaryIO:
    """What a run tells of itself; nothing where that cannot be read."""
    try:
        events.touch()
        return events.open("rb")
    except OSError:
        return BytesIO()
