"""Files that cannot be used are refused in a sentence and left as they are."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap

import pytest
from holdings import NOW, draft, dump, note

from tfcards.errors import BadInputError, UnavailableError
from tfcards.store import Collection
from tfcards.store.schema import APPLICATION_ID


@pytest.fixture
def folder(tmp_path):
    collection = Collection.open(tmp_path, now=NOW)
    collection.add(draft(*(note(f"n{i}", Why=f"because {i} " * 50) for i in range(100))), NOW)
    collection.close()
    return tmp_path


def refused(folder, match):
    """Open a folder that cannot be opened; its files must be as before."""
    before = {file: file.read_bytes() for file in folder.glob("collection.db*") if file.is_file()}
    with pytest.raises(UnavailableError, match=match):
        Collection.open(folder, now=NOW)
    after = {file: file.read_bytes() for file in folder.glob("collection.db*") if file.is_file()}
    assert after == before


def child(code, *arguments, **options):
    """Run code with a collection's parts imported, in a process of its own."""
    head = (
        "import sys, signal; from pathlib import Path; sys.path.insert(0, 'tests')\n"
        "from holdings import *; from tfcards.store import Collection\n"
        "from tfcards.errors import UnavailableError\n"
        "folder = Path(sys.argv[1])\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", head + textwrap.dedent(code), *map(str, arguments)],
        stdout=subprocess.PIPE, text=True, **options,
    )  # fmt: skip


def test_a_missing_collection_is_made_with_its_folders(tmp_path):
    collection = Collection.open(tmp_path / "a" / "b", now=NOW, zone="Asia/Tokyo")
    assert collection.decks() == []
    assert collection.check() == []
    assert len(collection.note_types()) == 7
    collection.close()
    assert not (tmp_path / "a/b/collection.new").exists()


def test_an_empty_file(folder):
    (folder / "collection.db").write_bytes(b"")
    refused(folder, r"is damaged: it is empty.*tfcards restore")


def test_a_file_of_something_else(folder):
    (folder / "collection.db").write_text("<html>" * 100)
    refused(folder, "it is not a SQLite file")


def test_a_sqlite_file_of_another_program(folder):
    (folder / "collection.db").unlink()
    connection = sqlite3.connect(folder / "collection.db")
    connection.execute("CREATE TABLE cards (id INTEGER)")
    connection.close()
    refused(folder, "SQLite file of another program")


def test_a_file_cut_short(folder):
    file = folder / "collection.db"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    refused(folder, "its end is missing")


def test_a_file_damaged_at_its_beginning(folder):
    file = folder / "collection.db"
    data = file.read_bytes()
    file.write_bytes(data[:100] + b"\x55" * 4000 + data[4100:])
    refused(folder, "SQLite cannot read it")


def test_a_file_damaged_in_the_middle_is_told_of_when_read(folder):
    collection = Collection.open(folder, now=NOW)
    collection.add(draft(*(note(f"m{i}", Why=f"because {i} " * 50) for i in range(2000))), NOW)
    collection.close()
    file = folder / "collection.db"
    data = bytearray(file.read_bytes())
    half = len(data) // 2
    data[half:] = b"\x55" * (len(data) - half)
    file.write_bytes(data)
    collection = Collection.open(folder, now=NOW)
    with pytest.raises(UnavailableError, match=r"is damaged.*backups"):
        collection.draft()
    assert collection.check() != []
    collection.close()


def test_a_log_without_its_file(folder):
    (folder / "collection.db").rename(folder / "collection.db-wal")
    refused(folder, "is missing, but its log")


