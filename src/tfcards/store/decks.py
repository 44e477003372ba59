"""Decks and their options, which sub-decks inherit field by field. No cards are read here."""

import json
from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

from tfcards.core.model import Deck
from tfcards.core.options import Options
from tfcards.errors import BadInputError
from tfcards.store import settings
from tfcards.store.database import Database

DEFAULTS = "options"  # the setting that holds the options of all decks
_STEPS = ("learning_steps", "relearning_steps")
_NAMES = frozenset(field.name for field in fields(Options))

Changes = dict[str, Any]


def all_decks(database: Database) -> list[Deck]:
    """Every deck, parents before their sub-decks, by name."""
    found = [Deck(*row) for row in database.rows("SELECT id, name, description FROM decks")]
    return sorted(found, key=lambda deck: deck.name.casefold().split("::"))


def ensure(database: Database, name: str) -> Deck:
    """The deck of that name, made with its parents if it is missing.

    Raises:
        BadInputError: a part of the name is empty.
    """
    parts = [part.strip() for part in name.split("::")]
    if not all(parts):
        raise BadInputError(f"'{name}' is not a deck name: no part around '::' may be empty.")
    for depth in range(1, len(parts) + 1):
        database.run(
            "INSERT INTO decks (name, description) VALUES (?, '') ON CONFLICT DO NOTHING",
            ("::".join(parts[:depth]),),
        )
    found = database.row(
        "SELECT id, name, description FROM decks WHERE name = ?", ("::".join(parts),)
    )
    assert found is not None
    return Deck(*found)


def branch(decks: Iterable[Deck], root: Deck) -> list[Deck]:
    """A deck and all decks below it."""
    prefix = root.name.casefold() + "::"
    return [deck for deck in decks if deck.id == root.id or deck.name.casefold().startswith(prefix)]


def find(database: Database, deck_id: int) -> Deck:
    """The deck of that id.

    Raises:
        BadInputError: it is gone.
    """
    found = database.row("SELECT id, name, description FROM decks WHERE id = ?", (deck_id,))
    if found is None:
        raise BadInputError("This deck is no longer in the collection.")
    return Deck(*found)


def options(database: Database, deck_id: int | None) -> Options:
    """A deck's options: its own, else its parents', else those of all decks (`deck_id` None)."""
    own = find(database, deck_id).name if deck_id is not None else None
    return _built(_inherited(own, *_stored(database)))


def all_options(database: Database) -> dict[int, Options]:
    """The options of every deck by id: one object for decks whose options are the same."""
    defaults, stored = _stored(database)
    made: dict[str, Options] = {}
    by_deck = {}
    for deck in all_decks(database):
        changes = _inherited(deck.name, defaults, stored)
        key = json.dumps(changes, sort_keys=True)
        if key not in made:
            made[key] = _built(changes)
        by_deck[deck.id] = made[key]
    return by_deck


def set_options(database: Database, deck_id: int | None, changes: Changes | None) -> None:
    """Change a deck's own options (`deck_id` None: those of all decks).

    A value of None goes back to what is inherited; `changes` None does so for all of them.

    Raises:
        BadInputError: an option is unknown or out of range; nothing was changed.
    """
    unknown = sorted(set(changes or {}) - _NAMES)
    if unknown:
        raise BadInputError(f"There is no deck option {', '.join(unknown)}.")
    defaults, stored = _stored(database)
    name = find(database, deck_id).name if deck_id is not None else None
    before = defaults if name is None else stored.get(name.casefold(), {})
    after = {} if changes is None else {**before, **_plain(changes)}
    after = {key: value for key, value in after.items() if value is not None}
    _built({**_inherited(_parent(name), defaults, stored), **after})  # refuses what is out of range
    if name is None:
        settings.write(database, DEFAULTS, after)
    else:
        text = json.dumps(after, sort_keys=True) if after else None
        database.run("UPDATE decks SET options = ? WHERE id = ?", (text, deck_id))


def waiting(database: Database) -> set[int]:
    """Decks told to bring no new cards until they are begun."""
    rows = database.rows("SELECT id FROM decks WHERE json_extract(options, '$.new_per_day') = 0")
    return {row[0] for row in rows}


def begin(database: Database, deck_id: int) -> None:
    """Let new cards come in a deck, and those below it, that waited to be begun."""
    held = waiting(database)
    for deck in branch(all_decks(database), find(database, deck_id)):
        if deck.id in held:
            set_options(database, deck.id, {"new_per_day": None})


def _stored(database: Database) -> tuple[Changes, dict[str, Changes]]:
    """The options of all decks, and each deck's own by casefolded name."""
    defaults = settings.read(database, DEFAULTS, {})
    rows = database.rows("SELECT name, options FROM decks WHERE options IS NOT NULL")
    own = {name.casefold(): json.loads(text) for name, text in rows}
    return defaults if isinstance(defaults, dict) else {}, own


def _inherited(name: str | None, defaults: Changes, stored: dict[str, Changes]) -> Changes:
    merged = dict(defaults)
    parts = name.casefold().split("::") if name is not None else []
    for depth in range(1, len(parts) + 1):
        merged.update(stored.get("::".join(parts[:depth]), {}))
    return merged


def _parent(name: str | None) -> str | None:
    return name.rpartition("::")[0] or None if name is not None else None


def _plain(changes: Changes) -> Changes:
    """Options as JSON holds them: steps in seconds."""
    return {
        key: [step.total_seconds() for step in value] if key in _STEPS and value else value
        for key, value in changes.items()
    }


def _built(changes: Changes) -> Options:
    given = {key: value for key, value in changes.items() if key in _NAMES}
    for key in _STEPS:
        if key in given:
            given[key] = tuple(timedelta(seconds=seconds) for seconds in given[key])
    if "parameters" in given:
        given["parameters"] = tuple(given["parameters"])
    return replace(Options(), **given)
