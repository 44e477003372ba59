"""Markdown decks: a deck file to a Draft and back. docs/deck-format.md teaches the format."""

from dataclasses import asdict, replace
from pathlib import Path

from tfcards.core.draft import Draft, DraftNote
from tfcards.core.markdown import pictures
from tfcards.formats.deck_parse import DeckFile, Question, parse
from tfcards.formats.deck_write import write
from tfcards.formats.front_matter import FrontMatter
from tfcards.formats.problems import DeckError, Problems
from tfcards.formats.snippets import needs_tensorflow, snippets

__all__ = ["read_text", "write"]

LARGEST_PICTURE = 5_000_000  # bytes


def read_text(text: str, path: Path) -> Draft:
    """Read the text of the deck file `path`. Pictures come from the folder `media` beside it.

    Raises:
        DeckError: with every problem of the text.
    """
    deck = parse(text.replace("\r\n", "\n").replace("\r", "\n"), str(path))
    return Draft(
        source=str(path),
        notes=tuple(_note(question, deck.front, path.name) for question in deck.questions),
        media=_media(deck, path),
        sections=deck.sections,
        about=_about(deck),
    )


def _note(question: Question, front: FrontMatter, file: str) -> DraftNote:
    note = DraftNote(
        guid=question.id,
        kind=question.kind,
        deck=question.deck or front.deck,
        fields=question.fields,
        where=f"{file}:{question.line}",
        has_own_guid=question.has_own_id,
    )
    verified = question.verified or (front.tensorflow if needs_tensorflow(snippets(note)) else "")
    tags = [
        *front.tags,
        *([question.section] if question.section else []),
        *question.tags,
        *([f"level::{question.level}"] if question.level else []),
        *([f"verified::{verified}"] if verified else []),
    ]
    return replace(note, tags=tuple(dict.fromkeys(tags)))


def _media(deck: DeckFile, path: Path) -> dict[str, bytes]:
    """The pictures that the questions show, by name."""
    media: dict[str, bytes] = {}
    problems = Problems(str(path))
    folder = path.parent / "media"
    for question in deck.questions:
        for name in {name for text in question.fields.values() for name in pictures(text)}:
            file = folder / name
            if _is_inside(folder, file) and file.stat().st_size <= LARGEST_PICTURE:
                media[name] = file.read_bytes()
            else:
                message = f"Picture `{name}` must be a file of at most 5 MB in {folder} itself."
                problems.add(question.line, message)
    if problems.found:
        raise DeckError(problems.found)
    return media


def _is_inside(folder: Path, file: Path) -> bool:
    """Whether there is such a file and no link leads out of the folder to it."""
    return file.is_file() and file.resolve().is_relative_to(folder.resolve())


def _about(deck: DeckFile) -> dict[str, str]:
    """What the file says of itself, as text: the keys of the front matter."""
    about = asdict(deck.front) | {"tags": " ".join(deck.front.tags)}
    return {key: value for key, value in about.items() if value}
