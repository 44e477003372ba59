"""What the judge sends, as the arguments that the learner's function gets. Runs in the host."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcards.labkit.values import Arrays, Json, decode


class Inputs:
    """Builds arguments; `tensorflow` is None for labs without it, and then arrays stay numpy."""

    def __init__(self, tensorflow: Any | None, *, raw: bool) -> None:  # noqa: ANN401 - any value passes here
        self._tensorflow = tensorflow
        self._raw = raw or tensorflow is None

    def build(self, form: Json, arrays: Arrays) -> Any:  # noqa: ANN401 - any value passes here
        """The value that the form stands for."""
        makers: dict[str, Callable[[Json, Arrays], Any]] = {
            "list": self._list,
            "tuple": lambda form, arrays: tuple(self._list(form, arrays)),
            "dict": self._dict,
            "array": self._array,
            "make": self._make,
        }
        maker = makers.get(form["k"])
        return decode(form, arrays).value if maker is None else maker(form, arrays)

    def _list(self, form: Json, arrays: Arrays) -> list[Any]:
        return [self.build(item, arrays) for item in form["v"]]

    def _dict(self, form: Json, arrays: Arrays) -> dict[str, Any]:
        return {name: self.build(item, arrays) for name, item in form["v"].items()}

    def _array(self, form: Json, arrays: Arrays) -> Any:  # noqa: ANN401 - any value passes here
        array = decode(form, arrays).value
        if self._raw or self._tensorflow is None:
            return array.copy()  # what was received is not writable
        return self._tensorflow.constant(array)

    def _make(self, form: Json, arrays: Arrays) -> Any:  # noqa: ANN401 - any value passes here
        if self._tensorflow is None:
            raise TypeError("this lab has no TensorFlow to make a ragged tensor or variable with")
        if form["how"] == "ragged":
            return self._tensorflow.ragged.constant(form["v"], dtype=form["d"])
        return self._tensorflow.Variable(self.build(form["v"], arrays))
