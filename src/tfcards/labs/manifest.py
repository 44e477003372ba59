"""What a lab is: lab.toml and what checks.py says of itself, read without running anything."""

import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from tfcards.core.unlock import Requirement
from tfcards.labs.declared import LabError, Problem, read_checks
from tfcards.labs.job import CheckInfo, Kill, Limits, Workers
from tfcards.labs.reopened import reopened, why_not_reopened

FILE_NAME: Final = "lab.toml"


@dataclass(frozen=True, slots=True)
class Task:
    """One part of a lab's work; its checks and `TODO(n)` marks carry its number."""

    id: int
    title: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong solution that must fail the named check, to prove that the check sees it."""

    folder: str
    fails: str
    why: str


@dataclass(frozen=True, slots=True)
class Lab:
    """One lab. `framework` is "tensorflow" or "none"; `files` are what the learner edits.

    `variant_tasks` are tasks that can be done alone, when the lab comes back after a while; the
    short form with one of them `is_variant`, and its starter has all the others finished.
    """

    id: str
    title: str
    stage: int
    summary: str
    minutes: int
    difficulty: int
    folder: Path
    framework: str
    entry: str
    files: tuple[str, ...]
    artifacts: tuple[str, ...]
    requirement: Requirement
    limits: Limits
    tasks: tuple[Task, ...]
    checks: tuple[CheckInfo, ...]
    wrong: tuple[Wrong, ...]
    variant_tasks: tuple[int, ...] = ()
    workers: Workers = field(default_factory=Workers)
    is_variant: bool = False

    @property
    def points(self) -> float:
        """Points of all checks."""
        return sum(check.points for check in self.checks)

    @property
    def instructions(self) -> str:
        """The text of instructions.md (Markdown)."""
        return (self.folder / "instructions.md").read_text("utf-8")

    @property
    def starter(self) -> Path:
        """Where the files lie that the learner starts from."""
        return self.folder / "starter"

    def starter_text(self, name: str) -> str:
        """What the learner finds in the file of that name at first."""
        text = (self.starter / name).read_text("utf-8")
        if not self.is_variant:
            return text
        solution = (self.solution / name).read_text("utf-8")
        return reopened(text, solution, {task.id for task in self.tasks})

    @property
    def solution(self) -> Path:
        """Where the reference solution lies."""
        return self.folder / "solution"


def _inside(path: str) -> str:
    pure = PurePosixPath(path)
    if not path or "\\" in path or pure.is_absolute() or ".." in pure.parts:
        raise ValueError(f"{path!r} leads out of the lab; write a path like 'model.py'")
    return str(pure)


RelativePath = Annotated[str, AfterValidator(_inside)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Unlock(_Strict):
    cards: tuple[str, ...] = ()
    recall: float = Field(default=0.8, gt=0, lt=1)
    share: float = Field(default=0.8, ge=0, le=1)
    days: int = Field(default=2, ge=1)
    labs: tuple[str, ...] = ()


class _Limits(_Strict):
    seconds: float = Field(default=60, gt=0, le=3600)
    import_seconds: float = Field(default=90, gt=0, le=600)
    memory_mb: int = Field(default=3000, ge=64)
    output_kb: int = Field(default=1000, ge=1)


class _Task(_Strict):
    id: int = Field(ge=1)
    title: str = Field(min_length=1)


class _Wrong(_Strict):
    folder: RelativePath
    fails: str = Field(min_length=1)
    why: str = Field(min_length=1)


class _Kill(_Strict):
    worker: int = Field(ge=0)
    step: int = Field(ge=0)


class _Workers(_Strict):
    count: int = Field(ge=2, le=8)
    kills: tuple[_Kill, ...] = Field(default=(), max_length=4)


class _Manifest(_Strict):
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
    unlock: _Unlock = _Unlock()
    limits: _Limits = _Limits()
    workers: _Workers | None = None
    tasks: tuple[_Task, ...] = Field(min_length=1)
    wrong: tuple[_Wrong, ...] = ()
    variant_tasks: tuple[int, ...] = ()


def schema() -> dict[str, Any]:
    """The JSON Schema of lab.toml, for editors that check TOML while it is written."""
    form = _Manifest.model_json_schema()
    return form | {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": FILE_NAME}


def load(folder: Path) -> Lab:
    """The lab in a folder. Raises LabError with every problem found."""
    manifest = _read_manifest(folder / FILE_NAME)
    checks = read_checks(folder / "checks.py")
    problems = [*_missing_files(folder, manifest), *_wrong_references(folder, manifest, checks)]
    problems += _wrong_variants(folder, manifest, checks)
    problems += _wrong_kills(folder, manifest)
    if problems:
        raise LabError(problems)
    return Lab(
        id=manifest.id,
        title=manifest.title,
        stage=manifest.stage,
        summary=manifest.summary,
        minutes=manifest.minutes,
        difficulty=manifest.difficulty,
        folder=folder.resolve(),
        framework=manifest.framework,
        entry=manifest.entry,
        files=manifest.files,
        artifacts=manifest.artifacts,
        requirement=Requirement(**manifest.unlock.model_dump()),
        limits=Limits(**manifest.limits.model_dump()),
        tasks=tuple(Task(task.id, task.title) for task in manifest.tasks),
        checks=checks,
        wrong=tuple(Wrong(one.folder, one.fails, one.why) for one in manifest.wrong),
        variant_tasks=manifest.variant_tasks,
        workers=_workers(manifest.workers),
    )


def _workers(asked: _Workers | None) -> Workers:
    if asked is None:
        return Workers()
    return Workers(asked.count, tuple(Kill(kill.worker, kill.step) for kill in asked.kills))


def discover(folders: Sequence[Path]) -> tuple[list[Lab], list[Problem]]:
    """Every lab in the given folders, by stage and id; a wrong one is told of, the others load.

    An id that comes twice belongs to the folder named first.
    """
    labs: dict[str, Lab] = {}
    problems: list[Problem] = []
    for folder in folders:
        for path in sorted(folder.glob(f"*/{FILE_NAME}")):
            try:
                lab = load(path.parent)
            except LabError as error:
                problems.extend(error.problems)
                continue
            if lab.id in labs:
                text = f"the id {lab.id!r} is taken by {labs[lab.id].folder}; write another id"
                problems.append(Problem(path, text))
            labs.setdefault(lab.id, lab)
    return sorted(labs.values(), key=lambda lab: (lab.stage, lab.id)), problems


def _read_manifest(path: Path) -> _Manifest:
    try:
        text = path.read_text("utf-8")
        # By way of JSON, so that strict reading takes TOML's arrays for tuples.
        return _Manifest.model_validate_json(json.dumps(tomllib.loads(text), default=str))
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


def _missing_files(folder: Path, manifest: _Manifest) -> Iterable[Problem]:
    names = ["instructions.md", "hints.md"]
    names += [f"starter/{name}" for name in manifest.files]
    names += [f"solution/{name}" for name in manifest.files]
    for name in names:
        if not (folder / name).is_file():
            yield Problem(folder / name, "is missing; write it")
    for one in manifest.wrong:
        if not (folder / "wrong" / one.folder).is_dir():
            yield Problem(folder / "wrong" / one.folder, "is named in lab.toml but is no folder")
    if manifest.entry not in manifest.files:
        text = f"`entry` is {manifest.entry!r}, which is not among `files`; name one of them"
        yield Problem(folder / FILE_NAME, text)


def _wrong_references(
    folder: Path, manifest: _Manifest, checks: Sequence[CheckInfo]
) -> Iterable[Problem]:
    known = {check.id for check in checks}
    tasks = {task.id for task in manifest.tasks}
    if folder.resolve().name != manifest.id:
        text = (
            f"`id` is {manifest.id!r} but the folder is {folder.resolve().name!r}; make them equal"
        )
        yield Problem(folder / FILE_NAME, text)
    for one in manifest.wrong:
        if one.fails not in known:
            text = (
                f"wrong solution {one.folder!r} names the check {one.fails!r}, which is not there"
            )
            yield Problem(folder / FILE_NAME, text)
    for index, check in enumerate(checks):
        earlier = {other.id for other in checks[:index]}
        for name in check.after:
            if name not in earlier:
                text = f"check {check.id!r} comes after {name!r}, which does not stand before it"
                yield Problem(folder / "checks.py", text)
        if check.task not in tasks:
            text = f"check {check.id!r} belongs to task {check.task}, which lab.toml does not have"
            yield Problem(folder / "checks.py", text)


def _wrong_variants(
    folder: Path, manifest: _Manifest, checks: Sequence[CheckInfo]
) -> Iterable[Problem]:
    pairs = [(folder / "starter" / name, folder / "solution" / name) for name in manifest.files]
    if not all(path.is_file() for pair in pairs for path in pair):
        return  # told of as missing
    texts = [(before.read_text("utf-8"), after.read_text("utf-8")) for before, after in pairs]
    for task in sorted(set(manifest.variant_tasks)):
        problem = why_not_reopened(texts, task)
        if task not in {check.task for check in checks}:
            problem = "which has no check"
        if problem:
            text = f"`variant_tasks` names task {task}, {problem}"
            yield Problem(folder / FILE_NAME, text)


def _wrong_kills(folder: Path, manifest: _Manifest) -> Iterable[Problem]:
    workers = _workers(manifest.workers)
    for kill in workers.kills:
        if kill.worker >= workers.count:
            text = (
                f"`workers.kills` names worker {kill.worker}, but the {workers.count} workers are "
                "numbered from 0; name one of them"
            )
            yield Problem(folder / FILE_NAME, text)
