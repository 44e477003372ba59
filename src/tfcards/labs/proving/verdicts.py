"""What a proof makes of runs: what starter, solution and wrong ones must come to, and how fast."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Final

from tfcards.labs.content.declared import LabError
from tfcards.labs.content.manifest import Lab
from tfcards.labs.proving import calibration
from tfcards.labs.proving.trial import Trial
from tfcards.labs.result import Outcome, Status

SHARE: Final = 0.6  # of a time limit that the solution may use, for the sake of slower machines


@dataclass(frozen=True, slots=True)
class Timing:
    """The slowest of the solution's runs, in seconds: the program, and the check nearest its limit.

    `check_share` is the part of its limit that this check used.
    """

    run: float = 0.0
    limit: float = 0.0
    check: str = ""
    check_seconds: float = 0.0
    check_share: float = 0.0
    whole: float = 0.0

    def with_trial(self, lab: Lab, trial: Trial) -> "Timing":
        """This, after one more run."""
        merged = replace(
            self,
            run=max(self.run, trial.run_seconds),
            whole=max(self.whole, trial.result.seconds),
        )
        limits = {check.id: check.timeout for check in lab.checks}
        for found in trial.result.checks:
            share = found.seconds / limits[found.id]
            if share > merged.check_share:
                merged = replace(
                    merged, check=found.id, check_seconds=found.seconds, check_share=share
                )
        return merged

    def problem(self) -> str:
        """Which limit is too near, or nothing."""
        if self.run > SHARE * self.limit:
            return f"the program took {self.run:.1f} of {self.limit:g} s; raise `limits.seconds`"
        if self.check_share > SHARE:
            used = f"{self.check_seconds:.1f} s, {self.check_share:.0%} of its limit"
            return f"check {self.check} took {used}; raise its timeout"
        return ""

    def text(self) -> str:
        """The slowest run in words."""
        check = f", {self.check} {self.check_seconds:.1f} s" if self.check else ""
        return f"solution {self.whole:.1f} s at most: program {self.run:.1f} s{check}"


def warnings(lab: Lab, known_cards: Collection[str] | None) -> Iterator[tuple[str, str]]:
    """What is no fault of the lab yet and should be looked at."""
    if known_cards is not None:
        named = {card for check in lab.checks for card in check.cards}
        unknown = sorted((named | set(lab.requirement.cards)) - set(known_cards))
        text = f"no deck has {', '.join(unknown)}" if unknown else ""
        yield "the cards it names exist", text
    if calibration.measuring(lab):
        try:
            record = calibration.read(lab)
        except LabError:
            return  # told of with the thresholds
        if record is not None:
            same = record.solution == calibration.digest(lab)
            mend = f"it has changed since; run `tfcards lab calibrate {lab.id}`"
            yield "this solution was calibrated", "" if same else mend


def starter_problem(trial: Trial) -> str:
    """The starter counts as not attempted, and some check fails on it."""
    result = trial.result
    if result.outcome is not Outcome.NOT_ATTEMPTED:
        return f"it must be not_attempted, but is {result.outcome}: {result.message}"
    if all(one.status is Status.PASSED for one in result.checks):
        return "every check passes on it; check something that is still to be written"
    return ""


def solution_problem(trial: Trial) -> str:
    """The solution passes."""
    result = trial.result
    if result.outcome is Outcome.PASSED:
        return ""
    bad = [
        f"{one.id} ({one.status}: {one.message} {one.observed} {one.limit})"
        for one in result.checks
        if one.status is not Status.PASSED
    ]
    return f"it is {result.outcome}: {result.message} {'; '.join(bad)}"


def wrong_problem(trial: Trial, named: str) -> str:
    """A wrong solution fails, and the check that it names sees it."""
    result = trial.result
    found = next(one for one in result.checks if one.id == named)
    if result.outcome in {Outcome.PASSED, Outcome.NOT_ATTEMPTED, Outcome.GRADER_ERROR}:
        return f"it must fail, but is {result.outcome}: {result.message}"
    if found.status is not Status.FAILED:
        failed = [one.id for one in result.checks if one.status is Status.FAILED]
        others = f"; these fail: {', '.join(failed)}" if failed else ""
        return f"{named} is {found.status}{others} ({result.outcome}: {result.message})"
    return ""
