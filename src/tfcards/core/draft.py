"""What a file held, before it becomes part of a collection: the value between formats and store."""

from dataclasses import dataclass, field

from tfcards.core.model import Card, Kind, NoteType, Review


@dataclass(frozen=True, slots=True)
class DraftNote:
    """A note as read from a file. `type` names a built-in kind or one of the draft's note types.

    `has_own_guid` is False where the guid was made of the question, and so changes with it.
    """

    guid: str
    kind: Kind
    deck: str
    fields: dict[str, str]
    tags: tuple[str, ...] = ()
    type: str = ""
    cards: tuple[Card, ...] = ()  # scheduling that came with it; ids are the file's own
    reviews: tuple[Review, ...] = ()
    where: str = ""  # "file.md:12", for messages
    has_own_guid: bool = field(default=True, compare=False)


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something a reader left out, and why."""

    where: str
    why: str


@dataclass(frozen=True, slots=True)
class Section:
    """Notes under one heading of a deck file, which carry its `name` as a tag: `tensors::shapes`.

    `needs` names the sections it builds on, of this file or of others; `has_own_name` is False
    where the name was made of the title.
    """

    name: str
    title: str
    needs: tuple[str, ...] = ()
    where: str = field(default="", compare=False)  # "file.md:12", for messages
    has_own_name: bool = field(default=True, compare=False)


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything one file held. `about` is what the file says of itself: id, licence, source."""

    source: str
    notes: tuple[DraftNote, ...]
    types: tuple[NoteType, ...] = ()
    media: dict[str, bytes] = field(default_factory=dict)
    skipped: tuple[Skipped, ...] = ()
    sections: tuple[Section, ...] = ()
    about: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What adding a draft did, by guid. Conflicts kept the learner's text."""

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
