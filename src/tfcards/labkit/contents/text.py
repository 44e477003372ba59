"""Text, JSON and CSV that a run left, cut to what can be looked at."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any, BinaryIO, Final

from tfcards.labkit.contents.figures import cut
from tfcards.labkit.contents.unreadable import UnreadableError

Files = Sequence[tuple[BinaryIO, str]]

MOST_TEXT: Final = 128 * 1024  # bytes
MOST_JSON: Final = 2 * 2**20
MOST_COLUMNS: Final = 50
LONGEST_CELL: Final = 200  # characters


def text(files: Files) -> dict[str, Any]:
    """The beginning of a text."""
    file, _ = files[0]
    content = file.read(MOST_TEXT + 1)
    if b"\0" in content:
        raise UnreadableError(
            "This is not text. Save a copy and open it with a program that knows it."
        )
    shown = content[:MOST_TEXT].decode("utf-8", "replace")
    note = f"The first {MOST_TEXT // 1024} kB are shown." if len(content) > MOST_TEXT else ""
    return {"text": shown, "note": note}


def json_text(files: Files) -> dict[str, Any]:
    """JSON laid out: as facts when it is flat, as a table when it is a list of such objects."""
    file, _ = files[0]
    content = file.read(MOST_JSON + 1)
    if len(content) > MOST_JSON:
        file.seek(0)
        return text(files)
    try:
        form = json.loads(content)
    except ValueError as error:
        shown = content[:MOST_TEXT].decode("utf-8", "replace")
        return {"text": shown, "note": f"This is not valid JSON: {error}."}
    if isinstance(form, dict) and form and _is_flat(form):
        return {"facts": [[str(name), _plain(value)] for name, value in form.items()]}
    if isinstance(form, list) and form and all(_is_flat(one) for one in form):
        return _of_objects(form)
    laid_out = json.dumps(form, indent=2, ensure_ascii=False)
    note = "The beginning is shown." if len(laid_out) > MOST_TEXT else ""
    return {"text": laid_out[:MOST_TEXT], "note": note}


def table(files: Files) -> dict[str, Any]:
    """Comma, semicolon or tab separated values; the first line names the columns."""
    file, _ = files[0]
    content = file.read(MOST_JSON + 1)
    if b"\0" in content:
        raise UnreadableError("This is not a table of text: it has bytes that no text has.")
    rows = rows_of(content[:MOST_JSON].decode("utf-8-sig", "replace"))
    if not rows:
        return {"text": "", "note": "This file is empty."}
    head, *body = [[cell[:LONGEST_CELL] for cell in row[:MOST_COLUMNS]] for row in rows]
    body, note = cut(body, "rows")
    if len(content) > MOST_JSON:
        note = f"The first {len(body)} rows are shown."
    return {"tables": [{"title": "", "columns": head, "rows": body}], "note": note}


def rows_of(content: str) -> list[list[str]]:
    """The rows of a table in text; what separates its cells is taken from the first line."""
    first = content.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        return [row for row in csv.reader(io.StringIO(content), delimiter=separator) if row]
    except csv.Error as error:
        raise UnreadableError(f"This is not a table: {error}.") from error


def _is_flat(form: object) -> bool:
    simple = (str, int, float, bool, type(None))
    return isinstance(form, dict) and all(isinstance(value, simple) for value in form.values())


def _of_objects(objects: list[dict[str, Any]]) -> dict[str, Any]:
    names = list(dict.fromkeys(name for one in objects for name in one))[:MOST_COLUMNS]
    rows = [[_plain(one.get(name, "")) for name in names] for one in objects]
    rows, note = cut(rows, "entries")
    return {"tables": [{"title": "", "columns": names, "rows": rows}], "note": note}


def _plain(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return value[:LONGEST_CELL] if isinstance(value, str) else json.dumps(value)
