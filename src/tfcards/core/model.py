"""The words: frozen values that every layer shares. No rules, files, SQL, Qt or clock live here.

Times are aware UTC datetimes. A `day` is the learner's day as a proleptic ordinal
(`datetime.date.toordinal`), counted from the rollover hour in the learner's time zone.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum


class Rating(IntEnum):
    """How well a card was recalled."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


class State(IntEnum):
    """Where a card stands in its life."""

    NEW = 0
    LEARNING = 1
    REVIEW = 2
    RELEARNING = 3


class ReviewKind(StrEnum):
    """What a review came from. Only `STUDY` (and imported study) is used for fitting."""

    STUDY = "study"
    QUIZ = "quiz"
    LAB = "lab"
    CRAM = "cram"
    MANUAL = "manual"
    IMPORTED = "imported"


class Kind(StrEnum):
    """How a note asks its question."""

    BASIC = "basic"
    REVERSE = "reverse"
    CLOZE = "cloze"
    CHOICE = "choice"
    TYPED = "typed"
    OUTPUT = "output"
    CODE = "code"
    TEMPLATE = "template"  # an imported note type with templates and style of its own


class ContentFormat(StrEnum):
    """How a field's text is written."""

    MARKDOWN = "markdown"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class Memory:
    """FSRS memory state: stability in days (recall falls to 90 % after it), difficulty 1 to 10."""

    stability: float
    difficulty: float


@dataclass(frozen=True, slots=True)
class Card:
    """One thing to recall, with its schedule.

    A review card is due on `due_day`; a (re)learning card at `due_at` (its `due_day` is that
    moment's day). `last_at` and `last_day` tell when it was last answered.
    """

    id: int
    note_id: int
    deck_id: int
    ordinal: int = 0
    position: int = 0
    state: State = State.NEW
    step: int = 0
    memory: Memory | None = None
    due_day: int | None = None
    due_at: datetime | None = None
    last_at: datetime | None = None
    last_day: int | None = None
    reps: int = 0
    lapses: int = 0
    suspended: bool = False
    buried_until: int | None = None
    flag: int = 0


@dataclass(frozen=True, slots=True)
class Review:
    """One line of the review log: what was answered, and what the schedule became by it.

    `model` names the scheduler and parameters that computed it, so that a replay can use the same.
    `rating` is None for manual changes (set due, forget).
    """

    card_id: int
    at: datetime
    day: int
    rating: Rating | None
    kind: ReviewKind
    duration: timedelta
    model: str
    state_before: State
    state: State
    step: int
    memory: Memory | None
    due_day: int | None
    due_at: datetime | None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a note type and how its text is written."""

    name: str
    format: ContentFormat = ContentFormat.MARKDOWN


@dataclass(frozen=True, slots=True)
class Template:
    """Front and back of one card of an imported note type, in the importer's template language."""

    name: str
    front: str
    back: str


@dataclass(frozen=True, slots=True)
class NoteType:
    """The shape of a note: fields, and for imported ones templates and style."""

    id: int
    name: str
    kind: Kind
    fields: tuple[Field, ...]
    templates: tuple[Template, ...] = ()
    style: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What a learner edits; one note makes one or several cards. `guid` never changes."""

    id: int
    guid: str
    type: NoteType
    deck_id: int
    fields: dict[str, str]
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deck:
    """A named pile of cards; `A::B` is a sub-deck of `A` and inherits its options."""

    id: int
    name: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class DeckCounts:
    """What a deck holds for today, sub-decks included and daily limits applied.

    `waits` says that new cards are there which come only once the learner begins their deck.
    """

    deck: Deck
    new: int
    learning: int
    due: int
    total: int
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """One graded lab run."""

    lab: str
    at: datetime
    outcome: str
    score: float
    max_score: float
    seed: int
    duration: timedelta
    result: str = field(default="", repr=False)  # the result file's JSON
    id: int = 0


@dataclass(frozen=True, slots=True)
class SnippetRun:
    """The last run of a note's code: `code` is its digest, `problem` what was wrong, or nothing.

    `tensorflow` is its version, "" for code that ran without.
    """

    guid: str
    code: str
    at: datetime
    tensorflow: str
    duration: timedelta
    problem: str = ""
