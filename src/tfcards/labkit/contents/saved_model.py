"""A SavedModel that a run left: signatures, variables, operations. Loads and runs nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, Final

from tfcards.labkit.contents.bare import bare
from tfcards.labkit.contents.figures import count_of, cut, number_text, shape_text
from tfcards.labkit.contents.unreadable import UnreadableError

Files = Sequence[tuple[BinaryIO, str]]

MOST_BYTES: Final = 256 * 2**20
MOST_OPERATIONS: Final = 40
FULL_NAMES: Final = {"half": "float16", "float": "float32", "double": "float64"}
# What every SavedModel has for saving and loading, which says nothing of the model.
HOUSEKEEPING: Final = ("__inference__traced_save", "__inference__traced_restore")


def model(files: Files) -> dict[str, Any]:
    """What can be told from `saved_model.pb` alone."""
    file, _ = files[0]
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise UnreadableError("saved_model.pb is larger than 256 MB.")
    saved = bare("tensorflow.core.protobuf.saved_model_pb2").SavedModel.FromString(content)
    if not saved.meta_graphs:
        raise UnreadableError("This SavedModel has no graph in it.")
    graph = saved.meta_graphs[0]
    types = bare("tensorflow.core.framework.types_pb2").DataType
    variables, parameters = _variables(graph, types)
    rows, note = cut(variables, "variables")
    facts = [
        ["Saved by", f"TensorFlow {graph.meta_info_def.tensorflow_version or 'unknown'}"],
        ["Tags", ", ".join(graph.meta_info_def.tags)],
        ["Parameters", number_text(parameters)],
    ]
    tables = [
        {
            "title": "Signatures",
            "columns": ["Signature", "Inputs", "Outputs"],
            "rows": [
                [name, _ends(one.inputs, types), _ends(one.outputs, types)]
                for name, one in sorted(graph.signature_def.items())
                if not name.startswith("__")
            ],
        },
        {
            "title": "Variables",
            "columns": ["Variable", "Shape", "Type", "Parameters"],
            "rows": rows,
        },
        {
            "title": "Operations",
            "columns": ["Operation", "Count"],
            "rows": [
                [name, number_text(count)]
                for name, count in Counter(_operations(graph)).most_common(MOST_OPERATIONS)
            ],
        },
    ]
    return {"facts": facts, "tables": tables, "note": note}


def _variables(graph: Any, types: Any) -> tuple[list[list[str]], int]:  # noqa: ANN401 - any value passes here
    """Rows of those with different names, shapes or types: Keras lists its variables twice."""
    seen: dict[tuple[str, ...], int] = {}
    for node in graph.object_graph_def.nodes:
        if node.WhichOneof("kind") == "variable":
            variable = node.variable
            sizes = [size.size for size in variable.shape.dim]
            key = (variable.name, shape_text(sizes), _type(variable.dtype, types))
            seen[key] = count_of(sizes)
    rows = [[*key, number_text(count)] for key, count in seen.items()]
    return rows, sum(seen.values())


def _ends(ends: Any, types: Any) -> str:  # noqa: ANN401 - any value passes here
    parts = []
    for name, end in sorted(ends.items()):
        is_open = end.tensor_shape.unknown_rank
        sizes = None if is_open else [size.size for size in end.tensor_shape.dim]
        parts.append(f"{name} {shape_text(sizes)} {_type(end.dtype, types)}")
    return ", ".join(parts) or "none"


def _type(number: int, types: Any) -> str:  # noqa: ANN401 - any value passes here
    if number not in types.values():
        return "?"
    name = str(types.Name(number)).removeprefix("DT_").lower()
    return FULL_NAMES.get(name, name)


def _operations(graph: Any) -> Iterator[str]:  # noqa: ANN401 - any value passes here
    yield from (str(node.op) for node in graph.graph_def.node)
    for function in graph.graph_def.library.function:
        if not function.signature.name.startswith(HOUSEKEEPING):
            yield from (str(node.op) for node in function.node_def)
