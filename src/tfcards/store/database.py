"""One connection to a collection file: transactions, undo steps, errors as sentences. No queries.

Used by one thread at a time. Statements are SQL text on sqlite3 itself, because a query through an
ORM costs more than the query; `tables` says what the columns mean.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tfcards.store.problems import explained
from tfcards.store.undo import History

Row = tuple[Any, ...]
Parameters = Sequence[object] | Mapping[str, object]

_FEW = 20  # rows that are quicker inserted one by one
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # an answer survives a power cut
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -32000",
)


def connect(file: Path) -> sqlite3.Connection:
    """A connection that leaves transactions to us and waits two seconds for a busy file."""
    return sqlite3.connect(file, timeout=2.0, isolation_level=None, check_same_thread=False)


class Database:
    """A collection file that is open for reading and for changes that can be undone."""

    def __init__(self, file: Path) -> None:
        self.file = file
        try:
            self.connection = connect(file)
        except sqlite3.Error as error:
            raise explained(error, file) from error
        try:
            for pragma in _PRAGMAS:
                self.connection.execute(pragma)
        except sqlite3.Error as error:
            self.connection.close()
            raise explained(error, file) from error
        self.history = History(self.connection)

    def close(self) -> None:
        """Release the file."""
        self.connection.close()

    def rows(self, statement: str, parameters: Parameters = ()) -> list[Row]:
        """Every row a query finds."""
        try:
            return self.connection.execute(statement, parameters).fetchall()
        except sqlite3.Error as error:
            raise explained(error, self.file) from error

    def row(self, statement: str, parameters: Parameters = ()) -> Row | None:
        """The first row a query finds, or None."""
        try:
            found: Row | None = self.connection.execute(statement, parameters).fetchone()
        except sqlite3.Error as error:
            raise explained(error, self.file) from error
        return found

    def run(self, statement: str, parameters: Parameters = ()) -> int:
        """Run a changing statement; the number of rows it changed."""
        cursor = self.connection.execute(statement, parameters)
        return max(cursor.rowcount, 0)

    def insert(self, statement: str, parameters: Parameters = ()) -> int:
        """Insert one row; its id."""
        return self.connection.execute(statement, parameters).lastrowid or 0

    def run_many(self, statement: str, parameters: Iterable[Parameters]) -> None:
        """Run a changing statement once for each set of parameters."""
        self.connection.executemany(statement, parameters)

    def insert_many(self, table: str, columns: str, rows: Sequence[Row]) -> None:
        """Insert rows, many of them in one statement.

        A statement for each row would make the full-text index write itself out after each.
        """
        marks = ", ".join("?" * (columns.count(",") + 1))
        if len(rows) < _FEW:
            self.run_many(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608 - names are ours, values are bound
            return
        with self._staged(columns, rows):
            self.run(f"INSERT INTO main.{table} ({columns}) SELECT * FROM staged")  # noqa: S608 - names are ours, values are bound

    def update_many(self, table: str, columns: str, rows: Sequence[Row]) -> None:
        """Give rows new values in one statement; the first of `columns` is the key."""
        key, *others = columns.split(", ")
        assignments = ", ".join(f"{column} = staged.{column}" for column in others)
        with self._staged(columns, rows):
            self.run(
                f"UPDATE main.{table} SET {assignments} FROM staged"  # noqa: S608 - names are ours, values are bound
                f" WHERE {table}.{key} = staged.{key}"
            )

    @contextmanager
    def _staged(self, columns: str, rows: Sequence[Row]) -> Iterator[None]:
        marks = ", ".join("?" * (columns.count(",") + 1))
        self.run(f"CREATE TEMP TABLE staged ({columns})")
        self.run_many(f"INSERT INTO staged VALUES ({marks})", rows)  # noqa: S608 - names are ours, values are bound
        yield
        self.run("DROP TABLE staged")

    @contextmanager
    def change(self, label: str | None = None) -> Iterator[None]:
        """All or nothing, on disk at the end. With a label it is a step that can be undone."""
        try:
            self.history.prepare()
            with self._transaction():
                if label is None:
                    yield
                else:
                    with self.history.recording(label):
                        yield
        except sqlite3.Error as error:
            raise explained(error, self.file) from error
        self.history.keep()

    @contextmanager
    def trial(self) -> Iterator[None]:
        """Changes that are taken back at the end: to see what they would do."""
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            yield
        except sqlite3.Error as error:
            raise explained(error, self.file) from error
        finally:
            self._roll_back()

    def undo(self) -> str | None:
        """Take the last step back; its label, or None if there is none."""
        return self._travel(self.history.undo)

    def redo(self) -> str | None:
        """Do the last undone step again; its label, or None if there is none."""
        return self._travel(self.history.redo)

    def _travel(self, travel: Callable[[], str | None]) -> str | None:
        try:
            with self._transaction():
                label = travel()
        except sqlite3.Error as error:
            raise explained(error, self.file) from error
        self.history.keep()
        return label

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.connection.execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        self.history.forget_pending()
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")
