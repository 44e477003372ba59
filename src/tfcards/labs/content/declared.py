"""What a lab's checks.py says of its checks, read from the decorators without running anything."""

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tfcards.errors import BadInputError
from tfcards.labs.job import CheckInfo

CHECK_FIELDS: Final = (
    *("id", "title", "points", "task", "cards", "visible", "after", "timeout", "better", "ask"),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a lab's files: which file, what is wrong and what to write instead."""

    file: Path
    message: str


class LabError(BadInputError):
    """A lab's files are wrong; `problems` has each."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(f"{problem.file}: {problem.message}" for problem in problems))
        self.problems = tuple(problems)


def read_checks(path: Path) -> tuple[CheckInfo, ...]:
    """The checks of a checks.py from its decorators, in order, without importing it.

    Raises LabError when there are none, or one is not written with constants.
    """
    try:
        tree = ast.parse(path.read_text("utf-8"), filename=str(path))
    except OSError:
        raise LabError([Problem(path, "there is no such file; write one")]) from None
    except (SyntaxError, UnicodeDecodeError, ValueError) as error:
        raise LabError([Problem(path, f"is not Python: {error}")]) from error
    found = [
        _check_info(decorator, path)
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and _called(decorator) == "check"
    ]
    if not found:
        raise LabError([Problem(path, "has no check; write a function under @check(…)")])
    names = [check.id for check in found]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise LabError([Problem(path, f"the check id {doubled[0]!r} comes twice; rename one")])
    return tuple(found)


def _called(decorator: ast.Call) -> str:
    function = decorator.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _check_info(decorator: ast.Call, path: Path) -> CheckInfo:
    where = f"line {decorator.lineno}"
    values: dict[str, Any] = {}
    pairs = [*zip(("id",), decorator.args, strict=False)]
    pairs += [(str(keyword.arg), keyword.value) for keyword in decorator.keywords]
    for name, node in pairs:
        if name not in CHECK_FIELDS:
            raise LabError([Problem(path, f"{where}: @check has no argument {name!r}")])
        try:
            values[name] = ast.literal_eval(node)
        except ValueError:
            text = f"{where}: {name} of @check must be a constant; the app reads it unrun"
            raise LabError([Problem(path, text)]) from None
    problem = _wrong_values(values)
    if problem:
        raise LabError([Problem(path, f"{where}: {problem}")])
    return CheckInfo(**values)


def _wrong_values(values: dict[str, Any]) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", str(values.get("id", ""))):
        return 'a check needs an id of small letters, digits and dashes: @check("dtype-kept", …)'
    if not isinstance(values.get("title"), str) or not values["title"]:
        return f"check {values['id']!r} needs a title"
    for name in ("points", "timeout"):
        value = values.get(name, 1)
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            return f"{name} of check {values['id']!r} must be a number above 0"
    for name in ("cards", "after"):
        value = values.get(name, ())
        if not isinstance(value, tuple) or not all(isinstance(item, str) for item in value):
            return f'{name} of check {values["id"]!r} must be a tuple of texts, like ("a",)'
    return _wrong_measure(values)


def _wrong_measure(values: dict[str, Any]) -> str:
    if values.get("better", "") not in {"", "higher", "lower"}:
        return f'better of check {values["id"]!r} must be "higher" or "lower"'
    ask = values.get("ask")
    if ask is None:
        return ""
    if isinstance(ask, bool) or not isinstance(ask, int | float) or not values.get("better"):
        return f"ask of check {values['id']!r} must be a number, and better said with it"
    return ""
