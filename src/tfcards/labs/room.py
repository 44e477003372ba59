"""How much room a run's files take, looked at a piece at a time. Stops nothing."""

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Final

from tfcards.labs.linkless import files_below

AT_ONCE: Final = 500  # files, so that no look takes long


class Room:
    """Folders that may hold so many bytes together: regular files count, by their lengths.

    A file that has no name any more is not seen.
    """

    def __init__(self, folders: Sequence[Path], most_bytes: int) -> None:
        self._folders = folders
        self._most = most_bytes
        self._round = self._sizes()
        self._seen = 0

    def look(self) -> bool:
        """Look at some more files; whether all of them take too much, as far as they were seen."""
        sizes = list(islice(self._round, AT_ONCE))
        self._seen += sum(sizes)
        is_suspect = self._seen > self._most
        if is_suspect or len(sizes) < AT_ONCE:
            self._round, self._seen = self._sizes(), 0
        return is_suspect and self.is_exceeded()  # some may be gone since they were counted

    def is_exceeded(self) -> bool:
        """The same for all files, at once."""
        return sum(self._sizes()) > self._most

    def _sizes(self) -> Iterator[int]:
        return (size for _, size in chain.from_iterable(map(files_below, self._folders)))
