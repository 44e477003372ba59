"""Values between judge and host: plain JSON plus raw array bytes. Nothing is ever unpickled."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np

Json: TypeAlias = Any
Arrays: TypeAlias = list["np.ndarray[Any, Any]"]

NUMERIC_KINDS: Final = "biufc"
DEEPEST: Final = 20
LONGEST: Final = 300  # digits of a whole number: so every one can be a float, and be printed


@dataclass(frozen=True, slots=True)
class Ragged:
    """An input that the host turns into a `tf.RaggedTensor`."""

    rows: list[Any]
    dtype: str = "float32"


@dataclass(frozen=True, slots=True)
class Variable:
    """An input that the host turns into a `tf.Variable`."""

    value: Any


@dataclass(frozen=True, slots=True)
class Output:
    """What the learner's code gave back, by value.

    `kind` is one of tensor, variable, ragged, sparse, array, number, text, none, list, tuple,
    dict, object. `value` is a numpy array for tensor, variable and array; nested Python lists for
    ragged; `{"indices", "values", "dense_shape"}` arrays for sparse; a Python number or text; a
    list (or dict by text) of `Output` for list, tuple and dict; a description for object. `dtype`
    is the TensorFlow or numpy name, for a plain number the Python type's. `symbolic` tensors (made
    inside a graph) have no value.
    """

    kind: str
    value: Any = None
    dtype: str = ""
    shape: tuple[int | None, ...] = ()

    @property
    def plain(self) -> Any:  # noqa: ANN401 - any value passes here
        """The value with every `Output` inside unwrapped: numpy arrays and Python values only."""
        if self.kind in {"list", "tuple"}:
            return [item.plain for item in self.value]
        if self.kind == "dict":
            return {name: item.plain for name, item in self.value.items()}
        return self.value

    @property
    def words(self) -> str:
        """What it is, for a sentence: `a float32 tensor of shape (4, 3)`."""
        if self.kind in {"tensor", "variable", "array", "sparse", "ragged"}:
            name = {"array": "NumPy array", "sparse": "sparse tensor", "ragged": "ragged tensor"}
            return f"a {self.dtype} {name.get(self.kind, self.kind)} of shape {shown(self.shape)}"
        plain = {"none": "None", "text": "text", "object": str(self.value)}
        if self.kind == "number":
            return f"the Python {self.dtype} {self.value}"
        return plain.get(self.kind, f"a {self.kind} of {len(self.value or ())}")


def shown(shape: tuple[int | None, ...]) -> str:
    """A shape as TensorFlow prints it: `(4, 3)`, `()`, `(None, 3)`."""
    return str(tuple(shape))


def encode(value: Any, arrays: Arrays, depth: int = 0) -> Json:  # noqa: ANN401 - any value passes here
    """Plain Python and numpy values as JSON; arrays are appended to `arrays` and named by place.

    Raises TypeError for anything else. Types are compared exactly, so that an object cannot pass
    itself off as a number or list.
    """
    if depth > DEEPEST:
        raise TypeError("a structure nested too deeply")
    if type(value) in {bool, int, float, complex}:
        return _encode_number(value)
    if value is None or type(value) in {str, bytes}:
        return _encode_text(value)
    if isinstance(value, np.ndarray | np.generic):
        return encode_array(np.asarray(value), arrays, "array")
    return _encode_many(value, arrays, depth)


def _encode_text(value: str | bytes | None) -> Json:
    if value is None:
        return {"k": "none"}
    text = value if isinstance(value, str) else value.decode("utf-8", "backslashreplace")
    return {"k": "text", "v": text}


def _encode_number(value: Any) -> Json:  # noqa: ANN401 - any value passes here
    name = type(value).__name__
    if name == "complex":
        return {"k": "number", "t": name, "v": [repr(value.real), repr(value.imag)]}
    if name == "float" and not math.isfinite(value):
        return {"k": "number", "t": name, "v": repr(value)}
    if is_too_long(value):
        raise TypeError(f"a whole number with more than {LONGEST} digits cannot be sent")
    if name == "int" and value.bit_length() > 64:
        return {"k": "number", "t": name, "v": hex(value)}
    return {"k": "number", "t": name, "v": value}


def is_too_long(value: object) -> bool:
    """Whether this is a whole number that is larger than any that is compared."""
    return type(value) is int and abs(value) >= 10**LONGEST


def _encode_many(value: Any, arrays: Arrays, depth: int) -> Json:  # noqa: ANN401 - any value passes here
    if type(value) in {list, tuple}:
        items = [encode(item, arrays, depth + 1) for item in value]
        return {"k": type(value).__name__, "v": items}
    if type(value) is dict:
        pairs = {str(name): encode(item, arrays, depth + 1) for name, item in value.items()}
        return {"k": "dict", "v": pairs}
    if type(value) is Ragged:
        return {"k": "make", "how": "ragged", "v": value.rows, "d": value.dtype}
    if type(value) is Variable:
        return {"k": "make", "how": "variable", "v": encode(value.value, arrays, depth + 1)}
    raise TypeError(f"a {type(value).__name__} cannot be sent; use numbers, text, lists or arrays")


def encode_array(array: np.ndarray[Any, Any], arrays: Arrays, kind: str, dtype: str = "") -> Json:
    """An array as a reference into `arrays`; text becomes a flat list, odd numbers float32."""
    name = dtype or array.dtype.name
    shape = list(array.shape)
    if array.dtype.kind in "OSU":
        return {"k": kind, "d": dtype or "string", "s": shape, "v": _texts(array)}
    if array.dtype.kind not in NUMERIC_KINDS:  # bfloat16 and float8 are not numpy's own
        array = array.astype(np.float32)
    arrays.append(np.ascontiguousarray(array).reshape(array.shape))
    return {"k": kind, "d": name, "s": shape, "i": len(arrays) - 1}


def _texts(array: np.ndarray[Any, Any]) -> list[str]:
    return [
        item.decode("utf-8", "backslashreplace") if isinstance(item, bytes) else str(item)
        for item in array.ravel().tolist()
    ]


def decode(form: Json, arrays: Arrays) -> Output:
    """The `Output` that a JSON form stands for. Raises ValueError for a form nobody here wrote."""
    kind = form["k"]
    readers: Mapping[str, Callable[[Json, Arrays], Output]] = {
        "none": lambda _form, _arrays: Output("none"),
        "number": _decode_number,
        "text": lambda form, _arrays: Output("text", str(form["v"]), "str"),
        "object": lambda form, _arrays: Output("object", str(form["v"])),
        "list": _decode_list,
        "tuple": _decode_list,
        "dict": _decode_dict,
        "ragged": lambda form, _arrays: Output("ragged", form["v"], form["d"], tuple(form["s"])),
        "sparse": _decode_sparse,
        "tensor": _decode_array,
        "variable": _decode_array,
        "array": _decode_array,
    }
    if kind not in readers:
        raise ValueError(f"unknown kind of value {kind!r}")
    return readers[kind](form, arrays)


def _decode_number(form: Json, _arrays: Arrays) -> Output:
    makers: Mapping[str, Callable[[Any], Any]] = {
        "bool": bool,
        "int": lambda value: int(value, 16) if isinstance(value, str) else int(value),
        "float": float,
        "complex": lambda value: complex(float(value[0]), float(value[1])),
    }
    value = makers[form["t"]](form["v"])
    if is_too_long(value):
        raise ValueError("a whole number that nobody here wrote")
    return Output("number", value, form["t"])


def _decode_list(form: Json, arrays: Arrays) -> Output:
    return Output(form["k"], [decode(item, arrays) for item in form["v"]])


def _decode_dict(form: Json, arrays: Arrays) -> Output:
    return Output("dict", {str(name): decode(item, arrays) for name, item in form["v"].items()})


def _decode_sparse(form: Json, arrays: Arrays) -> Output:
    parts = {name: decode(part, arrays).value for name, part in form["v"].items()}
    return Output("sparse", parts, form["d"], tuple(form["s"]))


def _decode_array(form: Json, arrays: Arrays) -> Output:
    shape = tuple(form["s"])
    if "v" in form:
        value = np.array([str(text) for text in form["v"]], dtype=str).reshape(shape)
    elif "i" in form:
        value = arrays[form["i"]].reshape(shape)
    else:
        return Output(form["k"], None, form["d"], shape)
    return Output(form["k"], value, form["d"], shape)
