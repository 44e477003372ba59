"""Which program opens a lab's files when the learner would rather use their own. No Qt."""

import os
import shlex
import shutil
from pathlib import Path

from tfcards.errors import BadInputError, UnavailableError
from tfcards.store import Collection

EDITOR = "labs.editor"  # a setting: a command; "" stands for the desktop's own program


def editor(collection: Collection) -> str:
    """The command as the learner wrote it, or nothing for the desktop's own program."""
    return str(collection.setting(EDITOR, ""))


def choose_editor(collection: Collection, command: str) -> None:
    """Remember a command such as `code {folder} {file}`; without a place the file comes last.

    Raises BadInputError when its quotes do not close.
    """
    words(command)
    collection.set_setting(EDITOR, command.strip())


def opening(collection: Collection, file: Path) -> list[str]:
    """The program and arguments that open the file; nothing when the desktop has to choose.

    Raises UnavailableError when there is no such program.
    """
    parts = words(editor(collection))
    if not parts:
        return []
    program = shutil.which(parts[0])
    if program is None:
        text = f"There is no program {parts[0]!r} to open your files with."
        raise UnavailableError(f"{text} Write another one under Settings, Labs, Your editor.")
    places = {"{file}": str(file), "{folder}": str(file.parent)}
    arguments = parts[1:] if any("{file}" in part for part in parts) else [*parts[1:], "{file}"]
    return [program, *(_filled(part, places) for part in arguments)]


def words(command: str, *, has_backslashes: bool = os.name == "nt") -> list[str]:
    """The parts of a command, out of their quotes; where paths have backslashes, these are kept.

    Raises BadInputError when its quotes do not close.
    """
    try:
        parts = shlex.split(command, posix=not has_backslashes)
        return [part.strip('"') for part in parts] if has_backslashes else parts
    except ValueError as error:
        text = f"The editor's command {command!r} cannot be read: {error}. Close every quote."
        raise BadInputError(text) from error


def _filled(part: str, places: dict[str, str]) -> str:
    for name, value in places.items():
        part = part.replace(name, value)
    return part
