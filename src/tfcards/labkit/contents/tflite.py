"""A `.tflite` file that a run left: its operations and tensors. Interprets nothing of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from tfcards.labkit.contents.bare import bare
from tfcards.labkit.contents.figures import cut, number_text, shape_text
from tfcards.labkit.contents.unreadable import UnreadableError

Files = Sequence[tuple[BinaryIO, str]]

MOST_BYTES: Final = 512 * 2**20
MARK: Final = b"TFL3"  # at byte 4 of every such file
MOST_PARTS: Final = 20_000


@dataclass(frozen=True, slots=True)
class _Tensor:
    """One tensor of a graph; `bytes` is what it takes in the file, 0 when it is computed."""

    name: str
    shape: str
    type: str
    bytes: int
    quantisation: str


def model(files: Files) -> dict[str, Any]:
    """What the first graph does, step by step, and what its tensors take."""
    file, _ = files[0]
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise UnreadableError("This file is larger than 512 MB.")
    if content[4:8] != MARK:
        raise UnreadableError("This is no TFLite model: it does not begin as one.")
    schema = bare("tensorflow.lite.python.schema_py_generated")
    whole = schema.Model.GetRootAs(content, 0)
    if not whole.SubgraphsLength():
        raise UnreadableError("This TFLite model has no graph in it.")
    graph = whole.Subgraphs(0)
    tensors = _tensors(whole, graph, schema)
    operations = list(_operations(whole, graph, schema))
    steps, note = cut(
        [
            [
                str(number),
                name,
                _ends(inputs, tensors),
                _ends(outputs, tensors),
                _weight(inputs, tensors),
            ]
            for number, (name, inputs, outputs) in enumerate(operations, start=1)
        ],
        "operations",
    )
    held = {one.type for one in tensors if one.bytes and one.quantisation}
    facts = [
        ["Input", _ends(_indices(graph.Inputs, graph.InputsLength()), tensors)],
        ["Output", _ends(_indices(graph.Outputs, graph.OutputsLength()), tensors)],
        ["Operations", number_text(len(operations))],
        ["Weights and constants", f"{number_text(sum(one.bytes for one in tensors))} bytes"],
        ["Quantised weights", ", ".join(sorted(held)) or "none"],
    ]
    if whole.SubgraphsLength() > 1:
        facts.append(["Graphs", f"{whole.SubgraphsLength()}, of which the first is shown"])
    rows, _ = cut(
        [
            [one.name, one.shape, one.type, number_text(one.bytes), one.quantisation]
            for one in tensors
        ],
        "tensors",
    )
    columns = ["", "Operation", "Takes", "Gives", "Weights (bytes)"]
    of_tensors = ["Tensor", "Shape", "Type", "Bytes", "Quantisation"]
    return {
        "facts": facts,
        "tables": [
            {"title": "Operations", "columns": columns, "rows": steps},
            {"title": "Tensors", "columns": of_tensors, "rows": rows},
        ],
        "note": note,
    }


def _names(enumeration: object) -> dict[int, str]:
    pairs = vars(enumeration).items()
    return {number: name for name, number in pairs if isinstance(number, int)}


def _indices(at: Any, count: int) -> list[int]:  # noqa: ANN401 - any value passes here
    return [int(at(number)) for number in range(_believed(count))]


def _believed(count: int) -> int:
    if count > MOST_PARTS:
        raise UnreadableError("This file has more parts than any model.")
    return count


def _tensors(whole: Any, graph: Any, schema: Any) -> list[_Tensor]:  # noqa: ANN401 - any value passes here
    types = _names(schema.TensorType)
    found = []
    for number in range(_believed(graph.TensorsLength())):
        tensor = graph.Tensors(number)
        signature = _indices(tensor.ShapeSignature, tensor.ShapeSignatureLength())
        sizes = signature or _indices(tensor.Shape, tensor.ShapeLength())
        buffer = whole.Buffers(tensor.Buffer())
        found.append(
            _Tensor(
                name=(tensor.Name() or b"").decode("utf-8", "replace")[:200],
                shape=shape_text(sizes),
                type=types.get(tensor.Type(), "?").lower(),
                bytes=0 if buffer is None else buffer.DataLength(),
                quantisation=_quantisation(tensor.Quantization()),
            )
        )
    return found


def _quantisation(given: Any) -> str:  # noqa: ANN401 - any value passes here
    """How whole numbers stand for real ones: real = scale * (whole - zero point)."""
    if given is None or not given.ScaleLength():
        return ""
    count = given.ScaleLength()
    if count > 1:
        return f"per channel ({number_text(count)} scales)"
    zero = given.ZeroPoint(0) if given.ZeroPointLength() else 0
    return f"scale {given.Scale(0):.4g}, zero point {zero}"


def _operations(
    whole: Any,  # noqa: ANN401 - any value passes here
    graph: Any,  # noqa: ANN401 - any value passes here
    schema: Any,  # noqa: ANN401 - any value passes here
) -> Iterator[tuple[str, list[int], list[int]]]:
    names = _names(schema.BuiltinOperator)
    for number in range(_believed(graph.OperatorsLength())):
        operator = graph.Operators(number)
        code = whole.OperatorCodes(operator.OpcodeIndex())
        yield (
            _operation(code, names),
            _indices(operator.Inputs, operator.InputsLength()),
            _indices(operator.Outputs, operator.OutputsLength()),
        )


def _operation(code: Any, names: Mapping[int, str]) -> str:  # noqa: ANN401 - any value passes here
    """Its name; codes above 127 are in a field that older files do not have."""
    custom = code.CustomCode()
    if custom:
        return str(custom.decode("utf-8", "replace"))[:80]
    return names.get(max(code.BuiltinCode(), code.DeprecatedBuiltinCode()), "?")


def _ends(indices: Sequence[int], tensors: Sequence[_Tensor]) -> str:
    """Shapes and types of what is computed; weights have their bytes told instead."""
    known = [tensors[number] for number in indices if 0 <= number < len(tensors)]
    moving = [one for one in known if not one.bytes] or known
    return ", ".join(f"{one.shape} {one.type}" for one in moving)


def _weight(indices: Sequence[int], tensors: Sequence[_Tensor]) -> str:
    known = [tensors[number] for number in indices if 0 <= number < len(tensors)]
    total = sum(one.bytes for one in known)
    return number_text(total) if total else ""
