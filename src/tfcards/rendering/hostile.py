"""HTML of imported cards, cleaned to what a text view may show; its formulas become images."""

import re
from html import unescape

import nh3

from tfcards.rendering.mathematics import math_link

_TAGS = {
    "a", "b", "blockquote", "br", "center", "code", "dd", "div", "dl", "dt", "em", "h1",
    "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "kbd", "li", "ol", "p", "pre", "s",
    "samp", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead",
    "tr", "tt", "u", "ul", "var",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan"},
}
_OUTSIDE = re.compile(r"[/\\:]")
_SOUND = re.compile(r"\[sound:([^\]]{0,200})\]")
_FORMULAS = re.compile(
    r"\\\((?P<i1>.{1,1000}?)\\\)|\\\[(?P<d1>.{1,1000}?)\\\]"
    r"|\[\$\$\](?P<d2>.{1,1000}?)\[/\$\$\]|\[\$\](?P<i2>.{1,1000}?)\[/\$\]|\[latex\](?P<d3>.{1,1000}?)\[/latex\]",
    re.DOTALL,
)
_TAG = re.compile(r"<[^>]*>")


def safe_html(html: str) -> str:
    r"""The HTML without scripts, styles, forms, event handlers and addresses beyond https links.

    Pictures are kept by bare name only. `\(…\)`, `\[…\]` and `[$]…[/$]` become formulas.
    """
    cleaned = nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags={"script", "style"},
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    return _FORMULAS.sub(_formula, _SOUND.sub(r"♪ \1", cleaned))


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src" and (not value or _OUTSIDE.search(value)):
        return None
    if name == "href" and not value.startswith(("https://", "http://", "mailto:")):
        return None
    return value


def _formula(match: re.Match[str]) -> str:
    kind = match.lastgroup or "i1"
    tex = unescape(_TAG.sub(" ", match[kind]))
    if kind.startswith("i"):
        return f'<img src="{math_link(tex, inline=True)}" style="vertical-align:middle">'
    return f'<p align="center"><img src="{math_link(tex, inline=False)}"></p>'
