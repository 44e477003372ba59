"""Runs labs: prepares run folders, starts supervisors, finds runs that were cut off."""

import contextlib
import json
import secrets
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from tfcards.labs import job, launch, processes, result, warm
from tfcards.labs.grading import not_run
from tfcards.labs.job import Job
from tfcards.labs.manifest import Lab
from tfcards.labs.result import Outcome, Result
from tfcards.labs.workspace import Workspace, same_code

STOP: Final = b'{"stop": true}\n'


def prepare_run(
    lab: Lab, workspace: Workspace, runs: Path, seed: int
) -> tuple[str, list[str], Path]:
    """A numbered run folder with a copy of the work, and the supervisor's program and arguments."""
    files = {name: workspace.text(name) for name in lab.files}
    folder = _next_folder(runs)
    prepare(lab, files, folder, seed=seed)
    program, *arguments = command_for(folder)
    return program, arguments, folder


def command_for(run_folder: Path) -> list[str]:
    """The command that does the run in the folder: warm when a server runs, else from scratch."""
    return warm.through(launch.python("tfcards.labs.supervisor", str(run_folder)))


def prepare(
    lab: Lab, files: Mapping[str, str], run_folder: Path, *, seed: int, isolation: str = "auto"
) -> Job:
    """Write the submitted files and the order into a run folder."""
    for name in lab.files:
        target = run_folder / "files" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(files[name].encode("utf-8"))
    starter = {name: (lab.starter / name).read_text("utf-8") for name in lab.files}
    order = Job(
        lab=lab.id,
        lab_folder=lab.folder,
        framework=lab.framework,
        entry=lab.entry,
        artifacts=lab.artifacts,
        limits=lab.limits,
        checks=lab.checks,
        seed=seed,
        attempted=any(not same_code(files[name], starter[name]) for name in lab.files),
        token=secrets.token_hex(16),
        isolation=isolation,
    )
    job.write(order, run_folder)
    return order


def run(
    lab: Lab,
    files: Mapping[str, str],
    run_folder: Path,
    *,
    seed: int,
    on_event: Callable[[dict[str, Any]], None] | None = None,
    isolation: str = "auto",
) -> Result:
    """Run and grade the files, and wait for the result; events are passed on as they come."""
    run_folder = run_folder.resolve()
    run_folder.mkdir(parents=True, exist_ok=True)
    order = prepare(lab, files, run_folder, seed=seed, isolation=isolation)
    with subprocess.Popen(
        command_for(run_folder), stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=run_folder
    ) as supervisor:
        assert supervisor.stdout is not None
        for line in supervisor.stdout:
            if on_event is not None:
                on_event(json.loads(line))
    return result.read(run_folder) or _close(run_folder, order)


def recover(runs: Path) -> list[Result]:
    """Give every run that was cut off its result (crashed), and end what is left of it.

    Runs whose supervisor still lives are left alone.
    """
    dead: list[tuple[Path, Job]] = []
    for folder in sorted(runs.glob("*")):
        if result.read(folder) is not None or _is_alive(folder):
            continue
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            dead.append((folder, job.read(folder)))
    for process in processes.marked({order.token for _, order in dead}):
        with contextlib.suppress(*processes.GONE):
            process.kill()
    return [_close(folder, order) for folder, order in dead]


def _close(run_folder: Path, order: Job) -> Result:
    closed = Result(
        lab=order.lab,
        outcome=Outcome.CRASHED,
        message="The run was cut off before it had a result.",
        checks=not_run(order.checks),
        seed=order.seed,
    )
    result.write(closed, run_folder)
    return closed


def _is_alive(run_folder: Path) -> bool:
    try:
        state = json.loads((run_folder / "state.json").read_text("utf-8"))
        return processes.is_running(int(state["pid"]), float(state["created"]))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _next_folder(runs: Path) -> Path:
    runs.mkdir(parents=True, exist_ok=True)
    numbers = [int(path.name) for path in runs.iterdir() if path.name.isdecimal()]
    number = max(numbers, default=0) + 1
    folder = runs.resolve() / str(number)
    folder.mkdir()
    return folder
