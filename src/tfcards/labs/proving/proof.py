"""Proves a lab: starters fail, the solution passes, every wrong solution fails as it says."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from tfcards.labs.content.declared import Problem
from tfcards.labs.content.manifest import Lab, Wrong
from tfcards.labs.content.variant import variant_of
from tfcards.labs.proving import verdicts
from tfcards.labs.proving.reading import findings_of_files
from tfcards.labs.proving.trial import Trial, attempt
from tfcards.labs.proving.verdicts import Timing

SEEDS: Final = 5
# Runs of starter and wrong solutions at a time. Those of the solution run alone: they are timed.
AT_A_TIME: Final = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what, whether it is as it must be, and if not, why.

    A warning is told of and does not spoil the proof.
    """

    what: str
    is_fine: bool
    message: str = ""
    seconds: float = 0.0
    is_warning: bool = False

    @property
    def mark(self) -> str:
        """A sign for a terminal."""
        return "✓" if self.is_fine else "!" if self.is_warning else "✗"


@dataclass(frozen=True, slots=True)
class Proof:
    """Everything that was looked at for one lab; `timing` is of the solution's runs."""

    lab: str
    findings: tuple[Finding, ...]
    timing: Timing = field(default_factory=Timing)
    seconds: float = 0.0

    @property
    def is_fine(self) -> bool:
        """Whether nothing is wrong."""
        return not self._bad

    @property
    def _bad(self) -> list[Finding]:
        return [one for one in self.findings if not one.is_fine and not one.is_warning]

    def text(self) -> str:
        """One line with the sum and the timings, and one for each thing that is wrong."""
        bad = self._bad
        verdict = "proven" if not bad else f"{len(bad)} of {len(self.findings)} things are wrong"
        total = f"{len(self.findings)} looked at in {self.seconds:.0f} s"
        lines = [f"{self.lab}: {verdict} ({total}; {self.timing.text()})"]
        told = (one for one in self.findings if not one.is_fine)
        return "\n".join([*lines, *(f"  {one.mark} {one.what}: {one.message}" for one in told)])

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "lab": self.lab,
            "is_fine": self.is_fine,
            "seconds": round(self.seconds, 1),
            "timing": asdict(self.timing),
            "findings": [asdict(finding) for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class _Step:
    """One run and what must come of it."""

    what: str
    lab: Lab
    files: Mapping[str, str]
    problem: Callable[[Trial], str]
    seed: int = 1


def check(
    lab: Lab,
    *,
    seeds: int = SEEDS,
    at_a_time: int = AT_A_TIME,
    known_cards: Collection[str] | None = None,
    on_progress: Callable[[str], object] | None = None,
) -> Proof:
    """Look at a lab's files, then run its starter, solution and wrong solutions for real.

    The solution runs on seeds 1 to `seeds`. `known_cards` are the ids and tags that decks have;
    without them nothing is said of cards. `on_progress` gets a line for each step.
    """
    began = time.monotonic()
    findings = []
    timing = Timing(limit=lab.limits.seconds)

    def take(finding: Finding) -> None:
        findings.append(finding)
        if on_progress is not None:
            on_progress(f"{finding.mark} {lab.id}: {finding.what} {finding.message}".rstrip())

    for what, message in findings_of_files(lab):
        take(Finding(what, not message, message))
    for what, message in verdicts.warnings(lab, known_cards):
        take(Finding(what, not message, message, is_warning=True))
    for step, trial in _run(_solutions(lab, seeds), 1):
        timing = timing.with_trial(lab, trial)
        take(_judged(step, trial))
    slow = timing.problem()
    take(Finding("the solution stays within 60 % of its time limits", not slow, slow))
    for step, trial in _run(_others(lab), at_a_time):
        take(_judged(step, trial))
    return Proof(lab.id, tuple(findings), timing, time.monotonic() - began)


def unreadable(lab_id: str, problems: Iterable[Problem]) -> Proof:
    """The proof of a lab whose lab.toml or checks.py is wrong: nothing of it can run."""
    return Proof(lab_id, tuple(Finding(one.file.name, False, one.message) for one in problems))


def _solutions(lab: Lab, seeds: int) -> Iterator[_Step]:
    solution = {name: (lab.solution / name).read_text("utf-8") for name in lab.files}
    for seed in range(1, seeds + 1):
        what = f"the solution passes on seed {seed}"
        yield _Step(what, lab, solution, verdicts.solution_problem, seed)


def _others(lab: Lab) -> Iterator[_Step]:
    solution = {name: (lab.solution / name).read_text("utf-8") for name in lab.files}
    starter = {name: lab.starter_text(name) for name in lab.files}
    yield _Step("the starter fails", lab, starter, verdicts.starter_problem)
    for task in lab.variant_tasks:
        short = _without_run(variant_of(lab, task))
        what = f"the variant of task {task}: the"
        starter = {name: short.starter_text(name) for name in lab.files}
        yield _Step(f"{what} starter fails", short, starter, verdicts.starter_problem)
        yield _Step(f"{what} solution passes", short, solution, verdicts.solution_problem)
    for wrong in lab.wrong:

        def problem(trial: Trial, named: str = wrong.fails) -> str:
            return verdicts.wrong_problem(trial, named)

        what = f"wrong/{wrong.folder} fails {wrong.fails}"
        yield _Step(what, _without_run(lab), solution | _changed(lab, wrong), problem)


def _changed(lab: Lab, wrong: Wrong) -> dict[str, str]:
    folder = lab.folder / "wrong" / wrong.folder
    return {
        name: (folder / name).read_text("utf-8") for name in lab.files if (folder / name).is_file()
    }


def _without_run(lab: Lab) -> Lab:
    """The lab without the learner's run, where the checks see nothing of it: half the time."""
    return lab if lab.artifacts else replace(lab, entry="")


def _run(steps: Iterable[_Step], at_a_time: int) -> Iterator[tuple[_Step, Trial]]:
    """Each step with its run, in order; the runs are processes, the threads only wait for them."""
    waiting: Sequence[_Step] = list(steps)
    with ThreadPoolExecutor(at_a_time) as pool:
        runs = pool.map(lambda step: attempt(step.lab, step.files, step.seed), waiting)
        yield from zip(waiting, runs, strict=True)


def _judged(step: _Step, trial: Trial) -> Finding:
    message = step.problem(trial)
    if message and trial.result.diagnostics:
        message = f"{message}\n{trial.result.diagnostics.strip()}"
    if trial.leaked:
        message = f"{message} The run folder holds {'; '.join(trial.leaked)}.".strip()
    return Finding(step.what, not message, message, trial.result.seconds)
