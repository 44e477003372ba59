"""Proves a lab: the starter fails, the solution passes, every wrong solution fails as it says."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from tfcards.labs import running
from tfcards.labs.manifest import Lab, Wrong
from tfcards.labs.reading import findings_of_files
from tfcards.labs.result import Outcome, Result, Status


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what, whether it is as it must be, and if not, why."""

    what: str
    is_fine: bool
    message: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Proof:
    """Everything that was looked at for one lab."""

    lab: str
    findings: tuple[Finding, ...]

    @property
    def is_fine(self) -> bool:
        """Whether nothing is wrong."""
        return all(finding.is_fine for finding in self.findings)

    def text(self) -> str:
        """A line for each thing that is wrong, and one with the sum."""
        bad = [finding for finding in self.findings if not finding.is_fine]
        lines = [f"  ✗ {finding.what}: {finding.message}" for finding in bad]
        verdict = "proven" if not bad else f"{len(bad)} of {len(self.findings)} things are wrong"
        return "\n".join([f"{self.lab}: {verdict} ({len(self.findings)} looked at)", *lines])

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        findings = [asdict(finding) for finding in self.findings]
        return {"lab": self.lab, "is_fine": self.is_fine, "findings": findings}


def check(lab: Lab, *, seeds: int = 2, on_progress: Callable[[str], object] | None = None) -> Proof:
    """Look at a lab's files, then run its starter, solution and wrong solutions for real.

    The solution runs on seeds 1 to `seeds`. `on_progress` gets a line for each step.
    """
    findings = []
    for finding in _findings(lab, seeds):
        findings.append(finding)
        if on_progress is not None:
            mark = "✓" if finding.is_fine else "✗"
            on_progress(f"{mark} {lab.id}: {finding.what} {finding.message}".rstrip())
    return Proof(lab.id, tuple(findings))


def _findings(lab: Lab, seeds: int) -> Iterator[Finding]:
    for what, message in findings_of_files(lab):
        yield Finding(what, not message, message)
    starter = {name: (lab.starter / name).read_text("utf-8") for name in lab.files}
    solution = {name: (lab.solution / name).read_text("utf-8") for name in lab.files}
    yield _judged("the starter fails", _run(lab, starter, 1), _starter_problem)
    for seed in range(1, seeds + 1):
        what = f"the solution passes on seed {seed}"
        yield _judged(what, _run(lab, solution, seed), _solution_problem)
    for wrong in lab.wrong:
        files = solution | _changed(lab, wrong)
        result = _run(_without_run(lab), files, 1)
        what = f"wrong/{wrong.folder} fails {wrong.fails}"

        def problem(result: Result, named: str = wrong.fails) -> str:
            return _wrong_problem(result, named)

        yield _judged(what, result, problem)


def _changed(lab: Lab, wrong: Wrong) -> dict[str, str]:
    folder = lab.folder / "wrong" / wrong.folder
    return {
        name: (folder / name).read_text("utf-8") for name in lab.files if (folder / name).is_file()
    }


def _without_run(lab: Lab) -> Lab:
    """The lab without the learner's run, where the checks see nothing of it: half the time."""
    return lab if lab.artifacts else replace(lab, entry="")


def _run(lab: Lab, files: Mapping[str, str], seed: int) -> Result:
    with tempfile.TemporaryDirectory(prefix="tfcards-proof-") as folder:
        return running.run(lab, files, Path(folder) / "1", seed=seed)


def _judged(what: str, result: Result, problem: Callable[[Result], str]) -> Finding:
    message = problem(result)
    if message and result.diagnostics:
        message = f"{message}\n{result.diagnostics.strip()}"
    return Finding(what, not message, message, result.seconds)


def _starter_problem(result: Result) -> str:
    if result.outcome is not Outcome.NOT_ATTEMPTED:
        return f"it must be not_attempted, but is {result.outcome}: {result.message}"
    passed = [one.id for one in result.checks if one.status is Status.PASSED]
    if len(passed) == len(result.checks):
        return "every check passes on it; check something that is still to be written"
    return ""


def _solution_problem(result: Result) -> str:
    if result.outcome is Outcome.PASSED:
        return ""
    bad = [
        f"{one.id} ({one.status}: {one.message} {one.observed} {one.limit})"
        for one in result.checks
        if one.status is not Status.PASSED
    ]
    return f"it is {result.outcome}: {result.message} {'; '.join(bad)}"


def _wrong_problem(result: Result, named: str) -> str:
    found = next(one for one in result.checks if one.id == named)
    if result.outcome in {Outcome.PASSED, Outcome.NOT_ATTEMPTED, Outcome.GRADER_ERROR}:
        return f"it must fail, but is {result.outcome}: {result.message}"
    if found.status is not Status.FAILED:
        failed = [one.id for one in result.checks if one.status is Status.FAILED]
        others = f"; these fail: {', '.join(failed)}" if failed else ""
        return f"{named} is {found.status}{others} ({result.outcome}: {result.message})"
    return ""
