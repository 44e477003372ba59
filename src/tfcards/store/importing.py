"""Adds a draft to the collection: new notes in bulk, known ones by a three-way merge on their guid.

Runs inside one transaction that the caller holds. Reading files is the formats' business.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from tfcards.core.draft import Draft, DraftNote, ImportReport, Skipped
from tfcards.core.model import Card, NoteType, Review, State
from tfcards.store import decks, media, note_types, notes, sections, settings, tags
from tfcards.store.answers import UPDATE_SCHEDULE
from tfcards.store.arriving import arrived
from tfcards.store.database import Database, Row
from tfcards.store.merging import fingerprint, merge_fields, merge_tags
from tfcards.store.moments import milliseconds
from tfcards.store.rows import (
    CARD_COLUMNS,
    REVIEW_VALUES,
    TAGS,
    card_row,
    review_row,
    schedule_row,
    text_of,
)

_NEW_COLUMNS = "id, guid, type_id, deck_id, fields, base_hash, source, created_at, modified_at"
_MERGED_COLUMNS = "id, type_id, deck_id, fields, base, base_tags, base_hash, source, modified_at"
_KNOWN_COLUMNS = f"notes.id, type_id, deck_id, fields, base, base_tags, base_hash, {TAGS}"


@dataclass(slots=True)
class _Report:
    """What becomes of each note, gathered on the way."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def finished(self) -> ImportReport:
        return ImportReport(
            added=tuple(self.added),
            updated=tuple(self.updated),
            unchanged=tuple(self.unchanged),
            conflicts=tuple(self.conflicts),
            skipped=tuple(self.skipped),
        )


@dataclass(frozen=True, slots=True)
class _Known:
    """A note of the collection as the merge needs it."""

    id: int
    type_id: int
    deck_id: int
    fields: dict[str, str]
    base: dict[str, str]
    tags: tuple[str, ...]
    base_tags: tuple[str, ...]
    base_hash: str


def add(database: Database, media_folder: Path | None, draft: Draft, now: datetime) -> ImportReport:
    """Add everything in `draft`, see `Collection.add`; no `media_folder` for a trial."""
    return _Import(database, draft, now).run(media_folder)


