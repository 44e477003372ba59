"""The command line as a script meets it: exit codes, JSON, sentences; bad input changes nothing."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import tiny_lab

from tfcards.core.day import Calendar
from tfcards.core.model import Attempt
from tfcards.store import Collection

DECK = """---
deck: Mine
id: mine
source: https://docs.python.org/3/
---

# One {#one}

## What is one and one? {#mine-two}

Two.

## Which are even? {#mine-even .choice}

- [x] 2
- [ ] 3 — it is odd
"""


@pytest.fixture
def tfcards(tmp_path):
    def call(*words, typed="", **environment):
        return subprocess.run(
            [sys.executable, "-m", "tfcards", "--data", str(tmp_path / "data"), *map(str, words)],
            input=typed, capture_output=True, text=True, check=False, cwd=tmp_path,
            env={**os.environ, **environment},
        )  # fmt: skip

    return call


@pytest.fixture
def deck(tmp_path):
    path = tmp_path / "mine.md"
    path.write_text(DECK)
    return path


def test_due_lists_the_built_in_decks(tfcards):
    done = tfcards("due", "--json")
    assert done.returncode == 0, done.stderr
    rows = {row["deck"]: row for row in json.loads(done.stdout)}
    assert rows["TensorFlow"]["total"] >= rows["TensorFlow::01 Tensors"]["total"] >= 30
    assert 0 < rows["TensorFlow"]["new"] <= 20


def test_import_twice_then_export(tfcards, deck, tmp_path):
    first = json.loads(tfcards("import", deck, "--json").stdout)
    assert sorted(first["added"]) == ["mine-even", "mine-two"]
    again = json.loads(tfcards("import", deck, "--json").stdout)
    assert again["added"] == []
    assert len(again["unchanged"]) == 2
    done = tfcards("export", "out.md", "--deck", "mine")
    assert done.returncode == 0, done.stderr
    assert "What is one and one?" in (tmp_path / "out.md").read_text()
    tfcards("import", "out.md")
    assert tfcards("deck", "check", "out.md").returncode == 0


def test_reviewing_in_the_terminal_saves_and_undoes(tfcards, deck, tmp_path):
    tfcards("import", deck)
    done = tfcards("review", "--deck", "Mine", typed="\n3\n\nu\n\n4\nq\n")
    assert done.returncode == 0, done.stderr
    with sqlite3.connect(tmp_path / "data" / "collection.db") as database:
        (ratings,) = database.execute("SELECT group_concat(rating) FROM reviews").fetchone()
    assert ratings == "4"  # the 3 was undone, then the same card was rated 4


def test_the_answer_is_not_on_the_question(tfcards, tmp_path):
    (tmp_path / "hidden.md").write_text(
        DECK + "\n## Sum {#mine-sum .cloze}\n\nOne and one is {{c1::seven::a number}}.\n"
    )
    tfcards("import", "hidden.md")
    done = tfcards("review", "--deck", "Mine", typed="\n4\n\n4\n\n4\n")
    before, _, after = done.stdout.partition("[a number]")
    assert after, done.stdout
    assert "seven" not in before
    assert "seven" in after


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["import", "missing.md"], 1, "missing.md"),
        (["import", "wrong.md"], 1, "wrong.md"),
        (["deck", "check", "wrong.md"], 1, "wrong.md"),
        (["review", "--deck", "Nothing"], 1, "There is no deck named 'Nothing'"),
        (["lab", "run", "99"], 1, "There is no lab '99'"),
        (["lab", "run", "01"], 1, "locked"),
        (["lab", "check"], 2, "--all"),
        (["nonsense"], 2, "nonsense"),
    ],
)
def test_bad_input_is_a_sentence_and_changes_nothing(tfcards, tmp_path, words, code, sentence):
    tfcards("due")
    (tmp_path / "wrong.md").write_text("no front matter\n\n## Question\n")
    dump = _dump(tmp_path)
    done = tfcards(*words)
    assert done.returncode == code, done.stdout + done.stderr
    assert sentence in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert _dump(tmp_path) == dump


def test_a_damaged_collection_is_left_as_it_is(tfcards, tmp_path):
    file = tmp_path / "data" / "collection.db"
    file.parent.mkdir()
    file.write_bytes(b"this is no database" * 100)
    done = tfcards("due")
    assert done.returncode == 3
    assert "collection.db" in done.stderr
    assert "Traceback" not in done.stderr
    assert file.read_bytes() == b"this is no database" * 100


def test_without_a_display_the_window_says_so(tfcards):
    done = tfcards(DISPLAY="", WAYLAND_DISPLAY="", QT_QPA_PLATFORM="")
    assert done.returncode == 3
    assert "tfcards review" in done.stderr


@pytest.fixture
def without_tensorflow(tmp_path):
    """Python's search path with a hook that hides TensorFlow from every process below."""
    hook = tmp_path / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text("import sys\nsys.modules['tensorflow'] = None\n")
    return {"PYTHONPATH": str(hook)}


