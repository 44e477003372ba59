"""The last run of each note's code: when, on which TensorFlow, and how it went."""

from tfcards.core.model import SnippetRun
from tfcards.store.database import Database
from tfcards.store.moments import duration, duration_milliseconds, milliseconds, moment


def save(database: Database, run: SnippetRun) -> None:
    """Keep a run in the place of the note's last one."""
    database.run(
        "INSERT INTO snippet_runs (guid, code, at, tensorflow, duration, problem)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (guid) DO UPDATE SET code = excluded.code,"
        " at = excluded.at, tensorflow = excluded.tensorflow, duration = excluded.duration,"
        " problem = excluded.problem",
        (
            run.guid,
            run.code,
            milliseconds(run.at),
            run.tensorflow,
            duration_milliseconds(run.duration),
            run.problem,
        ),
    )


def of(database: Database, guid: str) -> SnippetRun | None:
    """The note's last run."""
    row = database.row(
        "SELECT code, at, tensorflow, duration, problem FROM snippet_runs WHERE guid = ?", (guid,)
    )
    if row is None:
        return None
    code, at, tensorflow, length, problem = row
    return SnippetRun(guid, code, moment(at), tensorflow, duration(length), problem)
