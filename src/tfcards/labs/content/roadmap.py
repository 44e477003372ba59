"""The outline of the road: roadmap.toml beside the labs, read and checked. Nothing of a learner."""

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Final, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from tfcards.labs.content.declared import Problem
from tfcards.labs.content.form import sentence

FILE_NAME: Final = "roadmap.toml"

_Number = Annotated[int, Field(ge=1)]
_Words = Annotated[str, Field(min_length=1)]
_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage: what it is about, `why` it matters, and the full name of its deck."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    number: _Number
    title: _Words
    why: _Words
    deck: _Words


@dataclass(frozen=True, slots=True)
class Coming:
    """A lab of a stage that may not be written yet; the name of its folder begins with `number`."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    number: _Number
    stage: _Number
    title: _Words


@dataclass(frozen=True, slots=True)
class Challenge:
    """A lab that stands after the stages, at a `level`; it too may not be written yet."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    number: _Number
    level: _Words
    title: _Words


@dataclass(frozen=True, slots=True)
class Outline:
    """The whole road, in order. An empty one leaves the labs to their stage numbers."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    format: Literal[1] = 1
    stages: tuple[Stage, ...] = ()
    coming: tuple[Coming, ...] = ()
    challenges: tuple[Challenge, ...] = ()


def find_outline(folder: Path) -> tuple[Outline, list[Problem]]:
    """The outline in a folder of labs; a wrong one is told of, and counts as empty."""
    path = folder / FILE_NAME
    try:
        text = json.dumps(tomllib.loads(path.read_text("utf-8")), default=str)
        return TypeAdapter(Outline).validate_json(text), []
    except OSError:
        return Outline(), [Problem(path, "there is no such file; write one")]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return Outline(), [Problem(path, f"is not TOML: {error}")]
    except ValidationError as error:
        return Outline(), [Problem(path, sentence(one)) for one in error.errors()]
