"""`python -m tfcards.warm.spare END MODULE...`: imports, says so, and becomes what is ordered then.

For systems where a process with so much in it must not be forked. Each is used once.
"""

from __future__ import annotations

import importlib
import os
import socket
import sys

from tfcards.warm import order
from tfcards.warm.become import ABOVE, become, moved

READY = b"\n"


def main() -> None:
    """Wait for one order; without one, end with whoever could give it."""
    _, number, *modules = sys.argv
    end = socket.socket(fileno=int(number))
    end.set_inheritable(False)
    for module in modules:
        importlib.import_module(module)
    end.sendall(READY)
    taken = order.receive(end)
    if taken is None:
        os._exit(0)
    wanted, descriptors = taken
    end.close()
    become(wanted, moved(descriptors, ABOVE))


if __name__ == "__main__":
    main()
