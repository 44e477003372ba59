"""Rows to values of core and back: the one place that knows the order of columns. No queries."""

import json
from datetime import timedelta
from typing import Any

from tfcards.core.model import (
    Attempt,
    Card,
    ContentFormat,
    Field,
    Kind,
    Memory,
    Note,
    NoteType,
    Rating,
    Review,
    ReviewKind,
    State,
    Template,
)
from tfcards.store.moments import (
    duration,
    duration_milliseconds,
    milliseconds,
    moment,
    optional_milliseconds,
    optional_moment,
)

CARD_COLUMNS = (
    "id, note_id, deck_id, ordinal, position, state, step, stability, difficulty, due_day, due_at,"
    " last_at, last_day, reps, lapses, suspended, buried_until, flag"
)
SCHEDULE_ASSIGNMENTS = (
    "state = ?, step = ?, stability = ?, difficulty = ?, due_day = ?, due_at = ?, last_at = ?,"
    " last_day = ?, reps = ?, lapses = ?"
)
REVIEW_VALUES = (
    "card_id, at, day, rating, kind, duration, model, state_before, state, step, stability,"
    " difficulty, due_day, due_at"
)
REVIEW_COLUMNS = f"id, {REVIEW_VALUES}"
TAGS = (
    "(SELECT json_group_array(name) FROM (SELECT tags.name FROM note_tags JOIN tags"
    " ON tags.id = note_tags.tag_id WHERE note_tags.note_id = notes.id ORDER BY tags.name))"
)
NOTE_COLUMNS = f"notes.id, notes.guid, notes.type_id, notes.deck_id, notes.fields, {TAGS}"
TYPE_COLUMNS = "id, name, kind, fields, templates, style"
ATTEMPT_COLUMNS = "id, lab, at, outcome, score, max_score, seed, duration, result"

Row = tuple[Any, ...]
_encode = json.JSONEncoder(ensure_ascii=False).encode


def card_from(row: Row) -> Card:
    """The card of a row of CARD_COLUMNS."""
    return Card(
        id=row[0],
        note_id=row[1],
        deck_id=row[2],
        ordinal=row[3],
        position=row[4],
        state=State(row[5]),
        step=row[6],
        memory=_memory(row[7], row[8]),
        due_day=row[9],
        due_at=optional_moment(row[10]),
        last_at=optional_moment(row[11]),
        last_day=row[12],
        reps=row[13],
        lapses=row[14],
        suspended=bool(row[15]),
        buried_until=row[16],
        flag=row[17],
    )


def card_row(card: Card) -> Row:
    """The values of CARD_COLUMNS."""
    return (
        card.id,
        card.note_id,
        card.deck_id,
        card.ordinal,
        card.position,
        *schedule_row(card),
        int(card.suspended),
        card.buried_until,
        card.flag,
    )


def schedule_row(card: Card) -> Row:
    """The values of SCHEDULE_ASSIGNMENTS: what an answer changes."""
    return (
        int(card.state),
        card.step,
        card.memory and card.memory.stability,
        card.memory and card.memory.difficulty,
        card.due_day,
        optional_milliseconds(card.due_at),
        optional_milliseconds(card.last_at),
        card.last_day,
        card.reps,
        card.lapses,
    )


def review_from(row: Row) -> Review:
    """The review of a row of REVIEW_COLUMNS."""
    return Review(
        id=row[0],
        card_id=row[1],
        at=moment(row[2]),
        day=row[3],
        rating=None if row[4] is None else Rating(row[4]),
        kind=ReviewKind(row[5]),
        duration=duration(row[6]),
        model=row[7],
        state_before=State(row[8]),
        state=State(row[9]),
        step=row[10],
        memory=_memory(row[11], row[12]),
        due_day=row[13],
        due_at=optional_moment(row[14]),
    )


def review_row(review: Review, card_id: int) -> Row:
    """The values of REVIEW_VALUES for the review as one of `card_id`."""
    return (
        card_id,
        milliseconds(review.at),
        review.day,
        None if review.rating is None else int(review.rating),
        str(review.kind),
        duration_milliseconds(max(review.duration, timedelta(0))),
        review.model,
        int(review.state_before),
        int(review.state),
        review.step,
        review.memory and review.memory.stability,
        review.memory and review.memory.difficulty,
        review.due_day,
        optional_milliseconds(review.due_at),
    )


def type_from(row: Row) -> NoteType:
    """The note type of a row of TYPE_COLUMNS."""
    return NoteType(
        id=row[0],
        name=row[1],
        kind=Kind(row[2]),
        fields=tuple(Field(name, ContentFormat(form)) for name, form in json.loads(row[3])),
        templates=tuple(Template(*template) for template in json.loads(row[4])),
        style=row[5],
    )


def type_row(note_type: NoteType) -> Row:
    """The values of TYPE_COLUMNS without the id."""
    fields = [[field.name, field.format] for field in note_type.fields]
    templates = [[t.name, t.front, t.back] for t in note_type.templates]
    return (
        note_type.name,
        str(note_type.kind),
        json.dumps(fields),
        json.dumps(templates),
        note_type.style,
    )


def note_from(row: Row, types: dict[int, NoteType]) -> Note:
    """The note of a row of NOTE_COLUMNS; `types` holds its type."""
    note_type = types[row[2]]
    return Note(
        id=row[0],
        guid=row[1],
        type=note_type,
        deck_id=row[3],
        fields={**{field.name: "" for field in note_type.fields}, **json.loads(row[4])},
        tags=tuple(json.loads(row[5])),
    )


def attempt_from(row: Row) -> Attempt:
    """The attempt of a row of ATTEMPT_COLUMNS."""
    return Attempt(
        id=row[0],
        lab=row[1],
        at=moment(row[2]),
        outcome=row[3],
        score=row[4],
        max_score=row[5],
        seed=row[6],
        duration=duration(row[7]),
        result=row[8],
    )


def attempt_row(attempt: Attempt) -> Row:
    """The values of ATTEMPT_COLUMNS without the id."""
    return (
        attempt.lab,
        milliseconds(attempt.at),
        attempt.outcome,
        attempt.score,
        attempt.max_score,
        attempt.seed,
        duration_milliseconds(attempt.duration),
        attempt.result,
    )


def text_of(fields: dict[str, str]) -> str:
    """Fields as the JSON text they are stored as; empty ones take no room."""
    return _encode({name: text for name, text in fields.items() if text})


def _memory(stability: float | None, difficulty: float | None) -> Memory | None:
    if stability is None or difficulty is None:
        return None
    return Memory(stability, difficulty)
