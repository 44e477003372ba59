"""What a learner did at a lab so far: attempts, their checks and files, kept copies. No Qt."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tfcards.core.model import Attempt
from tfcards.labs import result as results
from tfcards.labs.content.manifest import Lab
from tfcards.labs.left import kept
from tfcards.labs.workspace import Workspace, snapshot_moment
from tfcards.sessions.lab_run import CheckRow, check_row
from tfcards.store import Collection


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt. `number` counts from the first; `at` is on the learner's clock."""

    number: int
    at: datetime
    outcome: str
    score: float
    max_score: float
    seconds: float
    seed: int
    judge_seed: int
    is_best: bool
    checks: tuple[CheckRow, ...]


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the learner's files, kept before something took their place."""

    at: datetime
    folder: Path


class LabHistory:
    """The past of one lab. Bringing something back always keeps a copy of what was there."""

    def __init__(
        self,
        collection: Collection,
        lab: Lab,
        workspace: Workspace,
        clock: Callable[[], datetime],
    ) -> None:
        self._collection = collection
        self._lab = lab
        self._workspace = workspace
        self._clock = clock

    @property
    def count(self) -> int:
        """How many attempts there are."""
        return len(self._collection.attempts(self._lab.id))

    def attempts(self) -> list[Tried]:
        """Every attempt of the lab, newest first."""
        return list(reversed(tried(self._collection, self._lab.id)))

    def copies(self) -> list[Copy]:
        """The kept copies of these files, newest first."""
        zone = ZoneInfo(self._collection.calendar().zone)
        return [
            Copy(snapshot_moment(folder).astimezone(zone), folder)
            for folder in self._workspace.snapshots()
        ]

    def files_of(self, past: Tried | Copy) -> dict[str, str]:
        """The lab's files as they were then; nothing when the run's folder is gone."""
        if isinstance(past, Copy):
            return kept.texts(past.folder, self._lab.files)
        folder = self._workspace.lab_folder
        run = kept.run_folder(folder, past.seed, past.judge_seed)
        return {} if run is None else kept.texts(run / "files", self._lab.files)

    def bring_back(self, past: Tried | Copy) -> Path:
        """Put those files in place of the learner's; answers where the present ones are kept."""
        return self._workspace.bring_back(self.files_of(past), self._clock())

    def keep(self, texts: Mapping[str, str]) -> Path:
        """Keep texts that are about to give way, and the other files as they lie on disk."""
        return self._workspace.keep(texts, self._clock())


def tried(collection: Collection, lab_id: str) -> list[Tried]:
    """Every attempt of a lab, oldest first; the best is the first with the most of its points."""
    attempts = collection.attempts(lab_id)
    zone = ZoneInfo(collection.calendar().zone)
    best = _best(attempts)
    made = []
    for number, attempt in enumerate(attempts, start=1):
        judge_seed, checks = _told(attempt)
        made.append(
            Tried(
                number=number,
                at=attempt.at.astimezone(zone),
                outcome=attempt.outcome,
                score=attempt.score,
                max_score=attempt.max_score,
                seconds=attempt.duration.total_seconds(),
                seed=attempt.seed,
                judge_seed=judge_seed,
                is_best=number - 1 == best,
                checks=checks,
            )
        )
    return made


def _best(attempts: Sequence[Attempt]) -> int:
    shares = [each.score / each.max_score if each.max_score else 0.0 for each in attempts]
    return max(range(len(shares)), key=lambda at: (shares[at], -at), default=-1)


def _told(attempt: Attempt) -> tuple[int, tuple[CheckRow, ...]]:
    """The judge's seed and the checks, from the result that was kept; none if it is damaged."""
    try:
        result = results.from_json(json.loads(attempt.result))
    except (ValueError, KeyError, TypeError):
        return 0, ()
    return result.judge_seed, tuple(check_row(check) for check in result.checks)
