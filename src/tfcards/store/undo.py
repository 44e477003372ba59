"""Undo and redo of any change: triggers keep the rows as they were before each step. No queries.

Every table of the collection has a temporary twin, `undo_<table>`, that lives in memory as long as
the collection is open. While a step is recorded, triggers write to it: for an inserted row its key
(operation `I`), for a changed or deleted one the whole old row (`C`). To undo a step, every row it
touched is deleted and the first old version of each is put back; the triggers record that in turn,
which is what redo needs. `INSERT OR REPLACE` is never used in the store: it skips delete triggers.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

STEPS_KEPT = 50
_OWN_COLUMNS = "undo_entry INTEGER PRIMARY KEY, undo_step INTEGER, undo_operation TEXT"
_DERIVED = (
    "note_search"  # the full-text index and its parts follow `notes` by triggers of their own
)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that can be undone (or redone), in words."""

    number: int
    label: str


@dataclass(frozen=True, slots=True)
class _Twin:
    """A table and the statements that record and restore it."""

    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...]

    @property
    def setup(self) -> list[str]:
        """The temporary table, its index and its three triggers."""
        table, columns, key = self.table, ", ".join(self.columns), ", ".join(self.key)
        old = ", ".join(f"OLD.{name}" for name in self.columns)
        new = ", ".join(f"NEW.{name}" for name in self.key)
        into = f"INSERT INTO undo_{table} (undo_step, undo_operation"
        kept = f"{into}, {columns}) SELECT step, 'C', {old}"
        made = f"{into}, {key}) SELECT step, 'I', {new}"
        return [
            f"CREATE TEMP TABLE undo_{table} ({_OWN_COLUMNS}, {columns})",
            f"CREATE INDEX temp.undo_{table}_by_step ON undo_{table} (undo_step)",
            *(
                f"CREATE TEMP TRIGGER undo_{table}_{event} AFTER {event} ON main.{table}"
                f" BEGIN {record} FROM undo_now; END"
                for event, record in (("INSERT", made), ("UPDATE", kept), ("DELETE", kept))
            ),
        ]

    @property
    def touched(self) -> str:
        return f"SELECT EXISTS (SELECT 1 FROM undo_{self.table} WHERE undo_step = ?)"  # noqa: S608 - names are ours, values are bound

    @property
    def clear(self) -> str:
        key = ", ".join(self.key)
        return (
            f"DELETE FROM main.{self.table} WHERE ({key}) IN"  # noqa: S608 - names are ours, values are bound
            f" (SELECT {key} FROM undo_{self.table} WHERE undo_step = ?)"
        )

    @property
    def restore(self) -> str:
        columns, key = ", ".join(self.columns), ", ".join(self.key)
        return (
            f"INSERT INTO main.{self.table} ({columns}) SELECT {columns} FROM"  # noqa: S608 - names are ours, values are bound
            f" (SELECT min(undo_entry), undo_operation, {columns} FROM undo_{self.table}"
            f" WHERE undo_step = ? GROUP BY {key}) WHERE undo_operation = 'C'"
        )

    @property
    def drop(self) -> str:
        return f"DELETE FROM undo_{self.table} WHERE undo_step = ?"  # noqa: S608 - names are ours, values are bound


class History:
    """The steps that can be undone and redone on one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._twins: list[_Twin] = []
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._last = 0
        self._pending: tuple[list[Step], list[Step]] | None = None

    @property
    def undo_label(self) -> str | None:
        """What `undo` would take back, in words."""
        return self._done[-1].label if self._done else None

    @property
    def redo_label(self) -> str | None:
        """What `redo` would do again, in words."""
        return self._undone[-1].label if self._undone else None

    def prepare(self) -> None:
        """Put the triggers in place, once; outside of a transaction."""
        if self._twins:
            return
        twins = [self._twin(table) for table in self._tables()]
        script = ["BEGIN", "CREATE TEMP TABLE undo_now (step INTEGER)"]
        script += [statement for twin in twins for statement in twin.setup]
        self._connection.executescript(";\n".join([*script, "COMMIT;"]))
        self._twins = twins

    @contextmanager
    def recording(self, label: str) -> Iterator[None]:
        """Record what happens inside, within an open transaction; nothing done makes no step."""
        number = self._begin()
        before = self._connection.total_changes
        yield
        changed = self._connection.total_changes > before
        self._end()
        if not changed:
            return
        for step in self._undone:
            self._drop(step)
        done = [*self._done, Step(number, label)]
        if len(done) > 2 * STEPS_KEPT:  # in batches, so that an answer seldom pays for it
            for step in done[:-STEPS_KEPT]:
                self._drop(step)
            done = done[-STEPS_KEPT:]
        self._pending = (done, [])

    def undo(self) -> str | None:
        """Take the last step back, within an open transaction."""
        if not self._done:
            return None
        step = self._reverse(self._done[-1])
        self._pending = (self._done[:-1], [*self._undone, step])
        return step.label

    def redo(self) -> str | None:
        """Do the last undone step again, within an open transaction."""
        if not self._undone:
            return None
        step = self._reverse(self._undone[-1])
        self._pending = ([*self._done, step], self._undone[:-1])
        return step.label

    def keep(self) -> None:
        """The transaction is on disk: what it recorded counts."""
        if self._pending is not None:
            self._done, self._undone = self._pending
            self._pending = None

    def forget_pending(self) -> None:
        """The transaction was rolled back, and the recorded rows with it."""
        self._pending = None

    def _reverse(self, step: Step) -> Step:
        number = self._begin()
        self._connection.execute("PRAGMA defer_foreign_keys = ON")
        for twin in self._twins:
            if self._connection.execute(twin.touched, (step.number,)).fetchone()[0]:
                for statement in (twin.clear, twin.restore, twin.drop):
                    self._connection.execute(statement, (step.number,))
        self._end()
        return Step(number, step.label)

    def _begin(self) -> int:
        self._last += 1
        self._connection.execute("INSERT INTO undo_now VALUES (?)", (self._last,))
        return self._last

    def _end(self) -> None:
        self._connection.execute("DELETE FROM undo_now")

    def _drop(self, step: Step) -> None:
        for twin in self._twins:
            self._connection.execute(twin.drop, (step.number,))

    def _tables(self) -> list[str]:
        found = self._connection.execute(
            "SELECT name FROM main.sqlite_master WHERE type = 'table'"
            " AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name NOT LIKE ? ORDER BY name",
            (_DERIVED + "%",),
        )
        return [str(name) for (name,) in found]

    def _twin(self, table: str) -> _Twin:
        found = self._connection.execute(
            "SELECT name, pk FROM pragma_table_info(?) ORDER BY cid", (table,)
        ).fetchall()
        key = sorted((place, f'"{name}"') for name, place in found if place)
        return _Twin(table, tuple(f'"{name}"' for name, _ in found), tuple(name for _, name in key))
