"""What checks are written with: comparisons, values over the channel, seeds. In this process."""

import math
import socket
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from tfcards.labkit import LearnerError, Output, compare
from tfcards.labkit.channel import LENGTHS, Channel, FrameError
from tfcards.labkit.compare import Asked
from tfcards.labkit.lab import Lab
from tfcards.labkit.left import Left
from tfcards.labkit.outputs import Outputs
from tfcards.labkit.values import decode, encode


class Silent:
    """A host that is never asked."""

    def call(self, request: Any, timeout: float | None) -> Output:
        raise LearnerError("not here")


def lab(check: str = "one", secret: int = 1) -> Lab:
    return Lab(Silent(), check, secret=secret, seed=2, left=Left(Path(), {}))


def across(value: Any) -> Output:
    """A value as it arrives on the other side of a channel."""
    left, right = socket.socketpair()
    with left, right:
        arrays: list[Any] = []
        form = encode(value, arrays)
        Channel(left).send({"value": form}, arrays)
        message, received = Channel(right).receive(2)
        return decode(message["value"], received)


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.complex_numbers(allow_nan=False)
    | st.text(alphabet=st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc"), inner, max_size=4),
    max_leaves=12,
)


@given(plain)
def test_plain_values_cross_unchanged(value: Any) -> None:
    assert across(value).plain == value


@given(
    arrays_of.arrays(
        st.sampled_from(["float32", "float64", "int64", "uint8", "bool", "complex64"]),
        arrays_of.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
    )
)
def test_arrays_cross_unchanged(array: "np.ndarray[Any, Any]") -> None:
    output = across(array)
    assert (output.dtype, output.shape) == (array.dtype.name, array.shape)
    assert np.array_equal(output.value, array, equal_nan=array.dtype.kind in "fc")


def test_not_a_number_crosses() -> None:
    assert math.isnan(across(math.nan).value)
    assert across(-math.inf).value == -math.inf


def test_text_arrays_cross() -> None:
    assert across(np.array([["a", "bé"]])).value.tolist() == [["a", "bé"]]


def test_an_unknown_object_cannot_be_sent_but_is_described_when_captured() -> None:
    with pytest.raises(TypeError, match="cannot be sent"):
        encode(object(), [])
    assert Outputs(None).capture(Silent(), [])["v"].endswith("Silent")


@pytest.mark.parametrize(
    "header",
    [
        b"nonsense",
        b"[]",
        b'{"m": {}, "a": [{"d": "|O", "s": [1]}]}',
        b'{"m": {}, "a": [{"d": "<f8", "s": [9]}]}',
        b'{"m": {}, "a": [{"d": "<f8", "s": [-1]}]}',
        b'{"m": {}, "a": 3}',
    ],
)
def test_a_frame_that_nobody_here_wrote_is_refused(header: bytes) -> None:
    left, right = socket.socketpair()
    with left, right:
        left.sendall(LENGTHS.pack(len(header), 8) + header + bytes(8))
        with pytest.raises(FrameError):
            Channel(right).receive(2)


def test_a_frame_too_large_is_refused_before_it_is_read() -> None:
    left, right = socket.socketpair()
    with left, right:
        left.sendall(struct.pack(">II", 2**31, 2**31))
        with pytest.raises(FrameError, match="larger"):
            Channel(right).receive(2)


def test_silence_and_a_hang_up_are_told_apart() -> None:
    left, right = socket.socketpair()
    with right:
        with left, pytest.raises(TimeoutError):
            Channel(right).receive(0.05)
        with pytest.raises(EOFError):
            Channel(right).receive(0.05)


