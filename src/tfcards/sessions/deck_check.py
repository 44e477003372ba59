"""Proves deck files: format, ids, sources, formulas, and every snippet by running it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tfcards import formats
from tfcards.core import cloze
from tfcards.core.draft import Draft, DraftNote
from tfcards.core.markdown import formulas
from tfcards.core.model import Kind
from tfcards.errors import BadInputError
from tfcards.formats import DeckError, Problem, snippets
from tfcards.labs.manifest import Lab
from tfcards.labs.snippet_worker import TENSORFLOW
from tfcards.labs.snippets import SnippetJob, SnippetResult
from tfcards.labs.snippets import run as run_snippets
from tfcards.labs.warm import served
from tfcards.rendering import math_problem
from tfcards.sessions.card_code import job_of
from tfcards.sessions.deck_references import (
    NAMES_JOB,
    broken_references,
    names_job,
    unknown_names,
)

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What one deck file holds. `kinds` counts notes; `snippets` counts runnable fences."""

    file: str
    deck: str
    notes: int
    cards: int
    snippets: int
    kinds: dict[str, int]


@dataclass(frozen=True, slots=True)
class DeckCheckReport:
    """The outcome of a check. `ran` counts notes whose code was run, on what `versions` names."""

    files: tuple[FileCheck, ...]
    problems: tuple[Problem, ...]
    ran: int = 0
    versions: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def is_fine(self) -> bool:
        """Whether there is nothing to mend."""
        return not self.problems

    def as_dict(self) -> dict[str, object]:
        """The report for JSON, with the totals."""
        return {"ok": self.is_fine, **self._totals(), **asdict(self)}

    def text(self) -> str:
        """The report for a terminal: one line per file, the problems, the totals."""
        lines = [_line(file) for file in self.files]
        lines += [f"warning: {' '.join(warning.split())[:160]}" for warning in self.warnings]
        lines += [problem.sentence() for problem in self.problems]
        totals = self._totals()
        versions = ", ".join(f"{name} {version}" for name, version in self.versions.items())
        ran = f", {self.ran} run on {versions}" if self.ran else ""
        lines.append(
            f"{len(self.files)} files, {totals['notes']} notes, {totals['cards']} cards, "
            f"{totals['snippets']} snippets{ran}: {len(self.problems) or 'no'} problems."
        )
        return "\n".join(lines)

    def _totals(self) -> dict[str, int]:
        return {
            "notes": sum(file.notes for file in self.files),
            "cards": sum(file.cards for file in self.files),
            "snippets": sum(file.snippets for file in self.files),
        }


def check(
    paths: Iterable[Path],
    *,
    labs: Sequence[Lab] = (),
    run: bool = False,
    workers: int = 1,
    seconds: float = 60.0,
    progress: Progress | None = None,
) -> DeckCheckReport:
    """Check deck files, and the deck files below folders; `run` also runs their snippets.

    What `labs` refer to must be among them. `run` also looks their API names up, and loads
    TensorFlow only if a card names it.
    `progress(done, total, note id)` is called after each note that was run. Each note may take
    `seconds`.

    Raises:
        BadInputError: there is nothing to check below `paths`.
        UnavailableError: TensorFlow cannot be loaded, or a file may not be read.
    """
    drafts, problems = _read(_deck_files(paths))
    problems += _across(drafts)
    problems += broken_references(drafts, labs)
    for draft in drafts:
        problems += _of_notes(draft)
    report = DeckCheckReport(tuple(_file(draft) for draft in drafts), tuple(problems))
    return _run(report, drafts, workers, seconds, progress) if run else report


def _deck_files(paths: Iterable[Path]) -> list[Path]:
    found = []
    for path in paths:
        below = sorted(path.rglob("*.md")) if path.is_dir() else [path]
        if not below:
            raise BadInputError(f"{path} holds no deck file (.md).")
        found += below
    return found


def _read(files: Sequence[Path]) -> tuple[list[Draft], list[Problem]]:
    drafts: list[Draft] = []
    problems: list[Problem] = []
    for file in files:
        try:
            drafts.append(formats.read(file))
        except DeckError as error:
            problems += error.problems
        except BadInputError as error:
            problems.append(Problem(str(file), 1, str(error)))
    return drafts, problems


