"""Deck files in and out of a collection: the built-in ones, the learner's own, and exports."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from tfcards import formats
from tfcards.core.draft import Draft, DraftNote, ImportReport
from tfcards.errors import BadInputError
from tfcards.formats import deck as deck_file
from tfcards.store import Collection

SEEN = "library"  # the setting that remembers which file contents are already in


def changed_decks(collection: Collection, folders: Iterable[Path]) -> list[Path]:
    """The deck files below these folders whose content is not in the collection yet."""
    seen = collection.setting(SEEN, {})
    files = [file for folder in folders for file in sorted(folder.glob("*/*.md"))]
    return [file for file in files if seen.get(_key(file)) != _digest(file)]


def add_decks(collection: Collection, folders: Iterable[Path], now: datetime) -> list[ImportReport]:
    """Bring every changed deck file below these folders in; cheap when nothing changed."""
    files = changed_decks(collection, folders)
    return [add_deck(collection, file, formats.read(file), now) for file in files]


def add_deck(collection: Collection, file: Path, draft: Draft, now: datetime) -> ImportReport:
    """Add one read deck file and remember its content, so that it is not read again.

    The learner did not ask for it, so it is no step that undo would take back.
    """
    report = collection.add(draft, now, undoable=False)
    collection.set_setting(SEEN, {**collection.setting(SEEN, {}), _key(file): _digest(file)})
    return report


def import_path(collection: Collection, path: Path, now: datetime) -> ImportReport:
    """Add a file, or every deck file of a folder as one step that can be undone at once."""
    if not path.is_dir():
        return collection.add(formats.read(path), now)
    files = sorted(path.rglob("*.md"))
    if not files:
        raise BadInputError(f"{path} holds no deck files (*.md). Name a file or another folder.")
    return collection.add(_joined(path, [formats.read(file) for file in files]), now)


def export_path(collection: Collection, path: Path, deck_id: int | None) -> list[Path]:
    """Write decks as Markdown: one file for a `.md` path, else a file for each deck in a folder."""
    by_deck = _by_deck(collection.draft(deck_id))
    if path.suffix == ".md":
        if len(by_deck) > 1:
            names = ", ".join(sorted(by_deck))
            raise BadInputError(
                f"{path} can hold one deck, and there are {len(by_deck)} ({names}). "
                "Choose one with --deck, or name a folder."
            )
        targets = dict.fromkeys(by_deck, path)
    else:
        targets = {name: path / _file_name(name) for name in by_deck}
    for name, target in targets.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(deck_file.write(by_deck[name]), encoding="utf-8")
    return list(targets.values())


def _joined(folder: Path, drafts: Sequence[Draft]) -> Draft:
    return Draft(
        source=str(folder),
        notes=tuple(note for draft in drafts for note in draft.notes),
        types=tuple(kind for draft in drafts for kind in draft.types),
        media={name: data for draft in drafts for name, data in draft.media.items()},
        skipped=tuple(skipped for draft in drafts for skipped in draft.skipped),
        sections=tuple(section for draft in drafts for section in draft.sections),
    )


def _by_deck(draft: Draft) -> dict[str, Draft]:
    notes: dict[str, list[DraftNote]] = {}
    for note in draft.notes:
        notes.setdefault(note.deck, []).append(note)
    return {
        name: Draft(source=name, notes=tuple(of_deck), sections=draft.sections)
        for name, of_deck in notes.items()
    }


def _file_name(deck: str) -> str:
    return f"{deck.replace('::', ' - ').replace('/', '-')}.md"


def _key(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
