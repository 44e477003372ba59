"""Runs the assertions of a card so that the one that fails can be told, with what it compared.

Every `assert` is rewritten before it runs: what it compares is kept under a name of its own as it
is worked out, once, and handed over if the assertion does not hold. Nothing is judged here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

LONGEST_VALUE: Final = 600  # letters of a value that are told
_PREFIX: Final = "_tfcards_"  # of the names it brings into the card's namespace
_UNMET, _HELD = f"{_PREFIX}unmet", f"{_PREFIX}held"


class UnmetError(AssertionError):
    """An assertion that does not hold: its lines, and what it looked at as (source, value)."""

    def __init__(
        self, first: int, last: int, watched: list[tuple[str, object]], *message: object
    ) -> None:
        super().__init__(*message)
        self.lines = first, last
        self._watched = watched

    def values(self) -> list[tuple[str, str]]:
        """What it looked at, in words; names that only stand for themselves are left out."""
        return [
            (source, _shown(value))
            for source, value in self._watched
            if getattr(value, "__name__", None) != source
        ]


class Assertions:
    """One block of assertions; `held` counts those that were met and held."""

    def __init__(self) -> None:
        self._held: set[int] = set()

    @property
    def held(self) -> int:
        """How many assertions of the block held so far."""
        return len(self._held)

    def run(self, code: str, path: Path, namespace: dict[str, Any]) -> None:
        """Run the block in a namespace.

        Raises:
            UnmetError: an assertion does not hold.
            BaseException: whatever else the code raises, as it is.
        """
        tree = ast.parse(code, str(path))
        _Watching(code).rewrite(tree)
        made = compile(ast.fix_missing_locations(tree), str(path), "exec", dont_inherit=True)
        namespace |= {_UNMET: _fail, _HELD: self._held.add}
        exec(made, namespace)  # noqa: S102 - cards are run


def _fail(first: int, last: int, watched: list[tuple[str, object]], *message: object) -> None:
    raise UnmetError(first, last, watched, *message)


def _shown(value: object) -> str:
    try:
        text = repr(value)
    except BaseException as error:  # noqa: BLE001 - the learner's own __repr__ may do anything
        return f"a {type(value).__name__} whose repr raises {type(error).__name__}"
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + " …"


class _Watching:
    """Turns each `assert` into an `if not` that hands over what it looked at.

    `and` is taken apart, so that only what was worked out is told.
    """

    def __init__(self, code: str) -> None:
        self._code = code
        self._asserts = 0
        self._names = 0

    def rewrite(self, tree: ast.Module) -> None:
        """Rewrite the assertions of a module, also those in its functions and blocks."""
        for node in list(ast.walk(tree)):
            for name in ("body", "orelse", "finalbody"):
                statements = getattr(node, name, None)
                if isinstance(statements, list):
                    setattr(node, name, [made for one in statements for made in self._made_of(one)])

    def _made_of(self, statement: ast.stmt) -> list[ast.stmt]:
        """What a statement becomes; after an assertion comes a note that it held."""
        if isinstance(statement, ast.Assert):
            parts = [self._guard(part, statement) for part in _parts(statement.test)]
            return [*parts, self._holds(statement)]
        return [statement, self._holds(statement)] if _is_assertion(statement) else [statement]

    def _guard(self, test: ast.expr, node: ast.Assert) -> ast.stmt:
        watched: list[ast.expr] = []
        condition = self._watch_test(test, watched)
        lines: list[ast.expr] = [ast.Constant(node.lineno), ast.Constant(node.end_lineno)]
        message = [node.msg] if node.msg else []
        told = [*lines, ast.List(watched, ast.Load()), *message]
        fail = ast.Expr(ast.Call(ast.Name(_UNMET, ast.Load()), told, []))
        made = ast.If(ast.UnaryOp(ast.Not(), condition), [fail], [])
        return ast.copy_location(made, node)

    def _holds(self, node: ast.stmt) -> ast.stmt:
        self._asserts += 1
        number: list[ast.expr] = [ast.Constant(self._asserts)]
        made = ast.Expr(ast.Call(ast.Name(_HELD, ast.Load()), number, []))
        return ast.copy_location(made, node)

    def _watch_test(self, test: ast.expr, watched: list[ast.expr]) -> ast.expr:
        """The test with its first two operands, or the arguments of its call, kept."""
        match test:
            case ast.UnaryOp(op=ast.Not()):
                test.operand = self._watch_test(test.operand, watched)
            case ast.Compare():
                test.left = self._watch(test.left, watched)
                test.comparators[0] = self._watch(test.comparators[0], watched)
            case ast.Call():
                test.args = [self._watch(argument, watched) for argument in test.args]
            case ast.BoolOp():
                pass  # how far it was worked out is not known
            case _:
                return self._watch(test, watched)
        return test

    def _watch(self, value: ast.expr, watched: list[ast.expr]) -> ast.expr:
        if isinstance(value, ast.Starred | ast.GeneratorExp | ast.Lambda) or _is_literal(value):
            return value  # shows itself, or has nothing to show
        name, self._names = f"{_PREFIX}{self._names}", self._names + 1
        source = " ".join(_lines(ast.get_source_segment(self._code, value) or ""))
        pair: list[ast.expr] = [ast.Constant(source), ast.Name(name, ast.Load())]
        watched.append(ast.Tuple(pair, ast.Load()))
        kept = ast.NamedExpr(ast.Name(name, ast.Store()), value)
        return ast.copy_location(kept, value)


def _parts(test: ast.expr) -> list[ast.expr]:
    """The parts of an `and`, else the test."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return test.values
    return [test]


def _is_assertion(statement: ast.stmt) -> bool:
    """Whether it is a call such as `np.testing.assert_allclose(…)`."""
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return False
    name = ast.unparse(statement.value.func).rpartition(".")[2]
    return name.startswith("assert")


def _is_literal(value: ast.expr) -> bool:
    try:
        ast.literal_eval(value)
    except (ValueError, TypeError):
        return False
    return True


def _lines(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines())
