"""Imports the modules of a folder from their sources alone: compiled ones there may be forged."""

from __future__ import annotations

import sys
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, SourceFileLoader
from pathlib import Path
from types import CodeType


class _Uncached(SourceFileLoader):
    # The decorator for this comes with Python 3.12 only.
    def get_code(self, fullname: str) -> CodeType:  # type: ignore[explicit-override]
        """Compiled from the source; what `__pycache__` holds is not looked at."""
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


def open_for_import(folder: Path) -> None:
    """Let modules of the folder be imported, before all others."""

    def finder(path: str) -> FileFinder:
        if path != str(folder):
            raise ImportError(path)
        return FileFinder(path, (_Uncached, SOURCE_SUFFIXES))

    sys.path_hooks.insert(0, finder)
    sys.path.insert(0, str(folder))
