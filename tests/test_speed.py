"""Speed is a share of a reference's, on fresh inputs, and its clock is nobody's but the judge's."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from tiny_lab import FOLDER, copy

from tfcards.labkit import Output, Verdict, speed
from tfcards.labs import running
from tfcards.labs.content.manifest import load
from tfcards.labs.result import CheckResult, Outcome, Result, Status

# The reference sleeps, so its time hardly depends on the machine; half of it is far from both ends.
SECONDS = 0.12
HOST = f"""
import time

def patient(values, offset):
    time.sleep({SECONDS})
    return values + offset

def theirs(values, offset):
    import sums
    return sums.quick(values, offset)

"""
CHECK = """
@check("{name}", title="{name}", task=1)
def check_{name}(lab: Lab) -> Verdict:
    draw = {inputs}
    return lab.faster("{target}", reference="{reference}", inputs=draw, ratio=0.5, rounds={rounds})
"""
SENTENCE = "Time, as a share of that of the code compared with (median of 3 rounds)."
FRESH = "lambda rng: (rng.normal(size=(4, 3)), float(rng.normal()))"
CODE = f"""
import sys, threading, time
from time import monotonic, sleep

KEPT = {{}}
TICKS = []

def quick(values, offset):
    return values + offset

def slow(values, offset):
    sleep({SECONDS})
    return values + offset

def wrong(values, offset):
    return values

def kept(values, offset):
    if (values.tobytes(), offset) not in KEPT:
        KEPT[values.tobytes(), offset] = slow(values, offset)
    return KEPT[values.tobytes(), offset]

def busy(values, offset):
    if not TICKS:
        threading.Thread(target=tick, daemon=True).start()
    return values + offset

def tick():
    while True:
        TICKS.append(monotonic())
        sleep(0.001)

def longest_pause():
    return max(later - earlier for earlier, later in zip(TICKS, TICKS[1:]))

def patched(values, offset):
    still = lambda: 0.0
    time.perf_counter = time.monotonic = time.time = time.process_time = still
    for name, module in list(sys.modules.items()):
        for clock in ("perf_counter", "monotonic"):
            if hasattr(module, clock):
                setattr(module, clock, still)
        if name == "tfcards_lab_host":
            module.patient = lambda values, offset: sleep({10 * SECONDS}) or values + offset
    return slow(values, offset)
"""


def checks(names: Sequence[str], *, inputs: str = FRESH, **changed: str) -> str:
    """The tiny lab's checks, and one for each function, which races against the patient one."""
    form = {"reference": "patient", "rounds": 3, "inputs": inputs} | changed
    races = [CHECK.format(name=name, **{"target": f"sums.{name}"} | form) for name in names]
    return "\n".join([(FOLDER / "checks.py").read_text("utf-8"), *races])


def race(folder: Path, text: str, means: str = "auto") -> tuple[Result, dict[str, CheckResult]]:
    lab = load(copy(folder, checks_py=text, host_py=HOST))
    result = running.run(
        lab, {"sums.py": CODE}, folder / "run", seed=7, isolation="basic", means=means
    )
    return result, {one.id: one for one in result.checks if one.title == one.id}


def test_what_is_fast_passes_and_what_is_slow_wrong_or_a_cheat_does_not(tmp_path: Path) -> None:
    _, found = race(tmp_path, checks(["quick", "slow", "wrong", "kept", "patched"]))
    passed = [name for name, check in found.items() if check.status is Status.PASSED]
    assert passed == ["quick"]
    assert {check.status for check in found.values()} == {Status.PASSED, Status.FAILED}
    for name in ("quick", "slow", "kept", "patched"):
        assert found[name].limit == "≤ 0.5"
        assert float(found[name].observed) == pytest.approx(found[name].measured, rel=1e-3)
        assert found[name].message == SENTENCE
    assert found["wrong"].message == "`sums.wrong` has the right shape but wrong values."
    assert found["wrong"].measured is None


PAUSES = """
@check("pauses", title="pauses", task=1, after=("busy",))
def pauses(lab: Lab) -> Verdict:
    return lab.at_least(float(lab.call("sums.longest_pause").value), {seconds}, "Pause.")
"""


def test_what_is_left_running_is_held_still_while_the_reference_runs(tmp_path: Path) -> None:
    _, found = race(tmp_path, checks(["busy"]) + PAUSES.format(seconds=0.9 * SECONDS))
    assert [check.status for check in found.values()] == [Status.PASSED, Status.PASSED]


def test_a_function_of_the_labs_own_may_call_theirs_and_the_means_do_not_matter(
    tmp_path: Path,
) -> None:
    _, found = race(tmp_path, checks(["quick"], target="theirs"), means="portable")
    assert found["quick"].status is Status.PASSED


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"reference": "theirs"}, "No module named 'sums'"),
        ({"inputs": "lambda rng: (1.0, 2.0)"}, "must draw other values in each round"),
    ],
    ids=["learners-code", "same-inputs"],
)
def test_a_race_that_proves_nothing_is_the_labs_fault(
    tmp_path: Path, changed: dict[str, str], words: str
) -> None:
    result, found = race(tmp_path, checks(["quick"], **changed))
    assert result.outcome is Outcome.GRADER_ERROR
    assert words in found["quick"].message


class Clock:
    """Code that takes so many seconds, one call after the other, on a clock of its own."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def code(self, *seconds: float, answer: float = 0) -> Callable[[Sequence[Any]], Output]:
        left = iter(seconds)

        def run(inputs: Sequence[Any]) -> Output:
            self.now += next(left)
            return Output("number", inputs[0] + answer, "float")

        return run


def same(observed: Output, expected: Output) -> Verdict:
    return Verdict(observed.value == expected.value, f"{observed.value}")


def test_the_median_counts_without_the_first_round_and_the_way_of_the_inputs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock()
    monkeypatch.setattr(speed, "perf_counter", clock)
    race = speed.Race(
        learners=clock.code(900, 3, 90, 2),
        reference=clock.code(1, 5, 5, 5),
        nothing=clock.code(4, 1, 2, 7),
    )
    assert race.share([[0.0], [1.0], [2.0], [3.0]], same) == 0.5  # (3 - 1) / (5 - 1)


def test_a_wrong_output_ends_the_race_in_any_round(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(speed, "perf_counter", clock)
    right, wrong = clock.code(*[1] * 9), clock.code(1, answer=1)
    race = speed.Race(lambda inputs: (wrong if inputs[0] == 2 else right)(inputs), right, right)
    found = race.share([[0.0], [1.0], [2.0], [3.0]], same)
    assert isinstance(found, Verdict)
    assert (found.passed, found.message) == (False, "3.0")
