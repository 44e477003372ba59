"""SQL of cards: where statements end, and how their rows are printed."""

import sqlite3
from contextlib import closing

import pytest

from tfcards.labkit.sql import Database, statements

TRIGGER = "CREATE TRIGGER g AFTER INSERT ON t BEGIN\n  DELETE FROM t; SELECT 1;\nEND;"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("", []),
        (" ;; -- a; b\n/* c; */ ;", []),
        ("SELECT 1", [(1, "SELECT 1")]),
        ("SELECT 1; SELECT 2;", [(1, "SELECT 1;"), (1, "SELECT 2;")]),
        ("\n-- first; second\n\nSELECT ';';\nSELECT 2", [(4, "SELECT ';';"), (5, "SELECT 2")]),
        ('SELECT "a;b" -- c;\n;SELECT 2', [(1, 'SELECT "a;b" -- c;\n;'), (2, "SELECT 2")]),
        (f"{TRIGGER}\nSELECT 1", [(1, TRIGGER), (4, "SELECT 1")]),
        ("SELECT 'open; SELECT 2;", [(1, "SELECT 'open; SELECT 2;")]),
    ],
)
def test_statements_end_where_sqlite_ends_them(code, found):
    assert list(statements(code)) == found


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        ("SELECT 1, 0.5, 2.0, 'a b', NULL, x'00ff'", "1 | 0.5 | 2.0 | a b | NULL | X'00FF'\n"),
        ("VALUES (1), (2)", "1\n2\n"),
        ("SELECT 1 WHERE 0", "(no rows)\n"),
        ("CREATE TABLE t (a); INSERT INTO t VALUES (1)", ""),
        ("CREATE TABLE t (a); PRAGMA foreign_keys = ON; PRAGMA foreign_keys", "1\n"),
        ("CREATE TABLE t (a); BEGIN; DROP TABLE t; ROLLBACK; SELECT * FROM t", "(no rows)\n"),
    ],
)
def test_rows_are_printed(code, printed, capsys):
    with closing(Database()) as database:
        database.run(code)
    assert capsys.readouterr().out == printed


def test_an_error_leaves_what_was_done_before_and_says_where():
    with closing(Database()) as database:
        with pytest.raises(sqlite3.OperationalError, match="no such table: u"):
            database.run("CREATE TABLE t (a);\n\nINSERT INTO u VALUES (1);\nDROP TABLE t")
        assert database.line == 3
        database.run("INSERT INTO t VALUES (1)")
