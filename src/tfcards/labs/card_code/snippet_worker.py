"""One process that runs snippets: started, asked, killed. No judging here."""

import contextlib
import json
import os
import queue
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, TextIO

import psutil

from tfcards.errors import UnavailableError
from tfcards.labs import processes, warm
from tfcards.labs.launch import Cage, caged, environment, isolation, python, start
from tfcards.labs.room import Room
from tfcards.warm import system, windows
from tfcards.warm.client import Streams, WarmProcess

TENSORFLOW, NONE = "tensorflow", "none"  # frameworks; without: Python, NumPy and SQLite
_START_SECONDS = 240.0  # importing TensorFlow on a busy machine takes its time
_SEED = 7
_LOOK = 0.2  # seconds between looks at memory and files
_MOST_MEMORY = 8 * 2**30  # bytes, of all its processes
_MOST_WRITTEN = 2**29  # bytes, of all files in its folder
_MOST_PRINTED = 200_000  # bytes of what an unfinished job printed that are read
_NO_ANSWER = "It wrote into the pipe that is kept for its answer."

Process = subprocess.Popen[bytes] | WarmProcess


class WorkerError(Exception):
    """The worker gave no answer; the text says why, for the report."""


class TooSlowError(WorkerError):
    """It was given up on after its time; the process may still be busy."""


