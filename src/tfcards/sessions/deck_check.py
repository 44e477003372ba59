"""Proves deck files: format, ids, references, sources, and every snippet by running it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path

from tfcards import formats
from tfcards.core import cloze
from tfcards.core.draft import Draft, DraftNote
from tfcards.core.markdown import formulas
from tfcards.errors import BadInputError
from tfcards.formats import DeckError, Problem, address_problem, snippets
from tfcards.labs.card_code.snippet_worker import TENSORFLOW
from tfcards.labs.card_code.snippets import SnippetJob, SnippetResult
from tfcards.labs.card_code.snippets import run as run_snippets
from tfcards.labs.content.manifest import Lab
from tfcards.labs.warm import served
from tfcards.rendering import math_problem
from tfcards.sessions.card_code import job_of
from tfcards.sessions.deck_references import (
    NAMES_JOB,
    broken_needs,
    broken_references,
    foreign_needs,
    names_job,
    unknown_names,
)
from tfcards.sessions.deck_report import DeckCheckReport, file_check

Progress = Callable[[int, int, str], None]


def check(
    paths: Iterable[Path],
    *,
    labs: Sequence[Lab] = (),
    beside: Sequence[Path] = (),
    shipped: bool = False,
    run: bool = False,
    workers: int = 1,
    seconds: float = 60.0,
    progress: Progress | None = None,
) -> DeckCheckReport:
    """Check deck files, and the deck files below folders; `run` also runs their snippets.

    What `labs` refer to must be among them; sections that sections need may also be in the folders
    `beside`. Decks to be `shipped` must give every card and section an id of its own, for others it
    is a warning. `run` also looks API names up, and loads TensorFlow only if a card names it.
    `progress(done, total, note id)` is called after each note that was run. Each note may take
    `seconds`.

    Raises:
        BadInputError: there is nothing to check below `paths`.
        UnavailableError: TensorFlow cannot be loaded, or a file may not be read.
    """
    drafts, problems = _read(_deck_files(paths))
    problems += _across(drafts)
    problems += broken_references(drafts, labs)
    problems += broken_needs(drafts, _beside(beside) if foreign_needs(drafts) else ())
    made = [problem for draft in drafts for problem in _made_ids(draft)]
    problems += made if shipped else []
    for draft in drafts:
        problems += _of_notes(draft)
    report = DeckCheckReport(
        files=tuple(file_check(draft) for draft in drafts),
        problems=tuple(problems),
        warnings=() if shipped else tuple(problem.sentence() for problem in made),
    )
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


def _beside(folders: Iterable[Path]) -> list[Draft]:
    """The decks of folders that are not checked themselves; those that cannot be read are not."""
    drafts, _ = _read([file for folder in folders for file in sorted(folder.glob("*/*.md"))])
    return drafts


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


def _made_ids(draft: Draft) -> Iterator[Problem]:
    """Ids made of headings: an edit of the heading would make another card or section of it."""
    for section in draft.sections:
        if not section.has_own_name:
            own = section.name.partition("::")[2]
            line = int(section.where.rpartition(":")[2])
            message = f"The section has no id of its own. Write {{#{own}}} after its heading."
            yield Problem(draft.source, line, message)
    for note in draft.notes:
        if not note.has_own_guid:
            message = f"The card has no id of its own. Write {{#{note.guid}}} after its heading."
            yield _problem(draft, note, message)


def _of_notes(draft: Draft) -> Iterator[Problem]:
    for note in draft.notes:
        for message in _source_problems(note):
            yield _problem(draft, note, message)
        for text in note.fields.values():
            for formula in formulas(cloze.plain(text)):
                if complaint := math_problem(formula):
                    yield _problem(draft, note, complaint)


def _source_problems(note: DraftNote) -> Iterator[str]:
    lines = [line.strip() for line in note.fields["Source"].split("\n") if line.strip()]
    if not lines:
        yield "There is no source. Add `source:` to the front matter or `### Source`."
    for line in lines:
        if line == "run":
            if not snippets(note):
                yield "`run` is no source here: the card has no snippet that runs."
        elif why := address_problem(line.removeprefix("<").removesuffix(">")):
            yield f"Source `{line}` must be an https:// address, or `run`: {why}."


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
        warnings=report.warnings + tuple(sorted(set(warnings))),
    )


def _results(jobs: Sequence[SnippetJob], workers: int, seconds: float) -> Iterator[SnippetResult]:
    """What came of the jobs, in the order they finish."""
    takes_tensorflow = any(job.framework == TENSORFLOW for job in jobs)
    with served() if takes_tensorflow else nullcontext():
        yield from run_snippets(jobs, workers=workers, seconds=seconds)


def _notes(drafts: Sequence[Draft]) -> Iterator[tuple[Draft, DraftNote]]:
    for draft in drafts:
        for note in draft.notes:
            yield draft, note
