"""What cards, sections and labs refer to: API names, cards, sections. Finds what is not there."""

import json
import re
from collections.abc import Iterator, Sequence

from tfcards.core.draft import Draft, DraftNote, Section
from tfcards.core.sections import circle
from tfcards.formats import Problem
from tfcards.labs.card_code.snippets import Block, SnippetJob, SnippetResult
from tfcards.labs.content.manifest import Lab

NAMES_JOB = "names"
REMOVED = "removed"  # the tag of a card that is about a name which is gone
_NAME = re.compile(r"(?<![\w./:])(?:tf|keras)(?:\.[A-Za-z_]\w*)+(?![\w*…])")
_LOOK_UP = """
roots = {{"tf": tf, "keras": keras}}

def exists(name):
    first, *rest = name.split(".")
    found = roots[first]
    for part in rest:
        if not hasattr(found, part):
            return False
        found = getattr(found, part)
    return True

import json
print(json.dumps([name for name in json.loads({names!r}) if not exists(name)]))
"""


def names_of(note: DraftNote) -> set[str]:
    """The `tf.` and `keras.` names a card speaks of, unless it is about removed ones."""
    if REMOVED in note.tags:
        return set()
    return {match[0] for text in note.fields.values() for match in _NAME.finditer(text)}


def names_job(drafts: Sequence[Draft]) -> SnippetJob | None:
    """Code that prints, as JSON, which of the cards' names this TensorFlow does not have.

    None when the cards speak of no such name: then nothing needs TensorFlow for it.
    """
    names = sorted(set().union(*(names_of(note) for draft in drafts for note in draft.notes)))
    if not names:
        return None
    return SnippetJob(NAMES_JOB, (Block(_LOOK_UP.format(names=json.dumps(names))),))


def unknown_names(drafts: Sequence[Draft], result: SnippetResult) -> Iterator[Problem]:
    """The cards that use names which the job's answer says do not exist."""
    if not result.ok:
        yield Problem("API names", 1, f"They could not be looked up: {result.message}")
        return
    unknown = set(json.loads(result.output))
    version = result.versions.get("TensorFlow", "")
    for draft in drafts:
        for note in draft.notes:
            for name in sorted(names_of(note) & unknown):
                message = f"`{name}` is not in TensorFlow {version}. Correct the name, "
                message += f"or give the card the tag `{REMOVED}` if it is about that."
                yield Problem(draft.source, int(note.where.rpartition(":")[2]), message)


def foreign_needs(drafts: Sequence[Draft]) -> set[str]:
    """The sections that others need and that none of these files has."""
    sections = _sections(drafts)
    needed = {need for section in sections.values() for need in section.needs}
    return needed - set(sections)


def broken_needs(drafts: Sequence[Draft], beside: Sequence[Draft] = ()) -> Iterator[Problem]:
    """Needs of sections that lead nowhere, or in a circle; `beside` are decks they may name."""
    own, known = _sections(drafts), _sections([*beside, *drafts])
    files = {section.name: draft.source for draft in drafts for section in draft.sections}
    for section in own.values():
        for need in section.needs:
            if need not in known:
                message = f"`needs` names `{need}`, which is no section of a deck."
                yield _at(files[section.name], section, message)
    found = circle({section.name: section.needs for section in known.values()})
    first = next((name for name in found if name in own), None)
    if first is not None:
        way = " needs ".join(f"`{name}`" for name in reversed(found))
        message = f"Sections need each other in a circle: {way}. Take one `needs` out."
        yield _at(files[first], own[first], message)


def _sections(drafts: Sequence[Draft]) -> dict[str, Section]:
    return {section.name: section for draft in drafts for section in draft.sections}


def _at(file: str, section: Section, message: str) -> Problem:
    return Problem(file, int(section.where.rpartition(":")[2]), message)


def broken_references(drafts: Sequence[Draft], labs: Sequence[Lab]) -> Iterator[Problem]:
    """Cards and sections that labs name and no deck has."""
    known = {note.guid for draft in drafts for note in draft.notes}
    known |= {tag for draft in drafts for note in draft.notes for tag in note.tags}
    for lab in labs:
        manifest = str(lab.folder / "lab.toml")
        for name in lab.requirement.cards:
            if name not in known:
                yield Problem(manifest, 1, f"`{name}` is no card id and no section of a deck.")
        for check in lab.checks:
            for name in check.cards:
                if name not in known:
                    message = f"check `{check.id}` names `{name}`, which is no card of a deck."
                    yield Problem(str(lab.folder / "checks.py"), 1, message)
