"""Keeps a fork server while it pays: one process with TensorFlow imported that runs start from."""

import contextlib
import os
import secrets
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, MutableMapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import psutil

from tfcards.labs import launch
from tfcards.warm.client import NAME_VARIABLE, Door, Refused, connect, listen

SETTING: Final = "labs.warm"  # of the collection; true unless the learner says otherwise
LEAST_FREE: Final = 4 * 2**30  # bytes; it gives its memory back on its own below that
NO_TOKEN: Final = "0" * 32  # the place of a run's mark in the environment of what is forked

MODULES: Final = (
    "tensorflow",
    "keras",
    "tfcards.labkit.run",
    "tfcards.labkit.host",
    "tfcards.labkit.judge",
    "tfcards.labkit.snippets",
    "tfcards.labs.supervisor",
)


def hindrance() -> str:
    """Why runs cannot start warm here and now, as a sentence, or nothing."""
    if sys.platform != "linux" or not hasattr(os, "pidfd_open"):
        return "Only Linux can start runs from a process that has TensorFlow loaded."
    if find_spec("tensorflow") is None:
        return "TensorFlow is not installed in this environment."
    free = psutil.virtual_memory().available
    if free < LEAST_FREE:
        return f"Only {free / 2**30:.1f} GB of memory are free; it needs {LEAST_FREE / 2**30:g} GB."
    return ""


class WarmServer:
    """One fork server, known to everything started below by a name in the environment.

    It ends on its own after ten idle minutes or when memory gets short; `wake` starts it anew.
    """

    def __init__(self, environment: MutableMapping[str, str] = os.environ) -> None:
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        """Whether it is there: it may still be importing, then who asks waits."""
        return self._process is not None and self._process.poll() is None

    def wake(self) -> bool:
        """Start it unless it runs or cannot; returns at once, and says whether it is there."""
        if self.is_running:
            return True
        if hindrance():
            return False
        self.close()
        name = secrets.token_hex(16)
        home = Path(tempfile.gettempdir())
        # Keras makes a folder where it is imported, unless it cannot.
        variables = launch.environment(home, 0, NO_TOKEN) | {"KERAS_HOME": f"{os.devnull}/keras"}
        listener = listen(name)
        self._process = subprocess.Popen(
            launch.python("tfcards.warm.server", str(listener.fileno()), *MODULES),
            cwd=home,
            env=variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(listener.fileno(),),
            start_new_session=True,
        )
        listener.close()
        self._environment[NAME_VARIABLE] = name
        return True

    def close(self) -> None:
        """Take no more orders; what was started from it runs on to its end."""
        self._environment.pop(NAME_VARIABLE, None)
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            process.stdin.close()
            threading.Thread(target=process.wait, daemon=True).start()  # it may see runs through


@contextlib.contextmanager
def served() -> Iterator[None]:
    """Warm starts for many runs in a row: while the block lasts, where it can be."""
    server = WarmServer()
    server.wake()
    try:
        yield
    finally:
        server.close()


def through(command: Sequence[str]) -> list[str]:
    """The command handed over to the server that runs, or as it is when there is none."""
    name = os.environ.get(NAME_VARIABLE)
    if not name:
        return list(command)
    return [*launch.python("tfcards.warm.hand_over", name), *command]


def door() -> Door | None:
    """The door of the server that runs, if one does."""
    name = os.environ.get(NAME_VARIABLE)
    with contextlib.suppress(Refused):
        return connect(name) if name else None
    return None
