"""One serial worker for work that would make the window wait, and its signal home."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal
from typing_extensions import override

Work = Callable[[], Any]
Then = Callable[[Any], None]


class Background(QObject):
    """Runs one piece of work after the other off the GUI thread; results arrive on it.

    An error of the work goes to `failed`, on the GUI thread too.
    """

    _done = Signal(object, object)

    def __init__(self, failed: Callable[[Exception], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._failed = failed
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._done.connect(self._arrive)

    def run(self, work: Work, then: Then) -> None:
        """Start `work` when the worker is free; `then` gets its result on the GUI thread."""
        self._pool.start(_Piece(work, then, self._done.emit))

    def wait(self) -> None:
        """Let what has been started finish; for leaving the app."""
        self._pool.waitForDone()

    def _arrive(self, then: Then, outcome: object) -> None:
        if isinstance(outcome, Exception):
            self._failed(outcome)
        else:
            then(outcome)


class _Piece(QRunnable):
    def __init__(self, work: Work, then: Then, emit: Callable[[Then, object], None]) -> None:
        super().__init__()
        self._work, self._then, self._emit = work, then, emit

    @override
    def run(self) -> None:
        try:
            outcome = self._work()
        except Exception as error:  # noqa: BLE001  # carried to the GUI thread, which decides
            outcome = error
        self._emit(self._then, outcome)
