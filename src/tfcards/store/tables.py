"""The shape of a collection: every table, column and index. No queries, and no values leave here.

Moments are integer UTC milliseconds, days are ordinals, durations milliseconds. Columns named
after JSON hold JSON as text. This module is loaded only to create, migrate or check a file, because
importing SQLModel takes longer than opening a collection.
"""

from sqlalchemy import Column, Index, MetaData, String, UniqueConstraint
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlmodel import Field, SQLModel


class Table(SQLModel):
    """What all tables share: one schema of their own."""

    metadata = MetaData()


class DeckTable(Table, table=True):
    """A pile of cards. `options` holds only what differs from the parent deck."""

    __tablename__ = "decks"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_column=Column(String(collation="NOCASE"), nullable=False, unique=True))
    description: str = ""
    options: str | None = None  # JSON


class NoteTypeTable(Table, table=True):
    """Fields with their formats, templates and style of a sort of notes."""

    __tablename__ = "note_types"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    kind: str
    fields: str  # JSON [[name, format], ...]
    templates: str = "[]"  # JSON [[name, front, back], ...]
    style: str = ""


class NoteTable(Table, table=True):
    """What the learner edits.

    `base` holds the author's last text of just those fields whose text the learner changed;
    `base_tags` the author's last tags if they differ; `base_hash` the author's last note whole.
    """

    __tablename__ = "notes"
    __table_args__ = {"sqlite_autoincrement": True}
    id: int | None = Field(default=None, primary_key=True)
    guid: str = Field(unique=True)
    type_id: int = Field(foreign_key="note_types.id", index=True)
    deck_id: int = Field(foreign_key="decks.id", index=True)
    fields: str  # JSON {name: text}, without empty ones
    base: str | None = None  # JSON {name: text}
    base_tags: str | None = None  # JSON [tag, ...]
    base_hash: str
    source: str = ""
    created_at: int
    modified_at: int


class CardTable(Table, table=True):
    """One thing to recall with its schedule; ids are never used twice: the log keeps them."""

    __tablename__ = "cards"
    __table_args__ = (
        UniqueConstraint("note_id", "ordinal"),
        Index(
            "cards_by_queue",
            "deck_id",
            "suspended",
            "state",
            "due_day",
            "position",
            "buried_until",
            "note_id",
        ),
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, primary_key=True)
    note_id: int = Field(foreign_key="notes.id")
    deck_id: int = Field(foreign_key="decks.id")
    ordinal: int = 0
    position: int = 0
    state: int = 0
    step: int = 0
    stability: float | None = None
    difficulty: float | None = None
    due_day: int | None = None
    due_at: int | None = None
    last_at: int | None = None
    last_day: int | None = None
    reps: int = 0
    lapses: int = 0
    suspended: int = 0
    buried_until: int | None = None
    flag: int = 0


class ReviewTable(Table, table=True):
    """The review log: the truth that schedules are rebuilt from. It outlives deleted cards."""

    __tablename__ = "reviews"
    __table_args__ = (
        Index("reviews_by_day", "day", "kind", "state_before", "rating", "card_id", "duration"),
    )
    id: int | None = Field(default=None, primary_key=True)
    card_id: int = Field(index=True)
    at: int
    day: int
    rating: int | None = None
    kind: str
    duration: int
    model: str
    state_before: int
    state: int
    step: int
    stability: float | None = None
    difficulty: float | None = None
    due_day: int | None = None
    due_at: int | None = None


class ModelTable(Table, table=True):
    """Parameters of every scheduler the log names."""

    __tablename__ = "models"
    id: str = Field(primary_key=True)
    parameters: str  # JSON [number, ...]


class TagTable(Table, table=True):
    """A tag; `a::b` is below `a`."""

    __tablename__ = "tags"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_column=Column(String(collation="NOCASE"), nullable=False, unique=True))


class NoteTagTable(Table, table=True):
    """Which notes carry which tags."""

    __tablename__ = "note_tags"
    __table_args__ = (
        Index("note_tags_by_tag", "tag_id", "note_id"),
        {"sqlite_with_rowid": False},
    )
    note_id: int = Field(foreign_key="notes.id", primary_key=True)
    tag_id: int = Field(foreign_key="tags.id", primary_key=True)


class SectionTable(Table, table=True):
    """The sections of decks and what they build on; `name` is the tag of their notes."""

    __tablename__ = "sections"
    name: str = Field(primary_key=True)
    title: str
    needs: str = "[]"  # JSON [name, ...]


class MediaTable(Table, table=True):
    """Files that cards show, by the name cards call them; the bytes lie in media/ by their sha1."""

    __tablename__ = "media"
    name: str = Field(primary_key=True)
    sha1: str
    size: int


class SettingTable(Table, table=True):
    """The learner's settings."""

    __tablename__ = "settings"
    key: str = Field(primary_key=True)
    value: str  # JSON


class LabAttemptTable(Table, table=True):
    """Graded lab runs."""

    __tablename__ = "lab_attempts"
    id: int | None = Field(default=None, primary_key=True)
    lab: str = Field(index=True)
    at: int
    outcome: str
    score: float
    max_score: float
    seed: int
    duration: int
    result: str = ""  # JSON


class LabBegunTable(Table, table=True):
    """Labs the learner has begun: they never lock again."""

    __tablename__ = "lab_begun"
    lab: str = Field(primary_key=True)
    at: int


class QuizSessionTable(Table, table=True):
    """Quizzes taken."""

    __tablename__ = "quiz_sessions"
    id: int | None = Field(default=None, primary_key=True)
    at: int
    title: str
    settings: str = "{}"  # JSON
    duration: int = 0
    finished: int = 0


class QuizAnswerTable(Table, table=True):
    """What was answered in a quiz."""

    __tablename__ = "quiz_answers"
    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="quiz_sessions.id", index=True)
    place: int
    guid: str
    ordinal: int = 0
    given: str = ""
    score: float = 0.0
    duration: int = 0


class SnippetRunTable(Table, table=True):
    """The last run of each note's code; `code` tells whether it is still the same code."""

    __tablename__ = "snippet_runs"
    guid: str = Field(primary_key=True)
    code: str  # sha1
    at: int
    tensorflow: str
    duration: int
    problem: str = ""  # a sentence; nothing when it did as the card says


def statements() -> list[str]:
    """The SQL that makes all tables and indexes, in an order that SQLite accepts."""
    dialect = sqlite.dialect()
    made = []
    for table in Table.metadata.sorted_tables:
        made.append(str(CreateTable(table).compile(dialect=dialect)))
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        made += [str(CreateIndex(index).compile(dialect=dialect)) for index in indexes]
    return [statement.strip() for statement in made]
