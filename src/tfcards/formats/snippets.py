"""The runnable code of a note, taken out in the order it runs. Nothing is run here."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tfcards.core import cloze
from tfcards.core.draft import DraftNote
from tfcards.core.markdown import Fence, fences
from tfcards.core.model import Kind

LANGUAGES = ("python", "sql")
_ORDER = ("Question", "Answer", "Assertions", "Key points", "Why")
_TENSORFLOW = re.compile(r"\b(tf|keras|tensorflow|tensorboard)")


@dataclass(frozen=True, slots=True)
class Snippet:
    """One ```python or ```sql fence that runs.

    All snippets of a note run in order: Python in one namespace that has `tf`, `np` and `keras`,
    SQL in one empty database. `expects_output` is what the run must have printed since the last
    compared output (None: not compared); `raises` names the exception that must be raised;
    `fresh` asks for a new process; `setup` puts it before those that are not; `field` is the one
    of the note that it stands in.
    """

    code: str
    expects_output: str | None = None
    raises: str | None = None
    where: str = ""
    fresh: bool = False
    setup: bool = False
    language: str = "python"
    field: str = ""


def snippets(note: DraftNote) -> list[Snippet]:
    """The snippets of a note: those marked `setup`, then question, answer, assertions, the rest.

    Fences marked `norun` and the options of a choice are left out; deletions are filled in. An
    ```output fence is compared with what the snippets before it print.
    """
    found: list[Snippet] = []
    runs = False
    for field in _ORDER:
        if note.kind is Kind.CHOICE and field == "Answer":
            continue
        text = note.fields.get(field, "")
        for fence in fences(cloze.plain(text) if note.kind is Kind.CLOZE else text):
            if fence.language in LANGUAGES:
                runs = "norun" not in fence.words
                if runs:
                    found.append(_snippet(fence, note.where, field))
            elif fence.language == "output" and runs:
                found[-1] = replace(found[-1], expects_output=fence.code)
    return sorted(found, key=lambda snippet: not snippet.setup)


def needs_tensorflow(found: Iterable[Snippet]) -> bool:
    """Whether Python among the snippets names TensorFlow or Keras; if none does, it runs without.

    Seconds are saved by that: importing TensorFlow takes longer than most cards.
    """
    return any(
        snippet.language == "python" and _TENSORFLOW.search(snippet.code) for snippet in found
    )


def _snippet(fence: Fence, where: str, field: str) -> Snippet:
    return Snippet(
        code=fence.code,
        raises=fence.value("raises"),
        where=f"{where} ({field})",
        fresh="fresh" in fence.words,
        setup="setup" in fence.words,
        language=fence.language,
        field=field,
    )
