"""Checks of the Markdown itself in a deck file: fences, info strings, links, images, sources."""

import re
from urllib.parse import unquote

from markdown_it.token import Token

from tfcards.formats.addresses import address_problem
from tfcards.formats.problems import Problems, suggestion

FENCE_WORDS = {"python": ("norun", "setup", "fresh"), "sql": ("norun", "setup")}
_OTHER_NAMES = {"py": "python", "sqlite": "sql"}
_EXCEPTIONS = {"python": "raises=ValueError", "sql": "raises=IntegrityError"}
_PLAIN_NAME = re.compile(r"[^/\\:?#]+")


def check_marks(tokens: list[Token], lines: list[str], problems: Problems) -> None:
    """Add a problem for each fence, link or image that would not read as its author meant."""
    for token in tokens:
        if token.type == "fence" and token.map:
            _check_fence(token, lines, problems)
        elif token.type == "inline":
            _check_inline(token, problems)


def _check_fence(token: Token, lines: list[str], problems: Problems) -> None:
    first, last = token.map or (0, 0)
    closing = lines[last - 1].strip(" \t>")
    mark = token.markup[0]
    if last - 1 == first or len(closing) < len(token.markup) or set(closing) != {mark}:
        problems.add(first + 1, f"The fence is not closed. End it with a line {token.markup}.")
    language, *words = token.info.split() or [""]
    name = _OTHER_NAMES.get(language.lower(), language.lower())
    if name not in FENCE_WORDS:
        return
    if language != name:
        problems.add(first + 1, f"Write ```{name}, not ```{language}.")
    for word in words:
        if word not in FENCE_WORDS[name] and not re.fullmatch(r"raises=[\w.]+", word):
            known = suggestion(word, (*FENCE_WORDS[name], _EXCEPTIONS[name]))
            problems.add(first + 1, f"`{word}` after ```{name} is unknown. {known}")


def _check_inline(token: Token, problems: Problems) -> None:
    line = (token.map or (0, 0))[0] + 1
    for child in token.children or ():
        if child.type == "text" and "](" in child.content:
            message = "A link is malformed. Write [text](https://…) without spaces in the address."
            problems.add(line, message)
        elif child.type == "link_open":
            address = str(child.attrGet("href"))
            if why := address_problem(address):
                message = f"Link `{address}` must be a full address such as https://…: {why}."
                problems.add(line, message)
        elif child.type == "image":
            name = unquote(str(child.attrGet("src")))
            if not _PLAIN_NAME.fullmatch(name):
                problems.add(line, f"Image `{name}` must be the bare name of a file in `media/`.")
