"""The arrays in a file of Keras weights (HDF5): whose they are and their shapes. Reads no values.

No link that leads out of the file is followed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from tfcards.labkit.contents.figures import count_of, cut, number_text, shape_text
from tfcards.labkit.contents.unreadable import UnreadableError

DEEPEST: Final = 24
MOST_GROUPS: Final = 20_000

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Array:
    """One array: the layers it lies in, outermost first, and its shape and type."""

    owner: Path
    name: str
    shape: tuple[int, ...]
    type: str


def opened(file: BinaryIO) -> Any:  # noqa: ANN401 - h5py has no types
    """The HDF5 file, open for reading."""
    try:
        import h5py  # noqa: PLC0415 - comes with Keras, and only this needs it
    except ImportError as error:
        raise UnreadableError(
            "Reading this file takes h5py, which comes with TensorFlow."
        ) from error
    return h5py.File(file, "r")


def arrays(file: Any) -> list[Array]:  # noqa: ANN401 - any value passes here
    """Those of the model, without the optimizer's: of a `.weights.h5`, also inside a `.keras`."""
    return list(_Walk().below(file, (), is_root=True))


def legacy_arrays(weights: Any) -> list[Array]:  # noqa: ANN401 - any value passes here
    """The same for the group of weights in a whole model saved as `.h5`."""
    walk = _Walk()
    return [
        array
        for layer, group in walk.children(weights)
        for array in walk.all_in(group, (layer,), layer)
    ]


def table(found: list[Array]) -> dict[str, Any]:
    """The arrays one by one, for a file that has no layers to tell them by."""
    rows = [
        [
            " / ".join((*array.owner, array.name)),
            shape_text(array.shape),
            array.type,
            number_text(count_of(array.shape)),
        ]
        for array in found
    ]
    rows, note = cut(rows, "arrays")
    columns = ["Weights", "Shape", "Type", "Parameters"]
    return {"tables": [{"title": "Weights", "columns": columns, "rows": rows}], "note": note}


class _Walk:
    """Goes through the groups of a file, and gives up on one that never ends."""

    def __init__(self) -> None:
        self._left = MOST_GROUPS

    def children(self, group: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any value passes here
        """Groups and arrays that lie in the file itself."""
        import h5py  # noqa: PLC0415 - loaded when first needed

        for name in group:
            self._left -= 1
            if self._left < 0:
                raise UnreadableError("This file has more parts than any model.")
            if isinstance(group.get(name, getlink=True), h5py.HardLink):
                yield name, group[name]

    def below(self, group: Any, owner: Path, *, is_root: bool = False) -> Iterator[Array]:  # noqa: ANN401 - any value passes here
        """The arrays of a layer and of the layers in it: each keeps its own in a group `vars`."""
        if len(owner) > DEEPEST:
            raise UnreadableError("This file has more parts than any model.")
        children = dict(self.children(group))
        own = children.pop("vars", None)
        if own is not None and not is_root:
            owner = (*owner, str(own.attrs.get("name", group.name.rpartition("/")[2])))
        if own is not None:
            yield from (
                Array(owner, name, tuple(array.shape), str(array.dtype))
                for name, array in self.children(own)
                if hasattr(array, "shape")
            )
        for name, child in children.items():
            if hasattr(child, "keys") and not (is_root and name == "optimizer"):
                yield from self.below(child, owner)

    def all_in(self, group: Any, owner: Path, name: str) -> Iterator[Array]:  # noqa: ANN401 - any value passes here
        """Every array at or below, all of one owner."""
        if hasattr(group, "shape"):
            yield Array(owner, name, tuple(group.shape), str(group.dtype))
            return
        for inner, child in self.children(group):
            yield from self.all_in(child, owner, inner)
