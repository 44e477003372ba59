"""What a learner typed for a code card: what to run, and how the outcome is told. No Qt."""

from dataclasses import replace

from tfcards.core.draft import DraftNote
from tfcards.core.model import Kind, Note
from tfcards.formats import Snippet, needs_tensorflow, snippets
from tfcards.labs.card_code.snippet_worker import NONE, TENSORFLOW
from tfcards.labs.card_code.snippets import CHECK, GIVEN, TYPED, Block, SnippetJob
from tfcards.labs.card_code.typed_code import TypedResult


def takes_code(note: Note) -> bool:
    """Whether code typed for the note can be run: it is a code card with a reference that runs."""
    return _reference(note) is not None


def typed_language(note: Note) -> str:
    """What the answer is written in, "python" or "sql"."""
    reference = _reference(note)
    return reference.language if reference is not None else "python"


def typed_job(note: Note, typed: str) -> SnippetJob | None:
    """What to run to judge typed code: it takes the reference's place before the assertions.

    None if the note is not a code card, or nothing was typed.
    """
    reference = _reference(note)
    if reference is None or not typed.strip():
        return None
    found = _snippets(note)
    answer = replace(reference, code=typed)
    given = [one for one in found if one.setup or one.field == "Question"]
    checks = [one for one in found if not one.setup and one.field == "Assertions"]
    blocks = [_block(one, GIVEN) for one in given]
    blocks += [_block(answer, TYPED), *(_block(one, CHECK) for one in checks)]
    framework = TENSORFLOW if needs_tensorflow([*found, answer]) else NONE
    return SnippetJob(note.guid, tuple(blocks), any(one.fresh for one in found), framework)


def typed_headline(result: TypedResult) -> str:
    """How it went, in one line."""
    versions = [f"{name} {version}" for name, version in result.versions.items()]
    return " · ".join([_verdict(result), *versions, f"{result.seconds:.1f} s"])


def typed_report(result: TypedResult) -> str:
    """What is wrong, then what was printed and warned of; the two are never mixed up."""
    parts = [result.fault.detail] if result.fault else []
    parts += [f"Warning: {warning}" for warning in result.warnings]
    printed = result.output.rstrip("\n")
    parts += [f"It printed:\n{printed}"] if printed else []
    return "\n\n".join(part for part in parts if part)


def _verdict(result: TypedResult) -> str:
    if result.fault is not None:
        return f"✗ {result.fault.summary}"
    if not result.held:
        return "Your code ran; no assertion judged it"
    return "✓ The assertion holds" if result.held == 1 else f"✓ All {result.held} assertions hold"


def _block(one: Snippet, part: str) -> Block:
    return Block(one.code, one.raises, one.expects_output, "", one.language, part)


def _reference(note: Note) -> Snippet | None:
    """The code of the answer that the learner's takes the place of: the last, if there are more."""
    if note.type.kind is not Kind.CODE:
        return None
    answers = [one for one in _snippets(note) if one.field == "Answer" and not one.setup]
    return answers[-1] if answers else None


def _snippets(note: Note) -> list[Snippet]:
    return snippets(DraftNote(note.guid, note.type.kind, "", note.fields))
