"""Three-way merge of a note: the author's last text, the learner's, and what came. Pure."""

import hashlib
from collections.abc import Collection

from tfcards.core.draft import DraftNote


def merge_fields(
    base: dict[str, str], mine: dict[str, str], theirs: dict[str, str]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Each field for itself: who changed it wins, and both keeps the learner's text.

    Answers the merged fields and the names of those both changed. A field that is missing is empty.
    """
    merged: dict[str, str] = {}
    conflicts: list[str] = []
    for name in dict.fromkeys([*theirs, *mine]):
        ours, new, old = (texts.get(name, "") for texts in (mine, theirs, base))
        if ours == old:
            merged[name] = new
            continue
        merged[name] = ours
        if new not in (old, ours):
            conflicts.append(name)
    return {name: text for name, text in merged.items() if text or name in theirs}, tuple(conflicts)


def merge_tags(
    base: Collection[str], mine: Collection[str], theirs: Collection[str]
) -> tuple[str, ...]:
    """The learner's tags with what the author added, without what the author took away."""
    old, new = ({tag.casefold() for tag in tags} for tags in (base, theirs))
    merged = {tag.casefold(): tag for tag in theirs if tag.casefold() not in old}
    merged |= {
        tag.casefold(): tag for tag in mine if tag.casefold() not in old or tag.casefold() in new
    }
    return tuple(sorted(merged.values()))


def fingerprint(note: DraftNote) -> str:
    """A short hash of all an author says in a note: equal means nothing new came."""
    parts = [note.type or str(note.kind), note.deck, *sorted(note.tags)]
    parts += [f"{name}\x1e{text}" for name, text in sorted(note.fields.items()) if text]
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=12).hexdigest()
