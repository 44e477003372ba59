"""Runs the snippets of cards, one job after another, in a process that has their framework loaded.

Started as `python -m tfcards.labkit.snippets FRAMEWORK` ("tensorflow" or "none"). Reads one JSON
job per line from stdin, `{"id", "blocks": [{"language", "code", "raises", "part"}]}`, and writes
one JSON answer per line, with the job's id, to what was stdout. What the snippets print goes
elsewhere, so it can never be taken for an answer. Judging the answers and keeping time are left to
whoever started this.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import linecache
import os
import sqlite3
import sys
import tempfile
import time
import traceback
import types
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TextIO

import numpy as np

from tfcards.labkit.assertions import Assertions, UnmetError
from tfcards.labkit.framework import Framework, bring
from tfcards.labkit.process import (
    be_nice,
    die_with_parent,
    leave_no_core,
    limit_files,
    limit_memory,
)
from tfcards.labkit.roomy import roomy
from tfcards.labkit.sql import Database
from tfcards.warm import fence

SEED: Final = 7
MOST_MEMORY: Final = 8 * 2**30  # the stacks of threads count too, and a cluster has hundreds
LARGEST_FILE: Final = 2**28  # bytes, also of what is printed: an endless loop fills no disk
LARGEST_OUTPUT: Final = 200_000  # bytes kept of what one block prints


def main() -> None:
    """Load the framework, say so, then answer jobs until stdin ends."""
    die_with_parent()
    fence.put_up(sys.argv)
    be_nice()
    limit_memory(MOST_MEMORY)
    limit_files(LARGEST_FILE)
    leave_no_core()
    jobs, answers = _take_streams()
    with _captured(Path.cwd()):
        framework = bring(sys.argv[1], SEED)
    gc.collect()
    gc.freeze()  # what the framework brought stays: collecting after each job then costs little
    _say(answers, {"ready": framework.versions | {"sqlite": sqlite3.sqlite_version}})
    for line in jobs:
        _say(answers, _run(json.loads(line), framework))


def _take_streams() -> tuple[TextIO, TextIO]:
    """Private copies of stdin and stdout; prints and `input()` get harmless ones instead."""
    jobs = os.fdopen(os.dup(0), encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    sys.stdout = _unbuffered(1)
    sys.stderr = _unbuffered(2)
    return jobs, answers


def _unbuffered(descriptor: int) -> TextIO:
    raw = io.FileIO(descriptor, "w", closefd=False)
    return io.TextIOWrapper(
        raw, encoding="utf-8", errors="replace", newline="\n", write_through=True
    )


def _say(answers: TextIO, message: dict[str, Any]) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


@contextlib.contextmanager
def _captured(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Send everything printed, also by C++, to two files in `folder` while the block runs."""
    paths = folder / "stdout.txt", folder / "stderr.txt"
    kept = os.dup(1), os.dup(2)
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | getattr(os, "O_BINARY", 0)
    for descriptor, path in enumerate(paths, start=1):
        target = os.open(path, flags)
        os.dup2(target, descriptor)
        os.close(target)
    try:
        yield paths
    finally:
        for descriptor, copy in enumerate(kept, start=1):
            os.dup2(copy, descriptor)
            os.close(copy)


