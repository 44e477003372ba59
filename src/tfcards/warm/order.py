"""What a fork server is asked, and what it answers: lines on Unix sockets. No processes here.

Whoever waits for a process to start waits for these imports too, so they are few.
"""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, Self

FIRST: Final = "-c"  # after it come the boot code, the package's folder, the module, its arguments
PATIENCE: Final = 120.0  # seconds: the server may still be importing
LARGEST: Final = 128 * 1024
MOST_DESCRIPTORS: Final = 24


class Order(NamedTuple):
    """One process to fork: `module`'s `main()` with arguments, folder and environment.

    The descriptors that go along with it are: the control socket, the three standard ones, those
    `given` (the numbers they must have there), and, if `is_caged`, a process in the cage to join.
    Unless it `outlives` whoever orders it, it is killed when nobody holds the control socket.
    """

    module: str
    arguments: tuple[str, ...]
    folder: str
    variables: Mapping[str, str]
    given: tuple[int, ...] = ()
    is_caged: bool = False
    outlives: bool = False

    @classmethod
    def of(
        cls,
        command: Sequence[str],
        folder: str,
        variables: Mapping[str, str],
        given: tuple[int, ...] = (),
        *,
        is_caged: bool = False,
        outlives: bool = False,
    ) -> Self:
        """The order for the process that an ordinary command would start."""
        at = command.index(FIRST, command.index(sys.executable))
        module, *arguments = command[at + 3 :]
        return cls(module, tuple(arguments), folder, variables, given, is_caged, outlives)


class Refused(Exception):  # noqa: N818 - no error: it is started the ordinary way then
    """The process cannot or must not be forked; the text says why."""


def send(door: socket.socket, order: Order, descriptors: Sequence[int]) -> None:
    """Hand an order in. Raises OSError."""
    if sys.platform == "win32":
        raise OSError("no descriptor can be handed over on Windows")
    line = json.dumps(order._asdict()).encode() + b"\n"
    sent = socket.send_fds(door, [line], list(descriptors))
    if sent < len(line):  # else nothing more: whoever reads it may have hung up by now
        door.sendall(line[sent:])


def receive(door: socket.socket) -> tuple[Order, list[int]] | None:
    """The next order, or None when nobody can order any more. Raises ValueError, OSError."""
    if sys.platform == "win32":
        raise OSError("no descriptor can be handed over on Windows")
    line, descriptors, _, _ = socket.recv_fds(door, LARGEST, MOST_DESCRIPTORS)
    if not line:
        return None
    if not line.endswith(b"\n"):
        line += hear(door)
    form: dict[str, Any] = json.loads(line)
    lists = {name: tuple(form[name]) for name in ("arguments", "given")}
    return Order(**form | lists), descriptors


def tell(control: socket.socket, **fields: object) -> None:
    """Answer on a process's control socket. Raises OSError when its owner is gone."""
    control.sendall(json.dumps(fields).encode() + b"\n")


def waiting(end: socket.socket) -> bytes | None:
    """The first byte that waits, which stays; nothing if the other side hung up; None for none."""
    if sys.platform == "win32":
        raise OSError("no descriptor can be handed over on Windows")
    try:
        return end.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return None
    except OSError:
        return b""


def hear(end: socket.socket) -> bytes:
    """The rest of a line, and no byte more; without its end when the other side hung up."""
    line = bytearray()
    while not line.endswith(b"\n") and (byte := end.recv(1)):
        line += byte
    return bytes(line)


def started(line: bytes) -> tuple[int, str]:
    """The process that was forked, and its mark if it is a spare. Raises Refused."""
    form = answer(line) if line else {"refused": "the server went away"}
    if "pid" not in form:
        raise Refused(str(form.get("refused", "")))
    return int(form["pid"]), str(form.get("mark", ""))


def answer(line: bytes) -> dict[str, Any]:
    """What an answer says."""
    form: dict[str, Any] = json.loads(line)
    return form
