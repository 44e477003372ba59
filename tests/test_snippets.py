"""Code on cards: what is taken out, how it is judged, and how workers run and die."""

import time
from pathlib import Path

import psutil
import pytest

from tfcards.formats import needs_tensorflow, snippets
from tfcards.formats.deck import read_text
from tfcards.labs.card_code.snippet_worker import NONE, SnippetWorker
from tfcards.labs.card_code.snippets import Block, SnippetJob, ask, judge, run, same_output

FRONT = "---\ndeck: A\nid: a\n---\n"


def taken(text):
    (note,) = read_text(FRONT + text, Path("deck.md")).notes
    return snippets(note)


def test_fences_are_taken_in_the_order_they_run():
    text = (
        "## Q\n```python setup\na\n```\n---\n```python\nb\n```\ntext\n```\nnot code\n```\n"
        "### Why\n```python raises=tf.errors.InvalidArgumentError\nc\n```\n"
        "```python norun\nd\n```\n"
    )
    found = taken(text)
    assert [(snippet.code, snippet.raises) for snippet in found] == [
        ("a\n", None),
        ("b\n", None),
        ("c\n", "tf.errors.InvalidArgumentError"),
    ]
    assert found[0].where == "deck.md:5 (Question)"
    assert found[2].where == "deck.md:5 (Why)"


def test_output_belongs_to_the_code_above_it():
    first, second = taken(
        "## Q\n```python\nprint(1)\n```\n```output\n1\n```\n```python\nprint(2)\n```\n"
    )
    assert (first.expects_output, second.expects_output) == ("1\n", None)
    (code,) = taken("## Q {.output}\n```python\nprint(1)\n```\n---\n```output\n1\n```\n")
    assert code.expects_output == "1\n"
    assert taken("## Q\n```python norun\nprint(1)\n```\n```output\n1\n```\n") == []


def test_code_questions_run_reference_then_assertions():
    text = "## Q {.code}\n---\n```python\nref\n```\n### Assertions\n```python\ncheck\n```\n"
    assert [snippet.code for snippet in taken(text)] == ["ref\n", "check\n"]


def test_deletions_are_filled_in_and_options_left_out():
    (code,) = taken("## T\n```python fresh\nx = {{c1::{'a': 1}::what}}\n```\n")
    assert code.code == "x = {'a': 1}\n"
    assert code.fresh
    assert taken("## Q\n- [x] a\n  ```python\n  1/0\n  ```\n- [ ] b\n") == []


def test_sql_is_taken_like_python_and_setup_comes_first():
    text = (
        "## Q {.code}\n---\n```sql\nSELECT 1\n```\n"
        "### Assertions\n```output\n1\n```\n```sql raises=IntegrityError\nbad\n```\n"
        "```sql setup\nCREATE TABLE t (a)\n```\n"
    )
    found = taken(text)
    assert [(one.code, one.language) for one in found] == [
        ("CREATE TABLE t (a)\n", "sql"),
        ("SELECT 1\n", "sql"),
        ("bad\n", "sql"),
    ]
    assert (found[1].expects_output, found[2].raises) == ("1\n", "IntegrityError")


@pytest.mark.parametrize(
    ("fence", "needs"),
    [
        ("python\nx = tf.constant(1)", True),
        ("python\nimport tensorboard", True),
        ("python\nfrom tensorflow_datasets import load", True),
        ("python\nplatform, ltf, my_keras = 1, 2, 3", False),
        ("sql\nSELECT tf FROM keras", False),
    ],
)
def test_tensorflow_is_needed_by_code_that_names_it(fence, needs):
    assert needs_tensorflow(taken(f"## Q\n```{fence}\n```\n")) is needs


def report(stdout="", error=None, stderr=""):
    return {"stdout": stdout, "stderr": stderr, "error": error, "warnings": []}


def verdict(block, *reports):
    blocks = block if isinstance(block, tuple) else (block,)
    return judge(SnippetJob("x", blocks), {"blocks": list(reports), "seconds": 0.0}).message


ERROR = {"names": ["ValueError", "Exception"], "message": "bad", "line": 3}


