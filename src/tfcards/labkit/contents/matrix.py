"""A confusion matrix that a run left: rows are what is true, columns what was predicted.

`NAME.confusion.json` holds `{"labels": […], "counts": [[…]]}`, `NAME.confusion.csv` the labels in
its first row and first column, `NAME.confusion.npy` a square array alone.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Sequence
from typing import Any, BinaryIO, Final

import numpy as np

from tfcards.labkit.contents.text import rows_of
from tfcards.labkit.contents.unreadable import UnreadableError

Files = Sequence[tuple[BinaryIO, str]]

MOST_BYTES: Final = 2**20
MOST_CLASSES: Final = 60
LONGEST_LABEL: Final = 60  # characters
JSON_FORM: Final = '{"labels": ["cat", "dog"], "counts": [[8, 2], [1, 9]]}'


def matrix(files: Files) -> dict[str, Any]:
    """Labels and counts of a confusion matrix."""
    file, name = files[0]
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise UnreadableError("This confusion matrix is larger than 1 MB. Group the classes.")
    readers = {"json": _of_json, "csv": _of_csv, "npy": _of_array}
    labels, counts = readers[name.rpartition(".")[2].lower()](content)
    size = len(counts)
    if not size or any(len(row) != size for row in counts) or len(labels) != size:
        raise UnreadableError(
            "A confusion matrix has as many rows as columns, and a label for each. "
            f"This one has {size} rows and {len(labels)} labels."
        )
    if size > MOST_CLASSES:
        raise UnreadableError(f"{size} classes are too many to draw; at most {MOST_CLASSES} are.")
    if not all(math.isfinite(count) and count >= 0 for row in counts for count in row):
        raise UnreadableError("The counts of a confusion matrix are numbers that are not negative.")
    labels = [label[:LONGEST_LABEL] for label in labels]
    return {"facts": _facts(labels, counts), "matrix": {"labels": labels, "counts": counts}}


def _facts(labels: list[str], counts: list[list[float]]) -> list[list[str]]:
    total = sum(map(sum, counts))
    right = sum(row[number] for number, row in enumerate(counts))
    facts = [["Examples", f"{total:,.6g}"]]
    if total:
        facts.append(["Accuracy", f"{right / total:.1%}".replace(".0%", "%")])
    confused = [
        (count, labels[true], labels[taken])
        for true, row in enumerate(counts)
        for taken, count in enumerate(row)
        if true != taken and count
    ]
    if confused:
        count, true, taken = max(confused, key=lambda one: one[0])
        facts.append(["Most often confused", f"{true} taken for {taken} ({count:g})"])
    return facts


def _of_json(content: bytes) -> tuple[list[str], list[list[float]]]:
    form = json.loads(content)
    if not isinstance(form, dict) or not {"labels", "counts"} <= set(form):
        raise UnreadableError(f"A confusion matrix in JSON looks like this: {JSON_FORM}")
    counts = [[float(count) for count in row] for row in form["counts"]]
    return [str(label) for label in form["labels"]], counts


def _of_csv(content: bytes) -> tuple[list[str], list[list[float]]]:
    head, *rows = rows_of(content.decode("utf-8-sig", "replace")) or [[]]
    try:
        return head[1:], [[float(cell) for cell in row[1:]] for row in rows]
    except ValueError as error:
        raise UnreadableError(
            "A confusion matrix in CSV has the predicted labels in its first row and, in each "
            f"other row, the true label and then counts: {error}."
        ) from error


def _of_array(content: bytes) -> tuple[list[str], list[list[float]]]:
    array = np.load(io.BytesIO(content), allow_pickle=False)
    if array.ndim != 2 or array.dtype.kind not in "iufb":
        raise UnreadableError(
            "A confusion matrix is a square array of numbers; this one has "
            f"shape {array.shape} and type {array.dtype}."
        )
    return [str(number) for number in range(len(array))], array.astype(float).tolist()