@pytest.mark.parametrize(
    ("observed", "expected", "words"),
    [
        (np.ones((2, 3)), np.ones((2, 3)), ""),
        (np.ones((2, 3)), np.ones((3, 2)), "should have shape (3, 2), but has (2, 3)"),
        (np.ones(3), np.array([1, 1, 1.1]), "wrong values"),
        (np.array([1, np.nan]), np.array([1.0, 2.0]), "NaN in it"),
        (np.array([1, np.nan]), np.array([1.0, np.nan]), ""),
        (np.array([np.inf]), np.array([np.inf]), ""),
        (np.array([np.inf]), np.array([1.0]), "wrong values"),
        (Output("none"), np.ones(2), "should hold numbers, but is None"),
        (Output("object", "an object of type X"), np.ones(2), "an object of type X"),
        ([1.0, 2.0], np.array([1.0, 2.0]), ""),
        ([[1.0], [2.0, 3.0]], np.ones(2), "should hold numbers"),
        (2.0, 2.0, ""),
        (np.ones((0, 3)), np.ones((0, 3)), ""),
    ],
)
def test_close_says_what_is_wrong(observed: Any, expected: Any, words: str) -> None:
    verdict = lab().close(observed, expected)
    assert verdict.passed == (words == "")
    assert words in verdict.message


@pytest.mark.parametrize(
    ("observed", "expected", "is_alike"),
    [
        (np.ones(2), np.ones(2) + 1e-7, True),
        (np.ones(2), np.ones(2) + 1e-3, False),
        ([1.0, 2.0], [1.0, 2.0 + 1e-7], True),
        ([1.0], [1.0, 2.0], False),
        ({"a": 1.0}, {"a": 1.0 + 1e-7}, False),
        ({"a": np.ones(2)}, {"a": np.ones(2)}, True),
        ([[1], [2, 3]], [[1], [2, 3]], True),
        ([[1], [2, 3]], [[1], [2, 4]], False),
        (None, None, True),
        (0.0, None, False),
        ("one", "one", True),
        ("one", "two", False),
    ],
)
def test_what_is_like_a_reference(observed: Any, expected: Any, is_alike: bool) -> None:
    verdict = compare.alike(across(observed), across(expected), 1e-5, Asked("", "", "it"))
    assert verdict.passed == is_alike


def test_kind_and_dtype_are_said_before_values() -> None:
    output = Output("array", np.ones(2), "float64", (2,))
    verdict = lab().close(output, np.ones(2), kind="tensor", what="`scale`")
    assert verdict.message == (
        "`scale` should be a tf.Tensor, but is a float64 NumPy array of shape (2,)."
    )
    tensor = Output("tensor", np.ones(2), "float64", (2,))
    assert (
        "dtype float32, but has float64" in lab().close(tensor, np.ones(2), dtype="float32").message
    )


def test_equal_compares_structures() -> None:
    here = lab()
    assert here.equal({"a": [1, np.ones(2)]}, {"a": [1, np.ones(2)]})
    assert not here.equal({"a": [1, np.ones(2)]}, {"a": [1, np.zeros(2)]})
    assert not here.equal([1], [1, 2])
    assert here.equal("x", "x")


@given(st.floats(allow_nan=True), st.floats(allow_nan=False))
def test_limits_never_pass_not_a_number(observed: float, limit: float) -> None:
    here = lab()
    assert bool(here.at_least(observed, limit, "x")) == (observed >= limit)
    assert bool(here.at_most(observed, limit, "x")) == (observed <= limit)


def test_numbers_of_a_check_depend_on_its_name_and_the_secret_only() -> None:
    first = lab("one", 1).rng.normal()
    assert lab("one", 1).rng.normal() == first
    assert lab("two", 1).rng.normal() != first
    assert lab("one", 2).rng.normal() != first


def test_no_one_answers_for_a_missing_artifact() -> None:
    with pytest.raises(LearnerError, match="did not leave"):
        lab().artifact("model.keras")


def test_a_whole_number_without_end_is_no_value() -> None:
    with pytest.raises(ValueError, match="nobody here wrote"):
        decode({"k": "number", "t": "int", "v": hex(10**300)}, [])
    assert decode(encode(10**299, []), []).value == 10**299