class _Printed:
    """A file that is printed to, read piece by piece."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = 0

    def new(self) -> str:
        """What was printed since the last call, cut when it is very long."""
        with self._path.open("rb") as file:
            file.seek(self._seen)
            content = file.read(LARGEST_OUTPUT)
        self._seen = self._path.stat().st_size
        return content.decode("utf-8", errors="replace")


@roomy
def _run(job: dict[str, Any], framework: Framework) -> dict[str, Any]:
    """Run the blocks of one job in order: one new namespace, one new database, one new folder."""
    started = time.perf_counter()
    home = Path.cwd()
    reports: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(dir=home, ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        os.chdir(folder)
        module = _module(framework)
        try:
            with _captured(home) as paths, contextlib.closing(Database()) as database:
                printed = [_Printed(path) for path in paths]
                for number, block in enumerate(job["blocks"]):
                    if block["language"] == "sql":
                        report = _run_sql(block["code"], database)
                    else:
                        report = _run_block(block, module, folder / f"block{number}.py")
                    report |= {"stdout": printed[0].new(), "stderr": printed[1].new()}
                    reports.append(report)
                    if report["error"] and not block["raises"]:
                        break
        finally:
            os.chdir(home)
            _tidy(framework)
    seconds = time.perf_counter() - started
    return {"id": job["id"], "blocks": reports, "seconds": seconds}


def _module(framework: Framework) -> types.ModuleType:
    """A new `__main__` with `np`, and with `tf` and `keras` if they are there; all is seeded."""
    framework.seed(SEED)
    module = types.ModuleType("__main__")
    names = {"tf": framework.tensorflow, "np": np, "keras": framework.keras}
    module.__dict__.update({name: brought for name, brought in names.items() if brought})
    sys.modules["__main__"] = module
    return module


def _run_block(block: dict[str, Any], module: types.ModuleType, path: Path) -> dict[str, Any]:
    # A real file, because AutoGraph reads the source of functions it compiles.
    code = block["code"]
    path.write_text(code, encoding="utf-8")
    module.__dict__["__file__"] = str(path)
    error = unmet = None
    assertions = Assertions()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            if block["part"] == "check":
                assertions.run(code, path, module.__dict__)
            else:
                made = compile(code, str(path), "exec", dont_inherit=True)
                exec(made, module.__dict__)  # noqa: S102 - cards are run
        except BaseException as raised:  # noqa: BLE001 - reported, whatever the snippet raised
            error = _error(raised, _places(raised, path.parent), path)
            unmet = _unmet(raised)
    said = [f"{warning.category.__name__}: {warning.message}" for warning in caught]
    return {"error": error, "warnings": said, "held": assertions.held, "unmet": unmet}


def _run_sql(code: str, database: Database) -> dict[str, Any]:
    error = None
    try:
        database.run(code)
    except sqlite3.Error as raised:
        error = _told(raised) | {"line": database.line, "places": []}
    return {"error": error, "warnings": [], "held": 0, "unmet": None}


def _places(raised: BaseException, folder: Path) -> list[tuple[str, int]]:
    """The last line of each of the job's files on the way to the exception; where it was, last."""
    found = [
        (frame.filename, frame.lineno or 0) for frame in traceback.extract_tb(raised.__traceback__)
    ]
    if isinstance(raised, SyntaxError):
        found.append((raised.filename or "", raised.lineno or 0))
    lines: dict[str, int] = {}
    for file, line in found:
        if Path(file).parent == folder:
            lines.pop(file, None)
            lines[file] = line
    return list(lines.items())


def _error(raised: BaseException, places: list[tuple[str, int]], path: Path) -> dict[str, Any]:
    named = [(Path(file).stem, line) for file, line in places]
    return _told(raised) | {"line": dict(places).get(str(path)), "places": named}


def _told(raised: BaseException) -> dict[str, Any]:
    # Python's text of an unreadable file names that file, which here means nothing
    text = str((isinstance(raised, SyntaxError) and raised.msg) or raised)
    return {"names": [kind.__name__ for kind in type(raised).__mro__], "message": text[:2000]}


def _unmet(raised: BaseException) -> dict[str, Any] | None:
    if not isinstance(raised, UnmetError):
        return None
    return {"lines": raised.lines, "values": raised.values()}


def _tidy(framework: Framework) -> None:
    """Undo what a snippet commonly leaves behind in TensorFlow and Keras."""
    tf, keras = framework.tensorflow, framework.keras
    linecache.clearcache()
    if tf is not None and keras is not None:
        tf.config.run_functions_eagerly(run_eagerly=False)
        tf.config.set_soft_device_placement(enabled=True)
        keras.config.set_floatx("float32")
        keras.config.set_dtype_policy("float32")
        keras.config.enable_traceback_filtering()
        keras.backend.clear_session()
    gc.collect()


if __name__ == "__main__":
    main()
