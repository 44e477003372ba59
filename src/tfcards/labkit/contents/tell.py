"""Tells what is in files that a run left, as one JSON object. Runs nothing that is in them.

Started as `python -m tfcards.labkit.contents.tell KIND '[[WHERE, NAME], …]'`, in a cage and within
limits of time and memory, because the files are hostile; WHERE is a descriptor, or a copy in the
process's folder. The object has what there is of `facts` (pairs), `note`, `text`, `tables`,
`matrix` and `series`; or `problem`, a sentence.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

from tfcards.labkit.contents import array, hdf5, keras, log, matrix, saved_model, text, tflite
from tfcards.labkit.contents.unreadable import UnreadableError
from tfcards.labkit.process import be_nice, die_with_parent, limit_memory
from tfcards.warm import fence

MOST_MEMORY: Final = 2**30
Files = Sequence[tuple[BinaryIO, str]]
READERS: Final[dict[str, Callable[[Files], dict[str, Any]]]] = {
    "text": text.text,
    "json": text.json_text,
    "table": text.table,
    "matrix": matrix.matrix,
    "array": array.array,
    "keras": keras.model,
    "hdf5": hdf5.model,
    "saved model": saved_model.model,
    "tflite": tflite.model,
    "log": log.curves,
}


def main() -> None:
    """Read, say, end."""
    die_with_parent()
    fence.put_up(sys.argv)
    be_nice()
    limit_memory(MOST_MEMORY)
    kind, given = sys.argv[1], json.loads(sys.argv[2])
    files = [(_opened(where), name) for where, name in given]
    sys.stdout.write(json.dumps(contents(kind, files)))


def _opened(where: int | str) -> BinaryIO:
    return os.fdopen(where, "rb") if isinstance(where, int) else Path(where).open("rb")


def contents(kind: str, files: Files) -> dict[str, Any]:
    """What is in the files, or a sentence that says why nobody can tell."""
    try:
        return READERS[kind](files)
    except UnreadableError as reason:
        return {"problem": str(reason)}
    except MemoryError:
        return {"problem": "It takes more than 1 GB of memory to read this file."}
    except Exception as error:  # noqa: BLE001 - every library has its own for damaged files
        said = str(error).strip().splitlines()
        what = f"{type(error).__name__}: {said[0][:200]}" if said else type(error).__name__
        return {"problem": f"This file is damaged, or not what its name says ({what})."}


if __name__ == "__main__":
    main()
