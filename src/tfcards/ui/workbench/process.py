"""Starts a lab run and carries its lines to the session, a few per turn. Judges nothing."""

import contextlib
import logging
import threading
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from queue import Empty, SimpleQueue
from time import perf_counter
from typing import BinaryIO, Protocol

from PySide6.QtCore import QObject, QThread, QTimer, Signal

from tfcards.errors import UnavailableError
from tfcards.labs.run_process import RunProcess, last_words
from tfcards.sessions.lab import Order

STOP_PATIENCE_MS = (
    12_000  # the supervisor's own ladder (ask, interrupt, terminate, kill) takes less
)
KILL_PATIENCE_MS = 3_000
TURN_SECONDS = 0.008
TURN_MS = 50
LOOK_MS = 200
EVENTS = "events.jsonl"
MOST_AT_ONCE = 65536
CHANGED_MS = 40

log = logging.getLogger(__name__)


class Runnable(Protocol):
    """What a run asks of its session: an order, an ear for lines, an end."""

    def prepare(self, seed: int | None = None) -> Order: ...  # noqa: D102 - a protocol: told where it is met
    def feed(self, line: str) -> bool: ...  # noqa: D102 - a protocol: told where it is met
    def finish(self) -> None: ...  # noqa: D102 - a protocol: told where it is met
    def adopt(self) -> Path | None: ...  # noqa: D102 - a protocol: told where it is met
    def is_on(self) -> bool: ...  # noqa: D102 - a protocol: told where it is met
    def stop_adopted(self) -> None: ...  # noqa: D102 - a protocol: told where it is met


class LabProcess(QObject):
    """One run from start to end. `finished` comes exactly once for each start, whatever happens.

    A thread starts the supervisor, which may take a while, and hears what it says.
    """

    changed = Signal()
    finished = Signal()
    _heard = Signal()

    def __init__(self, session: Runnable, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._process: RunProcess | None = None
        self._harder: list[Callable[[], None]] = []
        self._listener = threading.Thread()
        self._said: SimpleQueue[bytes] = SimpleQueue()
        self._adopted: BinaryIO | None = None
        self._unread = bytearray()
        self._has_ended = False
        self._turn = self._timer(0, self._take_turn)
        self._news = self._timer(CHANGED_MS, self.changed.emit)
        self._ladder = self._timer(STOP_PATIENCE_MS, self._climb)
        self._look = self._timer(LOOK_MS, self._read_file)
        self._heard.connect(self._read)

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
        try:
            process = RunProcess(order.command, order.folder)
            self._listener = threading.Thread(
                target=self._listen, args=(process, order.folder, self._said), daemon=True
            )
            self._listener.start()
        except (OSError, RuntimeError) as error:  # no descriptor or no thread is left
            text = f"The run cannot start: {error}. Close other programs, and run again."
            raise UnavailableError(text) from error
        self._process = process
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
        self._process.ask_to_stop()
        self._harder = [self._process.terminate, self._process.kill]
        self._ladder.start(STOP_PATIENCE_MS)

    def stop_and_wait(self) -> None:
        """Stops and returns once everything has ended: for leaving the page or the app."""
        if self._process is None:
            self._leave_adopted()
            return
        self.stop()
        self._listener.join(STOP_PATIENCE_MS / 1000)
        while self._listener.is_alive() and self._harder:
            self._climb()
            self._listener.join(KILL_PATIENCE_MS / 1000)
        self._read()
        self._end()
        while self.is_running:
            self._take_turn()

    # -- what the process says ----------------------------------------------------------------

    def _listen(self, process: RunProcess, folder: Path, said: "SimpleQueue[bytes]") -> None:
        """In a thread of its own: start, and pass on all that is said, then nothing as the end."""
        try:
            process.start()
            while received := process.lines.read1(MOST_AT_ONCE):
                self._pass_on(received, said)
        except OSError as error:
            log.warning("lab supervisor did not start: %s", error)
        finally:
            try:
                process.close()
            finally:
                self._pass_on(b"", said)
        if words := last_words(folder):
            log.info("lab supervisor: %s", words.rstrip())

    def _pass_on(self, received: bytes, said: "SimpleQueue[bytes]") -> None:
        said.put(received)
        with contextlib.suppress(RuntimeError):  # the window is gone
            self._heard.emit()

    def _read(self) -> None:
        """What has been heard since; nothing is the end."""
        with contextlib.suppress(Empty):
            while received := self._said.get_nowait():
                self._unread += received
                self._begin_turn()
            self._end()

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

    # -- how it ends --------------------------------------------------------------------------

    def _climb(self) -> None:
        """It takes too long to stop: the next, harder means, and in the end no waiting any more."""
        if self._process is None or self._has_ended:
            return
        if self._harder:
            self._harder.pop(0)()
            self._ladder.start(KILL_PATIENCE_MS)
        else:
            self._end()

    def _end(self) -> None:
        """The process is gone, and all that it wrote has been heard."""
        if self._process is not None:
            self._ladder.stop()
            self._has_ended = True
            self._begin_turn()

    def _finish(self) -> None:
        """The one way out: nothing is left to read, or nothing ever came."""
        if not self.is_running:
            return
        self._process = None
        self._said = SimpleQueue()  # what a run says that was given up is nobody's
        adopted, self._adopted = self._adopted, None
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
