"""The collection as a draft again, for files that others can read. No file is written here."""

from collections.abc import Container
from dataclasses import replace
from pathlib import Path

from tfcards.core.draft import Draft, DraftNote
from tfcards.core.model import Card, Note, Review
from tfcards.store import answers, decks, media, notes, sections
from tfcards.store.database import Database


def draft(
    database: Database, media_folder: Path, deck_id: int | None, with_progress: bool
) -> Draft:
    """The notes of a deck and those below it (or of all) in the order their cards came in."""
    names = {deck.id: deck.name for deck in decks.all_decks(database)}
    chosen = set(names)
    if deck_id is not None:
        root = decks.find(database, deck_id)
        chosen = {deck.id for deck in decks.branch(decks.all_decks(database), root)}
    rows = database.rows(
        "SELECT note_id, deck_id, min(position) AS place FROM cards GROUP BY note_id"
        " ORDER BY place, note_id"
    )
    home = {note_id: deck for note_id, deck, _ in rows if deck in chosen}
    found = notes.many(database, list(home))
    told = {section.name: section for section in sections.known(database)}
    made = tuple(
        _draft_note(database, _section_first(note, told), names[home[note.id]], with_progress)
        for note in found
    )
    used = dict.fromkeys(tag for note in found for tag in note.tags if tag in told)
    types = {note.type.id: note.type for note in found if note.type.name != note.type.kind}
    texts = (text for note in found for text in note.fields.values())
    return Draft(
        source="collection",
        notes=made,
        types=tuple(types.values()),
        media=media.used_in(database, media_folder, texts),
        sections=tuple(told[name] for name in used),
    )


def _section_first(note: Note, sections: Container[str]) -> Note:
    """The note with the tag of its section before the others, as a file has it."""
    return replace(note, tags=tuple(sorted(note.tags, key=lambda tag: tag not in sections)))


def _draft_note(database: Database, note: Note, deck: str, with_progress: bool) -> DraftNote:
    cards: tuple[Card, ...] = ()
    reviews: tuple[Review, ...] = ()
    if with_progress:
        cards = tuple(notes.cards_of(database, note.id))
        reviews = tuple(row for card in cards for row in answers.of_card(database, card.id))
    own_type = note.type.name if note.type.name != note.type.kind else ""
    return DraftNote(
        guid=note.guid,
        kind=note.type.kind,
        deck=deck,
        fields=note.fields,
        tags=note.tags,
        type=own_type,
        cards=cards,
        reviews=reviews,
    )
