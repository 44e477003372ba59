"""The structures that Windows is given, as its papers lay them out on a 64-bit system."""

import ctypes

import pytest

from tfcards.warm.windows import BasicLimits, ExtendedLimits, Transfers, kill_on_close

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
