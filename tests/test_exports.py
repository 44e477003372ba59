"""Results as Gradescope, Exercism and CI servers read them."""

import json
from datetime import timedelta
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given, settings
from test_lab_schemas import some_results
from typer.testing import CliRunner

from tfcards import clock
from tfcards.cli import app
from tfcards.core.model import Attempt
from tfcards.labs.exports import Form, exercism, export, junit
from tfcards.labs.result import CheckResult, Outcome, Result, Status, from_json, to_json
from tfcards.store import Collection

RESULT = Result(
    lab="tiny",
    outcome=Outcome.FAILED,
    message="1 of 3 checks passed.",
    checks=(
        CheckResult("one", "First", 2, status=Status.PASSED, score=2, message="Right."),
        CheckResult(
            "two",
            "Second <b>",
            1,
            task=2,
            cards=("np-add",),
            status=Status.FAILED,
            message="Wrong \x1b[0m & bad.",
            observed="0.5",
            limit="≥ 0.9",
            traceback="line 3",
            measured=0.5,
            reference="0.93 to 0.97",
        ),
        CheckResult("three", "Third", 1, visible=False, message="Waits until this passes: Second"),
    ),
    seed=7,
    seconds=1.5,
)

NUMBERS = "0.5 (asked: ≥ 0.9; reference solution: 0.93 to 0.97)"


def ended(outcome: Outcome, message: str = "Stopped.") -> Result:
    checks = tuple(CheckResult(name, name, 1, message="Not run.") for name in ("one", "two"))
    return Result("tiny", outcome, message, checks, 1)


def test_exercism_has_the_keys_of_version_3() -> None:
    form = exercism(RESULT)
    assert form["version"] == 3
    assert (form["status"], form["message"]) == ("fail", None)
    assert [test["name"] for test in form["tests"]] == ["First", "Second <b>", "Third"]
    assert [test["status"] for test in form["tests"]] == ["pass", "fail", "fail"]
    assert [test["task_id"] for test in form["tests"]] == [1, 2, 1]
    assert form["tests"][0]["message"] is None
    assert form["tests"][1]["message"] == f"Wrong \x1b[0m & bad.\n{NUMBERS}\nline 3"
    assert form["tests"][2]["message"] == "Waits until this passes: Second"
    known = {"name", "status", "message", "output", "test_code", "task_id"}
    assert all(set(test) <= known for test in form["tests"])


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (Outcome.PASSED, "pass"),
        (Outcome.TIMEOUT, "error"),
        (Outcome.CRASHED, "error"),
        (Outcome.GRADER_ERROR, "error"),
    ],
)
def test_exercism_says_error_only_when_nothing_was_judged(outcome: Outcome, status: str) -> None:
    form = exercism(ended(outcome))
    assert form["status"] == status
    assert form["message"] == (None if status == "pass" else "Stopped.")


@settings(max_examples=40, deadline=None)
@given(some_results)
def test_exercism_passes_exactly_what_passed_and_tells_every_message(result: Result) -> None:
    form = exercism(result)
    assert (form["status"] == "pass") == (result.outcome is Outcome.PASSED)
    assert form["status"] != "error" or form["message"] == result.message
    for check, test in zip(result.checks, form["tests"], strict=False):
        told = test["message"] or ""
        assert (test["status"] == "pass") == (check.status is Status.PASSED)
        assert check.status is Status.PASSED or all(
            part in told for part in (check.message, check.observed, check.traceback)
        )


def properties(element: Element) -> dict[str, str]:
    return {one.attrib["name"]: one.attrib["value"] for one in element.findall("properties/*")}


def test_junit_is_a_suite_with_a_case_for_each_check() -> None:
    root = fromstring(junit(RESULT))
    assert root.tag == "testsuites"
    (suite,) = root
    counts = {name: suite.attrib[name] for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "3", "failures": "1", "errors": "0", "skipped": "1"}
    cases = suite.findall("testcase")
    assert [case.attrib["name"] for case in cases] == ["one", "two", "three"]
    assert {case.attrib["classname"] for case in cases} == {"tiny"}
    assert cases[0].find("failure") is None
    failure = cases[1].find("failure")
    assert failure is not None
    assert failure.attrib["message"] == r"Wrong \x1b[0m & bad."
    assert NUMBERS in (failure.text or "")
    assert properties(cases[1])["reference"] == "0.93 to 0.97"
    assert cases[2].find("skipped") is not None


def test_junit_of_a_run_without_verdicts_is_no_success() -> None:
    suite = fromstring(junit(ended(Outcome.TIMEOUT, "Too slow.")))[0]
    assert suite.attrib["errors"] == "1"
    error = suite.find("testcase/error")
    assert error is not None
    assert error.attrib == {"message": "Too slow.", "type": "timeout"}


@settings(max_examples=40, deadline=None)
@given(some_results)
def test_junit_holds_the_whole_result(result: Result) -> None:
    suite = fromstring(junit(result).encode())[0]
    ours = properties(suite)
    form = to_json(result)
    for name, value in form["extra_data"]["tfcards"].items():
        if not isinstance(value, str):
            assert json.loads(ours[name]) == value
    cases = suite.findall("testcase")
    for check, case in zip(result.checks, cases, strict=False):
        kept = properties(case)
        assert json.loads(kept["score"]) == check.score
        assert json.loads(kept["points"]) == check.points
        assert json.loads(kept["cards"]) == list(check.cards)
        assert json.loads(kept["measured"]) == check.measured
        assert json.loads(kept["is_unwritten"]) == check.is_unwritten
        if check.message.isascii() and check.message.isprintable():
            assert kept["message"] == check.message
    bad = sum(int(suite.attrib[name]) for name in ("failures", "errors", "skipped"))
    assert bad > 0 or all(check.status is Status.PASSED for check in result.checks)


def test_gradescope_is_the_result_file_itself() -> None:
    form = json.loads(export(RESULT, Form.GRADESCOPE))
    assert from_json(form) == RESULT
    assert [test["output"].partition("\n")[2] for test in form["tests"]] == ["", NUMBERS, ""]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    collection = Collection.open(tmp_path / "data", now=clock.now(), zone="UTC")
    for score in (1.0, 2.0):
        text = json.dumps(to_json(RESULT))
        attempt = Attempt(
            "01-tensors", clock.now(), "failed", score, 4, 1, timedelta(seconds=2), text
        )
        collection.save_attempt(attempt)
    collection.close()
    return tmp_path / "data"


def run(data: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["--data", str(data), "lab", "export", *words])
    return done.exit_code, str(done.exception or done.output)


def test_the_command_writes_and_prints(data: Path, tmp_path: Path) -> None:
    code, printed = run(data, "last", "--lab", "01", "--to", "exercism")
    assert code == 0
    assert json.loads(printed)["version"] == 3
    out = tmp_path / "junit.xml"
    assert run(data, "1", "--lab", "01-tensors", "--to", "junit", "--out", str(out))[0] == 0
    assert fromstring(out.read_text()).tag == "testsuites"


def test_the_command_says_what_there_is(data: Path) -> None:
    assert "write 1 to 2, or last" in run(data, "3", "--lab", "01", "--to", "junit")[1]
    assert "no graded attempt" in run(data, "last", "--lab", "02", "--to", "junit")[1]