class _Import:
    """One draft on its way in."""

    def __init__(self, database: Database, draft: Draft, now: datetime) -> None:
        self._database = database
        self._draft = draft
        self._now = now
        self._today = settings.today(database, now)
        self._types = note_types.resolve(database, draft.types)
        self._report = _Report(skipped=list(draft.skipped))
        self._deck_ids: dict[str, int] = {}
        self._merged: list[Row] = []

    def run(self, media_folder: Path | None) -> ImportReport:
        renamed = media.adopt(self._database, media_folder, self._draft.media)
        arriving = [_with_names(note, renamed) for note in self._unique()]
        for name in dict.fromkeys(note.deck for note in arriving):
            self._deck_ids[name] = self._deck(name)
        known = self._known([note.guid for note in arriving])
        self._add_new([note for note in arriving if note.guid not in known])
        for note in arriving:
            if note.guid in known:
                self._meet(note, known[note.guid])
        self._database.update_many("notes", _MERGED_COLUMNS, self._merged)
        if known or self._draft.sections:
            sections.line_up(self._database, arriving, self._draft.sections)
        if self._draft.sections:
            sections.settle(self._database, self._draft.sections)
        return self._report.finished()

    def _deck(self, name: str) -> int:
        """The deck of that name; an optional one that was not there waits to be begun."""
        is_there = any(deck.name == name for deck in decks.all_decks(self._database))
        deck_id = decks.ensure(self._database, name).id
        if self._draft.about.get("optional") and not is_there:
            decks.set_options(self._database, deck_id, {"new_per_day": 0})
        return deck_id

    def _unique(self) -> list[DraftNote]:
        """The notes that can come in: each guid once, each of a type that is there."""
        seen: dict[str, DraftNote] = {}
        for note in self._draft.notes:
            if note.guid in seen:
                why = f"the id '{note.guid}' is used twice; the first one counts"
                self._report.skipped.append(Skipped(note.where, why))
            elif (note.type or note.kind) not in self._types:
                why = f"its note type '{note.type or note.kind}' is not in the file"
                self._report.skipped.append(Skipped(note.where, why))
            else:
                seen[note.guid] = note
        return list(seen.values())

    def _known(self, guids: Sequence[str]) -> dict[str, _Known]:
        rows = self._database.rows(
            f"SELECT notes.guid, {_KNOWN_COLUMNS} FROM json_each(?) AS wanted"  # noqa: S608 - names are ours, values are bound
            " JOIN notes ON notes.guid = wanted.value",
            (json.dumps(guids),),
        )
        return {row[0]: _known(row[1:]) for row in rows}

    # ---- notes that are new

    def _add_new(self, arriving: Sequence[DraftNote]) -> None:
        first_note, first_card = (_next_id(self._database, table) for table in ("notes", "cards"))
        tag_ids = tags.ids(self._database, {tag for note in arriving for tag in note.tags})
        note_rows: list[Row] = []
        tag_rows: list[tuple[int, int]] = []
        cards: list[Row] = []
        reviews: list[Row] = []
        for note_id, note in enumerate(arriving, first_note):
            note_rows.append(self._note_row(note_id, note))
            tag_rows += [(note_id, tag) for tag in {tag_ids[tag] for tag in note.tags if tag}]
            for ordinal in self._ordinals(note):
                card_id = first_card + len(cards)
                card, log = self._card(note, note_id, card_id, ordinal)
                cards.append(card_row(card))
                reviews += [review_row(review, card_id) for review in log]
        self._insert_new(note_rows, tag_rows, cards, reviews)
        self._report.added += [note.guid for note in arriving]

    def _insert_new(
        self,
        note_rows: Sequence[Row],
        tag_rows: Sequence[Row],
        cards: Sequence[Row],
        reviews: Sequence[Row],
    ) -> None:
        self._database.insert_many("notes", _NEW_COLUMNS, note_rows)
        self._database.insert_many("note_tags", "note_id, tag_id", tag_rows)
        self._database.insert_many("cards", CARD_COLUMNS, cards)
        self._database.insert_many("reviews", REVIEW_VALUES, reviews)

    def _note_row(self, note_id: int, note: DraftNote) -> Row:
        now = milliseconds(self._now)
        return (
            note_id,
            note.guid,
            self._type(note).id,
            self._deck_ids[note.deck],
            text_of(note.fields),
            fingerprint(note),
            self._draft.source,
            now,
            now,
        )

    def _card(
        self, note: DraftNote, note_id: int, card_id: int, ordinal: int
    ) -> tuple[Card, list[Review]]:
        """The card for one ordinal: new, or with the schedule that came with it."""
        new = Card(card_id, note_id, self._deck_ids[note.deck], ordinal, position=note_id)
        came = next((card for card in note.cards if card.ordinal == ordinal), None)
        if came is None:
            return new, []
        log = [review for review in note.reviews if review.card_id == came.id]
        card, log = arrived(came, log, self._now, self._today)
        own = replace(
            card, id=new.id, note_id=new.note_id, deck_id=new.deck_id, position=new.position
        )
        return own, log

    # ---- notes that are there already

    def _meet(self, note: DraftNote, known: _Known) -> None:
        changed = False
        if fingerprint(note) != known.base_hash:
            changed = self._merge(note, known)
        changed |= self._bring_progress(note, known)
        (self._report.updated if changed else self._report.unchanged).append(note.guid)

    def _merge(self, note: DraftNote, known: _Known) -> bool:
        """Merge an author's new version in; whether the learner's note changed by it."""
        author = {**known.fields, **known.base}
        fields, conflicts = merge_fields(author, known.fields, note.fields)
        names = merge_tags(known.base_tags, known.tags, note.tags)
        note_type, deck_id = self._type(note), self._deck_ids[note.deck]
        self._merged.append(self._merged_row(note, known, fields, names))
        tags.replace(self._database, known.id, names)
        if deck_id != known.deck_id:  # cards the learner moved elsewhere stay there
            self._database.run(
                "UPDATE cards SET deck_id = ? WHERE note_id = ? AND deck_id = ?",
                (deck_id, known.id, known.deck_id),
            )
        wanted = self._ordinals(replace(note, fields=fields))
        resettled = notes.settle_cards(self._database, known.id, deck_id, wanted)
        if conflicts:
            self._report.conflicts.append(note.guid)
        return (
            {name: text for name, text in fields.items() if text} != known.fields
            or {name.casefold() for name in names} != {name.casefold() for name in known.tags}
            or (note_type.id, deck_id) != (known.type_id, known.deck_id)
            or any(resettled)
        )

    def _merged_row(
        self, note: DraftNote, known: _Known, fields: dict[str, str], names: tuple[str, ...]
    ) -> Row:
        base = notes.base_of(fields, note.fields)
        tags_differ = {name.casefold() for name in names} != {tag.casefold() for tag in note.tags}
        return (
            known.id,
            self._type(note).id,
            self._deck_ids[note.deck],
            text_of(fields),
            json.dumps(base, ensure_ascii=False) if base else None,
            json.dumps(sorted(note.tags)) if tags_differ else None,
            fingerprint(note),
            self._draft.source,
            milliseconds(self._now),
        )

    def _bring_progress(self, note: DraftNote, known: _Known) -> bool:
        """Take schedules that came for cards nobody has answered here; whether there were any."""
        came = {card.ordinal: card for card in note.cards if card.state is not State.NEW}
        if not came:
            return False
        fresh = [
            card
            for card in notes.cards_of(self._database, known.id)
            if card.ordinal in came and card.state is State.NEW and card.reps == 0
        ]
        for card in fresh:
            log = [review for review in note.reviews if review.card_id == came[card.ordinal].id]
            standing, log = arrived(came[card.ordinal], log, self._now, self._today)
            self._database.run(UPDATE_SCHEDULE, (*schedule_row(standing), card.id))
            rows = [review_row(row, card.id) for row in log]
            self._database.insert_many("reviews", REVIEW_VALUES, rows)
        return bool(fresh)

    def _type(self, note: DraftNote) -> NoteType:
        return self._types[note.type or str(note.kind)]

    def _ordinals(self, note: DraftNote) -> tuple[int, ...]:
        if note.cards:  # the program that made them knew its templates better than we do
            return tuple(sorted({card.ordinal for card in note.cards}))
        return notes.ordinals(self._type(note), note.fields)


def _known(row: Row) -> _Known:
    note_id, type_id, deck_id, fields, base, base_tags, base_hash, held = row
    held_tags = tuple(json.loads(held))
    return _Known(
        id=note_id,
        type_id=type_id,
        deck_id=deck_id,
        fields=json.loads(fields),
        base=json.loads(base) if base else {},
        tags=held_tags,
        base_tags=tuple(json.loads(base_tags)) if base_tags is not None else held_tags,
        base_hash=base_hash,
    )


def _with_names(note: DraftNote, renamed: dict[str, str]) -> DraftNote:
    """The note with the new names of the media it shows."""
    fields = dict(note.fields)
    for old, new in renamed.items():
        fields = {name: text.replace(old, new) for name, text in fields.items()}
    return replace(note, fields=fields) if renamed else note


def _next_id(database: Database, table: str) -> int:
    """The id after the highest ever used, so that the log never speaks of another card."""
    found = database.row("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,))
    return int(found[0]) + 1 if found else 1
