"""What a run is graded as, on real processes: outcomes, verdicts, artifacts, the result file."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_lab import copy, solution, starter, tiny

from tfcards.labs import result as results
from tfcards.labs import running
from tfcards.labs.content.manifest import Lab, load
from tfcards.labs.result import Outcome, Result, Status
from tfcards.labs.workspace import Workspace


def grade(
    folder: Path,
    files: Mapping[str, str],
    lab: Lab | None = None,
    events: list[dict[str, Any]] | None = None,
) -> Result:
    seen = events if events is not None else []
    return running.run(
        lab or tiny(), files, folder / "run", seed=7, on_event=seen.append, isolation="basic"
    )


def statuses(result: Result) -> dict[str, str]:
    return {check.id: check.status.value for check in result.checks}


def test_the_solution_passes_and_leaves_a_result_and_events(tmp_path: Path) -> None:
    events: list[dict[str, Any]] = []
    result = grade(tmp_path, solution(), events=events)
    assert (result.outcome, result.score, result.max_score) == (Outcome.PASSED, 4, 4)
    assert result.counts
    assert result.seed == 7
    assert result.artifacts == ("out/report.txt",)
    assert results.read(tmp_path / "run") == result
    lines = (tmp_path / "run" / "events.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == events
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    kinds = [event["ev"] for event in events]
    assert kinds[0] == "hello"
    assert kinds[-2:] == ["result", "bye"]
    assert {"phase", "log", "artifact", "check"} <= set(kinds)


def test_the_starter_is_not_attempted_and_says_what_to_write(tmp_path: Path) -> None:
    result = grade(tmp_path, starter())
    assert result.outcome is Outcome.NOT_ATTEMPTED
    assert not result.counts
    assert statuses(result) == {
        "offset-added": "failed",
        "any-shape": "skipped",
        "report": "failed",
    }
    assert "not written yet (sums.py, line" in result.checks[0].message
    assert "did not leave `out/report.txt`" in result.checks[2].message


def test_a_wrong_answer_fails_with_what_was_observed(tmp_path: Path) -> None:
    files = {"sums.py": solution()["sums.py"].replace("values + offset", "values")}
    result = grade(tmp_path, files)
    assert result.outcome is Outcome.FAILED
    first = result.checks[0]
    assert first.status is Status.FAILED
    assert first.observed.startswith("largest difference")
    assert first.limit == "≤ 1e-05"
    assert result.failed_cards == ("np-add", "np-sum")


def test_tasks_that_are_not_written_yet_bring_no_cards(tmp_path: Path) -> None:
    files = {"sums.py": f"begun = True\n{starter()['sums.py']}"}
    result = grade(tmp_path, files)
    assert result.outcome is Outcome.FAILED
    assert (result.checks[0].is_unwritten, result.checks[2].is_unwritten) == (True, False)
    assert result.checks[0].cards
    assert result.failed_cards == ("np-sum",)  # of the report, which is another task


UNWRITTEN = 'raise NotImplementedError("`sums.add` is not written yet (sums.py, line 2).")'
ONLY_SAID = [
    UNWRITTEN.replace("NotImplementedError", "ValueError"),
    "import asyncio; asyncio.Transport().pause_reading()",
    'class NotImplementedError(Exception): is_unwritten = True\n    raise NotImplementedError("x")',
]


@pytest.mark.parametrize(
    ("code", "is_unwritten"), [(UNWRITTEN, True), *((code, False) for code in ONLY_SAID)]
)
def test_only_an_exception_of_their_own_line_says_that_it_is_not_written(
    tmp_path: Path, code: str, is_unwritten: bool
) -> None:
    result = grade(tmp_path, {"sums.py": f"def add(values, offset):\n    {code}\n"})
    first = result.checks[0]
    assert (first.status, first.is_unwritten) == (Status.FAILED, is_unwritten)
    assert ("np-add" in result.failed_cards) is not is_unwritten


def test_a_hidden_check_of_what_is_not_written_brings_no_cards(tmp_path: Path) -> None:
    checks = (tiny().folder / "checks.py").read_text()
    checks = checks.replace('cards=("np-add",))', 'cards=("np-add",), visible=False)')
    lab = load(copy(tmp_path, checks_py=checks))
    result = grade(tmp_path, {"sums.py": f"def add(values, offset):\n    {UNWRITTEN}\n"}, lab)
    assert result.checks[0].message.startswith("A hidden check")
    assert result.failed_cards == ("np-sum",)


def test_a_program_that_raises_is_an_error_and_still_earns_points(tmp_path: Path) -> None:
    files = solution("if __name__ == '__main__':\n    raise ValueError('at the end')")
    events: list[dict[str, Any]] = []
    result = grade(tmp_path, files, events=events)
    assert result.outcome is Outcome.ERROR
    assert result.score == 4
    assert "ValueError: at the end" in result.message
    printed = "".join(event["text"] for event in events if event.get("stream") == "stderr")
    assert "sums.py" in printed
    assert "labkit" not in printed  # only the learner's own lines


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("raise ValueError('no')", "raised ValueError: no (sums.py, line"),
        ("return [1, 2", "Python cannot read sums.py: SyntaxError: "),
        ("return None", "should hold numbers, but is None"),
        ("return (values + offset).tolist()", "is right"),
        ("return values[0]", "should have shape (4, 3), but has (3,)"),
        ("return {'a': values}", "should hold numbers, but is a dict of 1"),
        ("return 10**5000", "is a whole number with more than 300 digits"),
        ("import sys; sys.exit(0)", "ends Python (sys.exit)"),
        ("import os; os._exit(0)", "ended its process (exit code 0)"),
        ("import os; os.kill(os.getpid(), 11)", "crashed its process (SIGSEGV)"),
        ("import numpy as np; return values + offset + np.nan", "NaN"),
    ],
)
def test_each_mishap_is_a_sentence(tmp_path: Path, code: str, words: str) -> None:
    files = {"sums.py": f"def add(values, offset):\n    {code}\n"}
    first = grade(tmp_path, files).checks[0]
    assert words in f"{first.message} {first.observed}"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every signal has a name")
def test_a_signal_without_a_name_is_told_by_its_number(tmp_path: Path) -> None:
    code = "import os\ndef add(values, offset):\n    os.kill(os.getpid(), 35)\n"
    first = grade(tmp_path, {"sums.py": code}).checks[0]
    assert "crashed its process (signal 35)" in first.message


def test_a_missing_function_is_named(tmp_path: Path) -> None:
    first = grade(tmp_path, {"sums.py": "x = 1\n"}).checks[0]
    assert first.message == "There is no `add` in sums.py."


def test_what_a_program_left_open_is_written_at_its_end(tmp_path: Path) -> None:
    code = solution()["sums.py"].replace(
        "    main()\n",
        """    import atexit, os, sys, threading, time
    main()
    report = open("out/report.txt", "w")
    report.write("9")
    atexit.register(lambda: print("at the end"))
    threading.Thread(target=lambda: time.sleep(0.2) or print("thread done")).start()
