"""Running the code of cards again that was last verified on another TensorFlow. No Qt, no SQL."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tfcards.core import cloze
from tfcards.core.markdown import split_question
from tfcards.core.model import Note
from tfcards.labs.card_code.snippet_worker import TENSORFLOW
from tfcards.labs.card_code.snippets import SnippetBatch, SnippetJob, SnippetResult
from tfcards.labs.environment import release, tensorflow_version
from tfcards.sessions.card_code import digest, job_of_note
from tfcards.sessions.suspects import Suspects

WORKERS = 2  # processes at a time; each that cannot be forked takes 600 MB


@dataclass(frozen=True, slots=True)
class Broken:
    """A card whose code did not do what the card says, and what was wrong with it."""

    guid: str
    question: str
    problem: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What the suspects came to: stale cards and what to run for each, and broken ones.

    `release` is the TensorFlow installed, such as "2.21".
    """

    release: str
    stale: tuple[tuple[Note, SnippetJob], ...]
    broken: tuple[Broken, ...]


class Rerun:
    """Running the code of stale cards once more, which may be given up on."""

    def __init__(self, stale: Sequence[tuple[Note, SnippetJob]]) -> None:
        self._notes = {note.guid: note for note, _ in stale}
        self._batch = SnippetBatch([job for _, job in stale], workers=WORKERS)
        self.total = len(stale)
        self.is_cancelled = False

    def results(self) -> Iterator[tuple[Note, SnippetResult]]:
        """Run, once; each note with how it did, as they come. Raises UnavailableError."""
        for result in self._batch.run():
            yield self._notes[result.id], result

    def cancel(self) -> None:
        """End it, from any thread; `results` then ends soon."""
        self.is_cancelled = True
        self._batch.cancel()


def findings(found: Suspects) -> Findings:
    """Read the notes for the code they hold now; needs no collection, so any thread may do it."""
    broken = tuple(
        Broken(note.guid, _title(note), run.problem)
        for note, run in found.failed
        if (job := job_of_note(note)) is not None and digest(job) == run.code
    )
    jobs = ((note, job_of_note(note)) for note in found.elsewhere)
    stale = tuple((note, job) for note, job in jobs if job and job.framework == TENSORFLOW)
    return Findings(release(tensorflow_version()), stale, broken)


def _title(note: Note) -> str:
    """The first line of the question, with nothing hidden."""
    return split_question(cloze.plain(note.fields.get("Question", "")))[0] or note.guid
