"""Cloze deletions, `{{c1::text::hint}}`: found, hidden, shown. Pure text; no HTML is made here.

Braces inside a deletion must balance, so code such as `{{c1::{"a": 1}}}` reads as written, and
deletions may nest. A hint begins at the first `::` outside brackets, so `{{c1::x[::2]}}` has none.
"""

import re
from dataclasses import dataclass

_OPENING = re.compile(r"\{\{c(\d{1,3})::")
_BRACE = re.compile(r"[{}]")
_LONGEST = 5_000  # characters of one deletion
_DEEPEST = 20  # braces open at once: hostile text must not nest without end
_BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


@dataclass(frozen=True, slots=True)
class Cloze:
    """One deletion: its number from 1, what it hides, its hint, and where it stands in the text."""

    number: int
    text: str
    hint: str
    start: int
    end: int


def find(text: str) -> tuple[Cloze, ...]:
    """The outermost deletions of `text` in order; unclosed ones are left out."""
    found = []
    position = 0
    while match := _OPENING.search(text, position):
        closing = _closing(text, match.end())
        if closing is None:
            position = match.end()
            continue
        position = closing + 2
        body, hint = _split_hint(text[match.end() : closing])
        if int(match[1]):
            found.append(Cloze(int(match[1]), body, hint, match.start(), position))
    return tuple(found)


def find_all(text: str) -> tuple[Cloze, ...]:
    """All deletions, nested ones too (their `start` and `end` count within their parent)."""
    found: list[Cloze] = []
    for cloze in find(text):
        found += [cloze, *find_all(cloze.text)]
    return tuple(found)


def ordinals(text: str) -> tuple[int, ...]:
    """The card ordinals a cloze text makes: deletion number minus one, ascending."""
    return tuple(sorted({cloze.number - 1 for cloze in find_all(text)}))


def count_openings(text: str) -> int:
    """How many deletions begin in `text`, closed or not."""
    return len(_OPENING.findall(text))


def plain(text: str) -> str:
    """The text with every deletion replaced by what it hides."""
    parts = []
    position = 0
    for cloze in find(text):
        parts += [text[position : cloze.start], plain(cloze.text)]
        position = cloze.end
    return "".join([*parts, text[position:]])


def _closing(text: str, start: int) -> int | None:
    """Where the `}}` stands that closes a deletion whose text begins at `start`.

    Unbalanced braces, and braces nested too deeply, fall back to the first `}}` of the same line.
    """
    depth = 0
    for match in _BRACE.finditer(text, start, start + _LONGEST):
        if depth == 0 and text.startswith("}}", match.start()):
            return match.start()
        depth += _BRACKETS[match[0]]
        if depth > _DEEPEST:
            break
    line_end = text.find("\n", start, start + _LONGEST)
    closing = text.find("}}", start, line_end if line_end >= 0 else start + _LONGEST)
    return None if closing < 0 else closing


def _split_hint(body: str) -> tuple[str, str]:
    depth = 0
    for index, character in enumerate(body):
        depth += _BRACKETS.get(character, 0)
        if depth == 0 and index and body.startswith("::", index):
            return body[:index], body[index + 2 :]
    return body, ""
