"""Work cut into steps, a few of them in each turn of the event loop. Knows nothing of the work."""

from collections import deque
from collections.abc import Callable
from time import perf_counter

from PySide6.QtCore import QObject, QTimer

Step = Callable[[], bool]

SHARE = 0.004  # seconds of a turn, after which no further step is begun: painting costs as much


class InTurns(QObject):
    """Does one piece of work after the other; clicks, keys and painting come between the steps.

    A piece is a step that is done again and again until it answers False.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pieces: deque[Step] = deque()
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.timeout.connect(self._go_on)

    def do(self, step: Step) -> None:
        """Does this piece after those that wait; one that waits already keeps its place."""
        if step not in self._pieces:
            self._pieces.append(step)
        if not self._next.isActive():
            self._next.start()

    def finish(self, step: Step) -> None:
        """Does what is left of a piece at once: somebody cannot wait."""
        if step in self._pieces:
            self._pieces.remove(step)
        while step():
            pass

    def _go_on(self) -> None:
        self._next.start()  # at once: a step that fails takes only its own piece with it
        until = perf_counter() + SHARE
        while self._pieces and perf_counter() < until:
            step = self._pieces.popleft()
            if step():
                self._pieces.appendleft(step)
        if not self._pieces:
            self._next.stop()
