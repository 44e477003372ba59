"""Card Markdown to the HTML that a text view understands. Raw HTML in it stays text."""

import re
from collections.abc import MutableMapping, Sequence
from functools import cache, lru_cache
from html import escape
from typing import Any
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from tfcards.core.markdown import parser
from tfcards.rendering.colours import Colours
from tfcards.rendering.deletions import Deletions, dress, in_formula, without_marks
from tfcards.rendering.highlight import highlight
from tfcards.rendering.mathematics import math_link
from tfcards.rendering.page import caption, code_block, page, quote_tags, rule

_LINKED = ("https://", "http://", "mailto:")
_KEPT = 32  # pages that may be shown again
_OUTSIDE = re.compile(r"[/\\:]")
Env = MutableMapping[str, Any]


@lru_cache(_KEPT)
def markdown_html(text: str, colours: Colours, size: int = 16) -> str:
    """A page of Markdown, such as a lab's instructions or hints."""
    return page(blocks(text, colours), colours, size)


def blocks(text: str, colours: Colours, deletions: Deletions | None = None) -> str:
    """Markdown of any length as HTML blocks; `deletions` dresses a cloze text's marks."""
    hidden = deletions or Deletions(without_marks(text))
    html: str = _renderer().render(hidden.text, {"colours": colours, "deletions": hidden})
    return dress(html, hidden, colours)


def inline(text: str, colours: Colours, deletions: Deletions | None = None) -> str:
    """One line of Markdown as HTML without a paragraph around it."""
    hidden = deletions or Deletions(without_marks(text))
    env = {"colours": colours, "deletions": hidden}
    html: str = _renderer().renderInline(hidden.text, env)
    return dress(html, hidden, colours)


@cache
def _renderer() -> MarkdownIt:
    markdown = parser()
    for name, draw in _RULES.items():
        markdown.add_render_rule(name, draw)
    return markdown


def _fence(_: RendererHTML, tokens: Sequence[Token], i: int, __: OptionsDict, env: Env) -> str:
    colours: Colours = env["colours"]
    language = (tokens[i].info.split() or ["text"])[0].lower()
    code = tokens[i].content.removesuffix("\n")
    html = highlight(code, language, colours.highlight_style, env["deletions"])
    above = caption("Output", colours) if language == "output" else ""
    return above + code_block(html)


def _code(_: RendererHTML, tokens: Sequence[Token], i: int, __: OptionsDict, ___: Env) -> str:
    return f'<code style="white-space:pre-wrap">{escape(tokens[i].content)}</code>'


def _formula(_: RendererHTML, tokens: Sequence[Token], i: int, __: OptionsDict, ___: Env) -> str:
    link = math_link(in_formula(tokens[i].content), inline=True)
    return f'<img src="{link}" style="vertical-align:middle">'


def _display(_: RendererHTML, tokens: Sequence[Token], i: int, __: OptionsDict, ___: Env) -> str:
    image = f'<img src="{math_link(in_formula(tokens[i].content), inline=False)}">'
    if tokens[i].type == "math_inline_double":  # within a paragraph
        return f'<br><span style="vertical-align:middle">{image}</span><br>'
    return f'<p align="center">{image}</p>'


def _image(_: RendererHTML, tokens: Sequence[Token], i: int, __: OptionsDict, ___: Env) -> str:
    address = str(tokens[i].attrGet("src") or "")
    if not address or _OUTSIDE.search(unquote(address)):
        return escape(f"[{tokens[i].content or 'picture'}]")
    return f'<img src="{escape(address)}" alt="{escape(tokens[i].content)}">'


def _link_open(_: RendererHTML, tokens: Sequence[Token], i: int, __: OptionsDict, ___: Env) -> str:
    address = str(tokens[i].attrGet("href") or "")
    return f'<a href="{escape(address)}">' if address.startswith(_LINKED) else "<a>"


def _table_open(_: RendererHTML, __: Sequence[Token], ___: int, ____: OptionsDict, env: Env) -> str:
    border = env["colours"].border
    return (
        '<table class="data" cellspacing="0" cellpadding="6" border="1" style="border-collapse:'
        f'collapse;border-color:{border};margin-top:6px;margin-bottom:10px">'
    )


def _cell_open(_: RendererHTML, tokens: Sequence[Token], i: int, __: OptionsDict, env: Env) -> str:
    colours: Colours = env["colours"]
    style = str(tokens[i].attrGet("style") or "")
    align = f' align="{style.removeprefix("text-align:")}"' if style else ""
    ground = f' bgcolor="{colours.code_background}"' if tokens[i].tag == "th" else ""
    return f'<{tokens[i].tag}{ground}{align} style="border:1px solid {colours.border}">'


def _quote(_: RendererHTML, tokens: Sequence[Token], i: int, __: OptionsDict, env: Env) -> str:
    opening, closing = quote_tags(env["colours"])
    return opening if tokens[i].nesting == 1 else closing


def _rule(_: RendererHTML, __: Sequence[Token], ___: int, ____: OptionsDict, env: Env) -> str:
    return rule(env["colours"])


def _tick(_: RendererHTML, tokens: Sequence[Token], i: int, __: OptionsDict, ___: Env) -> str:
    """The tick box of a task list: the only raw HTML, made by the task list plugin."""
    return "☑" if 'checked="checked"' in tokens[i].content else "☐"


_RULES = {
    "fence": _fence,
    "code_block": _fence,
    "code_inline": _code,
    "math_inline": _formula,
    "math_inline_double": _display,
    "math_block": _display,
    "image": _image,
    "link_open": _link_open,
    "table_open": _table_open,
    "th_open": _cell_open,
    "td_open": _cell_open,
    "blockquote_open": _quote,
    "blockquote_close": _quote,
    "hr": _rule,
    "html_inline": _tick,
}
