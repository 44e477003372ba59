"""What the window says to a running supervisor: `{"stop": true}` on standard input, or silence."""

import json
import signal
from collections.abc import Callable


class Control:
    """Looks at standard input, at SIGTERM and elsewhere; `is_stopped` once one asked for an end.

    `hear` gives what has come on the input. When the input ends (the window is gone), a run goes on
    or stops as `when_left` says. `is_asked` tells whether another window wants it to stop.
    """

    def __init__(
        self,
        hear: Callable[[], bytes | None],
        when_left: str,
        is_asked: Callable[[], bool] = lambda: False,
    ) -> None:
        self.is_stopped = False
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

    def _on_signal(self, _number: int, _frame: object) -> None:
        self.is_stopped = True
