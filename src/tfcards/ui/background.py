"""One serial worker for work that would make the window wait, and its signal home."""

import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Signal

Work = Callable[[], Any]
Then = Callable[[Any], None]


class Background(QObject):
    """Runs one piece of work after the other off the GUI thread; results arrive on it.

    An error of the work goes to `failed`, on the GUI thread too. The thread is Python's own: Qt's
    pool waits for its thread when it is collected, which never ends while that needs the
    interpreter.
    """

    _done = Signal(object, object)

    def __init__(self, failed: Callable[[Exception], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._failed = failed
        self._worker = ThreadPoolExecutor(1, "background")
        self._done.connect(self._arrive)

    def run(self, work: Work, then: Then) -> None:
        """Start `work` when the worker is free; `then` gets its result on the GUI thread."""
        self._worker.submit(self._do, work, then)

    def wait(self) -> None:
        """Let what has been started finish; for leaving the app or a page."""
        self._worker.submit(int).result()

    def _do(self, work: Work, then: Then) -> None:
        try:
            outcome = work()
        except Exception as error:  # noqa: BLE001  # carried to the GUI thread, which decides
            outcome = error
        with contextlib.suppress(RuntimeError):  # who asked is gone
            self._done.emit(then, outcome)

    def _arrive(self, then: Then, outcome: object) -> None:
        if isinstance(outcome, Exception):
            self._failed(outcome)
        else:
            then(outcome)