""",
    )
    events: list[dict[str, Any]] = []
    result = grade(tmp_path, {"sums.py": code}, events=events)
    assert result.outcome is Outcome.PASSED, result
    printed = "".join(event["text"] for event in events if event["ev"] == "log")
    assert "at the end" in printed
    assert "thread done" in printed


def test_a_call_that_hangs_is_stopped_and_the_next_check_still_runs(tmp_path: Path) -> None:
    checks = (tiny().folder / "checks.py").read_text()
    checks = checks.replace('cards=("np-add",))', 'cards=("np-add",), timeout=0.5)')
    checks = checks.replace('after=("offset-added",))', "after=())")
    lab = load(copy(tmp_path, checks_py=checks))
    code = "import time\n\ndef add(values, offset):\n"
    code += "    if values.ndim == 2:\n        time.sleep(60)\n    return values + offset\n"
    result = grade(tmp_path, {"sums.py": code}, lab)
    assert "took longer than" in result.checks[0].message
    assert result.checks[1].status is Status.PASSED


def test_a_hidden_check_that_fails_tells_nothing(tmp_path: Path) -> None:
    code = solution()["sums.py"].replace(
        "return values + offset", "return values + offset * (values.ndim == 2)"
    )
    hidden = grade(tmp_path, {"sums.py": code}).checks[1]
    assert hidden.status is Status.FAILED
    assert hidden.message.startswith("A hidden check")
    assert hidden.observed == hidden.limit == hidden.traceback == ""


@pytest.mark.parametrize(
    ("checks", "words"),
    [
        ("raise ValueError('broken')", "did not finish"),
        ("import os; os._exit(0)", "did not finish"),
        ("", "disagree"),
    ],
)
def test_without_a_finished_judge_there_is_no_grade(
    tmp_path: Path, checks: str, words: str
) -> None:
    lab = tiny()
    folder = copy(tmp_path, checks_py=checks)  # the declared checks are not there
    result = grade(tmp_path, solution(), replace(lab, folder=folder))
    assert result.outcome is Outcome.GRADER_ERROR
    assert not result.counts
    assert words in result.message


def test_a_check_that_is_wrong_itself_is_the_graders_fault(tmp_path: Path) -> None:
    text = (tiny().folder / "checks.py").read_text()
    lab = load(copy(tmp_path, checks_py=text.replace("lab.artifact(", "lab.no_such(")))
    result = grade(tmp_path, solution(), lab)
    assert result.outcome is Outcome.GRADER_ERROR
    assert statuses(result)["report"] == "error"


def test_a_lab_without_checks_is_never_passed(tmp_path: Path) -> None:
    result = grade(tmp_path, solution(), replace(tiny(), checks=()))
    assert result.outcome is Outcome.GRADER_ERROR


def test_the_result_is_a_gradescope_file(tmp_path: Path) -> None:
    result = grade(tmp_path, solution())
    form = json.loads((tmp_path / "run" / "result.json").read_text())
    assert form["score"] == 4
    assert {"name", "score", "max_score", "status", "output"} <= set(form["tests"][0])
    assert form["extra_data"]["tfcards"]["outcome"] == "passed"
    assert results.from_json(results.to_json(result)) == result


def test_numbers_of_a_run_reach_the_events(tmp_path: Path) -> None:
    code = "from tfcards.labkit import report\n"
    code += "for step in range(3):\n    report(step, epoch=0, loss=1 / (step + 1))\n"
    events: list[dict[str, Any]] = []
    grade(tmp_path, {"sums.py": code}, events=events)
    metrics = [event for event in events if event["ev"] == "metric"]
    assert [(event["step"], event["values"]["loss"]) for event in metrics] == [
        (0, 1.0),
        (1, 0.5),
        (2, pytest.approx(1 / 3)),
    ]


def test_artifacts_that_are_links_are_not_taken(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("9")
    code = "import os\nif __name__ == '__main__':\n    os.makedirs('out')\n"
    code += f"    os.symlink({str(secret)!r}, 'out/report.txt')\n"
    result = grade(tmp_path, {"sums.py": code})
    assert "did not leave" in result.checks[2].message


def test_a_lab_can_use_its_own_host_and_data(tmp_path: Path) -> None:
    checks = """
