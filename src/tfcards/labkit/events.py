"""Telemetry of a lab process: one JSON line per event, on its own descriptor. Never a verdict."""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import sys
import threading
import time
from typing import Final

ENVIRONMENT_NAME: Final = "TFCARDS_EVENTS"
LAST_STEP: Final = "TFCARDS_LAST_STEP"  # the step at which the lab is going to kill this process
PATIENCE: Final = 20.0


class Events:
    """Writes events; one whole line at a time, from any thread."""

    def __init__(self, descriptor: int) -> None:
        self._end = socket.socket(fileno=descriptor)
        self._lock = threading.Lock()

    def emit(self, event: str, **fields: object) -> None:
        """Send one event. A supervisor that is gone is no reason to fail."""
        line = json.dumps({"ev": event, **fields}) + "\n"
        with self._lock, contextlib.suppress(OSError):
            self._end.sendall(line.encode())

    def close(self) -> None:
        """Hang up."""
        self._end.close()

    def stop_is_asked(self) -> bool:
        """Whether the supervisor asked this run to come to an end."""
        with contextlib.suppress(OSError, ValueError):
            ready, _, _ = select.select([self._end], [], [], 0)
            return bool(ready and self._end.recv(64))
        return False


def report(step: int | None = None, epoch: int | None = None, **values: float) -> None:
    """Show numbers of a training loop of your own in the lab's curves: `report(step, loss=loss)`.

    Does nothing outside a lab run.
    """
    descriptor = os.environ.get(ENVIRONMENT_NAME)
    if not descriptor:
        return
    fields: dict[str, object] = {"ev": "metric", "phase": "train"}
    if step is not None:
        fields["step"] = int(step)
    if epoch is not None:
        fields["epoch"] = int(epoch)
    fields["values"] = {name: float(value) for name, value in values.items()}
    with contextlib.suppress(OSError, ValueError):
        _send(int(descriptor), (json.dumps(fields) + "\n").encode())
    if step is not None and step >= int(os.environ.get(LAST_STEP) or sys.maxsize):
        time.sleep(PATIENCE)  # so that it dies at this step and at no later one


def _send(descriptor: int, line: bytes) -> None:
    """Send through a socket that somebody else holds: on Windows its number is none of a file's."""
    end = socket.socket(fileno=descriptor)
    try:
        end.sendall(line)
    finally:
        end.detach()
