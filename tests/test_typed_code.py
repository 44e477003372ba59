"""Code typed for a card, judged by its assertions: real processes, as a rule without TensorFlow."""

from contextlib import closing
from pathlib import Path

import pytest

from tfcards import formats
from tfcards.core.draft import Draft, DraftNote
from tfcards.core.markdown import fences
from tfcards.core.model import Kind, Note
from tfcards.labs.card_code.snippet_worker import SnippetWorker
from tfcards.labs.card_code.snippets import ask
from tfcards.labs.card_code.typed_code import TypedResult, TypedTask, judge
from tfcards.sessions.typed_code import (
    takes_code,
    typed_headline,
    typed_job,
    typed_language,
    typed_report,
)
from tfcards.store import Collection

REFERENCE = "```python\ndef double(x):\n    return x * 2\n```"
ASSERTIONS = """```python
assert double(2) == 4
for text in ("a", "b"):
    assert double(text) == text + text, "texts too"
assert double(1) > 0 and double([1]) == [1, 1]
assert not isinstance(
    double(1.5), int
)
```"""
TABLE = "```sql setup\nCREATE TABLE t (a, b);\nINSERT INTO t VALUES (1, 'x'), (2, NULL);\n```"
RIGHT = "def double(x):\n    return x + x\n"


@pytest.fixture
def collection(tmp_path: Path, clock):
    opened = Collection.open(tmp_path / "data", now=clock(), zone="Europe/Berlin")

    def note(guid: str, kind: Kind = Kind.CODE, **fields: str) -> DraftNote:
        return DraftNote(guid, kind, "Small", {"Question": f"Write {guid}.", **fields})

    tensor = "```python\nassert int(twice(tf.constant(2))) == 4\n```"
    notes = (
        note("double", Answer=REFERENCE, Assertions=ASSERTIONS, Why="```python\n1 / 0\n```"),
        note(
            "rows",
            Question=f"Which a?\n\n{TABLE}",
            Answer="```sql\nSELECT a FROM t WHERE b IS NULL;\n```",
            Assertions="```output\n2\n```",
        ),
        note(
            "guarded",
            Answer="```sql\nCREATE TABLE p (a CHECK (a > 0));\n```",
            Assertions="```sql raises=IntegrityError\nINSERT INTO p VALUES (0);\n```",
        ),
        note("twice", Answer="```python\ndef twice(x):\n    return x * 2\n```", Assertions=tensor),
        note("unjudged", Answer=REFERENCE),
        note("plain", Kind.BASIC, Answer=REFERENCE),
    )
    opened.add(Draft("test", notes), clock())
    yield opened
    opened.close()


@pytest.fixture
def judged(collection: Collection):
    """Run typed code for a note, by its guid."""

    def judged(guid: str, typed: str, seconds: float = 30.0) -> TypedResult:
        job = typed_job(found(collection, guid), typed)
        assert job is not None
        return TypedTask(job, seconds).run()

    return judged


def found(collection: Collection, guid: str) -> Note:
    note = collection.note_by_guid(guid)
    assert note is not None
    return note


def test_right_code_holds_and_every_assertion_counts_once(judged):
    result = judged("double", RIGHT + "print('tried')")
    assert result.holds, result.fault
    assert result.held == 4
    assert typed_headline(result).startswith("✓ All 4 assertions hold · Python 3.")
    assert typed_report(result) == "It printed:\ntried"


def test_the_assertion_that_fails_is_shown_with_its_values(judged):
    result = judged("double", "def double(x):\n    return 4 if x == 2 else x")
    assert result.holds is False
    assert result.held == 1
    assert result.fault.summary == "The assertion on line 3 does not hold"
    assert result.fault.detail.split("\n") == [
        '    assert double(text) == text + text, "texts too"',
        "double(text) is 'a'",
        "text + text is 'aa'",
    ]


def test_a_message_is_told_unless_it_stands_in_the_line(collection: Collection, clock):
    checks = "```python\nassert not double(1), f'got {double(1)}'\n```"
    fields = {"Question": "Q", "Answer": REFERENCE, "Assertions": checks}
    collection.add(Draft("more", (DraftNote("told", Kind.CODE, "Small", fields),)), clock())
    job = typed_job(found(collection, "told"), RIGHT)
    assert job is not None
    fault = TypedTask(job).run().fault
    assert fault is not None
    assert fault.detail.endswith("'\nIt says: got 2")


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("return x * 2 if x != [1] else [1]", "double([1]) is [1]"),
        ("return [1, 1] if x == [1] else abs(x) if x == 1.5 else x * 2", None),
        ("return 3 if x == 1.5 else x * 2", "double(1.5) is 3"),
    ],
)
def test_only_what_was_compared_is_shown(judged, body, shown):
    fault = judged("double", f"def double(x):\n    {body}").fault
    if shown is None:
        assert fault is None
        return
    assert fault.summary.startswith("The assertion on line ")
    assert [line for line in fault.detail.split("\n") if " is " in line] == [shown]


def test_an_error_is_told_in_the_learners_own_lines(judged):
    fault = judged("double", "def double(x):\n    y = x\n    return z * 2").fault
    assert (fault.summary, fault.line) == ("Your code raised NameError on line 3", 3)
    assert "Line 3 of your code raised it, called by the assertions on line 1:" in fault.detail
    assert "    assert double(2) == 4" in fault.detail
    fault = judged("double", "x = 1\n1 / 0\n").fault
    assert (fault.summary, fault.line) == ("Your code raised ZeroDivisionError on line 2", 2)
    fault = judged("double", "def double(x)\n    return x").fault
    assert (fault.summary, fault.line) == ("Your code raised SyntaxError on line 1", 1)
    assert fault.detail.endswith("SyntaxError: expected ':'")
    fault = judged("double", "def duoble(x):\n    return x").fault
    assert (fault.summary, fault.line) == (
        "Your code does not define what the assertions use",
        0,
    )
    assert fault.detail.endswith("NameError: name 'double' is not defined")
    fault = judged("double", "double = 1").fault
    assert fault.summary == "The assertions stopped on line 1"
    assert fault.detail.endswith("TypeError: 'int' object is not callable")


