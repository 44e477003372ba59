"""Tells when files were changed by another program, however it saves them. Reads none of them.

The system's own watching misses some file systems, and loses a file that is saved by renaming a
new one over it. So the folders are watched too, and the files are looked at every second.
"""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

SETTLE_MS = 200  # a file that is being written is left alone this long
LOOK_MS = 1000

Print = tuple[int, int, int]  # when changed (ns), size, and which file it is


class FileWatch(QObject):
    """`changed` comes once the files have not changed any more for a moment."""

    changed = Signal()

    def __init__(self, files: Sequence[Path], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._files = tuple(files)
        self._seen = self._prints()
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(self._look)
        self._watcher.directoryChanged.connect(self._look)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._tell)
        self._clock = QTimer(self)
        self._clock.setInterval(LOOK_MS)
        self._clock.timeout.connect(self._look)
        self._clock.start()
        self._add_paths()

    def look_only(self) -> None:
        """Does without the system's watching, as on a file system that has none."""
        paths = [*self._watcher.files(), *self._watcher.directories()]
        self._watcher.removePaths(paths)
        self._watcher.blockSignals(True)

    def _add_paths(self) -> None:
        wanted = {str(path) for path in self._files if path.exists()}
        wanted |= {str(path.parent) for path in self._files if path.parent.exists()}
        missing = wanted - {*self._watcher.files(), *self._watcher.directories()}
        if missing and not self._watcher.signalsBlocked():
            self._watcher.addPaths(sorted(missing))

    def _look(self) -> None:
        self._add_paths()
        now = self._prints()
        if now != self._seen:
            self._seen = now
            self._settle.start()  # again, as long as it goes on changing

    def _tell(self) -> None:
        now = self._prints()
        if now != self._seen:
            self._look()
        else:
            self.changed.emit()

    def _prints(self) -> tuple[Print | None, ...]:
        return tuple(_print(path) for path in self._files)


def _print(path: Path) -> Print | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
