"""Carries cloze deletions through Markdown and highlighting as single marks, and dresses them last.

A hidden deletion is one mark; a shown one lies between two marks. Marks are characters that no
card may contain, so they survive parsing and escaping, in text, code and formulas alike.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

from tfcards.core import cloze
from tfcards.core.cloze import Cloze
from tfcards.rendering.colours import Colours

OPEN, CLOSE = "\U0010fe00", "\U0010fe01"
_FIRST_HIDDEN = 0x10F000
_ANY_MARK = re.compile("[\U0010f000-\U0010ffff]")
_WRITTEN_MARK = re.compile(r"&#(?:[xX]0*10[fF][0-9a-fA-F]{3}|0*111[0-4]\d{3});?")
_HIDDEN = re.compile("[\U0010f000-\U0010fdff]")
_STRUCTURE = re.compile(r"^\s*(```|~~~|[-*+>|#]|\d+[.)])|\n\s*\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Deletions:
    """A text with its deletions as marks, and what the hidden ones hide."""

    text: str
    hidden: tuple[Cloze, ...] = ()

    def hidden_by(self, mark: str) -> Cloze:
        """The deletion that a mark hides."""
        return self.hidden[ord(mark) - _FIRST_HIDDEN]


def without_marks(text: str) -> str:
    """The text with everything that could be taken for a mark replaced, entities included."""
    return _WRITTEN_MARK.sub("\ufffd", _ANY_MARK.sub("\ufffd", text))


def hide(text: str, number: int) -> Deletions:
    """Hide the deletions of `number`; the others stand as plain text."""
    hidden: list[Cloze] = []

    def mark(deletion: Cloze) -> str:
        hidden.append(deletion)
        return chr(_FIRST_HIDDEN + (len(hidden) - 1) % 0xE00)

    covered = _replace(without_marks(text), number, mark)
    return Deletions(covered, tuple(hidden))


def show(text: str, number: int) -> Deletions:
    """Put the deletions of `number` between marks; the others stand as plain text."""

    def mark(deletion: Cloze) -> str:
        inner = cloze.plain(deletion.text)
        # A mark around whole list items or fences would break them: these stay without one.
        is_block = "\n" in inner and _STRUCTURE.search(inner)
        return inner if is_block else f"{OPEN}{inner}{CLOSE}"

    return Deletions(_replace(without_marks(text), number, mark))


def dress(html: str, deletions: Deletions, colours: Colours) -> str:
    """Turn the marks left in finished HTML into coloured hints and highlights."""
    style = f"color:{colours.accent};background-color:{colours.accent_soft};font-weight:600"

    def hint(match: re.Match[str]) -> str:
        words = escape(deletions.hidden_by(match[0]).hint.strip() or "…")
        return f'<span style="{style}">&nbsp;[{words}]&nbsp;</span>'

    html = _HIDDEN.sub(hint, html) if deletions.hidden else html
    style = f"background-color:{colours.accent_soft};font-weight:600"
    return html.replace(OPEN, f'<span style="{style}">').replace(CLOSE, "</span>")


def in_formula(tex: str) -> str:
    """A formula's TeX with boxed question marks for hidden parts, and without other marks."""
    return _HIDDEN.sub(r"{\\boxed{\\,?\\,}}", tex).replace(OPEN, "").replace(CLOSE, "")


@dataclass(slots=True)
class MarkedCode:
    """Code without its marks, and what to do at which place of it."""

    code: str = ""
    cuts: list[int] = field(default_factory=list)
    marks: dict[int, str] = field(default_factory=dict)  # place -> marks that stand before it
    skipped: list[range] = field(default_factory=list)


def take_marks(code: str, deletions: Deletions) -> MarkedCode:
    """Separate code and marks; hidden code is put back, so that it is highlighted in context."""
    marked = MarkedCode()
    for character in code:
        place = len(marked.code)
        if not _ANY_MARK.match(character):
            marked.code += character
            continue
        marked.marks[place] = marked.marks.get(place, "") + character
        if _HIDDEN.match(character):
            marked.code += cloze.plain(deletions.hidden_by(character).text)
            marked.skipped.append(range(place, len(marked.code)))
            marked.cuts.append(len(marked.code))
        marked.cuts.append(place)
    return marked


def _replace(text: str, number: int, mark: Callable[[Cloze], str]) -> str:
    parts = []
    position = 0
    for deletion in cloze.find(text):
        parts.append(text[position : deletion.start])
        is_asked = deletion.number == number
        parts.append(mark(deletion) if is_asked else _replace(deletion.text, number, mark))
        position = deletion.end
    return "".join([*parts, text[position:]])
