"""Files to Drafts, one module per format. No database, no Qt; files are hostile until read."""

from pathlib import Path

from tfcards.core.draft import Draft
from tfcards.errors import BadInputError, UnavailableError
from tfcards.formats import deck
from tfcards.formats.addresses import address_problem
from tfcards.formats.deck_write import write
from tfcards.formats.problems import DeckError, Problem
from tfcards.formats.snippets import Snippet, needs_tensorflow, snippets

__all__ = [
    "DeckError",
    "Problem",
    "Snippet",
    "address_problem",
    "needs_tensorflow",
    "read",
    "snippets",
    "write",
]

_LARGEST = 20_000_000  # bytes; the largest deck seen is far below 1 MB
_READABLE = "tfcards reads Markdown decks (.md); docs/deck-format.md shows one."


def read(path: Path) -> Draft:
    """Read a file of cards, whatever its format; picked by content, then by name.

    Raises:
        BadInputError: the file is not there, is empty, or is nothing that can be read.
        DeckError: the file is a deck with mistakes; all of them are listed.
        UnavailableError: the file may not be read.
    """
    content = _content(path)
    _refuse_foreign(path, content)
    text = _text(path, content)
    if path.suffix.lower() in (".md", ".markdown") or text.startswith("---"):
        return deck.read_text(text, path)
    raise BadInputError(f"{path} is not a deck. {_READABLE}")


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST:
            limit = _LARGEST // 1_000_000
            raise BadInputError(f"{path} is larger than {limit} MB. Split it into several decks.")
        return path.read_bytes()
    except FileNotFoundError:
        raise BadInputError(f"There is no file {path}. Check its name.") from None
    except IsADirectoryError:
        raise BadInputError(f"{path} is a folder. Name a file in it.") from None
    except OSError as error:
        why = error.strerror or str(error)
        raise UnavailableError(f"{path} cannot be read: {why}. Check its permissions.") from None


def _refuse_foreign(path: Path, content: bytes) -> None:
    start = content[:512].lstrip().lower()
    if not content.strip():
        raise BadInputError(f"{path} is empty. {_READABLE}")
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise BadInputError(f"{path} is a web page, whatever its name says. {_READABLE}")
    if content.startswith(b"PK\x03\x04"):
        raise BadInputError(f"{path} is a zip archive or package. {_READABLE}")
    if b"\x00" in content:
        raise BadInputError(f"{path} is a binary file, not text. {_READABLE}")


def _text(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        sentence = f"{path}, line {line}: not UTF-8 text. Save the file as UTF-8."
        raise BadInputError(sentence) from None
