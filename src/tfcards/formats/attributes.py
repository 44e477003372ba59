"""Heading attributes, `{#id .kind key=value}`: taken off a heading and written back."""

import re
import unicodedata
from dataclasses import dataclass, field

from mdit_py_plugins.attrs.parse import ParseError, parse

_LOOKS_MEANT = re.compile(r"\{\s*([#.]|[\w-]+\s*=)")
_ESCAPES = {"&": "&amp;", '"': "&quot;", "\\": "&#92;", "\n": "&#10;", "{": "&#123;", "}": "&#125;"}
_BARE = re.compile(r"[A-Za-z0-9:_-]+")
_ID = re.compile(r"[^\W_][\w-]*")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading line: its text, and what stood in the braces at its end."""

    title: str
    id: str = ""
    classes: tuple[str, ...] = ()
    values: dict[str, str] = field(default_factory=dict)
    malformed: str = ""  # the braces, if they look like attributes but cannot be read


def read_heading(text: str) -> Heading:
    """Split a heading into its title and the attributes in the braces that end it."""
    braces = [match.start() for match in re.finditer(r"(?:(?<=\s)|^)\{", text)]
    for start in reversed(braces):
        attributes = _read_braces(text[start:])
        if attributes:
            title = text[:start].rstrip()
            classes = tuple(attributes.pop("class", "").split())
            return Heading(title, attributes.pop("id", ""), classes, attributes)
    if text.endswith("}") and braces and _LOOKS_MEANT.match(text, braces[-1]):
        return Heading(text[: braces[-1]].rstrip(), malformed=text[braces[-1] :])
    return Heading(text)


def write_heading(level: int, heading: Heading) -> str:
    """The heading as a line of Markdown, without line end."""
    words = [f"#{heading.id}"] if heading.id else []
    words += [f".{name}" for name in heading.classes]
    words += [f"{key}={_quoted(value)}" for key, value in heading.values.items()]
    parts = ["#" * level, heading.title, "{" + " ".join(words) + "}" if words else ""]
    return " ".join(part for part in parts if part)


def is_id(text: str) -> bool:
    """Whether text can stand after `#`: lower-case letters, digits, `-` and `_`."""
    return bool(_ID.fullmatch(text)) and text == text.lower()


def slug(title: str, limit: int = 60) -> str:
    """An id made of a title: lower case, everything but letters and digits becomes `-`."""
    folded = unicodedata.normalize("NFKC", title).lower()
    return re.sub(r"[\W_]+", "-", folded)[:limit].strip("-")


def _read_braces(text: str) -> dict[str, str] | None:
    try:
        end, attributes = parse(text)
    except ParseError:
        return None
    if end != len(text) - 1:
        return None
    return {key: _unescaped(value) for key, value in attributes.items()}


def _quoted(value: str) -> str:
    if _BARE.fullmatch(value):
        return value
    return '"' + "".join(_ESCAPES.get(character, character) for character in value) + '"'


def _unescaped(value: str) -> str:
    for character, escape in reversed(_ESCAPES.items()):
        value = value.replace(escape, character)
    return value
