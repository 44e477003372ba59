"""What picks, ticks and typed text are worth."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tfcards.core.marking import (
    Marked,
    Try,
    mark,
    mark_choice,
    mark_code,
    mark_key_points,
    mark_typed,
    same_text,
)
from tfcards.core.model import Field, Kind, Note, NoteType, Rating

FIELDS = ("Question", "Answer", "Assertions", "Key points", "Why", "Source")


def note(kind: Kind, answer: str = "", key_points: str = "") -> Note:
    note_type = NoteType(1, kind, kind, tuple(Field(name) for name in FIELDS))
    texts = dict.fromkeys(FIELDS, "") | {"Answer": answer, "Key points": key_points}
    return Note(1, "guid", note_type, 1, texts)


@pytest.mark.parametrize(
    ("picked", "rating", "reason"),
    [
        ({0, 2}, Rating.GOOD, "Right."),
        ({0}, Rating.AGAIN, "Not right: 1 missed."),
        ({0, 1, 2}, Rating.AGAIN, "Not right: 1 wrong."),
        ({1}, Rating.AGAIN, "Not right: 1 wrong, 2 missed."),
        (set(), Rating.GOOD, ""),
    ],
)
def test_a_choice_is_right_only_as_a_whole(picked, rating, reason):
    assert mark_choice(picked, [0, 2]) == Marked(rating, reason)


def test_the_options_of_a_choice_note_are_counted_as_written():
    question = note(Kind.CHOICE, "- [ ] `int64` — no\n- [x] `int32`\n- [ ] `float32`\n")
    assert mark(question, {1}).rating is Rating.GOOD
    assert mark(question, {0}).rating is Rating.AGAIN
    assert mark(question, {0, 1}).rating is Rating.AGAIN
    assert mark(question).rating is Rating.GOOD


@pytest.mark.parametrize(
    ("ticked", "rating"),
    [(0, Rating.GOOD), (1, Rating.AGAIN), (5, Rating.AGAIN), (6, Rating.HARD), (8, Rating.HARD),
     (9, Rating.GOOD), (10, Rating.GOOD)],
)  # fmt: skip
def test_key_points_count_by_their_share(ticked, rating):
    assert mark_key_points(ticked, 10).rating is rating


@pytest.mark.parametrize(
    ("tries", "rating", "reason"),
    [
        ([("a", True)], Rating.GOOD, "All assertions held at the first try."),
        ([("a", False)], Rating.AGAIN, "Not all assertions held."),
        ([("b", False), ("a", True)], Rating.HARD, "All assertions held, though not at the first"),
        ([("a ", True), ("a", True)], Rating.GOOD, "All assertions held at the first try."),
        ([("a", False), ("a", True)], Rating.GOOD, "All assertions held at the first try."),
        ([("a", True), ("b", False)], Rating.GOOD, "All assertions held at the first try."),
        ([("b", True)], Rating.GOOD, ""),  # what stands there now was never run
        ([], Rating.GOOD, ""),
    ],
)
def test_code_is_worth_what_its_runs_say(tries, rating, reason):
    runs = [Try(code, held) for code, held in tries]
    marked = mark_code("a", runs)
    assert (marked.rating, marked.reason.startswith(reason)) == (rating, True)
    assert mark(note(Kind.CODE, "```python\na\n```"), typed="a", tries=runs) == marked
    assert bool(marked.reason) is bool(reason)


def test_key_points_of_a_note():
    spoken = note(Kind.BASIC, "Because.", "- one\n- two\n- three\n")
    assert mark(spoken, {0, 2}) == Marked(Rating.HARD, "2 of 3 key points.")
    assert mark(spoken) == Marked(Rating.GOOD)
    assert mark(note(Kind.BASIC), {0}) == Marked(Rating.GOOD)


@pytest.mark.parametrize(
    ("given_text", "expected", "same"),
    [
        ("if x:\r\n    y()  \r\n", "if x:\n    y()", True),
        ("\n\na\rb\n", "a\nb", True),
        ("if x:\n  y()", "if x:\n    y()", False),
        ("\ty", "    y", False),
        ("a\n\nb", "a\nb", False),
        ("TF.constant", "tf.constant", False),
        (" a", "a", False),
        ("", "\n", True),
    ],
)
def test_typed_text_is_compared_but_for_line_ends_and_trailing_space(given_text, expected, same):
    assert same_text(given_text, expected) is same
    assert mark_typed(given_text, expected).rating is (Rating.GOOD if same else Rating.AGAIN)


def test_a_typed_note_knows_what_to_type():
    fenced = note(Kind.TYPED, "```python\nx = tf.constant(1)\n```\n")
    assert mark(fenced, typed="x = tf.constant(1)\n") == Marked(Rating.GOOD, "Right.")
    assert mark(fenced, typed="x = 1").rating is Rating.AGAIN
    assert mark(note(Kind.TYPED, "`tf.stack`"), typed="tf.stack").rating is Rating.GOOD
    assert mark(fenced, typed="  ") == Marked(Rating.GOOD)


def test_a_predicted_output_is_compared_with_the_real_one():
    question = note(Kind.OUTPUT, "```output\n(2, 3)\nint32\n```\n", "- shape\n- dtype")
    assert mark(question, typed="(2, 3)\nint32").rating is Rating.GOOD
    assert mark(question, typed="(3, 2)\nint32").rating is Rating.AGAIN
    assert mark(question, {0}).rating is Rating.AGAIN
    assert mark(note(Kind.OUTPUT, "no fence"), typed="1") == Marked(Rating.GOOD)


@settings(max_examples=50)
@given(st.sampled_from(Kind), st.text(), st.text(), st.sets(st.integers(0, 9)), st.text())
def test_easy_is_never_suggested_and_nothing_breaks(kind, answer, key_points, picked, typed):
    assert mark(note(kind, answer, key_points), picked, typed).rating < Rating.EASY


@given(st.text())
def test_a_text_is_the_same_as_itself(text):
    assert same_text(text, text)
    assert same_text(text.replace("\n", " \r\n") + "\n\n", text)
