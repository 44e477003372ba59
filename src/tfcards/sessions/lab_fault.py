"""What to report when the checks of a lab could not be run: no fault of the learner's."""

import platform

from tfcards import __version__
from tfcards.labs.result import Outcome, Result


def fault(result: Result | None) -> str:
    """Where it happened, on what, and what the judge said of it; nothing if there was no fault."""
    if result is None or result.outcome is not Outcome.GRADER_ERROR:
        return ""
    versions = {"tfcards": __version__} | result.versions
    ran_on = ", ".join(f"{name} {version}" for name, version in versions.items())
    head = f"{result.lab} on {platform.system()}, {result.isolation}: {ran_on}"
    return "\n".join((head, result.message, result.diagnostics)).strip()
