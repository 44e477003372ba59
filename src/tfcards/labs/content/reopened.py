"""A finished program with some of its tasks open again, as text. Reads no files, runs nothing."""

import ast
from collections.abc import Collection, Iterable

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def reopened(starter: str, solution: str, tasks: Collection[int]) -> str:
    """The solution, but functions and classes that the starter marks for these tasks as there.

    Without such a mark it is the solution as it stands. Raises ValueError when a marked one is not
    in the solution, SyntaxError when a text is not Python.
    """
    lines = solution.splitlines(keepends=True)
    begun = starter.splitlines(keepends=True)
    places = {one.name: one for one in _definitions(solution)}
    opened = [one for one in _definitions(starter) if _is_marked(one, begun, tasks)]
    missing = [one.name for one in opened if one.name not in places]
    if missing:
        raise ValueError(f"the solution has no {', '.join(missing)}")
    for one in sorted(opened, key=lambda one: places[one.name].lineno, reverse=True):
        lines[_span(places[one.name], lines)] = begun[_span(one, begun)]
    return _with_words("".join(lines), tasks) if opened else solution


def why_not_reopened(pairs: Iterable[tuple[str, str]], task: int) -> str:
    """Why the task cannot be opened again in these pairs of starter and solution, or nothing."""
    opened = 0
    for starter, solution in pairs:
        try:
            opened += reopened(starter, solution, {task}) != solution
        except (ValueError, SyntaxError) as error:
            return f"which cannot be opened again: {error}"
    return "" if opened else f"but no function or class of the starter holds TODO({task})"


def _definitions(text: str) -> list[Definition]:
    return [node for node in ast.parse(text).body if isinstance(node, Definition)]


def _is_marked(one: Definition, lines: list[str], tasks: Collection[int]) -> bool:
    text = "".join(lines[_span(one, lines)])
    return any(f"TODO({task})" in text for task in tasks)


def _span(one: Definition, lines: list[str]) -> slice:
    """Its lines, with what decorates it and the comments at its end."""
    first = min([one.lineno, *(decorator.lineno for decorator in one.decorator_list)])
    last = one.end_lineno or one.lineno
    for number, line in enumerate(lines[last:], start=last + 1):
        if line.startswith((" ", "\t")) and line.strip():
            last = number
        elif line.strip():
            break
    return slice(first - 1, last)


def _with_words(text: str, tasks: Collection[int]) -> str:
    """The same with a docstring that says what there is to do."""
    marks = " and ".join(f"TODO({task})" for task in sorted(tasks))
    words = f'"""Again, from memory: write what {marks} asks for. The rest is finished."""\n'
    lines = text.splitlines(keepends=True)
    first = ast.parse(text).body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        lines[first.lineno - 1 : first.end_lineno] = []
    return words + "".join(lines)
