"""Keeps a fork server while it pays: one process with TensorFlow imported that runs start from."""

import contextlib
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, MutableMapping
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import psutil

from tfcards.labs import launch
from tfcards.warm.client import NAME_VARIABLE, SPARES_VARIABLE, Door, connect, listen
from tfcards.warm.order import Refused

SETTING: Final = "labs.warm"  # of the collection; true unless the learner says otherwise
LEAST_FREE: Final = 4 * 2**30  # bytes; it gives its memory back on its own below that
LOOK: Final = 20.0  # seconds between looks at the memory
TENSORFLOW: Final = "tensorflow"
NO_TOKEN: Final = "0" * 32  # the place of a run's mark in the environment of what is forked

MODULES: Final = (
    "tensorflow",
    "keras",
    "numpy.random",  # NumPy would import it when first used
    "tfcards.labkit.run",
    "tfcards.labkit.host",
    "tfcards.labkit.judge",
    "tfcards.labkit.snippets",
    "tfcards.labs.supervision.supervisor",
)


# What spares become. A host does not: only processes below the supervisor are held to its limits.
SPARED_MODULES: Final = (
    "tensorflow",
    "keras",
    "numpy.random",  # NumPy would import it when first used
    "tfcards.labkit.run",
    "tfcards.labkit.snippets",
)

if sys.platform == "linux":
    USUAL: Final = "fork"
elif sys.platform == "win32":
    USUAL: Final = "cold"  # there are no forks, and an order's descriptors cannot be handed over
else:
    USUAL: Final = "spare"  # a process with so much in it must not be forked there


def hindrance(start: str = USUAL) -> str:
    """Why runs cannot start warm here and now, as a sentence, or nothing."""
    if start == "cold":
        return "Every run imports TensorFlow anew: on Windows no process that has it can be shared."
    if start == "fork" and not hasattr(os, "pidfd_open"):
        return "This system cannot fork runs from a process that has TensorFlow loaded."
    if find_spec("tensorflow") is None:
        return "TensorFlow is not installed in this environment."
    free = psutil.virtual_memory().available
    if free < LEAST_FREE:
        return f"Only {free / 2**30:.1f} GB of memory are free; it needs {LEAST_FREE / 2**30:g} GB."
    return ""


class WarmServer:
    """One server, known to everything started below by a name in the environment.

    By its kind of `start` it forks ("fork"), or gives out processes that were started beforehand
    ("spare"). It ends after ten idle minutes, and when memory gets short; `wake` starts it anew.
    """

    def __init__(
        self, environment: MutableMapping[str, str] = os.environ, start: str = USUAL
    ) -> None:
        self._environment = environment
        self._start = start
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        """Whether it is there: it may still be importing, then who asks waits."""
        return self._process is not None and self._process.poll() is None

    def wake(self) -> bool:
        """Start it unless it runs or cannot; returns at once, and says whether it is there."""
        if self.is_running:
            return True
        if hindrance(self._start):
            return False
        self.close()
        name = secrets.token_hex(16)
        home = Path(tempfile.gettempdir())
        # Keras makes a folder where it is imported, unless it cannot.
        variables = launch.environment(home, 0, NO_TOKEN) | {"KERAS_HOME": f"{os.devnull}/keras"}
        try:
            listener = listen(name)
        except OSError:  # where addresses are files, the folder's own path may be too long for one
            return False
        self._process = subprocess.Popen(
            self._command(listener.fileno(), name),
            cwd=home,
            env=variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(listener.fileno(),),
            start_new_session=True,
        )
        listener.close()
        if self._start == "fork":
            self._environment[NAME_VARIABLE] = name
        else:
            self._environment[SPARES_VARIABLE] = f"{TENSORFLOW}:{name}"
            threading.Thread(target=self._watch, args=(self._process,), daemon=True).start()
        return True

    def _watch(self, process: "subprocess.Popen[bytes]") -> None:
        """Close it when memory gets short; the one that forks sees to that itself."""
        while self._process is process and process.poll() is None:
            if psutil.virtual_memory().available < LEAST_FREE:
                self.close()
            time.sleep(LOOK)

    def _command(self, number: int, name: str) -> list[str]:
        if self._start == "fork":
            return launch.python("tfcards.warm.server", str(number), *MODULES)
        return launch.python("tfcards.warm.keeper", str(number), name, *SPARED_MODULES)

    def close(self) -> None:
        """Take no more orders; what was started from it runs on to its end."""
        for variable in (NAME_VARIABLE, SPARES_VARIABLE):
            self._environment.pop(variable, None)
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            process.stdin.close()
            threading.Thread(target=process.wait, daemon=True).start()  # it may see runs through


@contextlib.contextmanager
def served(start: str = USUAL) -> Iterator[None]:
    """Warm starts for many runs in a row: while the block lasts, where it can be."""
    server = WarmServer(start=start)
    server.wake()
    try:
        yield
    finally:
        server.close()


def forks() -> Door | None:
    """The door of the server that forks, if one runs."""
    return _door(os.environ.get(NAME_VARIABLE, ""))


def door() -> Door | None:
    """The door of the server that runs, if one does."""
    found = forks()
    if found is None and (kept := spares(TENSORFLOW)) is not None:
        found, _ = kept
    return found


def spares(framework: str) -> tuple[Door, int] | None:
    """The door where spare processes with the framework are given out, if one is.

    With it comes the process that a sweep has to spare: none below this one, so its own.
    """
    kept, _, name = os.environ.get(SPARES_VARIABLE, "").partition(":")
    found = _door(name) if kept == framework else None
    return None if found is None else (found, os.getpid())


def _door(name: str) -> Door | None:
    with contextlib.suppress(Refused):
        return connect(name) if name else None
    return None
