"""The learner's own copy of a lab's files. Never overwrites their work; nothing runs here."""

import ast
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tfcards.errors import BadInputError, UnavailableError
from tfcards.labs.content.manifest import Lab
from tfcards.warm.replacing import put_over

MOMENT: Final = "%Y-%m-%d_%H-%M-%S"  # in UTC, the name of a snapshot's folder
SNAPSHOT: Final = re.compile(r"\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d(_\d+)?")


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
    def lab_folder(self) -> Path:
        """The folder of the lab, with the turns it came back for below it."""
        return self.folder.parents[1] if self.folder.parent.name == "again" else self.folder

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
            put_over(fresh, path)
        except OSError as error:
            raise UnavailableError(f"{path} cannot be written: {error.strerror}.") from error

    def on_disk(self, name: str) -> str | None:
        """The same, or None while there is no such file that could be read."""
        try:
            return self.text(name)
        except BadInputError:
            return None

    def reset(self, now: datetime) -> Path:
        """Put the starter back; the work so far is moved to the folder that is returned.

        Raises UnavailableError when it cannot be moved.
        """
        snapshot = self._new_snapshot(now)
        try:
            self.work.rename(snapshot)
            self.work.mkdir()
            self._fill()
        except OSError as error:
            text = f"{self.work} cannot be moved away: {error.strerror}. Close what has it open."
            raise UnavailableError(text) from error
        return snapshot

    def bring_back(self, texts: Mapping[str, str], now: datetime) -> Path:
        """Put these texts in place of the files; the work so far is copied to the folder returned.

        Files that have no text here stay as they are.
        """
        snapshot = self.keep({}, now)
        for name, text in texts.items():
            self.save(name, text)
        return snapshot

    def keep(self, texts: Mapping[str, str], now: datetime) -> Path:
        """Copy the work to a snapshot, with these texts instead of the files of their names."""
        snapshot = self._new_snapshot(now)
        try:
            shutil.copytree(self.work, snapshot, symlinks=True)
            for name, text in texts.items():
                (snapshot / name).write_bytes(text.encode("utf-8"))
        except (OSError, shutil.Error) as error:
            raise UnavailableError(f"Your work cannot be kept in {snapshot}: {error}.") from error
        return snapshot

    def snapshots(self) -> list[Path]:
        """The folders that keep earlier work, newest first."""
        found = [path for path in self._snapshots.glob("*") if SNAPSHOT.fullmatch(path.name)]
        return sorted(found, key=_age, reverse=True)

    def _new_snapshot(self, now: datetime) -> Path:
        self._snapshots.mkdir(exist_ok=True)
        name = now.astimezone(UTC).strftime(MOMENT)
        number = sum(path.name.startswith(name) for path in self._snapshots.iterdir()) + 1
        return self._snapshots / (name if number == 1 else f"{name}_{number}")

    @property
    def _snapshots(self) -> Path:
        return self.folder / "snapshots"

    def differs_from_starter(self) -> bool:
        """Whether any file says something else than the starter: comments and spaces do not."""
        return any(
            not same_code(self._read(self.work / name), self.lab.starter_text(name))
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
                target.write_bytes(self.lab.starter_text(name).encode("utf-8"))
        data = self.lab.folder / "data.py"
        if data.is_file() and "data.py" not in self.lab.files:
            shutil.copyfile(data, self.work / "data.py")  # the lab's own, for other editors


def snapshot_moment(snapshot: Path) -> datetime:
    """When a snapshot was made, in UTC, by the name of its folder."""
    made = "_".join(snapshot.name.split("_")[:2])
    return datetime.strptime(made, MOMENT).replace(tzinfo=UTC)


def _age(snapshot: Path) -> tuple[datetime, int]:
    """When it was made, and its number among those of the same second."""
    number = snapshot.name.split("_")[2:]
    return snapshot_moment(snapshot), int(number[0]) if number else 1


def same_code(left: str, right: str) -> bool:
    """Whether two texts are the same program: equal but for comments, spaces and line ends."""
    if left == right:
        return True
    try:
        return ast.dump(ast.parse(left)) == ast.dump(ast.parse(right))
    except (SyntaxError, ValueError):
        return False
