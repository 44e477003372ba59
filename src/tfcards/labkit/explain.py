"""Exceptions of the learner's code as plain sentences with the lines of their own files only."""

from __future__ import annotations

import os
import re
import traceback
from pathlib import Path
from typing import Final, TypeGuard

LONGEST_MESSAGE: Final = 600
# Colours for a terminal, and the names TensorFlow gives to nodes: neither helps a learner.
NOISE: Final = re.compile(r"\x1b\[[0-9;]*m|\{\{function_node [^}]*\}\}\s*|(?<=\]) name:\s*$")
# How TensorFlow tells of an error in a function that it rewrote for a graph: the lines that led
# there as text, in front of the error's own message.
LINE: Final = re.compile(
    r'File "(?P<file>[^"\n]+)", line (?P<number>\d+), in (?P<name>[^\s*]+)[^\n]*\n[^\n]*\n\s*'
)
TRACED: Final = re.compile(
    rf"\s*in user code:\s+(?:{re.sub('[?]P<[a-z]+>', '', LINE.pattern)})+(?:\w+: )?"
)


def learner_frames(error: BaseException, folder: Path) -> list[traceback.FrameSummary]:
    """The frames of the traceback that lie in the learner's folder, outermost first."""
    return [
        frame
        for frame in [*traceback.extract_tb(error.__traceback__), *_traced_frames(error)]
        if _lies_in(frame.filename, folder) and "tfcards_lab_host" not in frame.filename
    ]


def _traced_frames(error: BaseException) -> list[traceback.FrameSummary]:
    """The lines of the function that was made a graph, which the traceback does not have."""
    told = TRACED.match(str(error))
    lines = LINE.finditer(told[0]) if told else ()
    return [traceback.FrameSummary(one["file"], int(one["number"]), one["name"]) for one in lines]


def _lies_in(filename: str | None, folder: Path) -> bool:
    """Whether it is a file of the folder; Python's own importing has names like `<frozen …>`."""
    if not filename or filename.startswith("<"):
        return False
    return os.path.abspath(filename).startswith(str(folder) + os.sep)  # noqa: PTH100 - keeps links


def learner_lines(error: BaseException, folder: Path) -> str:
    """A traceback as Python prints it, without the frames of libraries and of this program."""
    frames = learner_frames(error, folder)
    for frame in frames:
        frame.filename = os.path.relpath(frame.filename, folder)
    lines = ["Traceback (your files only):\n", *traceback.format_list(frames)] if frames else []
    last = traceback.format_exception_only(error)
    if _traced_frames(error):
        last = [f"{type(error).__name__}: {TRACED.sub('', str(error), count=1)}"]
    return "".join([*lines, *last]).replace(str(folder) + os.sep, "")


def place(error: BaseException, folder: Path) -> str:
    """Where it happened: ` (tensors.py, line 12)`, or nothing when not in the learner's files."""
    if _is_unreadable(error, folder):
        return f" ({os.path.relpath(str(error.filename), folder)}, line {error.lineno})"
    frames = learner_frames(error, folder)
    if not frames:
        return ""
    return f" ({os.path.relpath(frames[-1].filename, folder)}, line {frames[-1].lineno})"


def _is_unreadable(error: BaseException, folder: Path) -> TypeGuard[SyntaxError]:
    """Whether Python could not even read one of their files."""
    return isinstance(error, SyntaxError) and _lies_in(error.filename, folder)


def _is_raised_by_learner(error: BaseException, folder: Path) -> bool:
    """Whether their own line raised it, not a library they called."""
    raised_at = (_traced_frames(error) or traceback.extract_tb(error.__traceback__))[-1:]
    return bool(raised_at) and raised_at == learner_frames(error, folder)[-1:]


def message(error: BaseException) -> str:
    """The exception's own text, or its name when it has none; long ones are cut."""
    text = error.msg if isinstance(error, SyntaxError) else TRACED.sub("", str(error), count=1)
    text = " ".join(NOISE.sub("", text).split())
    return text if len(text) <= LONGEST_MESSAGE else text[:LONGEST_MESSAGE] + " …"


def is_unwritten(error: BaseException, folder: Path) -> bool:
    """Whether it says that something is still to be written: their own NotImplementedError."""
    return isinstance(error, NotImplementedError) and _is_raised_by_learner(error, folder)


def sentence(error: BaseException, what: str, folder: Path) -> str:
    """One sentence for the learner: what they called, what it raised, where."""
    where = place(error, folder)
    name, text = type(error).__name__, message(error)
    if _is_unreadable(error, folder):
        file = os.path.relpath(str(error.filename), folder)
        return f"Python cannot read {file}: {name}: {text}{where}"
    if is_unwritten(error, folder):
        return f"{what} is not written yet{where}."
    if isinstance(error, SystemExit):
        return f"{what} ends Python (sys.exit){where}. Take that line out."
    return f"{what} raised {name}{': ' + text if text else ''}{where}"
