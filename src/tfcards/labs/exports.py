"""A result in the shapes of others: Gradescope, Exercism v3, JUnit XML. Loses nothing told."""

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from tfcards.labs.result import CheckResult, Outcome, Result, Status, to_json


class Form(StrEnum):
    """Whose shape."""

    GRADESCOPE = "gradescope"
    EXERCISM = "exercism"
    JUNIT = "junit"


RUN: Final = "the run"
# Exercism knows no skipped test: one that waited for another has not passed.
_EXERCISM_STATUS: Final = {
    Status.PASSED: "pass",
    Status.FAILED: "fail",
    Status.SKIPPED: "fail",
    Status.ERROR: "error",
}
# What XML 1.0 cannot hold.
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def export(result: Result, form: Form) -> str:
    """The result as the text of a file in that shape."""
    match form:
        case Form.GRADESCOPE:
            return json.dumps(to_json(result), indent=1) + "\n"
        case Form.EXERCISM:
            return json.dumps(exercism(result), indent=1) + "\n"
        case Form.JUNIT:
            return junit(result)


def exercism(result: Result) -> dict[str, Any]:
    """Exercism's results.json, version 3.

    `error` stands for a run that came to no verdict; its message is the only thing shown there. A
    run with verdicts that had no good end of its own says so as a test more.
    """
    status = _exercism_status(result)
    tests = [_exercism_test(check) for check in result.checks]
    if _needs_a_word(result):
        run = {"name": RUN, "status": "error", "message": result.message, "output": None}
        tests.append(run | {"test_code": result.outcome.value})
    message = result.message if status == "error" else None
    return {"version": 3, "status": status, "message": message, "tests": tests}


def _exercism_status(result: Result) -> str:
    if result.outcome is Outcome.PASSED:
        return "pass"
    judged = any(check.status in {Status.PASSED, Status.FAILED} for check in result.checks)
    return "fail" if judged else "error"


def _needs_a_word(result: Result) -> bool:
    """Whether the checks alone do not tell how it ended."""
    return result.outcome not in {Outcome.PASSED, Outcome.FAILED}


def _exercism_test(check: CheckResult) -> dict[str, Any]:
    return {
        "name": check.title,
        "status": _EXERCISM_STATUS[check.status],
        "message": None if check.status is Status.PASSED else _told(check),
        "output": None,
        "test_code": f"{check.id} ({check.points:g} points)",
        "task_id": check.task,
    }


def _told(check: CheckResult) -> str:
    return "\n".join(part for part in (check.message, check.numbers, check.traceback) if part)


def junit(result: Result) -> str:
    """JUnit XML: a suite with a case for each check, everything else as properties.

    A run that had no good end of its own is a case more, so that no reader takes it for a pass.
    """
    root = Element("testsuites", {"name": "tfcards"} | _sums(result))
    suite = SubElement(root, "testsuite", {"name": result.lab} | _sums(result))
    ours = to_json(result)["extra_data"]["tfcards"] | {"score": result.score}
    _properties(suite, ours | {"message": result.message})
    for check in result.checks:
        _case(suite, result.lab, check)
    if _needs_a_word(result):
        place = {"name": RUN, "classname": result.lab, "time": "0"}
        case = SubElement(suite, "testcase", place)
        SubElement(case, "error", message=_clean(result.message), type=result.outcome.value)
    indent(root)
    return tostring(root, "unicode", xml_declaration=True) + "\n"


def _sums(result: Result) -> dict[str, str]:
    statuses = [check.status for check in result.checks]
    extra = _needs_a_word(result)
    return {
        "tests": str(len(statuses) + extra),
        "failures": str(statuses.count(Status.FAILED)),
        "errors": str(statuses.count(Status.ERROR) + extra),
        "skipped": str(statuses.count(Status.SKIPPED)),
        "time": f"{result.seconds:.3f}",
    }


def _case(suite: Element, lab: str, check: CheckResult) -> None:
    place = {"name": check.id, "classname": lab, "time": f"{check.seconds:.3f}"}
    case = SubElement(suite, "testcase", place)
    extra = {
        "title": check.title,
        "task": check.task,
        "score": check.score,
        "points": check.points,
        "visible": check.visible,
        "cards": list(check.cards),
        "message": check.message,
        "observed": check.observed,
        "limit": check.limit,
        "measured": check.measured,
        "reference": check.reference,
        "is_unwritten": check.is_unwritten,
    }
    _properties(case, extra)
    names = {Status.FAILED: "failure", Status.ERROR: "error", Status.SKIPPED: "skipped"}
    if check.status in names:
        told = SubElement(case, names[check.status], message=_clean(check.message))
        if check.status is not Status.SKIPPED:
            told.set("type", check.status.value)
            told.text = _clean(_told(check))


def _properties(parent: Element, values: Mapping[str, Any]) -> None:
    """Texts as they are, everything else as JSON."""
    inner = SubElement(parent, "properties")
    for name, value in values.items():
        text = value if isinstance(value, str) else json.dumps(value)
        SubElement(inner, "property", name=name, value=_clean(text))


def _clean(text: str) -> str:
    r"""What XML cannot hold, as Python writes it: `\x1b`."""
    return _NOT_XML.sub(lambda found: ascii(found.group())[1:-1], text)
