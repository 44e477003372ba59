"""Thresholds come from runs of the solution: the rule, the record, and a real calibration."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_lab import FOLDER, copy, solution, tiny

from tfcards.errors import BadInputError
from tfcards.labs import running
from tfcards.labs.content.declared import LabError
from tfcards.labs.content.manifest import Lab, load
from tfcards.labs.job import CheckInfo
from tfcards.labs.proving import calibrating, calibration
from tfcards.labs.proving.calibration import Figures
from tfcards.labs.proving.reading import findings_of_files
from tfcards.labs.proving.verdicts import warnings
from tfcards.labs.result import Outcome, Status

MEASURE = """
@check("accuracy", title="Accurate", task=1, better="higher")
def accuracy(lab: Lab) -> Verdict:
    reached = 0.9 + 0.01 * lab.rng.random()
    return lab.at_least(reached, lab.threshold, "Accuracy.")
"""


def measuring(folder: Path, measure: str = MEASURE) -> Lab:
    text = (FOLDER / "checks.py").read_text("utf-8")
    return load(copy(folder, checks_py=text + measure))


def recorded(lab: Lab, numbers: list[float]) -> calibration.Calibration:
    figures = Figures(numbers, [1.0] * len(numbers))
    checks = calibration.measuring(lab)
    return calibration.Calibration(
        format=1,
        lab=lab.id,
        runs=len(numbers),
        seconds_p95=1.0,
        machine="a machine",
        versions={"numpy": "2"},
        solution=calibration.digest(lab),
        checks={one.id: calibration.measured(one, figures) for one in checks},
    )


@pytest.mark.parametrize(
    ("better", "numbers", "threshold"),
    [
        ("higher", (0.959, 0.9669, 0.9732), 0.93),
        ("higher", (0.9, 0.9, 0.9), 0.88),
        ("lower", (0.0779, 0.0968, 0.1126), 0.19),
        ("lower", (35384, 35384, 35384), 37000),
        ("higher", (2.5, 3.1, 4.2), -0.9),
        ("higher", (0, 0, 0), 0.0),
    ],
)
def test_the_rule(better: str, numbers: tuple[float, float, float], threshold: float) -> None:
    assert calibration.bound(better, *numbers) == threshold


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30),
    st.sampled_from(["higher", "lower"]),
)
def test_every_run_that_was_measured_reaches_the_threshold(
    numbers: list[float], better: str
) -> None:
    check = CheckInfo("one", "One", better=better)
    found = calibration.measured(check, Figures(numbers, [1.0] * len(numbers)))
    worst = min(numbers) if better == "higher" else max(numbers)
    assert not calibration.is_harder(better, found.threshold, worst)


def test_an_author_may_ask_for_less_and_not_for_more() -> None:
    figures = Figures([0.95, 0.96], [1.0, 1.0])
    kind = CheckInfo("one", "One", better="higher", ask=0.9)
    assert calibration.measured(kind, figures).threshold == 0.9
    with pytest.raises(ValueError, match=r"allow no more than 0\.93"):
        calibration.measured(replace(kind, ask=0.94), figures)


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    lab = measuring(tmp_path)
    assert calibration.read(lab) is None
    record = recorded(lab, [0.9 + 0.001 * number for number in range(20)])
    (lab.folder / "calibration.toml").write_text(calibration.text(record), "utf-8")
    assert calibration.read(lab) == record


def problems(lab: Lab) -> dict[str, str]:
    found = [*findings_of_files(lab), *warnings(lab, None)]
    return {what: message for what, message in found if message}


def test_a_threshold_without_a_sound_record_is_found(tmp_path: Path) -> None:
    lab = measuring(tmp_path)
    what = "the threshold of accuracy comes from the calibration"
    assert "says nothing of it" in problems(lab)[what]
    path = lab.folder / "calibration.toml"
    path.write_text(calibration.text(recorded(lab, [0.9] * 19)), "utf-8")
    assert "20 are needed" in problems(lab)[what]
    text = calibration.text(recorded(lab, [0.9] * 20))
    path.write_text(text.replace("threshold = 0.88", "threshold = 0.89"), "utf-8")
    assert "is not what the runs allow" in problems(lab)[what]
    path.write_text(text.replace("threshold = 0.88", "threshold = 0.5"), "utf-8")
    assert "is not what the check asks for" in problems(lab)[what]
    path.write_text(text, "utf-8")
    assert problems(lab) == {}
    (lab.folder / "solution" / "sums.py").write_text(solution("x = 1")["sums.py"], "utf-8")
    assert "has changed since" in problems(lab)["this solution was calibrated"]
    path.write_text("format = 2\n", "utf-8")
    assert "run `tfcards lab calibrate tiny`" in problems(lab)["calibration.toml can be read"]
    with pytest.raises(LabError):
        calibration.read(lab)


def test_a_calibration_measures_and_the_judge_uses_it(tmp_path: Path) -> None:
    lab = measuring(tmp_path)
    first = running.run(lab, solution(), tmp_path / "1", seed=1, isolation="basic")
    assert first.outcome is Outcome.GRADER_ERROR
    assert "has no threshold" in first.message
    lines: list[str] = []
    record = calibrating.calibrate(lab, seeds=2, on_progress=lines.append)
    found = record.checks["accuracy"]
    assert 0.9 <= found.min <= found.max <= 0.91
    assert len(lines) == record.runs == found.runs == 2
    assert "numpy" in record.versions
    assert calibration.read(lab) == record
    second = running.run(lab, solution(), tmp_path / "2", seed=1, isolation="basic")
    assert second.outcome is Outcome.PASSED
    assert second.checks[-1].limit == f"≥ {found.threshold:g}"
    assert second.checks[-1].reference == f"{found.min:.6g} to {found.max:.6g}"
    assert {check.reference for check in second.checks[:-1]} == {""}


REACHES_LITTLE = MEASURE.replace("0.9 + 0.01", "0.1 + 0.01")


@pytest.mark.parametrize(
    ("measure", "shown"),
    [
        (REACHES_LITTLE, "0.9 to 0.91"),
        (REACHES_LITTLE.replace('better="higher"', 'better="higher", visible=False'), ""),
        (REACHES_LITTLE.replace("lab.threshold,", "0.5,"), ""),
    ],
    ids=["told", "hidden", "another-number"],
)
def test_what_the_solution_reached_is_told_beside_a_number_that_failed(
    tmp_path: Path, measure: str, shown: str
) -> None:
    lab = measuring(tmp_path, measure)
    record = calibration.text(recorded(lab, [0.9, 0.91]))
    (lab.folder / "calibration.toml").write_text(record, "utf-8")
    events: list[dict[str, Any]] = []
    result = running.run(
        lab, solution(), tmp_path / "run", seed=1, on_event=events.append, isolation="basic"
    )
    assert (result.checks[-1].status, result.checks[-1].reference) == (Status.FAILED, shown)
    assert [one["reference"] for one in events if one.get("status") == "failed"] == [shown]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (', better="higher"', "", "nothing to calibrate"),
        ('better="higher"', 'better="higher", ask=0.99', "allow no more than"),
        (
            'return lab.at_least(reached, lab.threshold, "Accuracy.")',
            'return lab.passed("x")',
            "no number",
        ),
        ("lab.threshold,", "1.0,", "fails on seed 1"),
    ],
)
def test_what_cannot_be_calibrated_is_a_sentence(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    lab = measuring(tmp_path, MEASURE.replace(old, new))
    with pytest.raises(BadInputError, match=words):
        calibrating.calibrate(lab, seeds=1)


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ('better="more"', "must be"),
        ("ask=0.5", "better said with it"),
        ('better="higher", ask="much"', "must be a number"),
    ],
)
def test_a_wrong_declaration_is_a_sentence(tmp_path: Path, argument: str, words: str) -> None:
    with pytest.raises(LabError, match=words):
        measuring(tmp_path, MEASURE.replace('better="higher"', argument))


def test_a_lab_that_measures_nothing_needs_no_record() -> None:
    assert calibration.measuring(tiny()) == ()
    assert not any("threshold" in what for what, _ in findings_of_files(tiny()))
