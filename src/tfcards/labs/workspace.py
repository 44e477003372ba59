"""The learner's own copy of a lab's files. Never overwrites their work; nothing runs here."""

import ast
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tfcards.errors import BadInputError, UnavailableError
from tfcards.labs.manifest import Lab


@dataclass(frozen=True, slots=True)
class Workspace:
    """The files of one lab in the learner's folder: `labs/<id>/work`, and `runs` beside it.

    When a passed lab comes back, its turns have folders of their own: `labs/<id>/again/1` and on.
    """

    lab: Lab
    folder: Path

    @classmethod
    def open(cls, lab: Lab, data_folder: Path, turn: int = 0) -> "Workspace":
        """The workspace, with the starter's files put in where there are none yet.

        `turn` counts how often a passed lab came back; 0 is the first time. Raises
        UnavailableError when the folder cannot be written.
        """
        folder = data_folder / "labs" / lab.id
        workspace = cls(lab, folder / "again" / str(turn) if turn else folder)
        try:
            workspace.work.mkdir(parents=True, exist_ok=True)
            workspace.runs.mkdir(exist_ok=True)
            workspace._fill()
        except OSError as error:
            text = f"The lab's files cannot be put into {workspace.work}: {error.strerror}."
            raise UnavailableError(text) from error
        return workspace

    @property
    def work(self) -> Path:
        """Where the learner's files are."""
        return self.folder / "work"

    @property
    def runs(self) -> Path:
        """Where each run gets a numbered folder."""
        return self.folder / "runs"

    @property
    def is_begun(self) -> bool:
        """Whether the learner has changed anything or run it."""
        return self.differs_from_starter() or any(self.runs.iterdir())

    def text(self, name: str) -> str:
        """The text of one of the lab's files. Raises BadInputError for any other name."""
        try:
            return self._path(name).read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadInputError(f"{name} cannot be read: {error}. Reset the lab.") from error

    def save(self, name: str, text: str) -> None:
        """Write one of the lab's files. Raises BadInputError for any other name."""
        path = self._path(name)
        fresh = path.with_name(f".{path.name}.new")
        try:
            fresh.write_bytes(text.encode("utf-8"))
            fresh.replace(path)
        except OSError as error:
            raise UnavailableError(f"{path} cannot be written: {error.strerror}.") from error

    def reset(self, now: datetime) -> Path:
        """Put the starter back; the work so far is moved to the folder that is returned."""
        snapshots = self.folder / "snapshots"
        snapshots.mkdir(exist_ok=True)
        name = now.strftime("%Y-%m-%d_%H-%M-%S")
        number = sum(path.name.startswith(name) for path in snapshots.iterdir()) + 1
        snapshot = snapshots / (name if number == 1 else f"{name}_{number}")
        self.work.rename(snapshot)
        self.work.mkdir()
        self._fill()
        return snapshot

    def differs_from_starter(self) -> bool:
        """Whether any file says something else than the starter: comments and spaces do not."""
        return any(
            not same_code(self._read(self.work / name), self._read(self.lab.starter / name))
            for name in self.lab.files
        )

    def _path(self, name: str) -> Path:
        if name not in self.lab.files:
            raise BadInputError(f"{name!r} is not a file of this lab: {', '.join(self.lab.files)}.")
        path = self.work / name
        if not path.resolve().is_relative_to(self.work.resolve()):
            raise BadInputError(f"{name!r} leads out of the workspace; remove the link at {path}.")
        return path

    def _read(self, path: Path) -> str:
        try:
            return path.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            return ""

    def _fill(self) -> None:
        for name in self.lab.files:
            target = self.work / name
            if not target.exists() and not target.is_symlink():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(self.lab.starter / name, target)
        data = self.lab.folder / "data.py"
        if data.is_file() and "data.py" not in self.lab.files:
            shutil.copyfile(data, self.work / "data.py")  # the lab's own, for other editors


def same_code(left: str, right: str) -> bool:
    """Whether two texts are the same program: equal but for comments, spaces and line ends."""
    if left == right:
        return True
    try:
        return ast.dump(ast.parse(left)) == ast.dump(ast.parse(right))
    except (SyntaxError, ValueError):
        return False