def test_without_tensorflow_labs_say_so_and_cards_go_on(tfcards, without_tensorflow):
    states = json.loads(tfcards("lab", "list", "--json", **without_tensorflow).stdout)
    assert {row["state"] for row in states} == {"unavailable"}
    assert "make install" in states[0]["reason"]
    done = tfcards("lab", "run", "01", **without_tensorflow)
    assert done.returncode == 3
    assert "TensorFlow is not installed" in done.stderr
    assert tfcards("due", **without_tensorflow).returncode == 0


def test_a_wrong_manifest_is_named_and_the_other_labs_stay(tfcards, tmp_path):
    broken = tmp_path / "data" / "own" / "labs" / "broken"
    broken.mkdir(parents=True)
    (broken / "lab.toml").write_text('format = 1\nid = "broken"\n')
    done = tfcards("lab", "list", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)
    assert "broken/lab.toml" in done.stderr
    assert "title" in done.stderr


def test_labs_are_listed_stage_by_stage_with_what_is_missing(tfcards):
    text = tfcards("lab", "list").stdout
    assert "0 of" in text.splitlines()[0]
    stage = text.split("\n\n")[2]
    assert stage.startswith("Stage 2: Keras models. You would recall 0 of ")
    assert "02-feed-forward" in stage
    assert "locked" in stage
    assert "Pass “Create and manipulate tensors” first." in stage
    listed = json.loads(tfcards("lab", "list", "--json").stdout)
    assert {row["id"] for row in listed} >= {"01-tensors", "02-feed-forward"}
    assert all(row["state"] == "locked" and not row["running"] for row in listed)
    assert listed[1]["missing_labs"] == ["01-tensors"]


def test_help_reads_well(tfcards):
    text = tfcards("--help").stdout
    assert "Exit codes" in text
    for name in ("due", "review", "import", "export", "lab", "deck", "doctor", "backup"):
        assert name in text


@pytest.mark.tensorflow
def test_doctor_finds_what_is_here(tfcards):
    findings = {f["name"]: f for f in json.loads(tfcards("doctor", "--json").stdout)}
    assert findings["TensorFlow"]["found"].startswith("2.")
    assert findings["Lab 01-tensors"]["fine"]


def test_backup_can_be_opened(tfcards):
    path = Path(tfcards("backup").stdout.strip())
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_restore_brings_the_backup_back_and_keeps_what_it_replaced(tfcards, deck, tmp_path):
    saved = tfcards("backup").stdout.strip()
    tfcards("import", deck)
    done = tfcards("restore", saved)
    assert done.returncode == 0, done.stderr
    assert "Mine" not in tfcards("due").stdout
    before = _dump(tmp_path)
    refused = tfcards("restore", deck)
    assert refused.returncode == 1
    assert "mine.md" in refused.stderr
    assert _dump(tmp_path) == before


def _dump(tmp_path):
    with sqlite3.connect(tmp_path / "data" / "collection.db") as database:
        return [line for line in database.iterdump() if "settings" not in line]


def test_attempts_of_a_lab_are_listed(tfcards, tmp_path):
    shutil.copytree(tiny_lab.FOLDER, tmp_path / "data" / "own" / "labs" / "tiny")
    none = tfcards("lab", "attempts", "tiny")
    assert "tfcards lab run tiny" in none.stdout
    at = datetime(2026, 3, 10, 22, 30, tzinfo=UTC)
    with closing(Collection.open(tmp_path / "data", now=at)) as collection:
        collection.set_calendar(Calendar("Europe/Berlin"))
        for score, outcome in ((1, "failed"), (4, "passed"), (4, "passed")):
            seconds = timedelta(seconds=2.5)
            collection.save_attempt(Attempt("tiny", at, outcome, score, 4, 77, seconds))
    found = json.loads(tfcards("lab", "attempts", "tiny", "--json").stdout)
    assert [one["number"] for one in found] == [1, 2, 3]
    assert [one["is_best"] for one in found] == [False, True, False]
    assert found[0]["at"] == "2026-03-10T23:30:00+01:00"
    assert (found[1]["outcome"], found[1]["seed"], found[1]["seconds"]) == ("passed", 77, 2.5)
    lines = tfcards("lab", "attempts", "tiny").stdout.splitlines()
    assert [line.endswith("best") for line in lines] == [False, False, True, False]
