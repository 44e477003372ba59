"""The form of lab.toml: its tables and keys, what each may hold, and how errors are told."""

import json
import tomllib
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from tfcards.labs.content.declared import LabError, Problem

FILE_NAME: Final = "lab.toml"


def _inside(path: str) -> str:
    pure = PurePosixPath(path)
    if not path or "\\" in path or pure.is_absolute() or ".." in pure.parts:
        raise ValueError(f"{path!r} leads out of the lab; write a path like 'model.py'")
    return str(pure)


RelativePath = Annotated[str, AfterValidator(_inside)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class UnlockForm(_Strict):
    """What opens the lab: cards that are remembered, labs that were passed."""

    cards: tuple[str, ...] = ()
    recall: float = Field(default=0.8, gt=0, lt=1)
    share: float = Field(default=0.8, ge=0, le=1)
    days: int = Field(default=2, ge=1)
    labs: tuple[str, ...] = ()


class LimitsForm(_Strict):
    """What a run may use. Seconds count without imports; memory is that of all processes.

    `disk_mb` is what all files that it writes take.
    """

    seconds: float = Field(default=60, gt=0, le=3600)
    import_seconds: float = Field(default=90, gt=0, le=600)
    memory_mb: int = Field(default=3000, ge=64)
    output_kb: int = Field(default=1000, ge=1)
    disk_mb: int = Field(default=2000, ge=1)


class TaskForm(_Strict):
    """A part of the work."""

    id: int = Field(ge=1)
    title: str = Field(min_length=1)


class WrongForm(_Strict):
    """A wrong solution, the check that must fail on it, and what is wrong."""

    folder: RelativePath
    fails: str = Field(min_length=1)
    why: str = Field(min_length=1)


class KillForm(_Strict):
    """A worker that is killed when it has reported the step."""

    worker: int = Field(ge=0)
    step: int = Field(ge=0)


class WorkersForm(_Strict):
    """The entry runs this often at once; each kill ends one start of all workers."""

    count: int = Field(ge=2, le=8)
    kills: tuple[KillForm, ...] = Field(default=(), max_length=4)


class Form(_Strict):
    """A lab, as its author describes it."""

    format: Literal[1]
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")
    title: str = Field(min_length=1)
    stage: int = Field(ge=1)
    summary: str = Field(min_length=1)
    minutes: int = Field(ge=1, le=600)
    difficulty: int = Field(ge=1, le=10)
    framework: Literal["tensorflow", "none"] = "tensorflow"
    entry: RelativePath
    files: tuple[RelativePath, ...] = Field(min_length=1)
    artifacts: tuple[RelativePath, ...] = ()
    unlock: UnlockForm = UnlockForm()
    limits: LimitsForm = LimitsForm()
    workers: WorkersForm | None = None
    tasks: tuple[TaskForm, ...] = Field(min_length=1)
    wrong: tuple[WrongForm, ...] = ()
    variant_tasks: tuple[int, ...] = ()


def schema() -> dict[str, Any]:
    """The JSON Schema of lab.toml, for editors that check TOML while it is written."""
    form = Form.model_json_schema()
    return form | {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": FILE_NAME}


def read(path: Path) -> Form:
    """What lab.toml says. Raises LabError with every problem found."""
    try:
        text = path.read_text("utf-8")
        # By way of JSON, so that strict reading takes TOML's arrays for tuples.
        return Form.model_validate_json(json.dumps(tomllib.loads(text), default=str))
    except OSError:
        raise LabError([Problem(path, "there is no such file; write one")]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LabError([Problem(path, f"is not TOML: {error}")]) from error
    except ValidationError as error:
        raise LabError([Problem(path, sentence(one)) for one in error.errors()]) from error


def sentence(error: Any) -> str:  # noqa: ANN401 - pydantic's own dictionary
    """What pydantic found wrong in a TOML file, as its author reads it."""
    place = ".".join(str(part) for part in error["loc"])
    if error["type"] == "missing":
        return f"`{place}` is missing; add it"
    if error["type"] in {"extra_forbidden", "unexpected_keyword_argument"}:
        return f"`{place}` is not known here; take it out or mend its spelling"
    text = error["msg"].removeprefix("Value error, ")
    return f"`{place}`: {text} (found {error['input']!r})"
