"""What a card looks like on each side, kind by kind. No scheduling, no marking."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import assert_never
from urllib.parse import urlsplit

from tfcards.core.markdown import fences, key_points, options, typed_answer
from tfcards.core.model import Kind, Note
from tfcards.rendering.colours import Colours
from tfcards.rendering.deletions import without_marks
from tfcards.rendering.differences import difference, line_difference
from tfcards.rendering.fields import Fields
from tfcards.rendering.lists import key_point_lines, marked_options, open_options
from tfcards.rendering.markdown import inline
from tfcards.rendering.page import caption, page, quote, rule
from tfcards.rendering.templates import template_html


class Side(StrEnum):
    """Which side of a card is shown; the answer side repeats the question."""

    QUESTION = "question"
    ANSWER = "answer"


def card_html(
    note: Note,
    ordinal: int,
    side: Side,
    colours: Colours,
    *,
    size: int = 16,
    picked: Collection[int] = (),
    typed: str = "",
) -> str:
    """One side of a card as a page for a text view.

    `picked` are the options picked, or on the answer side the key points ticked, counted from 0;
    links `pick:N` ask to toggle one. `typed` is compared with the expected text, or with the
    reference, once shown.
    `ordinal` is the deletion's number minus one for clozes, 1 for the way back of a reverse.
    """
    card = _Card(Fields(note, colours), ordinal, frozenset(picked), without_marks(typed))
    body = card.question() if side is Side.QUESTION else card.answer()
    return page(body, colours, size)


@dataclass(frozen=True, slots=True)
class _Card:
    """One card with what the learner did to it so far."""

    fields: Fields
    ordinal: int
    picked: frozenset[int]
    typed: str

    def question(self) -> str:
        fields = self.fields
        match fields.note.type.kind:
            case Kind.TEMPLATE:
                return template_html(fields.note, self.ordinal, fields.colours, answer=False)
            case Kind.CLOZE:
                return fields.cloze(self.ordinal, hidden=True)
            case Kind.CHOICE:
                return fields.question() + self._options(shown=False)
            case Kind.REVERSE if self.ordinal == 1:
                return fields.html("Answer")
            case Kind.BASIC | Kind.REVERSE | Kind.TYPED | Kind.OUTPUT | Kind.CODE:
                return fields.question()
            case _ as never:
                assert_never(never)

    def answer(self) -> str:
        if self.fields.note.type.kind is Kind.TEMPLATE:
            note, colours = self.fields.note, self.fields.colours
            return template_html(note, self.ordinal, colours, answer=True)
        return self._both_sides() + self._key_points() + self._why() + self._source()

    def _both_sides(self) -> str:
        fields, kind = self.fields, self.fields.note.type.kind
        front, back = fields.question(), fields.html("Answer")
        if kind is Kind.CLOZE:
            front = fields.cloze(self.ordinal, hidden=False)
        elif kind is Kind.CHOICE:
            back = self._options(shown=True)
        elif kind is Kind.REVERSE and self.ordinal == 1:
            front, back = back, front
        elif kind in (Kind.TYPED, Kind.OUTPUT):
            back = self._typed(back)
        elif kind is Kind.CODE:
            back = self._written(back) + self._assertions()
        return front + (rule(fields.colours) + back if back else "")

    def _options(self, *, shown: bool) -> str:
        colours = self.fields.colours
        found = options(self.fields.text("Answer"))
        lines = marked_options if shown else open_options
        return lines(found, self.picked, colours)

    def _typed(self, back: str) -> str:
        """What was typed beside what was expected, then what else the answer says."""
        answer = self.fields.text("Answer")
        if not self.typed.strip() or self.fields.is_html("Answer"):
            return back
        outputs = [fence.code for fence in fences(answer) if fence.language == "output"]
        expected = outputs[0] if outputs else typed_answer(answer)
        compared = difference(self.typed, expected, self.fields.colours)
        return compared if _says_only(answer, expected) else compared + back

    def _written(self, back: str) -> str:
        """Code that was typed against the reference, line by line, then the reference itself."""
        answer = self.fields.text("Answer")
        if not self.typed.strip() or self.fields.is_html("Answer"):
            return back
        compared = line_difference(self.typed, typed_answer(answer), self.fields.colours)
        return compared + caption("The reference", self.fields.colours) + back

    def _assertions(self) -> str:
        if not self.fields.text("Assertions"):
            return ""
        return caption("Checked by", self.fields.colours) + self.fields.html("Assertions")

    def _key_points(self) -> str:
        fields = self.fields
        points = key_points(fields.text("Key points"))
        if not points:
            return ""
        if fields.is_html("Key points"):
            return caption("Key points", fields.colours) + fields.html("Key points")
        is_choice = fields.note.type.kind is Kind.CHOICE  # its picks are options
        return key_point_lines(points, self.picked, fields.colours, clickable=not is_choice)

    def _why(self) -> str:
        if not self.fields.text("Why"):
            return ""
        colours = self.fields.colours
        return caption("Why", colours) + quote(self.fields.html("Why"), colours)

    def _source(self) -> str:
        """Where the card's claim can be looked up, and on which TensorFlow its code was run."""
        text = self.fields.text("Source").strip()
        versions = [tag for tag in self.fields.note.tags if tag.startswith("verified::")]
        parts = [_source(line, self.fields) for line in text.split("\n") if line.strip()]
        if versions:
            parts.append(f"its code ran on TensorFlow {escape(versions[0].partition('::')[2])}")
        elif text == "run":
            parts.append("its code runs")
        parts = [part for part in parts if part]
        if not parts:
            return ""
        style = f"color:{self.fields.colours.muted}"
        return f'<p class="source" style="{style}">Source: {" · ".join(parts)}</p>'


def _says_only(answer: str, expected: str) -> bool:
    """Whether an answer is nothing but the expected text, bare or in one fence."""
    lines = answer.strip().split("\n")
    inner = lines[1:-1] if len(lines) > 2 and len(fences(answer)) == 1 else lines
    return "\n".join(inner).strip().strip("`").strip() == expected.strip()


def _source(line: str, fields: Fields) -> str:
    line = line.strip().removeprefix("<").removesuffix(">")
    if line == "run":
        return ""
    if not line.startswith(("https://", "http://")) or " " in line:
        return fields.html("Source") if fields.is_html("Source") else inline(line, fields.colours)
    address = urlsplit(line)
    shown = (address.netloc.removeprefix("www.") + address.path).rstrip("/")
    return f'<a href="{escape(line)}">{escape(shown)}</a>'