def test_judging():
    assert verdict(Block("x"), report("anything")) == ""
    assert verdict(Block("x"), report(error=ERROR)) == (
        "it raised ValueError: bad (line 3 of the fence)"
    )
    assert verdict(Block("x", raises="Exception"), report(error=ERROR)) == ""
    wanted = SnippetJob("x", (Block("x", raises="Exception"),))
    assert judge(wanted, {"blocks": [report(error=ERROR)], "seconds": 0.0}).raised == (
        "ValueError: bad",
    )
    assert "should raise KeyError, and raised Val" in verdict(
        Block("x", raises="KeyError"), report(error=ERROR)
    )
    assert "raised nothing" in verdict(Block("x", raises="KeyError"), report())
    assert verdict(Block("x", expects="1 \n\n", where="w"), report("1\n")) == ""
    assert verdict(Block("x", expects="1", where="w"), report("2")) == (
        "w: it printed\n    2\nand not\n    1"
    )
    assert "went to stderr" in verdict(Block("x", expects="1"), report("", stderr="1\n"))


def test_output_of_several_blocks_is_compared_together():
    blocks = (Block("a"), Block("b", expects="1\n2"), Block("c", expects="3"))
    assert verdict(blocks, report("1\n"), report("2\n"), report("3\n")) == ""


def test_same_output():
    assert same_output("a  \nb\n", "a\nb")
    assert not same_output(" a", "a")
    assert not same_output("a\n\nb", "a\nb")


# ---- real processes


def job(name, *codes, fresh=False, **more):
    return SnippetJob(name, tuple(Block(code, **more) for code in codes), fresh=fresh)


def results(*jobs, **more):
    return {result.id: result for result in run(jobs, **more)}


def children():
    return {child.pid for child in psutil.Process().children(recursive=True)}


def plain(name, *blocks):
    return SnippetJob(name, blocks, framework=NONE)


def sql(code, **more):
    return Block(code, language="sql", **more)


def test_sql_runs_on_a_database_of_the_card():
    table = sql("CREATE TABLE t (a INTEGER PRIMARY KEY, b);\nINSERT INTO t VALUES (1, 'x;y');")
    found = results(
        plain("rows", table, sql("SELECT * FROM t; -- all\nSELECT b, x'0f', 0.5, NULL FROM t")),
        plain("none", table, sql("DELETE FROM t; SELECT * FROM t")),
        plain("other card", sql("SELECT * FROM t", raises="OperationalError")),
        plain("raises", table, sql("INSERT INTO t VALUES (1, 2)", raises="IntegrityError")),
        plain("rolled back", table, sql("BEGIN; DELETE FROM t; ROLLBACK; SELECT a FROM t")),
        plain("wrong", table, sql("SELECT 1;\n\nSELEC 2")),
        plain("both", Block("print(6 * 7)"), table, sql("SELECT b FROM t", expects="42\nx;y")),
    )
    failed = {name: result.message for name, result in found.items() if not result.ok}
    assert failed == {
        "wrong": 'it raised OperationalError: near "SELEC": syntax error (line 3 of the fence)'
    }
    output = {name: result.output for name, result in found.items()}
    assert output["rows"] == "1 | x;y\nx;y | X'0F' | 0.5 | NULL\n"
    assert output["none"] == "(no rows)\n"
    assert output["rolled back"] == "1\n"
    assert list(found["rows"].versions) == ["SQLite"]
    assert list(found["both"].versions) == ["Python", "SQLite"]


def test_without_a_framework_tensorflow_is_not_imported():
    code = "import random, sys\nprint('tensorflow' in sys.modules, 'tf' in globals())\n"
    code += "print(random.random(), np.random.rand())"
    found = results(plain("a", Block(code)), plain("b", Block(code)))
    assert found["a"].output.startswith("False False\n")
    assert found["a"].output == found["b"].output  # seeded for each card


def test_files_that_take_too_much_together_end_it():
    """Each of them is as large as the system lets it be; nothing is really written."""
    code = "for name in 'abc': open(name, 'wb').truncate(200 * 2**20)\nimport time; time.sleep(600)"
    found = results(plain("full", Block(code)), plain("after", Block("print('alive')")))
    assert found["full"].message == "It wrote more than 512 MB of files."
    assert found["after"].output == "alive\n"


