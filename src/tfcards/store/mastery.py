"""How many cards of decks would be recalled now: one query, no card is loaded."""

import json
from collections.abc import Iterable
from datetime import datetime

from tfcards.core.mastery import MASTERED, Mastery
from tfcards.core.options import Options
from tfcards.core.schedule import Scheduler
from tfcards.store import decks, settings
from tfcards.store.database import Database
from tfcards.store.moments import milliseconds

_DAY = 86_400_000
_COUNT = (  # a subquery for each deck reads its part of the index; a join would sort all cards
    "WITH asked (deck, lasting) AS MATERIALIZED"
    " (SELECT CAST(key AS INTEGER), value FROM json_each(:lasting))"
    " SELECT asked.deck, (SELECT json_array(count(*), count(last_at),"
    " coalesce(sum(:now - last_at <= stability * asked.lasting), 0))"
    " FROM cards WHERE deck_id = asked.deck AND suspended = 0) FROM asked"
)


def by_deck(
    database: Database, deck_ids: Iterable[int], now: datetime, recall: float = MASTERED
) -> dict[int, Mastery]:
    """The mastery at `now` of each of these decks and all below it; suspended cards do not count.

    A recall of at least `recall` is an age of at most so many days for each day of stability: that
    is a comparison SQLite can make, with no power to compute for each card.
    """
    all_decks = decks.all_decks(database)
    branches = {
        deck.id: [below.id for below in decks.branch(all_decks, deck)]
        for deck in all_decks
        if deck.id in set(deck_ids)
    }
    lasting = _lasting(database, {below for ids in branches.values() for below in ids}, recall)
    rows = database.rows(_COUNT, {"now": milliseconds(now), "lasting": json.dumps(lasting)})
    own = {deck_id: Mastery(*json.loads(numbers)) for deck_id, numbers in rows}
    return {
        deck_id: sum([own[below] for below in ids], Mastery()) for deck_id, ids in branches.items()
    }


def _lasting(database: Database, deck_ids: set[int], recall: float) -> dict[int, float]:
    """For each deck, how many milliseconds a day of stability lasts at that recall."""
    calendar = settings.calendar(database)
    options = decks.all_options(database)
    made: dict[Options, float] = {}
    for chosen in {options[deck_id] for deck_id in deck_ids}:
        made[chosen] = Scheduler(chosen, calendar).lasting(recall) * _DAY
    return {deck_id: made[options[deck_id]] for deck_id in sorted(deck_ids)}
