"""What can be proven of a lab by reading its files, before anything runs."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from tfcards.labs.content.declared import LabError
from tfcards.labs.content.manifest import Lab
from tfcards.labs.proving import calibration
from tfcards.labs.workspace import same_code

FEWEST_WRONG: Final = 4
TELLING: Final = 3  # lines of the solution in a row that would give it away


def findings_of_files(lab: Lab) -> Iterator[tuple[str, str]]:
    """Each thing that was looked at, and what is wrong with it (nothing when it is fine)."""
    starter = "\n".join((lab.starter / name).read_text("utf-8") for name in lab.files)
    hints = (lab.folder / "hints.md").read_text("utf-8")
    for task in lab.tasks:
        mark = f"TODO({task.id})"
        text = "" if mark in starter else f"write {mark} where the learner has to write"
        yield f"the starter marks task {task.id}", text
        text = "" if _has_hint(hints, task.id) else f"write one under '## {task.id}. …' in hints.md"
        yield f"task {task.id} has a hint", text
        checked = any(check.task == task.id for check in lab.checks)
        yield f"task {task.id} has a check", "" if checked else "give a check this task's number"
    yield "the starter is not the solution", _same_as_solution(lab, lab.starter)
    for wrong in lab.wrong:
        folder = lab.folder / "wrong" / wrong.folder
        yield f"wrong/{wrong.folder} differs from the solution", _same_as_solution(lab, folder)
    few = "" if len(lab.wrong) >= FEWEST_WRONG else f"there are {len(lab.wrong)}; write more"
    yield f"it has at least {FEWEST_WRONG} wrong solutions", few
    yield "nothing the learner gets shows the solution", _leak(lab) or _quoted(lab)
    yield "the checks import no learner code", _learner_import(lab)
    yield from _thresholds(lab)


def _has_hint(hints: str, task: int) -> bool:
    part = re.search(rf"^## {task}\..*?$(.*?)(?=^## |\Z)", hints, re.MULTILINE | re.DOTALL)
    if part is None:
        return False
    lines = [line for line in part.group(1).splitlines() if not line.startswith("#")]
    return any(line.strip() for line in lines)


def _same_as_solution(lab: Lab, folder: Path) -> str:
    for name in lab.files:
        path = folder / name
        if path.is_file() and not same_code(
            path.read_text("utf-8"), (lab.solution / name).read_text("utf-8")
        ):
            return ""
    return "it is the same program as the solution"


def _leak(lab: Lab) -> str:
    """The starter, data.py and host.py reach the learner's processes; nothing there may tell."""
    for folder in ("solution", "wrong", "checks.py"):
        if (lab.starter / folder).exists():
            return f"starter/{folder} would be copied to the learner; move it out"
    for name in ("data.py", "host.py"):
        path = lab.folder / name
        told = {"checks", "solution", "wrong"} & _imported(path) if path.is_file() else set()
        if told:
            return f"{name} imports {', '.join(sorted(told))}, which the learner must not see"
    return ""


def _quoted(lab: Lab) -> str:
    given = {line for name in lab.files for line in _lines(lab.starter / name)}
    told = [*(lab.starter / name for name in lab.files), lab.folder / "instructions.md"]
    told += [path for path in (lab.folder / "data.py", lab.folder / "host.py") if path.is_file()]
    texts = {path: "\n".join(["", *_lines(path), ""]) for path in told}
    for name in lab.files:
        lines = _lines(lab.solution / name)
        for start in range(len(lines) - TELLING + 1):
            part = lines[start : start + TELLING]
            if not given.isdisjoint(part):
                continue
            for path, text in texts.items():
                if "\n".join(["", *part, ""]) in text:
                    return f"{path.name} has these lines of solution/{name}: {part[0]!r} and on"
    return ""


def _lines(path: Path) -> list[str]:
    lines = (line.strip() for line in path.read_text("utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _thresholds(lab: Lab) -> Iterator[tuple[str, str]]:
    checks = calibration.measuring(lab)
    if not checks:
        return
    try:
        record = calibration.read(lab)
    except LabError as error:
        yield f"{calibration.FILE_NAME} can be read", str(error)
        return
    for check in checks:
        what = f"the threshold of {check.id} comes from the calibration"
        yield what, calibration.problem(lab, record, check)


def _learner_import(lab: Lab) -> str:
    modules = {Path(name).parts[0].removesuffix(".py") for name in lab.files}
    found = modules & _imported(lab.folder / "checks.py")
    return f"checks.py imports {', '.join(sorted(found))}; use lab.call instead" if found else ""


def _imported(path: Path) -> set[str]:
    return {name.split(".")[0] for name in _imports(ast.walk(ast.parse(path.read_text("utf-8"))))}


def _imports(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
