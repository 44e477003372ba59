"""Runs that are on outside this window: started by another one or by the terminal. No Qt."""

from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path

from tfcards.labs.running import is_alive, left_runs
from tfcards.sessions.attempts import settle
from tfcards.store import Collection as Cards


def running_labs(data: Path) -> frozenset[str]:
    """Labs with a run that is on, whoever started it, by the files in the data folder."""
    labs = data / "labs"
    return frozenset(run.relative_to(labs).parts[0] for run in left_runs(labs) if is_alive(run))


def keep_ended(
    collection: Cards, data: Path, but: Collection[str], clock: Callable[[], datetime]
) -> None:
    """Keep what runs came to that have ended, except those of some labs: their window does so."""
    labs = data / "labs"
    ended = [run for run in left_runs(labs) if run.relative_to(labs).parts[0] not in but]
    settle(collection, [run for run in ended if not is_alive(run)], clock)
