"""`python -m tfcards.warm.join INSIDE FOLDER COMMAND...`: runs a command in a cage with others.

INSIDE is the descriptor of a process in the cage. This process stays behind and ends as the command
does. It is how a process joins a cage when nothing forks it there.
"""

from __future__ import annotations

import os
import sys

from tfcards.warm.cage import enter


def main() -> None:
    """Enter the cage and become the command."""
    inside, folder, *command = sys.argv[1:]
    report = os.dup(2)
    enter(int(inside), report)
    os.close(report)
    os.close(int(inside))
    os.chdir(folder)
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
