"""`python -m tfcards.warm.hand_over ADDRESS COMMAND...`: has a server fork what the command starts.

Standard input, output and errors go over to it; this process only waits, and ends as it ends.
Where no server answers, it becomes the command itself. An abstract address begins with "@".
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Sequence

from tfcards.warm import order
from tfcards.warm.order import Order, Refused

assert sys.platform != "win32"


def main() -> int:
    """Wait for the process and give its exit code back."""
    address, *command = sys.argv[1:]
    try:
        control = _ordered(address.replace("@", "\0", 1), command)
        pid, _ = order.started(order.hear(control))
    except (OSError, Refused):
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted
    control.settimeout(None)
    code = _end(control, pid)
    if code < 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    return code


def _ordered(address: str, command: Sequence[str]) -> socket.socket:
    """The control socket of the process that was ordered. Raises OSError."""
    with socket.socket(socket.AF_UNIX) as door:
        door.connect(address)
        ours, theirs = socket.socketpair()
        wanted = Order.of(command, os.getcwd(), dict(os.environ))  # noqa: PTH109 - not to import it
        with theirs:
            order.send(door, wanted, (theirs.fileno(), 0, 1, 2))
    ours.settimeout(order.PATIENCE)
    return ours


def _end(control: socket.socket, pid: int) -> int:
    line = order.hear(control)
    if line:
        return int(order.answer(line)["code"])
    from tfcards.warm import system  # noqa: PLC0415 - the server's end is rare, a start is not

    system.wait_until_gone(pid)
    return -signal.SIGKILL


if __name__ == "__main__":
    main()
