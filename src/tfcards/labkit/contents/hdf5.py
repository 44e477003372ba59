"""An `.h5` file that a run left: a whole Keras model, weights alone, or any arrays."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, BinaryIO

from tfcards.labkit.contents import weights
from tfcards.labkit.contents.figures import count_of, number_text
from tfcards.labkit.contents.keras import summary
from tfcards.labkit.contents.unreadable import UnreadableError

Files = Sequence[tuple[BinaryIO, str]]


def model(files: Files) -> dict[str, Any]:
    """The layers of a model, or the arrays that there are."""
    file, _ = files[0]
    with weights.opened(file) as opened:
        said = opened.attrs.get("model_config")
        if said is not None and "model_weights" in opened:
            arrays = weights.legacy_arrays(opened["model_weights"])
            keras = [["Keras", str(opened.attrs.get("keras_version", "unknown"))]]
            return summary(_config(said), arrays, keras)
        found = weights.arrays(opened)
    parameters = number_text(sum(count_of(array.shape) for array in found))
    facts = [["Arrays", number_text(len(found))], ["Parameters", parameters]]
    return {"facts": facts} | weights.table(found)


def _config(said: object) -> dict[str, Any]:
    form = json.loads(said) if isinstance(said, str | bytes) else None
    if not isinstance(form, dict):
        raise UnreadableError("The configuration in this file is not a model's.")
    return form
