"""Serves TensorBoard for one folder, without TensorFlow, until its input ends. Reads logs only.

Started as `python -m tfcards.labkit.board FOLDER`. Says one line of JSON: `url` once it answers, or
`problem`. Who started it holds the other end of its standard input: when that closes, or its
process dies in whatever way, this process ends too. It starts no other.
"""

from __future__ import annotations

import json
import os
import sys
import types
from typing import Final

from tfcards.labkit.process import be_nice, die_with_parent, limit_memory

MOST_MEMORY: Final = 2 * 2**30
RELOAD_SECONDS: Final = 5
MISSING: Final = "TensorBoard is not installed in this environment. Run make install."


def main() -> None:
    """Serve, say where, wait for the end."""
    die_with_parent()
    be_nice()
    limit_memory(MOST_MEMORY)
    said = os.dup(1)
    os.dup2(2, 1)  # whatever else prints shall not be taken for the answer
    os.write(said, json.dumps(serve(sys.argv[1])).encode() + b"\n")
    while os.read(0, 4096):
        pass
    os._exit(0)


def serve(folder: str) -> dict[str, str]:
    """Start the server in a thread, on a free port of this machine only."""
    # With this module there, TensorBoard takes its own small stand-in for TensorFlow: it starts
    # in a second and 80 MB instead of seven and 580.
    sys.modules["tensorboard.compat.notf"] = types.ModuleType("notf")
    try:
        from tensorboard import default, program  # noqa: PLC0415 - loaded when first needed
    except ImportError:
        return {"problem": MISSING}
    board = program.TensorBoard(plugins=default.get_plugins())
    settings = {
        "logdir": folder,
        "host": "127.0.0.1",
        "port": "0",
        "load_fast": "false",  # the fast loader is a process of its own
        "reload_interval": str(RELOAD_SECONDS),
    }
    arguments = [part for name, value in settings.items() for part in (f"--{name}", value)]
    try:
        board.configure(argv=["tensorboard", *arguments])
        return {"url": board.launch()}
    except (program.TensorBoardServerException, OSError, ValueError) as error:
        return {"problem": f"TensorBoard could not start: {error}."}


if __name__ == "__main__":
    main()
