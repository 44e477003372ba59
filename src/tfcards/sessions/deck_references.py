"""What cards and labs refer to: API names, cards, sections. Finds those that do not exist."""

import json
import re
from collections.abc import Iterator, Sequence

from tfcards.core.draft import Draft, DraftNote
from tfcards.formats import Problem
from tfcards.labs.manifest import Lab
from tfcards.labs.snippets import Block, SnippetJob, SnippetResult

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
