"""What a fork server is asked, and what it answers: lines on Unix sockets. No processes here."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

LARGEST: Final = 128 * 1024
MOST_DESCRIPTORS: Final = 24


@dataclass(frozen=True, slots=True)
class Order:
    """One process to fork: `module`'s `main()` with arguments, folder and environment.

    The descriptors that go along with it are: the control socket, the three standard ones, those
    `given` (the numbers they must have there), and, if `is_caged`, a process in the cage to join.
    """

    module: str
    arguments: tuple[str, ...]
    folder: str
    variables: Mapping[str, str]
    given: tuple[int, ...] = ()
    is_caged: bool = False


def send(door: socket.socket, order: Order, descriptors: Sequence[int]) -> None:
    """Hand an order in. Raises OSError."""
    line = json.dumps(asdict(order)).encode() + b"\n"
    sent = socket.send_fds(door, [line], list(descriptors))
    if sent < len(line):  # else nothing more: whoever reads it may have hung up by now
        door.sendall(line[sent:])


def receive(door: socket.socket) -> tuple[Order, list[int]] | None:
    """The next order, or None when nobody can order any more. Raises ValueError, OSError."""
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


def hear(end: socket.socket) -> bytes:
    """The rest of a line, and no byte more; without its end when the other side hung up."""
    line = bytearray()
    while not line.endswith(b"\n") and (byte := end.recv(1)):
        line += byte
    return bytes(line)


def answer(line: bytes) -> dict[str, Any]:
    """What an answer says."""
    form: dict[str, Any] = json.loads(line)
    return form
