"""What the window says to a running supervisor: `{"stop": true}` on standard input, or silence."""

import json
import os
import signal
from collections.abc import Callable


class Control:
    """Looks at standard input, at SIGTERM and elsewhere; `is_stopped` once one asked for an end.

    `hear` gives what has come on the input. When the input ends (the window is gone), a run goes on
    or stops as `when_left` says. `is_asked` tells whether another window wants it to stop. The run
    `is_cut_off` when it has to stop only because its `guard`, the parent process, was killed.
    """

    def __init__(
        self,
        hear: Callable[[], bytes | None],
        when_left: str,
        guard: int,
        is_asked: Callable[[], bool],
    ) -> None:
        self.is_stopped = False
        self.is_cut_off = False
        self._guard = guard
        self._hear: Callable[[], bytes | None] | None = hear
        self._when_left = when_left
        self._is_asked = is_asked
        self._rest = b""
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)

    def look(self) -> None:
        """Read what has come, without waiting."""
        if self._is_asked():  # and nothing more: a signal may come at any time
            self.is_stopped = True
        while self._hear is not None:
            received = self._hear()
            if received is None:
                return
            if not received:
                self._hear = None
                if self._when_left == "stop":
                    self.is_stopped = True
                return
            *lines, self._rest = (self._rest + received).split(b"\n")
            for line in lines:
                self._take(line)

    def _take(self, line: bytes) -> None:
        try:
            form = json.loads(line)
        except ValueError:
            return
        if isinstance(form, dict) and form.get("stop") is True:
            self.is_stopped = True

    def _on_signal(self, number: int, _frame: object) -> None:
        is_first = not self.is_stopped and number == signal.SIGTERM
        self.is_cut_off |= is_first and os.getppid() != self._guard
        self.is_stopped = True
