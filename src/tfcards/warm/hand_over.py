"""`python -m tfcards.warm.hand_over NAME COMMAND...`: has a server fork what the command starts.

Standard input, output and errors go over to it; this process only waits, and ends as it ends.
Where no server answers, it becomes the command itself.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from tfcards.warm.client import Refused, Streams, connect


def main() -> int:
    """Wait for the process and give its exit code back."""
    name, *command = sys.argv[1:]
    try:
        door = connect(name)
        process = door.start(command, Path.cwd(), dict(os.environ), Streams(0, 1, 2))
    except Refused:
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted
    door.close()
    code = process.wait()
    if code < 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    return code


if __name__ == "__main__":
    sys.exit(main())
