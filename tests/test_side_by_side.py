"""Two texts side by side: nothing lost, equal lines opposite each other, differences marked."""

from hypothesis import given
from hypothesis import strategies as st

from tfcards.core.side_by_side import changes, side_by_side

LINES = st.lists(st.sampled_from(["", "a = 1", "a = 2", "def f():", "    return a"]), max_size=12)


@given(LINES, LINES)
def test_each_side_reads_as_its_text(left: list[str], right: list[str]) -> None:
    pairs = side_by_side("\n".join(left) + "\n", "\n".join(right) + "\n")
    sides = [
        [line for pair in pairs if (line := getattr(pair, side)) is not None]
        for side in ("left", "right")
    ]
    for lines, text in zip(sides, (left, right), strict=True):
        assert [line.text for line in lines] == (text or [""])
        assert [line.number for line in lines] == list(range(1, len(lines) + 1))
        for line in lines:
            assert all(0 <= start < end <= len(line.text) for start, end in line.marks)
    assert all(pair.left or pair.right for pair in pairs)


@given(LINES)
def test_a_text_does_not_differ_from_itself(lines: list[str]) -> None:
    pairs = side_by_side("\n".join(lines), "\n".join(lines))
    assert all(pair.is_same for pair in pairs)
    assert changes(pairs) == []


def test_what_differs_within_a_line_is_marked() -> None:
    [pair] = side_by_side("return values", "return values + offset")
    assert pair.left is not None
    assert pair.right is not None
    assert pair.left.marks == ()
    [(start, end)] = pair.right.marks
    assert pair.right.text[start:end] == " + offset"


def test_lines_without_likeness_differ_as_a_whole() -> None:
    [pair] = side_by_side("xyz", "(((((")
    assert pair.left is not None
    assert pair.left.marks == ()
    assert not pair.is_same


def test_runs_of_differing_lines_are_counted_once() -> None:
    pairs = side_by_side("a\nb\nc\nd\n", "a\nx\ny\nc\nd\ne\n")
    assert changes(pairs) == [1, 5]
    assert pairs[2].left is None
