"""A `.keras` file that a run left: its layers and weights. Runs no code of it and builds nothing.

The file is a zip with a configuration (JSON) and weights (HDF5). Keras itself would import what the
configuration names and unpack the code of Lambda layers; here both are only read.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO, Final

from tfcards.labkit.contents import weights
from tfcards.labkit.contents.figures import count_of, cut, number_text, shape_text
from tfcards.labkit.contents.layers import Layer, layers
from tfcards.labkit.contents.unreadable import UnreadableError
from tfcards.labkit.contents.weights import Array

Files = Sequence[tuple[BinaryIO, str]]

MOST_CONFIG: Final = 16 * 2**20  # bytes
LAMBDA: Final = "Lambda"
LAMBDA_NOTE: Final = "This model has Python code in a Lambda layer. It was not run to show this."


def model(files: Files) -> dict[str, Any]:
    """Facts and layers of the model."""
    file, _ = files[0]
    with zipfile.ZipFile(file) as archive:
        config = _json(archive, "config.json")
        metadata = _json(archive, "metadata.json")
        with archive.open("model.weights.h5") as stored, weights.opened(stored) as opened:  # type: ignore[arg-type]
            arrays = weights.arrays(opened)
    facts = [["Keras", str(metadata.get("keras_version", "unknown"))]]
    if metadata.get("date_saved"):
        facts.append(["Saved", str(metadata["date_saved"]).replace("@", " ")])
    return summary(config, arrays, facts)


def summary(
    config: Mapping[str, Any], arrays: Sequence[Array], more: list[list[str]]
) -> dict[str, Any]:
    """A model as Keras would sum it up, from its configuration and the shapes of its weights."""
    found = layers(config)
    inner = config.get("config")
    name = inner.get("name", "?") if isinstance(inner, dict) else "?"
    facts = [
        ["Model", f"{name} ({config.get('class_name', '?')})"],
        ["Layers", number_text(len(found))],
        ["Parameters", number_text(sum(count_of(array.shape) for array in arrays))],
        *_training(config.get("compile_config")),
        *more,
    ]
    if not found:  # a model that is a class of its own
        return {"facts": facts} | weights.table([*arrays])
    rows, note = cut([_row(layer, arrays) for layer in found], "layers")
    notes = [note, LAMBDA_NOTE if any(layer.kind == LAMBDA for layer in found) else ""]
    columns = ["Layer", "Kind", "Output shape", "Parameters", "Weights"]
    return {
        "facts": facts,
        "tables": [{"title": "Layers", "columns": columns, "rows": rows}],
        "note": " ".join(filter(None, notes)),
    }


def _json(archive: zipfile.ZipFile, name: str) -> dict[str, Any]:
    with archive.open(name) as member:
        content = member.read(MOST_CONFIG + 1)
    if len(content) > MOST_CONFIG:
        raise UnreadableError(f"{name} in this file is larger than any model's.")
    form = json.loads(content)
    if not isinstance(form, dict):
        raise UnreadableError(f"{name} in this file is not a model's.")
    return form


def _row(layer: Layer, arrays: Sequence[Array]) -> list[str]:
    depth = len(layer.path)
    own = [array for array in arrays if array.owner[:depth] == layer.path]
    parameters = sum(count_of(array.shape) for array in own)
    kind = f"{layer.kind}, frozen" if layer.is_frozen and own else layer.kind
    shapes = ", ".join(shape_text(array.shape) for array in own if array.owner == layer.path)
    return [
        " / ".join(layer.path),
        kind,
        shape_text(layer.output),
        number_text(parameters),
        shapes,
    ]


def _training(compiled: object) -> list[list[str]]:
    """The optimizer and the loss the model was compiled with."""
    if not isinstance(compiled, dict):
        return []
    pairs = (("Optimizer", compiled.get("optimizer")), ("Loss", compiled.get("loss")))
    return [[name, said] for name, value in pairs if (said := _named(value))]


def _named(value: object) -> str:
    if isinstance(value, dict) and "class_name" in value:
        return str(value["class_name"])
    return value if isinstance(value, str) else ""
