"""The structure of card Markdown: heading line, fences, list items. No HTML is made here.

Text is only ever sliced, never rebuilt, so that code, tabs and `<T>` survive byte for byte.
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

_NOT_A_HEADING = re.compile(r"```|~~~|\$\$|!\[|([-*_])(\s*\1){2,}$")
_REASON = re.compile(r"(?P<code>`+)(?:.*?)(?P=code)|(?P<dash>\s+[\u2014\u2013]\s+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block: language, the further words of its info string, code, first line from 0."""

    language: str
    words: tuple[str, ...]
    code: str
    line: int

    def value(self, name: str) -> str | None:
        """What the info string says after `name=`, if it does."""
        prefix = name + "="
        return next((w.removeprefix(prefix) for w in self.words if w.startswith(prefix)), None)


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: its Markdown, whether it is right, and the reason given after a dash."""

    text: str
    right: bool
    reason: str = ""


def parser() -> MarkdownIt:
    """A new parser of card Markdown: tables, task lists and `$formulas$`, but no HTML."""
    return (
        MarkdownIt("commonmark", {"html": False})
        .enable(["table", "strikethrough"])
        .disable("lheading")  # `text` above `---` is a text and a rule, not a heading
        .use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
        .use(tasklists_plugin)
    )


@functools.cache
def _text_parser() -> MarkdownIt:
    return parser()


@functools.cache
def _file_parser() -> MarkdownIt:
    return parser().use(front_matter_plugin)


def parse(text: str) -> list[Token]:
    """The tokens of one field's Markdown, with line maps."""
    return _text_parser().parse(text)


def parse_file(text: str) -> list[Token]:
    """The tokens of a whole file, whose front matter becomes a `front_matter` token."""
    return _file_parser().parse(text)


def split_question(question: str) -> tuple[str, str]:
    """The heading line of a question ("" if it has none) and the body below it."""
    first, _, rest = question.partition("\n")
    next_line = rest.partition("\n")[0]
    alone = not next_line.strip()
    if not alone or first != first.strip() or _NOT_A_HEADING.match(first):
        return "", question
    return first, strip_blank_lines(rest)


def strip_blank_lines(text: str) -> str:
    """The text without empty lines at its two ends; indentation and line ends stay."""
    lines = text.split("\n")
    filled = [number for number, line in enumerate(lines) if line.strip()]
    return "\n".join(lines[filled[0] : filled[-1] + 1]) if filled else ""


def fences(text: str) -> tuple[Fence, ...]:
    """All fenced blocks of a text, also those inside lists and quotes."""
    found = []
    for token in parse(text):
        if token.type == "fence":
            language, *words = token.info.split() or [""]
            line = token.map[0] if token.map else 0
            found.append(Fence(language.lower(), tuple(words), token.content, line))
    return tuple(found)


def formulas(text: str) -> tuple[str, ...]:
    """The TeX of every formula of a text, in order."""
    return tuple(token.content for token in _walk(text) if token.type.startswith("math_"))


def pictures(text: str) -> tuple[str, ...]:
    """The file names of every picture of a text, in order."""
    images = (token for token in _walk(text) if token.type == "image")
    return tuple(unquote(str(token.attrGet("src") or "")) for token in images)


def options(answer: str) -> tuple[Option, ...]:
    """The choices of an answer written as a task list, in order."""
    return tuple(_option(item) for item, is_task in _items(answer) if is_task)


def key_points(text: str) -> tuple[str, ...]:
    """The key points: the items of the lists of `text`, or each line if there is no list."""
    items = tuple(item for item, _ in _items(text))
    return items or tuple(line.strip() for line in text.split("\n") if line.strip())


def typed_answer(answer: str) -> str:
    """What a learner must type: the first fence's content, else the first line without quotes."""
    blocks = fences(answer)
    if blocks:
        return blocks[0].code.rstrip("\n")
    first = strip_blank_lines(answer).partition("\n")[0].strip()
    match = re.fullmatch(r"(`+)(.+?)\1", first)
    return match[2].strip() if match else first


def _walk(text: str) -> Iterator[Token]:
    """Every token, those within lines too."""
    for token in parse(text):
        yield token
        yield from token.children or ()


def _items(text: str) -> list[tuple[str, bool]]:
    """The raw Markdown of each item of the top-level lists, and whether it has a tick box."""
    lines = text.split("\n")
    found = []
    for token in parse(text):
        if token.type == "list_item_open" and token.level == 1 and token.map:
            is_task = "task-list-item" in str(token.attrGet("class") or "")
            found.append((_undent(lines[token.map[0] : token.map[1]]), is_task))
    return found


def _undent(lines: list[str]) -> str:
    """An item without its marker, and its further lines without the marker's indentation."""
    marker = re.match(r"\s*(?:[-*+]|\d+[.)])\s+", lines[0])
    width = marker.end() if marker else 0
    rest = [line[width:] if not line[:width].strip() else line.lstrip() for line in lines[1:]]
    return strip_blank_lines("\n".join([lines[0][width:], *rest]))


def _option(item: str) -> Option:
    text = item[3:]
    for match in _REASON.finditer(text):
        if match["dash"]:
            shown, reason = text[: match.start()].lstrip(), text[match.end() :]
            return Option(shown, item[1] in "xX", reason)
    return Option(text.lstrip(), item[1] in "xX")
