"""Finds notes by what they say: words by the full-text index, parts of words by looking at all."""

import json
import re

from tfcards.core.model import Note
from tfcards.store import notes
from tfcards.store.database import Database

_WORD = re.compile(r"[^\W_]+")
_ANYWHERE = (  # the stored JSON holds field names too, but is quicker to look through first
    "SELECT notes.id FROM notes JOIN note_texts ON note_texts.id = notes.id"
    " WHERE notes.fields LIKE ? ESCAPE '!' AND note_texts.text LIKE ? ESCAPE '!'"
    " ORDER BY notes.id LIMIT ?"
)


def find(database: Database, text: str, limit: int) -> list[Note]:
    """Notes that hold every word of `text`, whole or its beginning; else its letters anywhere.

    In the order the notes came in. Letters' case and accents do not matter for words.
    """
    words = _WORD.findall(text)
    rows = []
    if words:
        query = " ".join(f'"{word}"*' for word in words)
        rows = database.rows(
            "SELECT rowid FROM note_search WHERE note_search MATCH ? ORDER BY rowid LIMIT ?",
            (query, limit),
        )
    if not rows and text.strip():
        rows = database.rows(_ANYWHERE, (*_patterns(text.strip()), limit))
    return notes.many(database, [note_id for (note_id,) in rows])


def _patterns(text: str) -> tuple[str, str]:
    """LIKE patterns for the text as JSON writes it, and as it reads."""
    stored = json.dumps(text, ensure_ascii=False)[1:-1]
    return f"%{_escaped(stored)}%", f"%{_escaped(text)}%"


def _escaped(text: str) -> str:
    return re.sub(r"([!%_])", r"!\1", text)
