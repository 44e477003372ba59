"""What each kind of question needs: where its body is cut, and what must stand in its parts."""

import re
from collections.abc import Iterator

from tfcards.core import cloze
from tfcards.core.markdown import fences, options, parse, strip_blank_lines
from tfcards.core.model import Kind
from tfcards.formats.snippets import LANGUAGES

KINDS = tuple(kind for kind in Kind if kind is not Kind.TEMPLATE)
SECTIONS = ("Key points", "Why", "Source", "Assertions")
FIELDS = ("Question", "Answer", "Assertions", "Key points", "Why", "Source")


def guess_kind(title: str, body: str) -> Kind:
    """The kind of a question that does not name one."""
    if cloze.find(title) or cloze.find(body):
        return Kind.CLOZE
    _, answer = split_body(Kind.CHOICE, body)
    first = next(iter(parse(answer)), None)
    if first is not None and "contains-task-list" in str(first.attrGet("class") or ""):
        return Kind.CHOICE
    return Kind.BASIC


def split_body(kind: Kind, body: str) -> tuple[str, str]:
    """The question's further text and the answer: what stands before and after the `---`."""
    lines = body.split("\n")
    cut = _rule_line(body, lines)
    if cut is not None:
        before, after = lines[:cut], lines[cut + 1 :]
    elif kind is Kind.CLOZE:
        before, after = lines, []
    else:
        start = _task_list_line(body) if kind is Kind.CHOICE else 0
        before, after = lines[:start], lines[start:]
    return strip_blank_lines("\n".join(before)), strip_blank_lines("\n".join(after))


def complaints(kind: Kind, fields: dict[str, str]) -> Iterator[str]:
    """What is wrong with a question's fields, each with what to write instead."""
    if not fields["Question"]:
        yield "The question is empty. Write it after `##`."
    if not fields["Answer"] and kind is not Kind.CLOZE:
        yield "The answer is empty. Write it below the heading, or below a line `---`."
    if fields["Assertions"] and kind is not Kind.CODE:
        yield f"`### Assertions` belongs to `.code` questions; this one is `.{kind}`."
    yield from _of_kind(kind, fields)


def _of_kind(kind: Kind, fields: dict[str, str]) -> Iterator[str]:
    match kind:
        case Kind.CLOZE:
            yield from _cloze(fields["Question"])
        case Kind.CHOICE:
            yield from _choice(fields["Answer"])
        case Kind.OUTPUT:
            yield from _output(fields)
        case Kind.CODE:
            yield from _code(fields)
        case Kind.BASIC | Kind.REVERSE | Kind.TYPED | Kind.TEMPLATE:
            return


def _cloze(text: str) -> Iterator[str]:
    found = cloze.find_all(text)
    if cloze.count_openings(text) > len(found):
        yield "A deletion is not closed. Write {{c1::hidden text}} with both braces at its end."
    elif not found:
        yield "A `.cloze` question hides nothing. Write {{c1::hidden text}} around what to recall."
    if any(not deletion.text.strip() for deletion in found):
        yield "A deletion hides nothing. Write the text to recall after `::`."


def _choice(answer: str) -> Iterator[str]:
    found = options(answer)
    if len(found) < 2:
        yield "A `.choice` question needs two or more lines `- [x] right` and `- [ ] wrong`."
    elif not any(option.right for option in found):
        yield "No option is right. Mark each right one `- [x]`."
    if any(not option.text.strip() for option in found):
        yield "An option is empty. Write its text after `- [ ]`."


def _output(fields: dict[str, str]) -> Iterator[str]:
    if not _has_fence(fields["Question"], *LANGUAGES):
        yield "An `.output` question needs a ```python or ```sql fence before the line `---`."
    if not _has_fence(fields["Answer"], "output"):
        yield "An `.output` question needs an ```output fence with what is printed, after `---`."


def _code(fields: dict[str, str]) -> Iterator[str]:
    is_sql = _has_fence(fields["Answer"], "sql")
    if fields["Answer"] and not _has_fence(fields["Answer"], *LANGUAGES):
        yield "A `.code` question needs a ```python or ```sql fence with the reference solution."
    if is_sql and not _has_fence(fields["Assertions"], "sql", "output"):
        yield "A `.code` question in SQL needs `### Assertions` with an ```output fence: the rows."
    if not is_sql and not _has_fence(fields["Assertions"], "python"):
        yield "A `.code` question needs `### Assertions` with a ```python fence that checks it."


def _has_fence(text: str, *languages: str) -> bool:
    return any(fence.language in languages for fence in fences(text))


def _rule_line(body: str, lines: list[str]) -> int | None:
    rules = (token.map[0] for token in parse(body) if token.type == "hr" and token.map)
    return next((line for line in rules if re.fullmatch(r"---\s*", lines[line])), None)


def _task_list_line(body: str) -> int:
    for token in parse(body):
        is_tasks = "contains-task-list" in str(token.attrGet("class") or "")
        if is_tasks and token.level == 0 and token.map:
            return token.map[0]
    return 0
