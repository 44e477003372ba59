"""The last run of each note's code: when, on which TensorFlow, and how it went."""

from tfcards.core.model import Note, SnippetRun
from tfcards.store import notes
from tfcards.store.database import Database
from tfcards.store.moments import duration, duration_milliseconds, milliseconds, moment
from tfcards.store.tags import below

VERIFIED = "verified"  # the tag above those that name the TensorFlow a deck was verified on

_ELSEWHERE = (
    "WITH told (note_id, version) AS ("
    "SELECT note_tags.note_id, substr(tags.name, length(:first) + 1)"
    " FROM tags JOIN note_tags ON note_tags.tag_id = tags.id"
    " WHERE tags.name >= :first AND tags.name < :last"
    " UNION ALL SELECT notes.id, snippet_runs.tensorflow"
    " FROM snippet_runs JOIN notes ON notes.guid = snippet_runs.guid"
    " WHERE snippet_runs.tensorflow <> '')"
    " SELECT note_id FROM told GROUP BY note_id"
    " HAVING max(version = :release OR version LIKE :release || '.%') = 0 ORDER BY note_id"
)


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


def verified_elsewhere(database: Database, release: str) -> list[Note]:
    """Notes that decks or runs here verified, but none of them on this release of TensorFlow."""
    _, first, last = below(VERIFIED)
    rows = database.rows(_ELSEWHERE, {"first": first, "last": last, "release": release})
    return notes.many(database, [note_id for (note_id,) in rows])


def failed(database: Database) -> list[tuple[Note, SnippetRun]]:
    """Notes whose code did not do what they say when it was last run, in the order they came."""
    rows = database.rows(
        "SELECT notes.id FROM snippet_runs JOIN notes ON notes.guid = snippet_runs.guid"
        " WHERE snippet_runs.problem <> '' ORDER BY notes.id"
    )
    found = notes.many(database, [note_id for (note_id,) in rows])
    return [(note, run) for note in found if (run := of(database, note.guid)) is not None]
