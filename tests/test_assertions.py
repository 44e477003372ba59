"""Assertions rewritten to tell what they looked at: they must hold and fail as they did before."""

from pathlib import Path

import numpy as np
import pytest

from tfcards.labkit.assertions import Assertions, UnmetError

FILE = Path("assertions.py")


def unmet(code: str, **names: object) -> UnmetError:
    with pytest.raises(UnmetError) as caught:
        Assertions().run(code, FILE, dict(names))
    return caught.value


def held(code: str, **names: object) -> int:
    assertions = Assertions()
    assertions.run(code, FILE, dict(names))
    return assertions.held


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("assert x == 4", [("x", "3")]),
        ("assert 4 == x", [("x", "3")]),
        ("assert x + 1 < len('abc')", [("x + 1", "4"), ("len('abc')", "3")]),
        ("assert 0 < x < 2", [("x", "3")]),
        ("assert x not in [3]", [("x", "3")]),
        ("assert not x", [("x", "3")]),
        ("assert x is None", [("x", "3")]),
        ("assert isinstance(x, str)", [("x", "3")]),
        ("assert not isinstance(\n    x,\n    int)", [("x", "3")]),
        ("assert all(x > n for n in (1, 5))", []),
        ("assert x == 3 and x == 5 and x == 6", [("x", "3")]),
        ("assert x == 4 or x == 5", []),
        ("assert {x: [x]} == {}", [("{x: [x]}", "{3: [3]}")]),
        ("assert bool(\n  x == 5\n)", [("x == 5", "False")]),
        ("def f():\n    for y in (x, 9):\n        assert y == 3\nf()", [("y", "9")]),
        ("class A:\n    y = x\n    assert y == 4", [("y", "3")]),
    ],
)
def test_what_was_looked_at_is_told(code, values):
    assert unmet(code, x=3).values() == values


def test_operands_are_worked_out_once():
    numbers = iter(range(9))
    assert unmet("assert next(numbers) == 7", numbers=numbers).values() == [("next(numbers)", "0")]
    assert next(numbers) == 1


def test_lines_and_message_are_those_of_the_assertion():
    error = unmet("x = 1\n\nassert (\n    x == 2\n), f'{x} is wrong'")
    assert (error.lines, str(error)) == ((3, 5), "1 is wrong")
    assert str(unmet("assert 1 == 2")) == ""
    assert "[1 2]" in str(unmet("assert False, two", two=np.array([1, 2])))


def test_what_held_is_counted_once_and_only_if_it_was_met():
    assert held("for n in range(3):\n    assert n < 3") == 1
    assert held("if False:\n    assert True") == 0
    assert held("try:\n    assert 1 == 2\nexcept AssertionError:\n    assert True") == 1
    assert held("np.testing.assert_allclose(1, 1)\nassert 1 < 2 < 3", np=np) == 2


def test_other_errors_stay_as_they_are():
    with pytest.raises(AssertionError, match="not equal"):
        held("np.testing.assert_array_equal(1, 2)", np=np)
    with pytest.raises(ValueError, match="ambiguous"):
        held("assert np.array([1, 2]) == np.array([1, 2])", np=np)
    with pytest.raises(SyntaxError):
        held("assert")
    with pytest.raises(ZeroDivisionError):
        held("assert 1 / 0 == 1")


def test_a_value_that_cannot_be_shown_is_named():
    code = "class Shy:\n    def __repr__(self):\n        raise SystemExit\nassert Shy() == 1"
    assert unmet(code).values() == [("Shy()", "a Shy whose repr raises SystemExit")]
    ((_, long),) = unmet("assert 'x' * 5000 == ''").values()
    assert len(long) < 700
