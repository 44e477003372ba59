"""The layers in a saved Keras configuration, as rows of a table. Builds and imports none of them.

The configuration is data: what a layer gives out is what the next one says it takes in, or follows
from its kind; where neither tells, it stays open.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tfcards.labkit.contents.unreadable import UnreadableError

MOST_LAYERS: Final = 5000
DEEPEST: Final = 12
# Layers that give out the shape they take in.
SHAPE_KEPT: Final = frozenset(
    {
        *("Activation", "Identity", "ELU", "LeakyReLU", "PReLU", "ReLU", "Softmax"),
        *("Dropout", "AlphaDropout", "SpatialDropout1D", "SpatialDropout2D"),
        *("GaussianDropout", "GaussianNoise", "ActivityRegularization", "Masking", "Rescaling"),
        *("BatchNormalization", "GroupNormalization", "LayerNormalization"),
        *("RMSNormalization", "UnitNormalization"),
        *("Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract"),  # of equal shapes
    }
)

Shape = Sequence[int | None]


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: the models and the layer itself by name, its kind, what it gives out."""

    path: tuple[str, ...]
    kind: str
    output: Shape | None
    is_frozen: bool


def layers(model: Mapping[str, Any]) -> list[Layer]:
    """Every layer of a model's configuration; a model within it is followed by its own layers."""
    found = []
    for layer in _layers(model, (), 0):
        found.append(layer)
        if len(found) > MOST_LAYERS:
            raise UnreadableError(f"This model has more than {MOST_LAYERS} layers.")
    return found


def _layers(model: Mapping[str, Any], path: tuple[str, ...], depth: int) -> Iterator[Layer]:
    if depth > DEEPEST:
        raise UnreadableError(f"This model has models in models, more than {DEEPEST} deep.")
    given = _given_out(model)
    for layer in _parts(model):
        name = _name(layer)
        inner = (*path, name)
        is_frozen = _config(layer).get("trainable") is False
        yield Layer(inner, str(layer.get("class_name", "?")), given.get(name), is_frozen)
        yield from _layers(layer, inner, depth + 1)


def _parts(model: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    parts = _config(model).get("layers")
    return [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []


def _config(layer: Mapping[str, Any]) -> Mapping[str, Any]:
    config = layer.get("config")
    return config if isinstance(config, dict) else {}


def _name(layer: Mapping[str, Any]) -> str:
    return str(layer.get("name") or _config(layer).get("name") or layer.get("class_name", "?"))


def _given_out(model: Mapping[str, Any]) -> dict[str, Shape | None]:
    """What each layer gives out, by name."""
    parts = _parts(model)
    told = dict(_told(parts))
    given: dict[str, Shape | None] = {}
    before: Shape | None = None
    is_row = not any("inbound_nodes" in part for part in parts)  # each takes what the last gave
    for number, part in enumerate(parts):
        taken = _taken(part) or (before if is_row else None)
        shape = told.get(_name(part)) or _follows(part, taken)
        if shape is None and is_row and number + 1 < len(parts):
            shape = _taken(parts[number + 1])
        given[_name(part)] = before = shape
    return given


def _told(parts: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Shape]]:
    """What layers of a graph say of those they take from: `(name, shape)`."""
    waiting: list[object] = [part.get("inbound_nodes") for part in parts]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, list):
            waiting += thing
        elif isinstance(thing, dict):
            config = thing.get("config")
            if thing.get("class_name") == "__keras_tensor__" and isinstance(config, dict):
                history, shape = config.get("keras_history"), _shape(config.get("shape"))
                if isinstance(history, list) and history and shape is not None:
                    yield str(history[0]), shape
            else:
                waiting += thing.values()


def _taken(layer: Mapping[str, Any]) -> Shape | None:
    """What it takes in; of several inputs of one shape, that shape."""
    build = layer.get("build_config")
    form = build.get("input_shape") if isinstance(build, dict) else None
    if isinstance(form, list) and form and all(one == form[0] for one in form):
        return _shape(form[0]) or _shape(form)
    return _shape(form)


def _follows(layer: Mapping[str, Any], taken: Shape | None) -> Shape | None:
    """What it gives out, by its kind."""
    config, kind = _config(layer), layer.get("class_name")
    if kind == "InputLayer":
        return _shape(config.get("batch_shape") or config.get("batch_input_shape"))
    if taken is None or kind in SHAPE_KEPT:
        return taken
    if kind == "Dense" and isinstance(config.get("units"), int):
        return [*taken[:-1], config["units"]]
    if kind == "Flatten":
        sides = [size for size in taken[1:] if size is not None]
        return [taken[0], math.prod(sides) if len(sides) == len(taken) - 1 else None]
    return None


def _shape(form: object) -> Shape | None:
    """A list of sizes, each a number or open."""
    if not isinstance(form, list):
        return None
    return form if all(size is None or isinstance(size, int) for size in form) else None
