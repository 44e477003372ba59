"""A connection over this machine's own network: only who was told the token gets it."""

import contextlib
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from queue import SimpleQueue

import pytest

from tfcards.labs import launch
from tfcards.warm import loopback
from tfcards.warm.loopback import ADDRESS, MOST_CALLERS, Listener

CALL = """
from tfcards.warm import loopback
import sys
with loopback.taken(loopback.ON_INPUT) as end:
    end.sendall(b"it is me, " + str(sys.stdin.read() == "").encode())
"""


class Waiting:
    """A listener that waits in a thread."""

    def __init__(self) -> None:
        self.listener = Listener()
        self.gives_up = threading.Event()
        self._found: SimpleQueue[socket.socket | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._wait)
        self._thread.start()

    def _wait(self) -> None:
        self._found.put(self.listener.accept(self.gives_up.is_set))

    def found(self) -> socket.socket | None:
        self._thread.join()
        return self._found.get()

    def stranger(self) -> socket.socket:
        return socket.create_connection((ADDRESS, int(str(self.listener.word["port"]))), 10)


@pytest.fixture
def waiting() -> Iterator[Waiting]:
    one = Waiting()
    yield one
    one.gives_up.set()
    one._thread.join()


def test_a_process_finds_on_its_input_whom_to_call(waiting: Waiting) -> None:
    command = [*launch.python("x")[:-3], f"import sys; sys.path[:0] = sys.argv[1:]\n{CALL}"]
    entrance = waiting.listener.as_input()
    with os.fdopen(entrance, "rb") as told:
        subprocess.run([*command, launch.python("x")[-2]], stdin=told, check=True)
    end = waiting.found()
    assert end is not None
    with end:
        assert end.recv(100) == b"it is me, True"


def test_strangers_are_hung_up_on_and_keep_nobody_out(waiting: Waiting) -> None:
    with contextlib.ExitStack() as stack:
        wrong = stack.enter_context(waiting.stranger())
        wrong.sendall(b"0" * 32 + b'{"ev": "end"}')
        with contextlib.suppress(ConnectionResetError):  # what it said besides was never read
            assert wrong.recv(1) == b""
        early = stack.enter_context(waiting.stranger())
        early.sendall(b"0" * 8)
        early.shutdown(socket.SHUT_WR)
        assert early.recv(1) == b""
        for _ in range(2 * MOST_CALLERS):
            stack.enter_context(waiting.stranger())  # and says nothing
        ours = stack.enter_context(loopback.call(waiting.listener.word))
        ours.sendall(b"the first words")
        end = waiting.found()
        assert end is not None
        with end:
            assert end.recv(100) == b"the first words"


def test_the_token_counts_once(waiting: Waiting) -> None:
    with loopback.call(waiting.listener.word):
        end = waiting.found()
        assert end is not None
        with end, pytest.raises(ConnectionRefusedError):
            loopback.call(waiting.listener.word)


def test_who_gives_up_waiting_listens_no_more(waiting: Waiting) -> None:
    waiting.gives_up.set()
    assert waiting.found() is None
    with pytest.raises(ConnectionRefusedError):
        waiting.stranger()
