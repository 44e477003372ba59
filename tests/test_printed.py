"""The console's lines: written over as in a terminal, long ones cut, workers side by side."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfcards.sessions.printed import (
    FRAMEWORK,
    HEAD,
    LANE,
    LONGEST,
    MOST_ENTRIES,
    MOST_LINES,
    RUN,
    TAIL,
    Printed,
)


def shown(*texts: str) -> str:
    printed = Printed()
    for text in texts:
        printed.add("stdout", text)
    return "".join(text for _, text in (*printed.lines, *printed.open))


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("one\ntwo\n", "one\ntwo\n"),
        ("one\r\ntwo\r\n", "one\ntwo\n"),
        ("\r10%\r20%\r100%\ndone\n", "100%\ndone\n"),
        ("10%\r20%\r", "20%"),
        ("abcdef\rxy", "xycdef"),
        ("abcdef\rxy\x1b[K", "xy"),
        ("abcdef\x1b[2K\rxy", "xy"),
        ("1/9\b\b\b\r2/9\b\b\b\n", "2/9\n"),
        ("\x1b[1;32mgood\x1b[0m \x1b]8;;https://x.org\x07link\x1b]8;;\x07\n", "good link\n"),
        ("a\tb\x07\x00\u2028c\x0b\n", "a\tbc\n"),
        ("\n\n", "\n\n"),
    ],
)
def test_a_line_looks_as_in_a_terminal(text: str, seen: str) -> None:
    assert shown(text) == seen


@given(
    st.lists(st.text(st.sampled_from("ab\r\n\b"), max_size=6), max_size=6),
    st.integers(0, 20),
)
def test_how_a_text_is_cut_into_pieces_changes_nothing(pieces: list[str], at: int) -> None:
    whole = "".join(pieces)
    assert shown(*pieces) == shown(whole) == shown(whole[:at], whole[at:])


def test_a_long_line_shows_its_ends_whichever_way_it_comes() -> None:
    line = "a" * 1000 + "b" * 298_000 + "c" * 1000
    parts = [line[at : at + 700] for at in range(0, len(line), 700)]
    seen = f"{line[:HEAD]} … 297,800 characters left out … {line[-TAIL:]}"
    assert shown(f"{line}\n") == f"{seen}\n"
    assert shown(*parts) == seen
    assert shown(line, "\rshort\n") == "short\n"
    assert shown("d" * LONGEST) == "d" * LONGEST


def test_the_oldest_lines_go() -> None:
    printed = Printed()
    for number in range(3 * MOST_ENTRIES // 1000):
        printed.add("stdout", "".join(f"{number}-{line}\n" for line in range(1000)))
    assert len(printed.lines) == MOST_ENTRIES
    assert printed.lines[-1] == ("stdout", f"{3 * MOST_ENTRIES // 1000 - 1}-999\n")


def test_of_a_flood_of_lines_the_last_are_kept_whole() -> None:
    printed = Printed()
    printed.add("stdout", "open ")
    printed.add("stdout", "".join(f"{line}\n" for line in range(MOST_LINES + 10)) + "rest")
    assert [text for _, text in printed.lines][:2] == ["11\n", "12\n"]
    assert printed.open == [("stdout", "rest")]


def test_each_worker_has_a_bar_of_its_own_below_what_is_finished() -> None:
    printed = Printed()
    for step in range(3):
        for worker in ("0", "1"):
            printed.add("stdout", f"\rstep {step}", worker)
    printed.add(FRAMEWORK, "noise\n", "1")
    assert printed.lines == [(FRAMEWORK, "1 │ noise\n")]
    both = [(LANE, "0 │ "), ("stdout", "step 2\n"), (LANE, "1 │ "), ("stdout", "step 2")]
    assert printed.open == both
    ended = printed.add("stdout", " done\n", "0")
    assert ended == [(LANE, "0 │ "), ("stdout", "step 2 done\n")]
    printed.add(RUN, "All workers start again.\n")
    again = [(LANE, "1 │ "), ("stdout", "step 2\n"), (RUN, "All workers start again.\n")]
    assert printed.lines == [(FRAMEWORK, "1 │ noise\n"), *ended, *again]
    assert printed.open == []
