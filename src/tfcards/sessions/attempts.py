"""Keeps graded runs as attempts, each exactly once, and brings cards due for them. No Qt."""

import contextlib
import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tfcards.core.model import Attempt
from tfcards.labs import result as results
from tfcards.labs import running, state
from tfcards.labs.result import Result
from tfcards.store import Collection


def keep(
    collection: Collection, result: Result, began: datetime, duration: timedelta, now: datetime
) -> tuple[str, ...]:
    """Keep a run that counts and bring the cards of its failed checks due; answers those cards."""
    if not result.counts or _is_kept(collection, result):
        return ()
    attempt = Attempt(
        lab=result.lab,
        at=began + duration,
        outcome=result.outcome,
        score=result.score,
        max_score=result.max_score,
        seed=result.seed,
        duration=duration,
        result=json.dumps(results.to_json(result)),
    )
    collection.save_attempt(attempt)
    if not result.failed_cards:
        return ()
    return collection.bring_due(result.failed_cards, collection.calendar().day(now), now)


def closed(folders: Iterable[Path]) -> list[Path]:
    """Those of the run folders whose runs are over, each with a result by now.

    Nothing of the collection is read, so this may take place beside it, off the GUI thread.
    """
    found = []
    for folder in folders:
        if running.is_alive(folder):
            continue
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):  # an unreadable order
            running.close(folder)
            found.append(folder)
    return found


def settle(
    collection: Collection, folders: Iterable[Path], clock: Callable[[], datetime]
) -> list[Result]:
    """Keep what such runs came to, and take note of it; answers those that counted."""
    counted = []
    for folder in folders:
        result = results.read(folder)
        if result is None:
            continue
        seconds = timedelta(seconds=result.seconds)
        ended = datetime.fromtimestamp((folder / results.FILE_NAME).stat().st_mtime, tz=UTC)
        if result.counts and not _is_kept(collection, result):
            keep(collection, result, ended - seconds, seconds, clock())
            counted.append(result)
        state.note(folder)
    return counted


def _is_kept(collection: Collection, result: Result) -> bool:
    """By the seeds, which no two runs share."""
    mine = (result.seed, result.judge_seed)
    return any(mine == _seeds(attempt) for attempt in collection.attempts(result.lab))


def _seeds(attempt: Attempt) -> tuple[int, int] | None:
    try:
        form = json.loads(attempt.result)["extra_data"]["tfcards"]
        return int(form["seed"]), int(form["judge_seed"])
    except (ValueError, KeyError, TypeError):
        return None
