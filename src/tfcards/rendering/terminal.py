"""A card as plain text for a terminal: its Markdown, with what the question must hide hidden."""

import re

from tfcards.core import cloze
from tfcards.core.markdown import options
from tfcards.core.model import Kind, Note

_TAG = re.compile(r"<[^>]+>")


def card_text(note: Note, ordinal: int, *, revealed: bool) -> str:
    """The question, and below it the answer once `revealed`."""
    question, answer = _sides(note, ordinal, revealed=revealed)
    parts = [question]
    if revealed:
        parts += [answer, *_extras(note)]
    return "\n\n".join(part for part in parts if part.strip())


def _sides(note: Note, ordinal: int, *, revealed: bool) -> tuple[str, str]:
    fields = note.fields
    question, answer = fields.get("Question", ""), fields.get("Answer", "")
    match note.type.kind:
        case Kind.REVERSE if ordinal == 1:
            return answer, question
        case Kind.CLOZE:
            return (cloze.plain(question) if revealed else _hidden(question, ordinal)), answer
        case Kind.CHOICE:
            return f"{question}\n\n{_choices(answer, revealed=revealed)}", ""
        case Kind.TEMPLATE:
            texts = [_TAG.sub("", text) for text in fields.values()]
            return texts[0], "\n\n".join(texts[1:])
        case _:
            return question, answer


def _extras(note: Note) -> list[str]:
    named = ((name, note.fields.get(name, "")) for name in ("Key points", "Why", "Source"))
    return [f"{name}:\n{text}" for name, text in named if text.strip()]


def _hidden(text: str, ordinal: int) -> str:
    """The text with the asked deletions as `[hint]` and the others as they read."""
    parts, position = [], 0
    for deletion in cloze.find(text):
        asked = deletion.number == ordinal + 1
        shown = f"[{deletion.hint or '...'}]" if asked else _hidden(deletion.text, ordinal)
        parts += [text[position : deletion.start], shown]
        position = deletion.end
    return "".join([*parts, text[position:]])


def _choices(answer: str, *, revealed: bool) -> str:
    lines = []
    for letter, option in zip("abcdefghijklmnopqrstuvwxyz", options(answer), strict=False):
        mark = ("✓ " if option.right else "✗ ") if revealed else ""
        reason = f" — {option.reason}" if revealed and option.reason else ""
        lines.append(f"  {letter}) {mark}{option.text}{reason}")
    return "\n".join(lines)
