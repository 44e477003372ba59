"""The front matter of a deck file: the lines between two `---` at its top."""

from dataclasses import dataclass

import yaml

from tfcards.formats.attributes import is_id
from tfcards.formats.problems import Problems, suggestion

KEYS = ("deck", "id", "tags", "source", "licence", "tensorflow", "optional")
EXAMPLE = "the lines `---`, `deck: TensorFlow::01 Tensors`, `id: tensors`, `---`."


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a deck file says of itself. `tensorflow` is the version its snippets were run on.

    `optional` is "true" for a deck whose cards wait until the learner begins it.
    """

    deck: str = ""
    id: str = ""
    tags: tuple[str, ...] = ()
    source: str = ""
    licence: str = ""
    tensorflow: str = ""
    optional: str = ""


def read(text: str, problems: Problems) -> FrontMatter:
    """Read the YAML between the two lines; what is wrong with it goes to `problems`."""
    values = _load(text, problems)
    if values is None:
        return FrontMatter()
    for key in values:
        if key not in KEYS:
            problems.add(1, f"Front matter: `{key}` is unknown. {suggestion(str(key), KEYS)}")
    front = FrontMatter(
        tags=_tags(values.get("tags", ()), problems),
        **{key: _text(values, key, problems) for key in KEYS if key != "tags"},
    )
    _check(front, problems)
    return front


def write(front: FrontMatter) -> str:
    """The front matter with its two lines, ending in a line end."""
    values: dict[str, object] = {}
    for key in KEYS:
        value = getattr(front, key)
        if value:
            values[key] = list(value) if key == "tags" else value
    body = "".join(f"{key}: {_yaml(value)}\n" for key, value in values.items())
    return f"---\n{body}---\n"


def _yaml(value: object) -> str:
    text = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=10_000)
    return text.removesuffix("\n").removesuffix("\n...")


def _load(text: str, problems: Problems) -> dict[str, object] | None:
    try:
        # BaseLoader makes text of every value: 2.20 stays 2.20, `no` stays no.
        values = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes nothing but text
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        message = f"The front matter is not valid YAML: {error.problem}. Write `key: value` lines."
        problems.add(2 + (mark.line if mark else 0), message)
        return None
    except (yaml.YAMLError, RecursionError):
        problems.add(1, "The front matter is not valid YAML. Write `key: value` lines.")
        return None
    if not isinstance(values, dict):
        problems.add(1, f"The front matter must be `key: value` lines, such as {EXAMPLE}")
        return None
    return values


def _text(values: dict[str, object], key: str, problems: Problems) -> str:
    value = values.get(key, "")
    if isinstance(value, str):
        return value.strip()
    problems.add(1, f"Front matter: `{key}` must be one text, not a list.")
    return ""


def _tags(value: object, problems: Problems) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(value.split())
    if isinstance(value, list | tuple) and all(isinstance(tag, str) for tag in value):
        spaced = [tag for tag in value if len(tag.split()) != 1]
        if not spaced:
            return tuple(value)
        problems.add(1, f"Front matter: tag `{spaced[0]}` must be one word; join it with `-`.")
        return ()
    problems.add(1, "Front matter: `tags` must be a list of words, such as [tensorflow, tensors].")
    return ()


def _check(front: FrontMatter, problems: Problems) -> None:
    if not front.deck:
        problems.add(1, f"Front matter: `deck` is missing. Write it first, such as {EXAMPLE}")
    elif not all(part.strip() for part in front.deck.split("::")):
        problems.add(1, f"Front matter: deck `{front.deck}` has an empty part between `::`.")
    if front.optional not in ("", "true"):
        problems.add(1, "Front matter: `optional` must be true, or be left out.")
    if not front.id:
        problems.add(1, "Front matter: `id` is missing: a short name such as `id: tensors`.")
    elif not is_id(front.id):
        problems.add(1, f"Front matter: id `{front.id}` must be lower-case letters, digits, `-`.")
