"""What the learner's function gave back, by value, the unknown in words. Runs in the host."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcards.labkit.values import DEEPEST, LONGEST, Arrays, Json, encode, encode_array, is_too_long


class Outputs:
    """Turns results into forms and arrays; `tensorflow` is None for labs without it."""

    def __init__(self, tensorflow: Any | None) -> None:  # noqa: ANN401 - any value passes here
        self._tensorflow = tensorflow

    def capture(self, value: Any, arrays: Arrays, depth: int = 0) -> Json:  # noqa: ANN401 - any value passes here
        """The form of any value whatever; never raises for an odd one."""
        if depth > DEEPEST:
            return _described(value)
        form = self._many(value, arrays, depth + 1)
        if form is None and self._tensorflow is not None:
            form = self._of_tensorflow(value, arrays)
        if form is not None:
            return form
        try:
            return encode(value, arrays)
        except TypeError:
            return _described(value)

    def _many(self, value: Any, arrays: Arrays, depth: int) -> Json | None:  # noqa: ANN401 - any value passes here
        if isinstance(value, list | tuple):
            kind = "list" if isinstance(value, list) else "tuple"
            return {"k": kind, "v": [self.capture(item, arrays, depth) for item in value]}
        if isinstance(value, dict):
            pairs = {str(name): self.capture(item, arrays, depth) for name, item in value.items()}
            return {"k": "dict", "v": pairs}
        return None

    def _of_tensorflow(self, value: Any, arrays: Arrays) -> Json | None:  # noqa: ANN401 - any value passes here
        tf = self._tensorflow
        assert tf is not None
        if isinstance(value, tf.RaggedTensor):
            shape = value.shape.as_list()
            return {"k": "ragged", "d": value.dtype.name, "s": shape, "v": _texts(value.to_list())}
        if isinstance(value, tf.SparseTensor):
            return self._sparse(value, arrays)
        if isinstance(value, tf.TensorShape):
            sizes = value.as_list() if value.rank is not None else []
            return {"k": "tuple", "v": [encode(size, arrays) for size in sizes]}
        if isinstance(value, tf.DType):
            return {"k": "text", "v": value.name}
        return self._dense(value, arrays)

    def _sparse(self, value: Any, arrays: Arrays) -> Json:  # noqa: ANN401 - any value passes here
        parts = {
            name: self._dense(getattr(value, name), arrays)
            for name in ("indices", "values", "dense_shape")
        }
        return {"k": "sparse", "d": value.dtype.name, "s": value.shape.as_list(), "v": parts}

    def _dense(self, value: Any, arrays: Arrays) -> Json | None:  # noqa: ANN401 - any value passes here
        tf = self._tensorflow
        assert tf is not None
        is_variable = isinstance(value, tf.Variable | tf.keras.Variable)
        if not is_variable and not isinstance(value, tf.Tensor | tf.keras.KerasTensor):
            return None
        kind = "variable" if is_variable else "tensor"
        dtype = tf.as_dtype(value.dtype).name
        if not hasattr(value, "numpy"):  # made inside a graph: a promise, no value
            rank = getattr(value.shape, "rank", len(value.shape))
            return {"k": kind, "d": dtype, "s": [] if rank is None else list(value.shape)}
        return encode_array(np.asarray(value.numpy()), arrays, kind, dtype)


def _texts(rows: Any) -> Any:  # noqa: ANN401 - any value passes here
    if isinstance(rows, list):
        return [_texts(row) for row in rows]
    return rows.decode("utf-8", "backslashreplace") if isinstance(rows, bytes) else rows


def _described(value: object) -> Json:
    if is_too_long(value):
        return {"k": "object", "v": f"a whole number with more than {LONGEST} digits"}
    kind = type(value)
    name = kind.__qualname__ if kind.__module__ == "builtins" else _full_name(kind)
    return {"k": "object", "v": f"an object of type {name}"}


def _full_name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"
