"""What the bytes of saved models say, read without Keras, TensorFlow or any code in the files.

Every function raises Unreadable, with a sentence for the learner, for a file of another kind.
"""

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np

MOST_BYTES = 20_000_000
DTYPES = {1: "float32", 2: "float64", 3: "int32", 7: "string", 9: "int64", 10: "bool"}
BAD = (
    *(OSError, ValueError, KeyError, TypeError, IndexError, RuntimeError, EOFError),
    *(zipfile.BadZipFile, zlib.error, struct.error),
)


class Unreadable(Exception):  # noqa: N818
    """The file is not what its name says."""


@dataclass(frozen=True)
class Tensor:
    """One input or output of a signature; -1 is an axis of any length."""

    dtype: str
    shape: tuple[int, ...] | None


@dataclass(frozen=True)
class Signature:
    inputs: dict[str, Tensor]
    outputs: dict[str, Tensor]


# --- .keras --------------------------------------------------------------------------------------


def keras_file(path: Path) -> dict[str, bytes]:
    """The three members of a .keras archive."""
    with path.open("rb") as file:
        start = file.read(4)
    if start != b"PK\x03\x04":
        what = "an HDF5 file" if start == b"\x89HDF" else f"something that starts with {start!r}"
        raise Unreadable(f"`{path.name}` must be a zip archive, but is {what}.")
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {info.filename: info.file_size for info in archive.infolist()}
            wanted = ("metadata.json", "config.json", "model.weights.h5")
            missing = [name for name in wanted if not 0 < sizes.get(name, 0) < MOST_BYTES]
            if missing:
                raise Unreadable(f"`{path.name}` has no {', no '.join(missing)} in it.")
            return {name: archive.read(name) for name in wanted}
    except BAD as problem:
        raise Unreadable(f"`{path.name}` cannot be unpacked: {problem}") from None


def json_of(content: bytes, name: str) -> dict[str, Any]:
    """A JSON object."""
    try:
        found = json.loads(content)
    except (ValueError, TypeError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Unreadable(f"`{name}` does not hold a JSON object.")
    return found


# --- HDF5 ----------------------------------------------------------------------------------------


def hdf5(source: Path | bytes, name: str) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """The attributes of the root, and every dataset of numbers by its path."""
    attributes: dict[str, Any] = {}
    arrays: dict[str, np.ndarray] = {}

    def look(path: str, thing: Any) -> None:
        if not isinstance(thing, h5py.Dataset) or thing.external or thing.is_virtual:
            return  # whose numbers would lie in other files
        if thing.dtype.kind in "fiu" and thing.size < MOST_BYTES // 8:
            arrays[path] = np.asarray(thing[()])

    try:
        with h5py.File(io.BytesIO(source) if isinstance(source, bytes) else source, "r") as file:
            attributes.update(file.attrs)
            file.visititems(look)
    except BAD:
        raise Unreadable(f"`{name}` is not a HDF5 file.") from None
    return attributes, arrays


def weights_of(arrays: dict[str, np.ndarray]) -> list[np.ndarray]:
    """The arrays that belong to layers, not to an optimizer, in an order of their own."""
    found = [array for path, array in arrays.items() if "optimizer" not in path.split("/")[0]]
    return sorted(found, key=lambda array: (array.shape, array.tobytes()))


# --- SavedModel: protocol buffers, by their field numbers ----------------------------------------


def signatures(folder: Path) -> dict[str, Signature]:
    """The signatures that a SavedModel's saved_model.pb declares."""
    try:
        content = (folder / "saved_model.pb").read_bytes()
    except OSError:
        raise Unreadable(f"`{folder.name}` has no saved_model.pb in it.") from None
    try:
        graph = next(value for number, value in _fields(content) if number == 2)
        pairs = [_pair(value) for number, value in _fields(graph) if number == 5]
        return {name: _signature(value) for name, value in pairs}
    except (*BAD, StopIteration, AttributeError):
        raise Unreadable(f"`{folder.name}/saved_model.pb` is damaged.") from None


def _signature(content: bytes) -> Signature:
    sides: dict[int, dict[str, Tensor]] = {1: {}, 2: {}}
    for number, value in _fields(content):
        if number in sides:
            name, tensor = _pair(value)
            sides[number][name] = _tensor(tensor)
    return Signature(inputs=sides[1], outputs=sides[2])


def _tensor(content: bytes) -> Tensor:
    found: dict[int, Any] = dict(_fields(content))
    dtype = DTYPES.get(found.get(2, 0), "another dtype")
    shape = list(_fields(found.get(3, b"")))
    if any(number == 3 and value for number, value in shape):  # unknown rank
        return Tensor(dtype, None)
    sizes = [dict(_fields(value)).get(1, 0) for number, value in shape if number == 2]
    return Tensor(dtype, tuple(size - 2**64 if size >= 2**63 else size for size in sizes))


def _pair(content: bytes) -> tuple[str, bytes]:
    entry = dict(_fields(content))
    return entry.get(1, b"").decode(), entry.get(2, b"")


def _fields(content: bytes) -> Iterator[tuple[int, Any]]:
    """Number and value of each field: an int, or the bytes of a string or message."""
    at = 0
    while at < len(content):
        key, at = _varint(content, at)
        if key & 7 == 0:
            value, at = _varint(content, at)
        elif key & 7 == 2:
            size, at = _varint(content, at)
            value, at = content[at : at + size], at + size
        elif key & 7 in (1, 5):
            size = 8 if key & 7 == 1 else 4
            value, at = content[at : at + size], at + size
        else:
            raise ValueError("no such kind of field")
        yield key >> 3, value


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = content[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
