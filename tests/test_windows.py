"""The structures that Windows is given, as its papers lay them out on a 64-bit system."""

import ctypes

import pytest

from tfcards.warm.windows import (
    BasicLimits,
    ExtendedLimits,
    Transfers,
    fault,
    kill_on_close,
    memory_limit,
)

pytestmark = pytest.mark.skipif(ctypes.sizeof(ctypes.c_size_t) != 8, reason="a 64-bit layout")


def test_sizes() -> None:
    assert ctypes.sizeof(BasicLimits) == 64
    assert ctypes.sizeof(Transfers) == 48
    assert ctypes.sizeof(ExtendedLimits) == 144


@pytest.mark.parametrize(
    ("name", "offset"),
    [
        ("process_user_time", 0),
        ("job_user_time", 8),
        ("flags", 16),
        ("least_working_set", 24),
        ("most_working_set", 32),
        ("most_processes", 40),
        ("affinity", 48),
        ("priority", 56),
        ("scheduling", 60),
    ],
)
def test_fields_of_basic_limits(name: str, offset: int) -> None:
    assert getattr(BasicLimits, name).offset == offset


@pytest.mark.parametrize(
    ("name", "offset"),
    [
        ("basic", 0),
        ("transfers", 64),
        ("process_memory", 112),
        ("job_memory", 120),
        ("process_peak", 128),
        ("job_peak", 136),
    ],
)
def test_fields_of_extended_limits(name: str, offset: int) -> None:
    assert getattr(ExtendedLimits, name).offset == offset


def test_the_only_limit_is_that_all_end_with_the_job() -> None:
    raw = bytes(kill_on_close())
    assert int.from_bytes(raw[16:20], "little") == 0x2000
    assert not any(raw[:16] + raw[20:])


def test_or_what_each_process_may_have() -> None:
    raw = bytes(memory_limit(2**33))
    assert int.from_bytes(raw[16:20], "little") == 0x100
    assert int.from_bytes(raw[112:120], "little") == 2**33
    assert not any(raw[:16] + raw[20:112] + raw[120:])


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (3221225477, "access violation 0xC0000005"),
        (3221226505, "stopped by itself after an error 0xC0000409"),
        (0xC0001234, "error 0xC0001234"),
        (0, ""),
        (1, ""),
        (139, ""),
        (-11, ""),
        (2**32, ""),
    ],
)
def test_exit_codes_that_are_errors_of_windows(code: int, words: str) -> None:
    assert fault(code) == words
