"""TensorBoard event files, read with nothing but the standard library: their scalars only.

A file is a row of records, each with its length and checksums; each record is a protocol buffer.
What is read was written by the learner's program: every length is checked before it is believed.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

PREFIX: Final = "events.out.tfevents."
HEAD: Final = struct.Struct("<QI")  # the record's length and that number's checksum
TAIL: Final = 4  # bytes of checksum after a record
LARGEST: Final = 2**20  # bytes; what is larger holds pictures or graphs, no scalar
LONGEST_TAG: Final = 200
POLYNOMIAL: Final = 0x82F63B78  # of CRC-32C, bits reversed
# TensorFlow's numbers for element types, and how one of them lies in memory.
ELEMENTS: Final = {1: "<f", 2: "<d", 3: "<i", 9: "<q", 19: "<e"}
# Where a tensor keeps numbers that are not in its content, by field.
LISTS: Final = {5: "<f", 6: "<d"}
PLAIN: Final = frozenset({7, 10})  # the same for whole numbers

Field = tuple[int, int | bytes]


@dataclass(frozen=True, slots=True)
class Scalar:
    """One number that was logged."""

    tag: str
    step: int
    value: float


def scalars(file: BinaryIO) -> Iterator[Scalar]:
    """The scalars from where the file stands up to its last whole record, where it is left.

    So a file that still grows is read on by calling again. Raises ValueError for anything that is
    no event file.
    """
    for record in _records(file):
        yield from _of_event(record)


def _records(file: BinaryIO) -> Iterator[bytes]:
    size = os.fstat(file.fileno()).st_size
    at = file.tell()
    while at + HEAD.size + TAIL <= size:
        file.seek(at)
        head = file.read(HEAD.size)
        if len(head) < HEAD.size:  # it was cut just now
            break
        length, checksum = HEAD.unpack(head)
        if _masked(_checksum(head[:8])) != checksum:
            raise ValueError(f"no record of an event file begins at byte {at}")
        end = at + HEAD.size + length + TAIL
        if end > size:
            break
        if length <= LARGEST:
            yield file.read(length)
        at = end
    file.seek(at)


def _of_event(record: bytes) -> Iterator[Scalar]:
    step = 0
    summaries = []
    for number, value in _fields(record):
        if number == 2 and isinstance(value, int):
            step = _signed(value)
        elif number == 5 and isinstance(value, bytes):
            summaries.append(value)
    for summary in summaries:
        for number, value in _fields(summary):
            if number == 1 and isinstance(value, bytes):
                tag, figure = _of_value(value)
                if figure is not None:
                    yield Scalar(tag, step, figure)


def _of_value(value: bytes) -> tuple[str, float | None]:
    tag, figure = "", None
    for number, content in _fields(value):
        if number == 1 and isinstance(content, bytes):
            tag = content[:LONGEST_TAG].decode("utf-8", "replace")
        elif number == 2 and isinstance(content, bytes):
            figure = _number(content, "<f")
        elif number == 8 and isinstance(content, bytes):
            figure = _of_tensor(content)
    return tag, figure


def _of_tensor(tensor: bytes) -> float | None:
    """The number of a tensor that is a single one, else None."""
    kind = 0
    figure = None
    for number, content in _fields(tensor):
        if number == 1 and isinstance(content, int):
            kind = content
        elif number == 2 and isinstance(content, bytes):
            if any(field == 2 for field, _ in _fields(content)):  # it has dimensions
                return None
        elif number == 4 and isinstance(content, bytes):
            figure = _number(content, ELEMENTS.get(kind, ""))
        elif number in LISTS and isinstance(content, bytes):
            figure = _number(content, LISTS[number])
        elif number in PLAIN:
            figure = _whole(content)
    return figure


def _number(content: bytes, form: str) -> float | None:
    if not form or len(content) != struct.calcsize(form):
        return None
    return float(struct.unpack(form, content)[0])


def _whole(content: int | bytes) -> float | None:
    if isinstance(content, bytes):
        content, _ = _varint(content, 0)
    return float(_signed(content))


def _fields(data: bytes) -> Iterator[Field]:
    """The fields of a protocol buffer: numbers as int, everything else as bytes."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        match key & 7:
            case 0:
                value, at = _varint(data, at)
                yield key >> 3, value
                continue
            case 1:
                length = 8
            case 2:
                length, at = _varint(data, at)
            case 5:
                length = 4
            case _:
                raise ValueError("a record is no protocol buffer")
        if at + length > len(data):
            raise ValueError("a field is longer than its record")
        yield key >> 3, data[at : at + length]
        at += length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(10):
        if at + place >= len(data):
            break
        byte = data[at + place]
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return value, at + place + 1
    raise ValueError("a number in a record has no end")


def _signed(value: int) -> int:
    return value - 2**64 if value >= 2**63 else value


def _checksum(data: bytes) -> int:
    """CRC-32C, bit by bit: only ever of the eight bytes of a length."""
    rest = 0xFFFFFFFF
    for byte in data:
        rest ^= byte
        for _ in range(8):
            rest = (rest >> 1) ^ (POLYNOMIAL if rest & 1 else 0)
    return rest ^ 0xFFFFFFFF


def _masked(checksum: int) -> int:
    return (((checksum >> 15) | (checksum << 17)) + 0xA282EAD8) & 0xFFFFFFFF
