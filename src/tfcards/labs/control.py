"""What the window says to a running supervisor: `{"stop": true}` on standard input, or silence."""

import json
import os
import select
import signal


class Control:
    """Looks at standard input and at SIGTERM; `is_stopped` once either asked for an end.

    When the input ends (the window is gone), a run goes on or stops as `when_left` says.
    """

    def __init__(self, descriptor: int, when_left: str) -> None:
        self.is_stopped = False
        self._descriptor: int | None = descriptor
        self._when_left = when_left
        self._rest = b""
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)

    def look(self) -> None:
        """Read what has come, without waiting."""
        while self._descriptor is not None:
            ready, _, _ = select.select([self._descriptor], [], [], 0)
            if not ready:
                return
            received = self._read()
            if not received:
                self._descriptor = None
                self.is_stopped = self.is_stopped or self._when_left == "stop"
                return
            *lines, self._rest = (self._rest + received).split(b"\n")
            for line in lines:
                self._take(line)

    def _read(self) -> bytes:
        assert self._descriptor is not None
        try:
            return os.read(self._descriptor, 4096)
        except OSError:
            return b""

    def _take(self, line: bytes) -> None:
        try:
            form = json.loads(line)
        except ValueError:
            return
        if isinstance(form, dict) and form.get("stop") is True:
            self.is_stopped = True

    def _on_signal(self, _number: int, _frame: object) -> None:
        self.is_stopped = True