class SnippetWorker:
    """A process with `framework` loaded, in a folder of its own; warm where a server runs.

    `start` again after `close`. Use it from one thread, because on Linux the process is tied
    to the life of the thread that started it.
    """

    def __init__(self) -> None:
        self.framework = ""
        self._interrupted = False
        self._token = secrets.token_hex(16)  # of everything it starts, in the environment
        self.versions: dict[str, str] = {}
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._process: Process | None = None
        self._jobs: TextIO | None = None
        self._answers: TextIO | None = None
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._reader: threading.Thread | None = None
        self._room: Room | None = None

    def is_running(self) -> bool:
        """Whether the process is there and can be asked."""
        return self._process is not None and self._process.poll() is None

    def start(self, framework: str) -> None:
        """Start the process and wait until the framework (TENSORFLOW or NONE) is loaded.

        Raises:
            UnavailableError: it cannot be loaded here.
        """
        self.framework = framework
        process, answers = self._launch()
        if self._interrupted:
            _kill(process, self._token)
        self._lines = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, args=(answers,), daemon=True)
        self._reader.start()
        try:
            self.versions = self._next_line(_START_SECONDS)["ready"]
        except WorkerError as error:
            self.close()
            name = "TensorFlow" if framework == TENSORFLOW else "Python"
            sentence = f"{name} could not be started: {error} `tfcards doctor` says more."
            raise UnavailableError(sentence) from None

    def ask(self, job: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Run one job and return its answer.

        Raises:
            WorkerError: it took too long (TooSlowError), the process died, or it wrote something
                else than an answer; close the worker then.
        """
        if self._jobs is None:
            raise WorkerError("The process is not running.")
        key = secrets.token_hex(16)  # an answer that code only guessed at does not have it
        try:
            self._jobs.write(json.dumps(job | {"id": key}) + "\n")
            self._jobs.flush()
            answer = self._next_line(seconds)
        except OSError:  # a broken pipe, by whatever name
            raise WorkerError(self._death()) from None
        if answer.get("id") != key:
            raise WorkerError(_NO_ANSWER)
        return answer

    def printed(self) -> str:
        """What the job at hand has printed so far, cut when it is very long."""
        if self._folder is None:
            return ""
        with contextlib.suppress(OSError), (Path(self._folder.name) / "stdout.txt").open("rb") as f:
            return f.read(_MOST_PRINTED).decode("utf-8", errors="replace")
        return ""

    def interrupt(self) -> None:
        """Kill the process from another thread; the thread that uses it then closes it."""
        self._interrupted = True
        process = self._process
        if process is not None:
            _kill(process, self._token)

    def close(self) -> None:
        """Kill the process and everything it started, and remove its folder."""
        if self._process is not None:
            _kill(self._process, self._token)
        if self._reader is not None:
            self._reader.join()
        for pipe in (self._jobs, self._answers):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        if self._folder is not None:
            self._folder.cleanup()
        self._process = self._reader = self._folder = self._jobs = self._answers = None

    def _launch(self) -> tuple[Process, TextIO]:
        """Start the process; what it answers comes from the second of the pair."""
        self._folder = tempfile.TemporaryDirectory(
            prefix="tfcards-snippets-", ignore_cleanup_errors=sys.platform == "win32"
        )
        home = Path(self._folder.name).resolve()
        self._room = Room((home,), _MOST_WRITTEN)
        cage = Cage(writable=(home,), hidden=())
        command = caged(python("tfcards.labkit.snippets", self.framework), home, cage, isolation())
        variables = environment(home, _SEED, self._token)
        asked, told = os.pipe(), os.pipe()
        nothing = os.open(os.devnull, os.O_WRONLY)
        door = warm.door() if self.framework == TENSORFLOW else None  # plain Python starts at once
        try:
            streams = Streams(asked[0], told[1], nothing)
            self._process = start(command, home, variables, streams, door)
        finally:
            for end in (asked[0], told[1], nothing):
                os.close(end)
            if door is not None:
                door.close()
        self._jobs = os.fdopen(asked[1], "w", encoding="utf-8")
        self._answers = os.fdopen(told[0], encoding="utf-8")
        return self._process, self._answers

    def _read(self, answers: TextIO) -> None:
        for line in answers:
            self._lines.put(line)
        self._lines.put(None)

    def _next_line(self, seconds: float) -> dict[str, Any]:
        line = self._waited_for(seconds)
        if line is None:
            raise WorkerError(self._death())
        try:
            answer = json.loads(line)
        except ValueError:
            raise WorkerError(_NO_ANSWER) from None
        if not isinstance(answer, dict):
            raise WorkerError(_NO_ANSWER)
        return answer

    def _waited_for(self, seconds: float) -> str | None:
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            with contextlib.suppress(queue.Empty):
                return self._lines.get(timeout=min(left, _LOOK))
            self._hold_limits()
        raise TooSlowError(f"It took longer than {seconds:g} seconds.")

    def _hold_limits(self) -> None:
        """What a system's own limits do not hold: all processes together, all files together."""
        if self._process is None or self._room is None:
            return
        if self._room.look():
            raise WorkerError(f"It wrote more than {_MOST_WRITTEN // 2**20} MB of files.")
        if processes.memory(processes.family(self._process.pid)) > _MOST_MEMORY:
            raise WorkerError(f"It used more than {_MOST_MEMORY // 2**20} MB of memory.")

    def _death(self) -> str:
        """How the process died, with the end of what it printed."""
        code = self._process.wait() if self._process is not None else 0
        # a cage reports the signal of the process in it as 128 + number
        number = -code if code < 0 else code - 128
        name = windows.fault(code) or f"exit code {code}"
        if number > 0 and number in set(signal.Signals):
            name = signal.Signals(number).name
        said = self._last_words()
        return f"The process ended with {name}." + (f" It said: {said}" if said else "")

    def _last_words(self) -> str:
        if self._folder is None:
            return ""
        with contextlib.suppress(OSError):
            text = (Path(self._folder.name) / "stderr.txt").read_text("utf-8", "replace")
            return text.strip()[-500:]
        return ""


def _kill(process: Process, token: str) -> None:
    """End it and all it started; a cage that is killed while it is made can leave one behind."""
    below: list[psutil.Process] = []
    with contextlib.suppress(psutil.Error):
        below = psutil.Process(process.pid).children(recursive=True)
    for child in below:
        with contextlib.suppress(psutil.Error):
            child.kill()
    if process.poll() is None:
        system.kill_group(process.pid)
    process.kill()
    process.wait()
    for one in processes.marked({token}):
        with contextlib.suppress(psutil.Error):
            one.kill()
