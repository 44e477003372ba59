"""The runnable code of a note, taken out in the order it runs. Nothing is run here."""

from dataclasses import dataclass, replace

from tfcards.core import cloze
from tfcards.core.draft import DraftNote
from tfcards.core.markdown import Fence, fences
from tfcards.core.model import Kind

_ORDER = ("Question", "Answer", "Assertions", "Key points", "Why")


@dataclass(frozen=True, slots=True)
class Snippet:
    """One ```python fence that runs.

    All snippets of a note run in order in one namespace that has `tf`, `np` and `keras`.
    `expects_output` is what the run must have printed since the last compared output (None: not
    compared); `raises` names the exception that must be raised; `fresh` asks for a new process.
    """

    code: str
    expects_output: str | None = None
    raises: str | None = None
    where: str = ""
    fresh: bool = False


def snippets(note: DraftNote) -> list[Snippet]:
    """The snippets of a note: question, answer, assertions, then the rest.

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
            if fence.language == "python":
                runs = "norun" not in fence.words
                if runs:
                    found.append(_snippet(fence, f"{note.where} ({field})"))
            elif fence.language == "output" and runs:
                found[-1] = replace(found[-1], expects_output=fence.code)
    return found


def _snippet(fence: Fence, where: str) -> Snippet:
    raises, fresh = fence.value("raises"), "fresh" in fence.words
    return Snippet(code=fence.code, raises=raises, where=where, fresh=fresh)