def test_a_newer_version(folder):
    connection = sqlite3.connect(folder / "collection.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    refused(folder, r"newer tfcards \(version 99")


def test_a_file_without_a_version(folder):
    connection = sqlite3.connect(folder / "collection.db")
    connection.execute("PRAGMA user_version = 0")
    assert connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    connection.close()
    refused(folder, "does not say which version")


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "taken").write_text("x")
    with pytest.raises(UnavailableError, match="taken cannot be used"):
        Collection.open(tmp_path / "taken", now=NOW)


def test_a_file_that_is_a_folder(tmp_path):
    (tmp_path / "collection.db").mkdir()
    refused(tmp_path, "cannot be used")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may do anything")
def test_missing_rights(folder):
    (folder / "collection.db").chmod(0o400)
    refused(folder, "cannot be written")


def test_a_second_process_waits_outside(folder):
    holder = child(
        "c = Collection.open(folder, now=NOW); print('open', flush=True); sys.stdin.read()",
        folder,
        stdin=subprocess.PIPE,
    )
    assert holder.stdout.readline() == "open\n"
    with pytest.raises(UnavailableError, match="Another tfcards"):
        Collection.open(folder, now=NOW)
    holder.kill()  # a process that dies lets go
    holder.communicate()
    Collection.open(folder, now=NOW).close()


def test_the_same_process_may_not_open_twice(folder):
    collection = Collection.open(folder, now=NOW)
    with pytest.raises(UnavailableError, match="Another tfcards"):
        Collection.open(folder, now=NOW)
    collection.close()


@pytest.mark.skipif(sys.platform == "win32", reason="limits a process with setrlimit")
def test_a_full_disk_loses_nothing(folder):
    run = child(
        """
        import resource
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        c = Collection.open(folder, now=NOW)
        c.set_setting("before", 1)
        before = dump(c)
        size = (folder / "collection.db").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 40_000, size + 40_000))
        try:
            c.add(draft(*(note(f"m{i}", Why="full " * 500) for i in range(2000))), NOW)
        except UnavailableError as error:
            print(error)
        assert dump(c) == before
        assert c.undo_label is None
        assert c.card(1).id == 1
        try:
            c.backup(NOW)
        except UnavailableError as error:
            print(error)
        print(list((folder / "backups").iterdir()))
        """,
        folder,
    )
    said = run.communicate(timeout=60)[0].splitlines()
    assert run.returncode == 0
    assert "Free some space" in said[0] or "Check the disk" in said[0]
    assert len(said) in (2, 3)
    collection = Collection.open(folder, now=NOW)
    assert collection.check() == []
    assert collection.note_by_guid("m0") is None
    collection.add(draft(note("m0")), NOW)
    collection.close()


@pytest.mark.skipif(sys.platform == "win32", reason="kills with a signal")
@pytest.mark.parametrize("acknowledged", [1, 4, 9, 17])
def test_killed_while_answering(folder, acknowledged):
    run = child(
        """
        c = Collection.open(folder, now=NOW)
        for number in range(1, 90):
            answer(c, c.card(number))
            print(number, flush=True)
        """,
        folder,
    )
    for _ in range(acknowledged):
        run.stdout.readline()
    run.send_signal(signal.SIGKILL)
    told = acknowledged + len(run.communicate()[0].splitlines())
    collection = Collection.open(folder, now=NOW)
    kept = collection._database.rows("SELECT count(*) FROM reviews")[0][0]
    assert told <= kept <= told + 1
    assert collection.check() == []
    assert collection.replay() == 0
    collection.close()


# ---- backups


def test_a_backup_holds_everything_and_can_be_put_back(folder):
    collection = Collection.open(folder, now=NOW)
    before = dump(collection)
    backup = collection.backup(NOW)
    assert [file.name for file in backup.parent.iterdir()] == [backup.name]
    collection.delete_notes([1, 2, 3])
    changed = dump(collection)
    collection.close()
    aside = Collection.restore(folder, backup, NOW)
    collection = Collection.open(folder, now=NOW)
    assert dump(collection) == before
    collection.close()
    shutil.copy(aside, folder / "collection.db")
    collection = Collection.open(folder, now=NOW)
    assert dump(collection) == changed
    collection.close()


def test_an_unsound_backup_is_not_put_back(folder, tmp_path_factory):
    before = (folder / "collection.db").read_bytes()
    bad = tmp_path_factory.mktemp("bad") / "bad.db"
    for content in (b"", b"nonsense" * 100, before[: len(before) // 2]):
        bad.write_bytes(content)
        with pytest.raises(BadInputError, match="not a sound collection"):
            Collection.restore(folder, bad, NOW)
    with pytest.raises(BadInputError, match="not a sound collection"):
        Collection.restore(folder, folder / "missing.db", NOW)
    assert (folder / "collection.db").read_bytes() == before


def test_an_open_collection_is_not_replaced(folder):
    collection = Collection.open(folder, now=NOW)
    backup = collection.backup(NOW)
    with pytest.raises(UnavailableError, match="Another tfcards"):
        Collection.restore(folder, backup, NOW)
    collection.close()


def test_a_damaged_collection_is_replaced_too(folder):
    collection = Collection.open(folder, now=NOW)
    backup = collection.backup(NOW)
    before = dump(collection)
    collection.close()
    (folder / "collection.db").write_bytes(b"nonsense")
    (folder / "collection.db-wal").write_bytes(b"more nonsense")
    aside = Collection.restore(folder, backup, NOW)
    assert aside.read_bytes() == b"nonsense"
    collection = Collection.open(folder, now=NOW)
    assert dump(collection) == before
    collection.close()


# ---- looking a collection over


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        ("DELETE FROM cards WHERE note_id = 3", "1 notes have no card."),
        ("UPDATE cards SET state = 2 WHERE id < 3", "2 review cards have no due day."),
        ("UPDATE cards SET due_day = 5 WHERE id = 1", "1 new cards have a due date."),
        ("UPDATE cards SET state = 1 WHERE id = 1", "1 learning cards have no moment"),
        ("UPDATE cards SET state = 9 WHERE id = 1", "1 cards are in a state that does not exist."),
        ("UPDATE cards SET deck_id = 99 WHERE id = 1", "rows that are gone (cards to decks)"),
        ("DELETE FROM note_search_docsize WHERE id = 5", "search index"),
        ("DROP INDEX cards_by_queue", "lacks index cards_by_queue"),
        ("DROP TRIGGER note_search_update", "lacks trigger note_search_update"),
        ("INSERT INTO media VALUES ('p.png', 'ab', 2)", "1 media files are missing: p.png."),
    ],
)
def test_damage_is_told_of(folder, damage, sentence):
    collection = Collection.open(folder, now=NOW)
    assert collection.check() == []
    collection.close()
    connection = sqlite3.connect(folder / "collection.db")
    connection.execute(damage)
    connection.commit()
    connection.close()
    collection = Collection.open(folder, now=NOW)
    found = collection.check()
    collection.close()
    assert any(sentence in said for said in found), found
