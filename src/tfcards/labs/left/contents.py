"""Asks a process of its own what is in something that a run left. Parses no such file here."""

import contextlib
import json
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

from tfcards.errors import BadInputError, UnavailableError
from tfcards.labs import processes
from tfcards.labs.launch import Cage, caged, environment, isolation, python
from tfcards.labs.left.produced import Produced
from tfcards.labs.linkless import open_file
from tfcards.warm import system

SECONDS: Final = 30.0
LOOK: Final = 0.2  # seconds between looks at its memory
MOST_MEMORY: Final = 3 * 2**29  # bytes; where the system holds it to 1 GB, it says so itself
PIECE: Final = 2**20  # bytes
SILENT: Final = "Whatever read this file died of it; it is damaged, or made to do harm."


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under column names."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A confusion matrix: `counts[true][predicted]`, with a label for each class."""

    labels: tuple[str, ...]
    counts: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in it, as far as it has such parts; `note` says what is left out or odd."""

    facts: tuple[tuple[str, str], ...] = ()
    note: str = ""
    text: str | None = None
    tables: tuple[Table, ...] = ()
    matrix: Matrix | None = None
    series: Mapping[str, list[tuple[float, float]]] = field(default_factory=dict)


class ContentsTask:
    """One reading that somebody waits for, and may give up on.

    The process gets the opened files themselves; where it `shares_descriptors` with none, copies.
    """

    def __init__(
        self,
        work: Path,
        one: Produced,
        seconds: float = SECONDS,
        *,
        most_bytes: int = MOST_MEMORY,
        shares_descriptors: bool = system.SHARES_DESCRIPTORS,
    ) -> None:
        self._work = work
        self._one = one
        self._seconds = seconds
        self._most_bytes = most_bytes
        self._shares_descriptors = shares_descriptors
        self._process: subprocess.Popen[bytes] | None = None
        self._token = secrets.token_hex(16)  # of everything it starts, in the environment
        self._lock = threading.Lock()
        self.is_cancelled = False

    def run(self) -> Contents:
        """Read it and wait: for a thread of its own.

        Raises:
            UnavailableError: the files are gone, or it took too long.
            BadInputError: nobody can tell what is in it; the sentence says why.
        """
        with contextlib.ExitStack() as stack:
            files = [stack.enter_context(open_file(self._work, path)) for path in self._one.to_read]
            home = Path(stack.enter_context(_folder()))
            numbers = [file.fileno() for file in files] if self._shares_descriptors else []
            given = list(zip(numbers or self._copies(files, home), self._one.to_read, strict=True))
            command = python(
                "tfcards.labkit.contents.tell", self._one.kind.value, json.dumps(given)
            )
            with self._lock:
                if self.is_cancelled:
                    raise UnavailableError("Cancelled.")
                process = self._process = subprocess.Popen(
                    caged(command, home, Cage(writable=(home,), hidden=()), isolation()),
                    cwd=home,
                    env=environment(home, 0, self._token),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    pass_fds=numbers,
                    start_new_session=True,
                    creationflags=system.creation_flags(),
                )
            return self._answer(process)

    def _copies(self, files: Sequence[BinaryIO], home: Path) -> Iterator[str]:
        """Names in the process's folder. Raises UnavailableError."""
        for number, file in enumerate(files):
            try:
                with (home / str(number)).open("wb") as copy:
                    while piece := file.read(PIECE):
                        if self.is_cancelled:
                            raise UnavailableError("Cancelled.")
                        copy.write(piece)
            except OSError as error:
                text = f"{self._one.path} cannot be read: {error.strerror}."
                raise UnavailableError(text) from error
            yield str(number)

    def cancel(self) -> None:
        """End it, from any thread; `run` then comes back soon."""
        with self._lock:
            self.is_cancelled = True
            if self._process is not None:
                self._kill(self._process)

    def _answer(self, process: subprocess.Popen[bytes]) -> Contents:
        with process:
            said = self._said(process)
        try:
            form = json.loads(said)
            problem = str(form.get("problem", ""))
            contents = _contents(form)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise BadInputError(SILENT) from None
        if problem:
            raise BadInputError(problem)
        return contents

    def _said(self, process: subprocess.Popen[bytes]) -> bytes:
        """All that it says until its end. Raises UnavailableError when it goes beyond a limit."""
        deadline = time.monotonic() + self._seconds
        while True:
            try:
                left = max(deadline - time.monotonic(), 0)
                return process.communicate(timeout=min(left, LOOK))[0]
            except subprocess.TimeoutExpired:
                problem = self._problem(process, deadline)
            if problem:
                self._kill(process)
                raise UnavailableError(problem)

    def _problem(self, process: subprocess.Popen[bytes], deadline: float) -> str:
        """Why it has to end. Not every system's own limits hold its memory."""
        if time.monotonic() >= deadline:
            return f"Reading it took longer than {self._seconds:g} s, so it was stopped."
        if processes.memory(processes.family(process.pid)) > self._most_bytes:
            return f"Reading it took more than {self._most_bytes // 2**20} MB of memory."
        return ""

    def _kill(self, process: subprocess.Popen[bytes]) -> None:
        """End it; a cage that is killed while it is made can leave one behind."""
        process.kill()
        for one in processes.marked({self._token}):
            with contextlib.suppress(*processes.GONE):
                one.kill()


def _folder() -> tempfile.TemporaryDirectory[str]:
    """For the process. Windows keeps what a process that is just ending has open."""
    is_patient = sys.platform == "win32"
    return tempfile.TemporaryDirectory(prefix="tfcards-", ignore_cleanup_errors=is_patient)


def _contents(form: dict[str, Any]) -> Contents:
    matrix = form.get("matrix")
    return Contents(
        facts=tuple((str(name), str(value)) for name, value in form.get("facts", ())),
        note=str(form.get("note", "")),
        text=str(form["text"]) if "text" in form else None,
        tables=tuple(_table(table) for table in form.get("tables", ())),
        matrix=None if matrix is None else _matrix(matrix),
        series={
            str(name): [(float(step), float(value)) for step, value in points]
            for name, points in form.get("series", {}).items()
        },
    )


def _table(form: dict[str, Any]) -> Table:
    rows = tuple(tuple(str(cell) for cell in row) for row in form["rows"])
    return Table(str(form["title"]), tuple(str(name) for name in form["columns"]), rows)


def _matrix(form: dict[str, Any]) -> Matrix:
    counts = tuple(tuple(float(count) for count in row) for row in form["counts"])
    return Matrix(tuple(str(label) for label in form["labels"]), counts)