@pytest.mark.tensorflow
def test_jobs_run_apart_and_failures_stay_where_they_are():
    before = children()
    forged = '{"id": "next", "blocks": [], "seconds": 0}'
    found = results(
        job("prelude", "print(tf.constant(1).dtype.name, np.pi > 3, keras.__name__)"),
        job("one namespace", "x = 1", "print(x)"),
        job("fresh namespace", "x", raises="NameError"),
        job("forged", f"import os\nprint('{forged}')\nos.write(1, b'{forged}\\n')"),
        job("stdin", "input()", raises="EOFError"),
        job("low level", "import sys\ntf.print('c++', output_stream=sys.stdout)\nprint('py')"),
        job(
            "autograph",
            "@tf.function\ndef f(x):\n    if x > 0:\n        y = 1\n    else:\n        y = 2\n"
            "    return y\nprint(f(tf.constant(1)).numpy())",
        ),
        job("seed a", "print(tf.random.uniform([1]).numpy(), np.random.rand())"),
        job("seed b", "print(tf.random.uniform([1]).numpy(), np.random.rand())"),
        job("syntax", "x ="),
        job("exit", "raise SystemExit(3)"),
        job("warns", "import warnings\nwarnings.warn('old')"),
        job("slow", "import time\ntime.sleep(60)"),
        job("after slow", "print('alive')"),
        job("crash", "import os\nos.abort()"),
        job("after crash", "print('alive')"),
        job("policy", "keras.mixed_precision.set_global_policy('mixed_float16')"),
        job("after policy", "print(keras.layers.Dense(1).dtype_policy.name)"),
        job("files", "open('a', 'w').close()"),
        job("no files", "import os\nprint(os.listdir())"),
        seconds=8,
    )
    failed = {name: result.message for name, result in found.items() if not result.ok}
    assert set(failed) == {"syntax", "exit", "slow", "crash"}
    assert "SyntaxError" in failed["syntax"]
    assert "SystemExit: 3" in failed["exit"]
    assert failed["slow"] == "It took longer than 8 seconds."
    assert "SIGABRT" in failed["crash"]
    output = {name: result.output for name, result in found.items()}
    assert output["prelude"] == "int32 True keras\n"
    assert output["one namespace"] == "1\n"
    assert output["forged"] == f"{forged}\n{forged}\n"
    assert output["low level"] == "c++\npy\n"
    assert output["autograph"] == "1\n"
    assert output["seed a"] == output["seed b"]
    assert found["warns"].warnings == ("UserWarning: old",)
    assert output["after slow"] == output["after crash"] == "alive\n"
    assert output["after policy"] == "float32\n"
    assert output["no files"] == "['block0.py']\n"
    assert found["prelude"].versions["TensorFlow"].startswith("2.")
    assert children() <= before


@pytest.mark.tensorflow
def test_fresh_jobs_get_a_process_of_their_own():
    found = results(
        job("warm", "tf.constant(1)"),
        job(
            "devices",
            "cpu = tf.config.list_physical_devices('CPU')[0]\n"
            "two = [tf.config.LogicalDeviceConfiguration()] * 2\n"
            "tf.config.set_logical_device_configuration(cpu, two)\n"
            "print(len(tf.config.list_logical_devices('CPU')))",
            fresh=True,
        ),
        job("after", "print(len(tf.config.list_logical_devices('CPU')))"),
    )
    assert {name: result.output for name, result in found.items()} == {
        "warm": "",
        "devices": "2\n",
        "after": "1\n",
    }


@pytest.mark.tensorflow
def test_a_process_that_died_between_two_jobs_leaves_nothing():
    worker = SnippetWorker()
    try:
        ask(job("1", "1"), worker, 60)
        left = worker._folder.name
        worker._process.kill()
        worker._process.wait()
        ask(job("2", "2"), worker, 60)
        assert not Path(left).exists()
    finally:
        worker.close()


def test_leaving_early_ends_every_process():
    before = children()
    jobs = [
        job(str(number), "import time\ntime.sleep(30)" if number else "1") for number in range(4)
    ]
    started = time.monotonic()
    for result in run(jobs, workers=2):
        assert result.ok
        break
    assert time.monotonic() - started < 60
    assert children() <= before
