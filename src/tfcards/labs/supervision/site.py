"""What all phases of a run share: its folder, the files in it, the cage around its processes."""

import contextlib
import hashlib
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tfcards.labs import access, launch
from tfcards.labs.job import Job
from tfcards.labs.room import Room
from tfcards.labs.supervision import seal
from tfcards.labs.supervision.means import means_of
from tfcards.warm import cage as cages
from tfcards.warm.client import Door

# Files of the lab that go to the learner's processes, and their names there.
OWN_FILES: Final = {"data.py": "data.py", "host.py": "tfcards_lab_host.py"}


class Site:
    """The place of one run. Made before any of the learner's code runs, which could change files.

    `door` is where processes are forked, if they are; the processes `spared` outlive a phase. The
    `means` are those by which processes are held. The learner's are also held by an `isolation`:
    walls ("bubblewrap"), a fence ("landlock") or nothing more ("basic").
    """

    def __init__(self, folder: Path, order: Job, forks: tuple[Door, int] | None = None) -> None:
        self.folder = folder
        self.order = order
        self.door = forks[0] if forks else None
        self.spared = frozenset({forks[1]} if forks else ())
        self.secret = secrets.randbits(62)
        self.means = means_of(order.means)
        is_basic = order.isolation == launch.AUTO and not self.means.shares_descriptors
        self.isolation = launch.BASIC if is_basic else launch.isolation(order.isolation)
        self._submitted = _contents(folder / "files")
        self._lab_files = {
            name: (order.lab_folder / name).read_bytes()
            for name in OWN_FILES
            if (order.lab_folder / name).is_file()
        }
        self._sealed = seal.seal(order.lab_folder)

    def changed(self) -> tuple[str, ...]:
        """The lab's files that were changed since the run began."""
        return seal.broken(self.order.lab_folder, self._sealed)

    def clear(self, name: str) -> None:
        """Take away what the learner's run may have put where a folder of ours goes."""
        access.remove(self.folder / name)

    def open_up(self) -> None:
        """Give back the rights to the run's folders: the learner's code may have taken them."""
        for folder in (self.folder, self.folder / "home", self.folder / "work"):
            access.open_up(folder)

    def lay_out(self, name: str, *lab_files: str, is_apart: bool = False) -> Path:
        """A fresh folder with the submitted files and those of the lab's own that there are.

        One that `is_apart` has the lab's own alone.
        """
        folder = self.folder / name
        own = {
            OWN_FILES[path]: self._lab_files[path] for path in lab_files if path in self._lab_files
        }
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in (own if is_apart else self._submitted | own).items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        return folder

    def cage(self, command: list[str], place: str) -> list[str]:
        """The command held so that it can write to one folder of the run, and to its home."""
        folder = self.folder / place
        hidden = (self.order.lab_folder, self.folder)
        cage = launch.Cage(writable=(folder, self.folder / "home"), hidden=hidden)
        return launch.caged(command, folder, cage, self.isolation)

    @contextlib.contextmanager
    def shared_cage(self, place: str) -> Iterator[cages.Cage | None]:
        """A cage for several processes, which find each other over its loopback; or None.

        It falls with the block, and all that is in it. Raises OSError when it cannot be made.
        """
        cage = None
        if self.isolation == launch.CAGE:
            cage = cages.Cage(self.cage([], place), self.folder / place, self.environment())
        try:
            yield cage
        finally:
            if cage is not None:
                cage.close()

    def room(self, place: str, more: int = 0) -> Room:
        """How much may be written in one folder of the run and in its home, and `more` bytes."""
        most = self.order.limits.disk_mb * 2**20 + more
        return Room((self.folder / place, self.folder / "home"), most)

    def derived_seed(self, *use: int) -> int:
        """A seed of its own for each use, which tells nobody the judge's secret or another seed."""
        digest = hashlib.sha256(f"{self.secret}:{use}".encode()).digest()
        return int.from_bytes(digest[:4]) >> 1

    def environment(self, home: str = "home") -> dict[str, str]:
        """The environment of the run's processes, which have a folder of the run as their home."""
        return launch.environment(self.folder / home, self.order.seed, self.order.token)


def _contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}
