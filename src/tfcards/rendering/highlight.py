"""Code to coloured HTML by Pygments, with inline styles; cloze marks keep their places."""

from collections.abc import Iterator
from functools import cache
from html import escape
from typing import Any

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.lexers.special import TextLexer
from pygments.styles import get_style_by_name
from pygments.util import ClassNotFound

from tfcards.rendering.deletions import Deletions, MarkedCode, take_marks


def highlight(code: str, language: str, style: str, deletions: Deletions) -> str:
    """The code as HTML for a `<pre>`: every character escaped, tabs kept, tokens in spans."""
    marked = take_marks(code, deletions)
    parts = []
    place = 0
    for kind, text in _lexer(language).get_tokens(marked.code):
        for piece in _pieces(text, place, marked):
            parts.append(_mark_at(place, marked) + _span(piece, _css(style).get(kind, "")))
            if any(place in skipped for skipped in marked.skipped):
                parts[-1] = _mark_at(place, marked)
            place += len(piece)
    return "".join(parts) + _mark_at(place, marked)


def _lexer(language: str) -> Lexer:
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return TextLexer(stripnl=False, ensurenl=False)


@cache
def _css(style: str) -> dict[Any, str]:
    """Inline CSS by token type; an unknown style falls back to Pygments' default."""
    try:
        chosen = get_style_by_name(style)
    except ClassNotFound:
        chosen = get_style_by_name("default")
    rules = {}
    for kind, look in chosen:
        parts = [f"color:#{look['color']}"] if look["color"] else []
        parts += ["font-weight:600"] if look["bold"] else []
        parts += ["font-style:italic"] if look["italic"] else []
        rules[kind] = ";".join(parts)
    return rules


def _pieces(text: str, place: int, marked: MarkedCode) -> Iterator[str]:
    """A token's text, cut wherever a mark stands in it."""
    start = 0
    for cut in sorted(set(marked.cuts)):
        if start < cut - place < len(text):
            yield text[start : cut - place]
            start = cut - place
    yield text[start:]


def _mark_at(place: int, marked: MarkedCode) -> str:
    return marked.marks.get(place, "")


def _span(text: str, css: str) -> str:
    escaped = escape(text)
    return f'<span style="{css}">{escaped}</span>' if css and text.strip() else escaped
