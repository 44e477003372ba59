"""The learner's collection: every question and every change that the rest of the app may ask for.

One method is one transaction: all or nothing, on disk when it returns. Methods that change what a
learner made are steps of `undo`. Used by one thread at a time. No rules are decided here.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from tfcards.core.day import Calendar
from tfcards.core.draft import Draft, ImportReport
from tfcards.core.mastery import Mastery
from tfcards.core.model import Attempt, Card, Deck, DeckCounts, Note, NoteType, Review, SnippetRun
from tfcards.core.options import Options
from tfcards.core.queue import QueueEntry
from tfcards.core.schedule import Answer
from tfcards.core.unlock import Prerequisite
from tfcards.store import (
    answers,
    backup,
    changes,
    checking,
    decks,
    exporting,
    importing,
    labs,
    mastery,
    media,
    notes,
    search,
    settings,
    snippet_runs,
    study,
    tags,
)
from tfcards.store.answers import DayTotals
from tfcards.store.database import Database
from tfcards.store.decks import Changes
from tfcards.store.lock import FolderLock
from tfcards.store.migrations import MIGRATIONS, Migration
from tfcards.store.opening import open_database


class Collection:
    """The learner's collection, open in this process alone."""

    def __init__(self, folder: Path, database: Database, lock: FolderLock) -> None:
        self.folder = folder
        self._database = database
        self._lock = lock
        self._media = folder / "media"

    # ---- the file

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        now: datetime,
        zone: str = "UTC",
        migrations: Sequence[Migration] = MIGRATIONS,
    ) -> Self:
        """Open `folder`, making the collection if there is none; `zone` is its first time zone.

        Raises:
            UnavailableError: another process has it open, the file is damaged or from a newer
                version, or the folder cannot be written. Nothing was changed.
        """
        lock = FolderLock(folder)
        try:
            return cls(folder, open_database(folder, now, zone, migrations), lock)
        except BaseException:
            lock.release()
            raise

    def close(self) -> None:
        """Let go of the file; what can be undone is forgotten."""
        self._database.close()
        self._lock.release()

    def backup(self, now: datetime) -> Path:
        """Copy the collection to `backups/`, prove the copy, thin old ones; where it lies."""
        return backup.back_up(self._database.connection, self._database.file, now)

    @staticmethod
    def restore(folder: Path, chosen: Path, now: datetime) -> Path:
        """Put a backup in the place of the collection, which must be closed.

        Answers where the replaced one lies.

        Raises:
            BadInputError: `chosen` is not a sound collection; nothing was changed.
        """
        return backup.restore(folder, chosen, now)

    def check(self) -> list[str]:
        """Everything that is wrong with the file, as sentences; empty if nothing is."""
        return checking.check(self._database, self._media)

    # ---- undo

    @property
    def undo_label(self) -> str | None:
        """What `undo` would take back, in words."""
        return self._database.history.undo_label

    @property
    def redo_label(self) -> str | None:
        """What `redo` would do again, in words."""
        return self._database.history.redo_label

    def undo(self) -> str | None:
        """Take the last step back; what it was, or None if there is none."""
        return self._database.undo()

    def redo(self) -> str | None:
        """Do the last undone step again; what it is, or None if there is none."""
        return self._database.redo()

    # ---- settings

    def setting(self, key: str, default: Any) -> Any:  # noqa: ANN401  # any JSON value
        """The value last set for `key`, or `default`."""
        return settings.read(self._database, key, default)

    def set_setting(self, key: str, value: Any) -> None:  # noqa: ANN401  # any JSON value
        """Remember a JSON value; not a step of undo."""
        with self._database.change():
            settings.write(self._database, key, value)

    def calendar(self) -> Calendar:
        """How moments become the learner's days."""
        return settings.calendar(self._database)

    def set_calendar(self, calendar: Calendar) -> None:
        """Change time zone and rollover hour; BadInputError if they are not sound."""
        with self._database.change():
            settings.write_calendar(self._database, calendar)

    # ---- decks

    def decks(self) -> list[Deck]:
        """Every deck, parents before their sub-decks, by name."""
        return decks.all_decks(self._database)

    def add_deck(self, name: str) -> Deck:
        """The deck of that name, made with its parents if it is missing."""
        with self._database.change("Add deck"):
            return decks.ensure(self._database, name)

    def options(self, deck_id: int | None) -> Options:
        """A deck's options, inherited field by field; those of all decks for None."""
        return decks.options(self._database, deck_id)

    def set_options(self, deck_id: int | None, chosen: Changes | None) -> None:
        """Change some options; a value of None (or None for all) inherits again.

        Raises:
            BadInputError: an option is unknown or out of range.
        """
        with self._database.change("Change deck options"):
            decks.set_options(self._database, deck_id, chosen)

    def begin_deck(self, deck_id: int) -> None:
        """Let the new cards of an optional deck, and of those below it, come from today on."""
        with self._database.change("Begin deck"):
            decks.begin(self._database, deck_id)

    # ---- studying

    def counts(self, day: int, now: datetime) -> list[DeckCounts]:
        """What each deck holds for `day`, sub-decks included and daily limits applied."""
        return study.counts(self._database, day, now)

    def due(self, deck_id: int | None, day: int, now: datetime) -> list[QueueEntry]:
        """The cards to study on `day` in a deck and below, or in all; daily limits applied."""
        return study.due(self._database, deck_id, day, now)

    def due_of(self, guids: Sequence[str], day: int, now: datetime) -> list[QueueEntry]:
        """The new and due cards of chosen notes on `day`, whatever the daily limits say."""
        return study.due_of(self._database, guids, day, now)

    def save_answer(self, answer: Answer, *, bury_siblings_until: int | None = None) -> None:
        """Save an answer; leeches are tagged and suspended, siblings buried before that day.

        Raises:
            UnavailableError: it could not be saved (disk full, card deleted); nothing changed.
        """
        rating = answer.review.rating
        label = f"Answer {rating.name.title()}" if rating else "Reschedule card"
        with self._database.change(label):
            answers.save(self._database, answer, bury_siblings_until)

    def reviews(self, card_id: int) -> list[Review]:
        """A card's log, oldest first."""
        return answers.of_card(self._database, card_id)

    def reviewed_on(self, day: int) -> int:
        """How many answers were given on a learner's day."""
        return sum(totals.reviews for totals in self.day_totals(day, day))

    def day_totals(self, first: int, last: int) -> list[DayTotals]:
        """What was answered on each day from `first` to `last` that has answers."""
        return answers.day_totals(self._database, first, last)

    def models(self) -> dict[str, tuple[float, ...]]:
        """The parameters of every scheduler the log names."""
        return answers.models(self._database)

    def replay(self) -> int:
        """Rebuild every card's memory and schedule from the log; how many differed."""
        with self._database.change("Rebuild schedules"):
            return answers.replay(self._database)

    # ---- cards

    def card(self, card_id: int) -> Card:
        """The card of that id; BadInputError if it is gone."""
        return notes.card(self._database, card_id)

    def cards_of(self, note_id: int) -> list[Card]:
        """A note's cards by ordinal."""
        return notes.cards_of(self._database, note_id)

    def bury(self, card_ids: Sequence[int], until_day: int) -> None:
        """Hide cards until `until_day` begins."""
        with self._database.change(_label("Bury", card_ids)):
            changes.bury(self._database, card_ids, until_day)

    def unbury(self, card_ids: Sequence[int]) -> None:
        """Bring buried cards back."""
        with self._database.change(_label("Unbury", card_ids)):
            changes.bury(self._database, card_ids, None)

    def suspend(self, card_ids: Sequence[int], suspended: bool = True) -> None:
        """Hide cards until they are brought back, or bring them back."""
        with self._database.change(_label("Suspend" if suspended else "Unsuspend", card_ids)):
            changes.suspend(self._database, card_ids, suspended)

    def flag(self, card_ids: Sequence[int], flag: int) -> None:
        """Give cards a flag, 1 to 7, or take it off (0)."""
        with self._database.change(_label("Flag", card_ids)):
            changes.flag(self._database, card_ids, flag)

    def set_due(self, card_ids: Sequence[int], day: int, now: datetime) -> int:
        """Make cards due on `day`; new ones stay new. How many moved."""
        with self._database.change(_label("Set due date of", card_ids)):
            return changes.set_due(self._database, card_ids, day, now)

    def forget(self, card_ids: Sequence[int], now: datetime) -> int:
        """Make cards new again; how many were not."""
        with self._database.change(_label("Forget", card_ids)):
            return changes.forget(self._database, card_ids, now)

    def move(self, card_ids: Sequence[int], deck: str) -> None:
        """Put cards into the deck of that name, made if missing."""
        with self._database.change(_label("Move", card_ids)):
            changes.move(self._database, card_ids, deck)

    def bring_due(self, guids: Sequence[str], day: int, now: datetime) -> tuple[str, ...]:
        """Make review cards of these notes due today, `day`; the guids whose cards came by it."""
        with self._database.change("Bring cards due"):
            return changes.bring_due(self._database, guids, day, now)

    # ---- notes

    def note(self, note_id: int) -> Note:
        """The note of that id; BadInputError if it is gone."""
        return notes.note(self._database, note_id)

    def note_by_guid(self, guid: str) -> Note | None:
        """The note of that stable id, or None."""
        return notes.by_guid(self._database, guid)

    def note_types(self) -> list[NoteType]:
        """Every note type, built-in ones first."""
        return list(notes.types(self._database).values())

    def edit_note(
        self, note_id: int, fields: dict[str, str], tags: Sequence[str], now: datetime
    ) -> None:
        """Give a note new text and tags; cards that it still makes keep their progress."""
        with self._database.change("Edit note"):
            notes.edit(self._database, note_id, fields, tags, now)

    def delete_notes(self, note_ids: Sequence[int]) -> int:
        """Delete notes with their cards; the log keeps what was answered. How many there were."""
        with self._database.change("Delete note" if len(note_ids) == 1 else "Delete notes"):
            return notes.delete(self._database, note_ids)

    def tags(self) -> dict[str, int]:
        """Every tag in use with its number of notes, by name."""
        return tags.in_use(self._database)

    def add_tag(self, note_ids: Sequence[int], tag: str) -> None:
        """Give notes a tag."""
        with self._database.change("Add tag"):
            tags.add(self._database, note_ids, tag)

    def remove_tag(self, note_ids: Sequence[int], tag: str) -> None:
        """Take a tag from notes."""
        with self._database.change("Remove tag"):
            tags.remove(self._database, note_ids, tag)

    def search(self, text: str, limit: int = 200) -> list[Note]:
        """Notes that hold every word (or word beginning) of `text`, in the order they came."""
        return search.find(self._database, text, limit)

    # ---- files in and out

    def add(self, draft: Draft, now: datetime, *, undoable: bool = True) -> ImportReport:
        """Add everything in `draft` as one step; notes that are there are merged on their guid.

        The author's changes arrive, the learner's edits stay; where both changed a field the
        learner's text stays and the note is reported as a conflict. Progress stays.
        """
        label = f"Import {Path(draft.source).name}".strip()
        with self._database.change(label if undoable else None):
            return importing.add(self._database, self._media, draft, now)

    def preview(self, draft: Draft, now: datetime) -> ImportReport:
        """What `add` would do, without doing it."""
        with self._database.trial():
            return importing.add(self._database, None, draft, now)

    def draft(self, deck_id: int | None = None, *, with_progress: bool = False) -> Draft:
        """The notes of a deck and below (or all) for a file, with media; on wish with schedules."""
        return exporting.draft(self._database, self._media, deck_id, with_progress)

    def media(self, name: str) -> bytes | None:
        """The file that cards call `name`, or None."""
        return media.read(self._database, self._media, name)

    # ---- labs

    def prerequisites(self, names: Sequence[str], now: datetime) -> list[Prerequisite]:
        """What is predicted at `now` for the notes that tags (with those below) or guids name."""
        return labs.prerequisites(self._database, names, now)

    def headings(self, guids: Sequence[str]) -> dict[str, tuple[str, str]]:
        """For each of these notes its deck's full name and the title of its section, or ""."""
        return labs.headings(self._database, guids)

    def mastery(self, deck_ids: Iterable[int], now: datetime) -> dict[int, Mastery]:
        """How much of each deck, with all below it, would be recalled at `now`."""
        return mastery.by_deck(self._database, deck_ids, now)

    def save_attempt(self, attempt: Attempt) -> Attempt:
        """Keep a graded lab run; the same with its id. Not a step of undo: it happened."""
        with self._database.change():
            return labs.save(self._database, attempt)

    def attempts(self, lab: str | None = None) -> list[Attempt]:
        """Graded runs of a lab, or of all, oldest first."""
        return labs.attempts(self._database, lab)

    def begin_lab(self, lab: str, now: datetime) -> None:
        """Remember that work on a lab has begun: it never locks again."""
        with self._database.change():
            labs.begin(self._database, lab, now)

    def begun_labs(self) -> set[str]:
        """Labs whose work has begun."""
        return labs.begun(self._database)

    def passed_labs(self) -> set[str]:
        """Labs with at least one passed run."""
        return labs.passed(self._database)

    def save_snippet_run(self, run: SnippetRun) -> None:
        """Remember how the code of a note did. Not a step of undo: it happened."""
        with self._database.change():
            snippet_runs.save(self._database, run)

    def snippet_run(self, guid: str) -> SnippetRun | None:
        """How the code of a note did when it was last run."""
        return snippet_runs.of(self._database, guid)

    def verified_elsewhere(self, release: str) -> list[Note]:
        """Notes whose code decks and runs verified on other releases of TensorFlow than this."""
        return snippet_runs.verified_elsewhere(self._database, release)

    def failed_snippets(self) -> list[tuple[Note, SnippetRun]]:
        """Notes whose code did not do what they say when it was last run."""
        return snippet_runs.failed(self._database)


def _label(what: str, card_ids: Sequence[int]) -> str:
    return f"{what} card" if len(card_ids) == 1 else f"{what} {len(card_ids)} cards"
