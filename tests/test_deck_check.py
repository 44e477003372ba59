"""Checking deck files: counts, problems across files, and code that is proved by running."""

import json
from pathlib import Path

import pytest

from tfcards.core.markdown import parse
from tfcards.errors import BadInputError
from tfcards.sessions.deck_check import check

GUIDE = Path(__file__).parents[1] / "docs" / "deck-format.md"
FRONT = "---\ndeck: A\nid: {0}\nsource: https://a.org\n---\n"
GOOD = "## Q {#one}\nA\n## T {#two}\n{{c1::a}} {{c2::b}}\n## R {#three .reverse}\n`x`\n"


def write(folder, name, text, front=FRONT):
    file = folder / f"{name}.md"
    file.write_text(front.format(name) + text, encoding="utf-8")
    return file


def messages(report):
    return [problem.message for problem in report.problems]


def test_counts_by_file_and_kind(tmp_path):
    write(tmp_path, "a", GOOD)
    write(tmp_path, "b", "## P {.output}\n```python\nprint(1)\n```\n---\n```output\n1\n```\n")
    report = check([tmp_path])
    assert report.is_fine
    first, second = report.files
    assert (first.notes, first.cards, first.snippets) == (3, 5, 0)
    assert first.kinds == {"basic": 1, "cloze": 1, "reverse": 1}
    assert (second.deck, second.cards, second.snippets) == ("A", 1, 1)
    assert report.text().endswith("2 files, 4 notes, 6 cards, 1 snippets: no problems.")
    plain = json.loads(json.dumps(report.as_dict()))
    assert (plain["ok"], plain["cards"], plain["problems"]) == (True, 6, [])


def test_problems_of_one_file_do_not_hide_the_others(tmp_path):
    write(tmp_path, "a", "## Q\n")
    (tmp_path / "b.md").write_bytes(b"\x00")
    write(tmp_path, "c", GOOD)
    report = check([tmp_path / "a.md", tmp_path / "b.md", tmp_path / "c.md"])
    assert not report.is_fine
    assert len(report.files) == 1
    assert [problem.line for problem in report.problems] == [6, 1]
    assert f"{tmp_path / 'a.md'}:6: The answer is empty." in report.text()


def test_ids_and_questions_are_one_of_a_kind(tmp_path):
    write(tmp_path, "a", "## Same  question {#one}\nA\n")
    write(tmp_path, "b", "## same question {#one}\nB\n")
    found = messages(check([tmp_path]))
    assert found == [
        "id `one` is already used at a.md:6. Use another.",
        "The same question is asked at a.md:6. Drop one.",
    ]


@pytest.mark.parametrize(
    ("source", "words"),
    [("", "no source"), ("### Source\nrun\n", "no snippet"), ("### Source\nbook\n", "`book` must")],
)
def test_every_card_names_its_source(tmp_path, source, words):
    write(tmp_path, "a", f"## Q\nA\n{source}", "---\ndeck: A\nid: {0}\n---\n")
    (message,) = messages(check([tmp_path]))
    assert words in message


@pytest.mark.parametrize("source", ["https:///a", "a.org", "https://a.org/b c", "ftp://a.org"])
def test_every_line_of_a_source_is_an_address(tmp_path, source):
    write(tmp_path, "a", f"## Q\nA\n### Source\nhttps://a.org\n{source}\n")
    (message,) = messages(check([tmp_path]))
    assert message.startswith(f"Source `{source}` must be")


def test_needs_lead_to_sections(tmp_path):
    beside = tmp_path / "shipped" / "subject"
    beside.mkdir(parents=True)
    write(beside, "b", "# S {#s}\n## Q {#b-q}\nA\n")
    file = write(tmp_path, "a", '# S {#s needs="b::s b::gone"}\n## R {#a-r}\nA\n')
    report = check([file], beside=[tmp_path / "shipped"])
    assert messages(report) == ["`needs` names `b::gone`, which is no section of a deck."]
    assert report.problems[0].line == 6


