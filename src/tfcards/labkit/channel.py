"""Frames between judge and host: JSON, then raw array bytes. Nothing is unpickled."""

from __future__ import annotations

import json
import socket
import struct
import time
from typing import Any, Final

import numpy as np

from tfcards.labkit.values import NUMERIC_KINDS, Arrays

LENGTHS: Final = struct.Struct(">II")
LARGEST_HEADER: Final = 16 * 2**20
LARGEST_BODY: Final = 512 * 2**20


class FrameError(ValueError):
    """The other side sent something that is no frame, or one too large."""


class Channel:
    """One end of a socket pair that carries frames."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end

    def close(self) -> None:
        """Hang up; the other side sees the end of the stream."""
        self._end.close()

    def send(self, message: dict[str, Any], arrays: Arrays, timeout: float | None = None) -> None:
        """Send one frame. Raises FrameError when it is too large, TimeoutError, OSError."""
        forms = [{"d": array.dtype.str, "s": list(array.shape)} for array in arrays]
        header = json.dumps({"m": message, "a": forms}).encode()
        body = b"".join(array.tobytes() for array in arrays)
        if len(header) > LARGEST_HEADER or len(body) > LARGEST_BODY:
            raise FrameError(f"more than {LARGEST_BODY // 2**20} MB of values at once")
        self._end.settimeout(timeout)
        self._end.sendall(LENGTHS.pack(len(header), len(body)) + header)
        self._end.sendall(body)

    def receive(self, timeout: float | None = None) -> tuple[dict[str, Any], Arrays]:
        """The next frame. Raises EOFError at the end, TimeoutError, FrameError, OSError."""
        deadline = None if timeout is None else time.monotonic() + timeout
        header_length, body_length = LENGTHS.unpack(self._exactly(LENGTHS.size, deadline))
        if header_length > LARGEST_HEADER or body_length > LARGEST_BODY:
            raise FrameError("a frame larger than any that is allowed")
        header = self._exactly(header_length, deadline)
        body = self._exactly(body_length, deadline)
        try:
            parsed = json.loads(header)
            return dict(parsed["m"]), _arrays(parsed["a"], body)
        except (ValueError, KeyError, TypeError, RecursionError) as problem:
            raise FrameError(f"a frame that cannot be read: {problem}") from problem

    def _exactly(self, length: int, deadline: float | None) -> bytearray:
        received = bytearray(length)
        view = memoryview(received)
        while view:
            if deadline is None:
                self._end.settimeout(None)
            else:
                self._end.settimeout(max(deadline - time.monotonic(), 0.001))
            count = self._end.recv_into(view)
            if not count:
                raise EOFError
            view = view[count:]
        return received


def _arrays(forms: list[dict[str, Any]], body: bytearray) -> Arrays:
    arrays: Arrays = []
    start = 0
    for form in forms:
        dtype = np.dtype(str(form["d"]))
        if dtype.kind not in NUMERIC_KINDS:
            raise ValueError(f"arrays of {dtype} are not allowed")
        shape = tuple(int(size) for size in form["s"])
        count = 1
        for size in shape:
            count *= size
        if count < 0 or start + count * dtype.itemsize > len(body):
            raise ValueError("an array that is longer than the frame")
        flat = np.frombuffer(body, dtype, count, start) if count else np.empty(0, dtype)
        arrays.append(flat.reshape(shape))
        start += count * dtype.itemsize
    return arrays
