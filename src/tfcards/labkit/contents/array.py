"""NumPy arrays that a run left: type, shape, first values. Never unpickles."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from typing import IO, Any, BinaryIO, Final

import numpy as np

from tfcards.labkit.contents.figures import count_of, cut, number_text, shape_text
from tfcards.labkit.contents.unreadable import UnreadableError

Files = Sequence[tuple[BinaryIO, str]]

MOST_BYTES: Final = 256 * 2**20
SHOWN_ROWS, SHOWN_COLUMNS = 50, 20


def array(files: Files) -> dict[str, Any]:
    """One array with its first values, or the list of arrays in an `.npz`."""
    file, name = files[0]
    if name.lower().endswith(".npz"):
        return _archive(file)
    shape, kind = _head(file)
    facts = [["Type", str(kind)], ["Shape", shape_text(shape)]]
    if kind.hasobject:
        raise UnreadableError("This array holds pickled Python objects, which are never opened.")
    if count_of(shape) * kind.itemsize > MOST_BYTES:
        return {"facts": facts, "note": "It is too large to show its values."}
    file.seek(0)
    values = np.load(file, allow_pickle=False)
    return {"facts": facts + _spread(values), "tables": _values(values)}


def _head(file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    version = np.lib.format.read_magic(file)
    if version == (1, 0):
        shape, _, kind = np.lib.format.read_array_header_1_0(file)
    else:
        shape, _, kind = np.lib.format.read_array_header_2_0(file)
    return shape, kind


def _archive(file: BinaryIO) -> dict[str, Any]:
    rows = []
    with zipfile.ZipFile(file) as archive:
        for entry in archive.infolist():
            with archive.open(entry) as member:
                shape, kind = _head(member)
            rows.append([entry.filename.removesuffix(".npy"), str(kind), shape_text(shape)])
    rows, note = cut(rows, "arrays")
    table = {"title": "Arrays", "columns": ["Name", "Type", "Shape"], "rows": rows}
    return {"tables": [table], "note": note}


def _spread(values: np.ndarray[Any, Any]) -> list[list[str]]:
    if not values.size or values.dtype.kind not in "iuf":
        return []
    figures = (("Smallest", values.min()), ("Largest", values.max()), ("Mean", values.mean()))
    return [[name, f"{figure:.6g}"] for name, figure in figures]


def _values(values: np.ndarray[Any, Any]) -> list[dict[str, Any]]:
    if values.ndim == 0:
        values = values.reshape(1)
    flat = values.reshape(-1, 1) if values.ndim == 1 else values.reshape(-1, values.shape[-1])
    shown = flat[:SHOWN_ROWS, :SHOWN_COLUMNS]
    is_all = shown.shape == flat.shape
    is_real = values.dtype.kind == "f"
    rows = [[f"{cell:.6g}" if is_real else str(cell) for cell in row] for row in shown]
    columns = [str(number) for number in range(shown.shape[1])]
    first = f"{number_text(len(shown))} of {number_text(len(flat))} rows"
    title = "Values" if is_all else f"First values ({first})"
    return [{"title": title, "columns": columns, "rows": rows}]
