"""The database of one card: SQLite in memory, and its rows as text. Nothing else of a card."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from typing import Final

NO_ROWS: Final = "(no rows)"
_NOTHING: Final = re.compile(r"\A(?:\s|;|--[^\n]*|/\*.*?\*/)*", re.DOTALL)


class Database:
    """Runs SQL statement by statement; each is a transaction of its own unless one is begun.

    `line` is where the last statement begins, in the text it came from.
    """

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        self.line = 1

    def close(self) -> None:
        """Forget everything in it."""
        self._connection.close()

    def run(self, code: str) -> None:
        """Run the statements and print the rows of each that gives rows. Raises sqlite3.Error."""
        for self.line, statement in statements(code):
            cursor = self._connection.execute(statement)
            if cursor.description is not None:
                rows = cursor.fetchall()
                for row in rows:
                    print(" | ".join(map(_text, row)))
                if not rows:
                    print(NO_ROWS)


def statements(code: str) -> Iterator[tuple[int, str]]:
    """The statements of a text, each with the line it begins on, from 1.

    A `;` in a text, a comment or the body of a trigger ends none.
    """
    start = 0
    for end in [*(match.end() for match in re.finditer(";", code)), len(code)]:
        if end < len(code) and not sqlite3.complete_statement(code[start:end]):
            continue
        statement = _NOTHING.sub("", code[start:end], count=1)
        if statement:
            yield code.count("\n", 0, end - len(statement)) + 1, statement
        start = end


def _text(value: object) -> str:
    """A value as a card shows it: text without quotes, what is missing as NULL, bytes in hex."""
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"X'{value.hex().upper()}'"
    return str(value)
