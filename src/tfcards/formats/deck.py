"""Markdown decks: a deck file to a Draft and back. docs/deck-format.md teaches the format."""

from dataclasses import asdict, replace
from pathlib import Path

from tfcards.core.draft import Draft, DraftNote
from tfcards.formats.deck_parse import DeckFile, Question, parse
from tfcards.formats.deck_write import write
from tfcards.formats.front_matter import FrontMatter
from tfcards.formats.snippets import snippets

__all__ = ["read_text", "write"]


def read_text(text: str, path: Path) -> Draft:
    """Read the text of the deck file `path`. Pictures come from the folder `media` beside it.

    Raises:
        DeckError: with every problem of the text.
    """
    deck = parse(text.replace("\r\n", "\n").replace("\r", "\n"), str(path))
    return Draft(
        source=str(path),
        notes=tuple(_note(question, deck.front, path.name) for question in deck.questions),
        about=_about(deck),
    )


def _note(question: Question, front: FrontMatter, file: str) -> DraftNote:
    note = DraftNote(
        guid=question.id,
        kind=question.kind,
        deck=question.deck or front.deck,
        fields=question.fields,
        where=f"{file}:{question.line}",
    )
    verified = question.verified or (front.tensorflow if snippets(note) else "")
    tags = [
        *front.tags,
        *([f"{front.id}::{question.section}"] if question.section else []),
        *question.tags,
        *([f"level::{question.level}"] if question.level else []),
        *([f"verified::{verified}"] if verified else []),
    ]
    return replace(note, tags=tuple(dict.fromkeys(tags)))


def _about(deck: DeckFile) -> dict[str, str]:
    """What the file says of itself, as text: the keys of the front matter, and section titles."""
    about = asdict(deck.front) | {"tags": " ".join(deck.front.tags)}
    about |= {f"section {slug}": title for slug, title in deck.sections.items()}
    return {key: value for key, value in about.items() if value}
