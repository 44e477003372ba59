"""What a lab is: lab.toml and what checks.py says of itself, read without running anything."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tfcards.core.unlock import Requirement
from tfcards.labs.content import form
from tfcards.labs.content.declared import LabError, Problem, read_checks
from tfcards.labs.content.form import FILE_NAME, Form, WorkersForm
from tfcards.labs.content.reopened import reopened, why_not_reopened
from tfcards.labs.job import CheckInfo, Kill, Limits, Workers


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


def load(folder: Path) -> Lab:
    """The lab in a folder. Raises LabError with every problem found."""
    manifest = form.read(folder / FILE_NAME)
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


def _workers(asked: WorkersForm | None) -> Workers:
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


def _missing_files(folder: Path, manifest: Form) -> Iterable[Problem]:
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
    folder: Path, manifest: Form, checks: Sequence[CheckInfo]
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


def _wrong_variants(folder: Path, manifest: Form, checks: Sequence[CheckInfo]) -> Iterable[Problem]:
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


def _wrong_kills(folder: Path, manifest: Form) -> Iterable[Problem]:
    workers = _workers(manifest.workers)
    for kill in workers.kills:
        if kill.worker >= workers.count:
            text = (
                f"`workers.kills` names worker {kill.worker}, but the {workers.count} workers are "
                "numbered from 0; name one of them"
            )
            yield Problem(folder / FILE_NAME, text)