from tfcards.labkit import check
import data

@check("twice", title="add twice", task=1)
def twice(lab):
    return lab.equal(lab.host("twice", data.START), 9)

@check("seeded", title="the seed is there", task=2)
def seeded(lab):
    return lab.equal(lab.host("seed"), str(lab.seed))
"""
    host = (
        "import os\nimport sums\n\ndef twice(start):\n    return sums.add(sums.add(start, 2), 2)\n"
    )
    host += "\ndef seed():\n    return os.environ['TFCARDS_SEED']\n"
    manifest = (tiny().folder / "lab.toml").read_text().replace("offset-added", "twice")
    folder = copy(
        tmp_path, checks_py=checks, host_py=host, data_py="START = 5\n", lab_toml=manifest
    )
    result = grade(tmp_path, solution("import data\nassert data.START == 5"), load(folder))
    assert result.outcome is Outcome.PASSED, result


def test_a_prepared_run_is_numbered_and_runs_from_its_command(tmp_path: Path) -> None:
    workspace = Workspace.open(tiny(), tmp_path)
    workspace.save("sums.py", solution()["sums.py"])
    for number in (1, 2):
        folder = running.prepare_run(tiny(), workspace, workspace.runs, 5)
        assert folder == workspace.runs / str(number)
    done = subprocess.run(
        running.command_for(folder), stdin=subprocess.DEVNULL, capture_output=True, check=True
    )
    assert done.stderr == b""
    result = results.read(folder)
    assert result is not None
    assert result.outcome is Outcome.PASSED
    assert np.isfinite(result.seconds)
