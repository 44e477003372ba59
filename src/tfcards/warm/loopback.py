"""How a process and the one it started find each other where no descriptor can be handed down.

Who starts it listens on this machine's own network and tells it the port and a token that counts
once. Whoever calls without the token is hung up on; after the call nobody listens any more.
"""

from __future__ import annotations

import contextlib
import hmac
import json
import os
import secrets
import select
import socket
import sys
from collections.abc import Callable, Mapping
from typing import Final

ADDRESS: Final = "127.0.0.1"
ON_INPUT: Final = "input"  # instead of a descriptor's number: where to call is on standard input
TICK: Final = 0.05
PATIENCE: Final = 20.0
MOST_CALLERS: Final = 16  # who have not said the token yet; the one that waits longest has to go


class Listener:
    """Waits for the one process that knows the token."""

    def __init__(self) -> None:
        self._token = secrets.token_hex(16).encode()
        self._end = socket.socket()
        alone = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)  # Windows lets others share it else
        if alone is not None:
            self._end.setsockopt(socket.SOL_SOCKET, alone, 1)
        self._end.bind((ADDRESS, 0))
        self._end.listen(MOST_CALLERS)
        self.word: Mapping[str, object] = {
            "port": self._end.getsockname()[1],
            "token": self._token.decode(),
        }

    def as_input(self) -> int:
        """A descriptor for standard input on which the process finds whom to call, and no more."""
        theirs, ours = os.pipe()
        with os.fdopen(ours, "wb") as told:
            told.write(json.dumps(self.word).encode() + b"\n")
        return theirs

    def accept(self, is_over: Callable[[], bool]) -> socket.socket | None:
        """The connection of who said the token; None when waiting `is_over` before that."""
        callers: dict[socket.socket, bytes] = {}
        try:
            while not is_over():
                ready, _, _ = select.select([self._end, *callers], [], [], TICK)
                for end in ready:
                    if end is self._end:
                        self._let_in(callers)
                    elif end in callers and self._is_known(end, callers):
                        del callers[end]
                        return end
            return None
        finally:
            for end in (self._end, *callers):
                end.close()

    def close(self) -> None:
        """Stop listening, when `accept` is not waiting."""
        self._end.close()

    def _let_in(self, callers: dict[socket.socket, bytes]) -> None:
        with contextlib.suppress(OSError):  # it hung up before it was let in
            end, _ = self._end.accept()
            end.setblocking(False)
            if len(callers) >= MOST_CALLERS:
                longest = next(iter(callers))
                del callers[longest]
                longest.close()
            callers[end] = b""

    def _is_known(self, end: socket.socket, callers: dict[socket.socket, bytes]) -> bool:
        """Take what the caller says, and no byte after the token; hang up on a wrong one."""
        try:
            said = end.recv(len(self._token) - len(callers[end]))
        except BlockingIOError:
            return False
        except OSError:
            said = b""
        callers[end] += said
        if said and len(callers[end]) < len(self._token):
            return False
        if hmac.compare_digest(callers[end], self._token):
            _prepare(end)
            return True
        del callers[end]
        end.close()
        return False


def call(word: Mapping[str, object]) -> socket.socket:
    """Call who told this process its `word`. Raises OSError, KeyError."""
    end = socket.create_connection((ADDRESS, int(str(word["port"]))), PATIENCE)
    _prepare(end)
    end.sendall(str(word["token"]).encode())
    return end


def taken(argument: str) -> socket.socket:
    """The connection that an argument names: a descriptor's number, or ON_INPUT.

    Raises OSError, ValueError, KeyError.
    """
    if argument == ON_INPUT:
        return call(json.loads(sys.stdin.readline()))
    return socket.socket(fileno=int(argument))


def _prepare(end: socket.socket) -> None:
    """Blocking, and without waiting for more to send: what is sent is whole."""
    end.settimeout(None)
    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