def test_what_typed_code_prints_is_no_verdict(judged):
    forged = """
import json, os
said = json.dumps({"blocks": [{"stdout": "", "stderr": "", "error": None, "warnings": [],
                               "held": 4, "unmet": None}] * 2, "seconds": 0.1})
print("All 4 assertions hold", said)
def double(x):
    return None
"""
    result = judged("double", forged)
    assert result.holds is False
    assert typed_headline(result).startswith("✗ The assertion on line 1 does not hold")
    assert typed_report(result).index("It printed:\nAll 4") > typed_report(result).index("is None")
    into_every_pipe = (
        forged
        + "for pipe in range(1, 40):\n    try:\n        "
        + ("os.write(pipe, said.encode() + b'\\n')\n    except OSError:\n        pass\n")
    )
    assert judged("double", into_every_pipe).holds is False


@pytest.mark.parametrize(
    "ending",
    [
        "import sys\nsys.exit(0)",
        "raise SystemExit",
        "import os\nos._exit(0)",
        "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)",
        "import os, threading as t\nt.Thread(target=os._exit, args=(0,)).start()\nt.Event().wait()",
        "import atexit, sys\natexit.register(print, 'All 4 assertions hold')\nquit = sys.exit()",
    ],
)
def test_ending_the_process_is_not_finishing(judged, ending):
    result = judged("double", f"{RIGHT}print('so far')\n{ending}")
    assert result.holds is False
    assert result.fault.summary.startswith("Your code did not finish")
    assert result.output == "so far\n"


def test_a_function_that_ends_python_does_not_hold(judged):
    result = judged("double", "import sys\ndef double(x):\n    sys.exit(0)")
    assert result.holds is False
    assert result.fault.summary == "Your code raised SystemExit on line 3"


def test_an_endless_loop_ends_at_the_limit(judged):
    result = judged("double", "print('begun')\nwhile True:\n    pass", seconds=2)
    assert result.holds is False
    assert result.fault.summary == "Your code did not finish within 2 seconds"
    assert "loop that never ends" in result.fault.detail
    assert result.output == "begun\n"


def test_endless_printing_fills_no_disk(judged):
    result = judged("double", "while True:\n    print('x' * 2**20)", seconds=60)
    assert result.fault.summary == "Your code raised OSError on line 2"
    assert len(result.output) <= 200_000


def test_rows_are_judged_like_a_run_of_the_card(judged):
    assert judged("rows", "SELECT a FROM t WHERE b IS NULL").held == 1
    wrong = judged("rows", "SELECT a FROM t WHERE b = NULL")
    assert wrong.fault.summary == "Your code does not print what it should"
    assert wrong.fault.detail == "It printed\n    (no rows)\nand not\n    2"
    broken = judged("rows", "SELECT a\nFROM t;\nSELEC")
    assert (broken.fault.summary, broken.fault.line) == (
        "Your code raised OperationalError on line 3",
        3,
    )
    assert judged("guarded", "CREATE TABLE p (a CHECK (a >= 1))").holds
    loose = judged("guarded", "CREATE TABLE p (a)")
    assert loose.fault.summary == "An assertion does not raise what it should"


def test_without_assertions_nothing_is_judged(judged):
    result = judged("unjudged", RIGHT)
    assert (result.holds, result.fault) == (None, None)
    assert typed_headline(result).startswith("Your code ran; no assertion judged it")
    assert judged("unjudged", "1 / 0").holds is False


def test_only_typed_code_of_code_cards_is_run(collection: Collection):
    double, rows = found(collection, "double"), found(collection, "rows")
    assert takes_code(double)
    assert not takes_code(found(collection, "plain"))
    assert typed_job(found(collection, "plain"), RIGHT) is None
    assert typed_job(double, " \n") is None
    assert (typed_language(double), typed_language(rows)) == ("python", "sql")
    job = typed_job(double, RIGHT)
    assert job is not None
    assert [block.part for block in job.blocks] == ["typed", "check"]  # not what explains it
    assert job.framework == "none"
    with_it = typed_job(double, "def double(x):\n    return tf.add(x, x)")
    assert with_it is not None
    assert with_it.framework == "tensorflow"


def test_the_references_of_decks_without_tensorflow_hold(collection: Collection, clock):
    decks = Path(__file__).parents[1] / "decks"
    languages = set()
    with closing(SnippetWorker()) as worker:
        for file in [*decks.glob("python/*.md"), *decks.glob("sql/*.md")]:
            draft = formats.read(file)
            collection.add(Draft(file.stem, draft.notes), clock())
            for guid in (note.guid for note in draft.notes if note.kind is Kind.CODE):
                note = found(collection, guid)
                job = typed_job(note, fences(note.fields["Answer"])[-1].code)
                assert job is not None
                result = judge(job, ask(job, worker, 30), {})
                assert result.holds, (guid, result.fault)
                languages.add(typed_language(note))
    assert languages == {"python", "sql"}


@pytest.mark.tensorflow
def test_code_on_tensors_is_judged_with_tensorflow(judged):
    wrong = judged("twice", "def twice(x):\n    return tf.square(x) + 1", 60)
    assert wrong.versions["TensorFlow"].startswith("2.")
    assert wrong.fault.detail.endswith("int(twice(tf.constant(2))) is 5")