def test_needs_do_not_go_round(tmp_path):
    write(tmp_path, "a", "# S {#s needs=b::s}\n## Q {#q}\nA\n")
    write(tmp_path, "b", "# S {#s needs=c::s}\n## R {#r}\nA\n")
    write(tmp_path, "c", "# S {#s needs=a::s}\n## T {#t}\nA\n")
    (message,) = messages(check([tmp_path]))
    assert "`b::s` needs `c::s`" in message
    assert "`c::s` needs `a::s`" in message


def test_ids_made_of_headings_are_told_and_refused_when_shipped(tmp_path):
    write(tmp_path, "a", "# Part\n## Q {#a-q}\nA\n## Second\nA\n")
    report = check([tmp_path])
    assert report.is_fine
    assert len(report.warnings) == 2
    assert messages(check([tmp_path], shipped=True)) == [
        "The section has no id of its own. Write {#part} after its heading.",
        "The card has no id of its own. Write {#a-second} after its heading.",
    ]


def test_a_table_counts_notes_by_file_and_kind(tmp_path):
    write(tmp_path, "a", GOOD)
    write(tmp_path, "b", "## Another {#b-q}\nA\n")
    head, first, second, every, _ = check([tmp_path]).text().splitlines()
    assert head.split() == ["notes", "cards", "snippets", "basic", "cloze", "reverse", "file"]
    assert first.split() == ["3", "5", "1", "1", "1", str(tmp_path / "a.md")]
    assert second.split() == ["1", "1", "1", str(tmp_path / "b.md")]
    assert every.split() == ["4", "6", "2", "1", "1", "all"]


def test_formulas_are_drawn(tmp_path):
    write(tmp_path, "a", "## Q $x$\n$\\nosuch$ and\n\n$$\\frac{a$$\n")
    first, second = messages(check([tmp_path]))
    assert "`\\nosuch` is not known" in first
    assert "cannot be drawn" in second


def test_nothing_to_check(tmp_path):
    with pytest.raises(BadInputError, match="no deck file"):
        check([tmp_path])


def test_decks_without_tensorflow_are_run_without(tmp_path):
    text = "## A\n```python\nprint(1)\n```\n```output\n2\n```\n## B\n```sql\nSELECT 1\n```\n"
    report = check([write(tmp_path, "a", text)], run=True)
    assert [problem.line for problem in report.problems] == [6]
    assert (report.ran, list(report.versions)) == (2, ["Python", "SQLite"])
    assert ", 2 run on Python 3." in report.text()


def test_the_guide_s_examples_in_sql_do_what_they_say(tmp_path):
    tokens = parse(GUIDE.read_text(encoding="utf-8"))
    examples = [t.content for t in tokens if t.type == "fence" and "```sql" in t.content]
    report = check([write(tmp_path, "a", "\n".join(examples))], run=True)
    assert report.is_fine, report.text()
    assert report.ran == len(examples) > 0


@pytest.mark.tensorflow
def test_snippets_are_run(tmp_path):
    text = (
        "## A\n```python\nx = tf.cast([1], tf.float32)\nprint(x.dtype.name)\n```\n"
        "```output\nfloat32\n```\n"
        "## B\n```python\ntf.no_such_name\n```\n"
        "## C\n```python raises=ValueError\ntf.reshape([1, 2], [3])\n```\n"
        "## D\nno code\n"
    )
    file = write(tmp_path, "a", text)
    calls = []
    report = check([file], run=True, progress=lambda *call: calls.append(call))
    problem_of_the_name = report.problems[1].message
    assert problem_of_the_name.startswith("`tf.no_such_name` is not in TensorFlow 2.")
    assert [(problem.line, problem.message.split(":")[0]) for problem in report.problems] == [
        (14, "`a-b`"),
        (14, problem_of_the_name),
        (18, "`a-c`"),
    ]
    assert "no_such_name" in report.problems[0].message
    assert "InvalidArgumentError" in report.problems[2].message
    assert calls == [(1, 3, "a-a"), (2, 3, "a-b"), (3, 3, "a-c")]
    assert report.ran == 3
    assert "3 run on TensorFlow 2." in report.text()
