"""What an answer is worth: picks, ticked key points, typed text and code turned into a rating.

A suggestion only; the learner decides. The policy: wrong is Again, right is Good, never Easy.
A choice that is only partly right is wrong. Code whose assertions hold at a later try is Hard.
Key points count by their share. Nothing done is no evidence and leaves Good. No scheduling lives
here.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tfcards.core.markdown import fences, key_points, options, typed_answer
from tfcards.core.model import Kind, Note, Rating

_GOOD_SHARE, _HARD_SHARE = 0.9, 0.6  # of the key points


@dataclass(frozen=True, slots=True)
class Marked:
    """The rating an answer speaks for, and a sentence saying why ("" without evidence)."""

    rating: Rating
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Try:
    """Code that was run against a card's assertions, and whether all of them held."""

    code: str
    held: bool


def mark(
    note: Note, picked: Collection[int] = (), typed: str = "", tries: Sequence[Try] = ()
) -> Marked:
    """Mark an answer to any card of `note`.

    `picked` are indices from 0: of the options of a choice, in the order they are written in, or
    of the ticked key points otherwise. `typed` is the text typed for a typed, output or code
    question, `tries` are the runs of what was typed for a code question, in order.
    """
    answer = note.fields.get("Answer", "")
    if note.type.kind is Kind.CHOICE:
        right = [index for index, option in enumerate(options(answer)) if option.right]
        return mark_choice(picked, right)
    expected = _expected_text(note.type.kind, answer)
    if expected is not None and typed.strip():
        return mark_typed(typed, expected)
    if note.type.kind is Kind.CODE and any(same_text(one.code, typed) for one in tries):
        return mark_code(typed, tries)
    return mark_key_points(len(picked), len(key_points(note.fields.get("Key points", ""))))


def mark_choice(picked: Collection[int], right: Collection[int]) -> Marked:
    """Mark picked options: right only if all the right ones were picked and no other."""
    if not picked:
        return Marked(Rating.GOOD)
    if set(picked) == set(right):
        return Marked(Rating.GOOD, "Right.")
    missed, wrong = len(set(right) - set(picked)), len(set(picked) - set(right))
    parts = [f"{wrong} wrong"] if wrong else []
    parts += [f"{missed} missed"] if missed else []
    return Marked(Rating.AGAIN, f"Not right: {', '.join(parts)}.")


def mark_typed(typed: str, expected: str) -> Marked:
    """Mark typed text: right if it is the same but for line ends and space at the ends of lines."""
    if same_text(typed, expected):
        return Marked(Rating.GOOD, "Right.")
    return Marked(Rating.AGAIN, "Not the expected text.")


def mark_code(typed: str, tries: Sequence[Try]) -> Marked:
    """Mark code by how its runs went: the last one of this very text, and whether it was the first.

    Running the same text twice is one try. Without a run of this text there is no evidence.
    """
    texts: list[str] = []
    for one in tries:
        if not any(same_text(one.code, text) for text in texts):
            texts.append(one.code)
    runs = [one.held for one in tries if same_text(one.code, typed)]
    if not runs:
        return Marked(Rating.GOOD)
    if not runs[-1]:
        return Marked(Rating.AGAIN, "Not all assertions held.")
    if same_text(texts[0], typed):
        return Marked(Rating.GOOD, "All assertions held at the first try.")
    return Marked(Rating.HARD, "All assertions held, though not at the first try.")


def mark_key_points(ticked: int, total: int) -> Marked:
    """Mark by the share of key points that the learner ticked as mentioned."""
    if not ticked or not total:
        return Marked(Rating.GOOD)
    share = ticked / total
    reason = f"{ticked} of {total} key points."
    if share >= _GOOD_SHARE:
        return Marked(Rating.GOOD, reason)
    return Marked(Rating.HARD if share >= _HARD_SHARE else Rating.AGAIN, reason)


def same_text(given: str, expected: str) -> bool:
    """Whether two texts agree but for line ends, space at line ends, and empty lines around.

    Indentation and case matter: in code they carry meaning.
    """
    return _normal(given) == _normal(expected)


def _normal(text: str) -> list[str]:
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    filled = [number for number, line in enumerate(lines) if line]
    return lines[filled[0] : filled[-1] + 1] if filled else []


def _expected_text(kind: Kind, answer: str) -> str | None:
    """The text to type, or None if this kind of question is not answered by typing."""
    if kind is Kind.TYPED:
        return typed_answer(answer)
    if kind is Kind.OUTPUT:
        return next((fence.code for fence in fences(answer) if fence.language == "output"), None)
    return None
