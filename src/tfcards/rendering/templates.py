"""Cards of imported note types: their front and back templates filled in. Nothing is run."""

import re
from collections.abc import Callable

from tfcards.core.model import Note, Template
from tfcards.rendering.colours import Colours
from tfcards.rendering.deletions import Deletions, dress, hide, show, without_marks
from tfcards.rendering.hostile import safe_html

_SECTION = re.compile(
    r"\{\{(?P<sign>[#^])\s*(?P<name>[^{}]+?)\s*\}\}(?P<body>(?:(?!\{\{[#^]).)*?)"
    r"\{\{/\s*(?P=name)\s*\}\}",
    re.DOTALL,
)
_PLACE = re.compile(r"\{\{(?P<filters>(?:[^{}:]+:)*)\s*(?P<name>[^{}:]+?)\s*\}\}")
_TAG = re.compile(r"<[^>]*>")


def template_html(note: Note, ordinal: int, colours: Colours, *, answer: bool) -> str:
    """One side of an imported card. A cloze type has one template for all its cards."""
    templates = note.type.templates
    if not templates:
        return safe_html("<br>".join(text for text in note.fields.values() if text))
    is_cloze = "{{cloze:" in templates[0].front.replace(" ", "")
    template = templates[0] if is_cloze else templates[min(ordinal, len(templates) - 1)]
    covered = _Covered(note, ordinal, is_cloze=is_cloze, answer=answer)
    filled = covered.side(template)
    return dress(safe_html(filled), Deletions("", covered.front.hidden), colours)


class _Covered:
    """Fills the templates of one card in; keeps what its deletions hide."""

    def __init__(self, note: Note, ordinal: int, *, is_cloze: bool, answer: bool) -> None:
        self._note = note
        self._number = ordinal + 1
        self._answer = answer
        self._cover: Callable[[str, int], Deletions] = show if answer else hide
        self.front = Deletions("")
        self._is_cloze = is_cloze

    def side(self, template: Template) -> str:
        """The side asked for, with field values in place; not yet safe."""
        if not self._answer:
            return self._fill(template.front, "")
        return self._fill(template.back, self._fill(template.front, ""))

    def _fill(self, text: str, front: str) -> str:
        previous = ""
        while previous != text:  # innermost sections first
            previous, text = text, _SECTION.sub(self._section, text)
        return _PLACE.sub(lambda match: self._value(match, front), without_marks(text))

    def _section(self, match: re.Match[str]) -> str:
        value = self._note.fields.get(match["name"], "")
        is_filled = bool(_TAG.sub("", value).strip() or "<img" in value)
        return match["body"] if is_filled == (match["sign"] == "#") else ""

    def _value(self, match: re.Match[str], front: str) -> str:
        name, filters = match["name"], match["filters"].split(":")
        if name == "FrontSide":
            return front
        if name == "Tags":
            return " ".join(self._note.tags)
        value = without_marks(self._note.fields.get(name, ""))
        if "type" in filters and not self._answer:
            return ""
        if "cloze" in filters:
            return self._deleted(value)
        return _TAG.sub("", value) if "text" in filters else value

    def _deleted(self, value: str) -> str:
        self.front = self._cover(value, self._number)
        return self.front.text
