"""The code of a card: running it as it stands there, and when that last went well. No Qt."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tfcards.core.draft import DraftNote
from tfcards.core.model import Note, SnippetRun
from tfcards.formats import needs_tensorflow, snippets
from tfcards.labs.card_code.snippet_worker import NONE, TENSORFLOW
from tfcards.labs.card_code.snippets import Block, SnippetJob, SnippetResult, SnippetTask
from tfcards.labs.card_code.typed_code import TypedTask
from tfcards.labs.environment import release, tensorflow_version
from tfcards.sessions.typed_code import typed_job
from tfcards.store import Collection


def job_of(note: DraftNote, name: str) -> SnippetJob | None:
    """What to run for a note, or None when it has no code that runs."""
    found = snippets(note)
    blocks = tuple(
        Block(one.code, one.raises, one.expects_output, one.where, one.language) for one in found
    )
    is_fresh = any(snippet.fresh for snippet in found)
    framework = TENSORFLOW if needs_tensorflow(found) else NONE
    return SnippetJob(name, blocks, is_fresh, framework) if blocks else None


class CardCode:
    """Runs the code of the learner's notes and remembers how each did."""

    def __init__(self, collection: Collection, clock: Callable[[], datetime]) -> None:
        self._collection = collection
        self._clock = clock
        self._installed = tensorflow_version()

    def runs_tensorflow(self, note: Note, typed: str = "") -> bool:
        """Whether running the note's code, with what was typed for it, takes TensorFlow."""
        job = typed_job(note, typed) or job_of_note(note)
        return job is not None and job.framework == TENSORFLOW

    def typed_task(self, note: Note, typed: str) -> TypedTask | None:
        """A run of what was typed against the note's assertions, or None if it takes no code."""
        job = typed_job(note, typed)
        return None if job is None else TypedTask(job)

    def task(self, note: Note) -> SnippetTask | None:
        """A run of the note's code, or None when there is none."""
        job = job_of_note(note)
        return None if job is None else SnippetTask(job)

    def keep(self, note: Note, result: SnippetResult) -> None:
        """Remember the outcome of a run, with the code that was run."""
        job = job_of_note(note)
        if job is not None:
            length = timedelta(seconds=result.seconds)
            problem = "" if result.ok else result.message
            version = result.versions.get("TensorFlow", "")
            run = SnippetRun(note.guid, digest(job), self._clock(), version, length, problem)
            self._collection.save_snippet_run(run)

    def verified(self, note: Note) -> str:
        """When the code as it stands was last run and how, in a sentence; nothing if never.

        Where that was on another release of TensorFlow than the installed one, it says so.
        """
        job, run = job_of_note(note), self._collection.snippet_run(note.guid)
        if job is None:
            return ""
        of_this_code = run if run is not None and run.code == digest(job) else None
        elsewhere = self._elsewhere(note, run) if job.framework == TENSORFLOW else ""
        if elsewhere and not (of_this_code and of_this_code.problem):
            return (
                f"Verified on TensorFlow {elsewhere}; {release(self._installed)} is installed. "
                "Press R to run it again."
            )
        return self._said(of_this_code) if of_this_code else ""

    def _elsewhere(self, note: Note, run: SnippetRun | None) -> str:
        """The release that deck or run last verified the note on, if none was the installed one."""
        versions = [tag.partition("::")[2] for tag in note.tags if tag.startswith("verified::")]
        versions += [run.tensorflow] if run is not None and run.tensorflow else []
        releases = [release(version) for version in versions]
        is_here = not self._installed or release(self._installed) in releases
        return releases[-1] if releases and not is_here else ""

    def _said(self, run: SnippetRun) -> str:
        zone = ZoneInfo(self._collection.calendar().zone)
        day = f"{run.at.astimezone(zone):%Y-%m-%d}"
        if run.problem:
            return f"Run on {day}: it did not do what the card says."
        version = f" with TensorFlow {run.tensorflow}" if run.tensorflow else ""
        return f"Run on {day}{version}: it does what the card says."


def report(result: SnippetResult) -> str:
    """What a run printed and said, as plain text."""
    parts = [result.output.rstrip("\n")]
    parts += [f"Raised, as it should: {raised}" for raised in result.raised]
    parts += [f"Warning: {warning}" for warning in result.warnings]
    parts += [] if result.ok else [result.message]
    return "\n\n".join(part for part in parts if part) or "It printed nothing."


def headline(result: SnippetResult, whose: str = "It") -> str:
    """How a run went, in one line, of the card's code or whatever it is."""
    does = "does what" if result.ok else "does not do what"
    verdict = f"{whose} {does} the card says"
    versions = [f"{name} {version}" for name, version in result.versions.items()]
    return " · ".join([verdict, *versions, f"{result.seconds:.1f} s"])


def job_of_note(note: Note) -> SnippetJob | None:
    """What to run for a note of the collection, named by its guid."""
    draft = DraftNote(note.guid, note.type.kind, "", note.fields)
    return job_of(draft, note.guid)


def digest(job: SnippetJob) -> str:
    """A hash of a job's code and of what it should do: the same as long as neither is edited."""
    texts = [f"{block.code}\0{block.raises}\0{block.expects}" for block in job.blocks]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()
