"""Older files are brought up to date after a backup, or left exactly as they were."""

import sqlite3

import pytest
from holdings import NOW, draft, note

from tfcards.errors import UnavailableError
from tfcards.store import Collection
from tfcards.store.migrations import MIGRATIONS


def add_colour(connection):
    connection.execute("ALTER TABLE decks ADD COLUMN colour VARCHAR NOT NULL DEFAULT ''")


def add_table(connection):
    connection.execute("CREATE TABLE friends (id INTEGER PRIMARY KEY, name VARCHAR)")
    connection.execute("INSERT INTO friends (name) VALUES ('Ada')")


def fail_half_way(connection):
    connection.execute("DELETE FROM cards")
    connection.execute("CREATE TABLE half (id INTEGER)")
    connection.execute("SELECT * FROM nowhere")


def break_references(connection):
    connection.execute("DELETE FROM notes")


def have_a_bug(connection):
    connection.execute("DELETE FROM cards")
    raise LookupError("a bug")


@pytest.fixture
def folder(tmp_path):
    collection = Collection.open(tmp_path, now=NOW)
    collection.add(draft(note("a")), NOW)
    collection.close()
    return tmp_path


def backups(folder):
    return sorted((folder / "backups").glob("*.db"))


def version(file):
    connection = sqlite3.connect(file)
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.close()
    return found


def test_each_step_runs_once_after_a_backup(folder):
    start = version(folder / "collection.db")
    steps = (*MIGRATIONS, add_colour, add_table)
    for _ in range(2):
        collection = Collection.open(folder, now=NOW, migrations=steps)
        assert collection._database.rows("SELECT name FROM friends") == [("Ada",)]
        assert collection._database.rows("SELECT colour FROM decks") == [("",)]
        collection.add_deck("B") if not collection.undo_label else None
        assert collection.undo() in ("Add deck", None)  # new tables and columns are undone too
        collection.close()
    assert version(folder / "collection.db") == start + 2
    assert version(backups(folder)[0]) in (start, start + 1)


@pytest.mark.parametrize("step", [fail_half_way, break_references])
def test_a_failing_step_leaves_the_file_as_it_was(folder, step):
    before = (folder / "collection.db").read_bytes()
    with pytest.raises(UnavailableError, match=r"left as it was; a backup is at") as raised:
        Collection.open(folder, now=NOW, migrations=(*MIGRATIONS, step))
    assert (folder / "collection.db").read_bytes() == before
    [backup] = backups(folder)
    assert str(backup) in str(raised.value)
    collection = Collection.open(folder, now=NOW)  # this version still opens it
    assert collection.note_by_guid("a") is not None
    collection.close()


def test_steps_before_a_failing_one_stay(folder):
    start = version(folder / "collection.db")
    with pytest.raises(UnavailableError):
        Collection.open(folder, now=NOW, migrations=(*MIGRATIONS, add_colour, fail_half_way))
    assert version(folder / "collection.db") == start + 1


def test_a_bug_in_a_step_is_a_bug_and_leaves_the_file_as_it_was(folder):
    with pytest.raises(LookupError):
        Collection.open(folder, now=NOW, migrations=(*MIGRATIONS, have_a_bug))
    collection = Collection.open(folder, now=NOW)
    assert len(collection.cards_of(1)) == 1
    collection.close()


def test_a_file_as_new_as_the_program_needs_no_backup(folder):
    Collection.open(folder, now=NOW).close()
    assert backups(folder) == []