def _file(draft: Draft) -> FileCheck:
    return FileCheck(
        file=draft.source,
        deck=draft.about.get("deck", ""),
        notes=len(draft.notes),
        cards=sum(_cards(note) for note in draft.notes),
        snippets=sum(len(snippets(note)) for note in draft.notes),
        kinds=dict(sorted(Counter(note.kind.value for note in draft.notes).items())),
    )


def _cards(note: DraftNote) -> int:
    if note.kind is Kind.CLOZE:
        return len(cloze.ordinals(note.fields["Question"]))
    return 2 if note.kind is Kind.REVERSE else 1


def _line(file: FileCheck) -> str:
    kinds = ", ".join(f"{count} {kind}" for kind, count in file.kinds.items())
    return f"{file.file}: {file.cards} cards, {file.snippets} snippets ({kinds})"


def _across(drafts: Sequence[Draft]) -> Iterator[Problem]:
    """Ids that two files share, and questions asked twice."""
    ids: dict[str, str] = {}
    questions: dict[str, str] = {}
    for draft in drafts:
        for note in draft.notes:
            if note.guid in ids:
                message = f"id `{note.guid}` is already used at {ids[note.guid]}. Use another."
                yield _problem(draft, note, message)
            question = " ".join(note.fields["Question"].split()).casefold()
            if question in questions:
                message = f"The same question is asked at {questions[question]}. Drop one."
                yield _problem(draft, note, message)
            ids.setdefault(note.guid, note.where)
            questions.setdefault(question, note.where)


def _of_notes(draft: Draft) -> Iterator[Problem]:
    for note in draft.notes:
        source = note.fields["Source"]
        if not source:
            message = "There is no source. Add `source:` to the front matter or `### Source`."
            yield _problem(draft, note, message)
        elif source == "run" and not snippets(note):
            message = "`run` is no source here: the card has no snippet that runs."
            yield _problem(draft, note, message)
        elif source != "run" and "://" not in source:
            message = f"Source `{source}` must be an https:// address, or `run`."
            yield _problem(draft, note, message)
        for text in note.fields.values():
            for formula in formulas(cloze.plain(text)):
                if complaint := math_problem(formula):
                    yield _problem(draft, note, complaint)


def _problem(draft: Draft, note: DraftNote, message: str) -> Problem:
    line = note.where.rpartition(":")[2]
    return Problem(draft.source, int(line), message)


def _run(
    report: DeckCheckReport,
    drafts: Sequence[Draft],
    workers: int,
    seconds: float,
    progress: Progress | None,
) -> DeckCheckReport:
    owners = {str(number): pair for number, pair in enumerate(_notes(drafts))}
    jobs = [job for name, (_, note) in owners.items() if (job := job_of(note, name))]
    count = len(jobs)
    if look_up := names_job(drafts):
        jobs.append(look_up)
    problems: list[Problem] = []
    warnings: list[str] = []
    versions: dict[str, str] = {}
    for done, result in enumerate(_results(jobs, workers, seconds), start=1):
        versions |= result.versions
        if result.id == NAMES_JOB:
            problems += unknown_names(drafts, result)
            continue
        draft, note = owners[result.id]
        if not result.ok:
            problems.append(_problem(draft, note, f"`{note.guid}`: {result.message}"))
        warnings += [f"{note.where}: {said}" for said in result.warnings]
        if progress is not None:
            progress(done, count, note.guid)
    return DeckCheckReport(
        files=report.files,
        problems=report.problems + tuple(sorted(problems, key=lambda p: (p.file, p.line))),
        ran=count,
        versions=dict(sorted(versions.items())),
        warnings=tuple(sorted(set(warnings))),
    )


def _results(jobs: Sequence[SnippetJob], workers: int, seconds: float) -> Iterator[SnippetResult]:
    """What came of the jobs: those of one framework in a row, those for a fresh process last."""
    ordered = sorted(jobs, key=lambda job: (job.framework, job.fresh))
    takes_tensorflow = any(job.framework == TENSORFLOW for job in jobs)
    with served() if takes_tensorflow else nullcontext():
        yield from run_snippets(ordered, workers=workers, seconds=seconds)


def _notes(drafts: Sequence[Draft]) -> Iterator[tuple[Draft, DraftNote]]:
    for draft in drafts:
        for note in draft.notes:
            yield draft, note
