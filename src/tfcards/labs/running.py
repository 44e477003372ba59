"""Runs labs: prepares run folders, starts supervisors, finds runs that were cut off."""

import contextlib
import json
import secrets
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from tfcards.errors import UnavailableError
from tfcards.labs import access, job, launch, processes, reserve, result, state
from tfcards.labs.content.manifest import Lab
from tfcards.labs.job import Job
from tfcards.labs.result import Outcome, Result
from tfcards.labs.run_process import RunProcess, last_words
from tfcards.labs.supervision.grading import CUT_OFF, not_run
from tfcards.labs.supervision.means import means_of
from tfcards.labs.workspace import Workspace, same_code

START_SECONDS: Final = 120.0  # how long a supervisor may take to say who it is
SWEEPS: Final = 40
CLEAN_LOOKS: Final = 3  # a process between fork and exec does not carry its mark yet


def prepare_run(
    lab: Lab, workspace: Workspace, runs: Path, seed: int, when_left: str = "finish"
) -> Path:
    """A numbered run folder with a copy of the work.

    Raises UnavailableError when the folder cannot be written.
    """
    files = {name: workspace.text(name) for name in lab.files}
    folder = runs
    try:
        folder = _next_folder(runs)
        prepare(lab, files, folder, seed=seed, queue=_queue(runs), when_left=when_left)
    except OSError as error:
        if folder != runs:
            shutil.rmtree(folder, ignore_errors=True)
        text = f"No run can be prepared in {runs}: {error.strerror or error}."
        advice = "Make room on the disk, see that you may write there, and run again."
        raise UnavailableError(f"{text} {advice}") from error
    return folder


def command_for(run_folder: Path) -> list[str]:
    """The command that does the run in the folder."""
    return launch.python("tfcards.labs.supervision.supervisor", str(run_folder))


def prepare(
    lab: Lab,
    files: Mapping[str, str],
    run_folder: Path,
    *,
    seed: int,
    isolation: str = "auto",
    queue: str = "",
    means: str = "auto",
    when_left: str = "finish",
) -> Job:
    """Write the submitted files and the order into a run folder."""
    for name in lab.files:
        target = run_folder / "files" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(files[name].encode("utf-8"))
    starter = {name: lab.starter_text(name) for name in lab.files}
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
        queue=queue,
        workers=lab.workers,
        means=means,
        when_left=when_left,
    )
    reserve.set_aside(run_folder)
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
    means: str = "auto",
) -> Result:
    """Run and grade the files, and wait for the result; events are passed on as they come.

    A run whose result nobody waits for any more is stopped.
    """
    run_folder = run_folder.resolve()
    run_folder.mkdir(parents=True, exist_ok=True)
    order = prepare(
        lab, files, run_folder, seed=seed, isolation=isolation, means=means, when_left="stop"
    )
    with RunProcess(command_for(run_folder), run_folder) as supervisor:
        for line in supervisor.lines:
            if on_event is not None:
                on_event(json.loads(line))
    return result.read(run_folder) or _close(run_folder, order)


def recover(runs: Path) -> list[Result]:
    """Give every run that was cut off its result (crashed), and end what is left of it.

    Runs whose supervisor still lives are left alone.
    """
    dead: list[tuple[Path, Job]] = []
    for folder in sorted(runs.glob("*")):
        if result.read(folder) is not None or is_alive(folder):
            continue
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            dead.append((folder, job.read(folder)))
    _end_all([order for _, order in dead])
    return [_close(folder, order) for folder, order in dead]


def _close(run_folder: Path, order: Job) -> Result:
    closed = Result(
        lab=order.lab,
        outcome=Outcome.CRASHED,
        message=CUT_OFF,
        checks=not_run(order.checks),
        seed=order.seed,
        diagnostics=last_words(run_folder),
    )
    access.open_up(run_folder)
    reserve.give_back(run_folder)
    return result.keep(closed, run_folder)


def is_alive(run_folder: Path) -> bool:
    """Whether the run is on: its supervisor lives, or was ordered a moment ago."""
    if state.read(run_folder) is not None:
        return state.is_on(run_folder)
    with contextlib.suppress(OSError):
        ordered = (run_folder / job.FILE_NAME).stat().st_mtime
        passed = abs(time.time() - ordered)  # the clock may have been set back since
        return result.read(run_folder) is None and passed < START_SECONDS
    return False


def stop(run_folder: Path) -> None:
    """Ask a run that another window started to come to its end."""
    found = state.read(run_folder)
    if found is not None and state.is_on(run_folder):
        means_of(job.read(run_folder).means).ask_to_stop(run_folder, found[0])


def close(run_folder: Path) -> Result:
    """The run's result; one that was cut off gets its own now, and what is left of it is ended."""
    found = result.read(run_folder)
    if found is not None:
        return found
    order = job.read(run_folder)
    _end_all([order])
    return _close(run_folder, order)


def close_of(lab: Lab, run_folder: Path) -> Result:
    """The same for a run of this lab, whatever has become of its folder."""
    try:
        return close(run_folder)
    except (OSError, ValueError, KeyError, TypeError):
        return Result(
            lab=lab.id,
            outcome=Outcome.GRADER_ERROR,
            message=f"The run's folder {run_folder} cannot be read any more, so this run does not "
            "count. See that you may read there, and run again.",
            checks=not_run(lab.checks),
            seed=0,
        )


def left_runs(labs: Path) -> list[Path]:
    """Run folders of all labs, oldest first, whose results nobody has taken note of yet."""
    runs = [*labs.glob("*/runs"), *labs.glob("*/again/*/runs")]
    left = [run for folder in runs for run in left_in(folder)]
    return sorted(left, key=_ordered_at)


def left_in(runs: Path) -> list[Path]:
    """The same for one lab's runs."""
    return [run for run in runs.glob("*") if _ordered_at(run) and not state.is_noted(run)]


def _ordered_at(run_folder: Path) -> float:
    """When a run was ordered, in seconds as files have it; 0 where that cannot be read."""
    with contextlib.suppress(OSError):
        return (run_folder / job.FILE_NAME).stat().st_mtime
    return 0.0


def _end_all(orders: list[Job]) -> None:
    """Kill what these runs left until nothing shows: one may just be starting another."""
    tokens = {order.token for order in orders}
    looks_clean = 0
    for _ in range(SWEEPS if tokens else 0):
        left = processes.marked(tokens)
        looks_clean = 0 if left else looks_clean + 1
        if looks_clean == CLEAN_LOOKS:
            return
        for process in left:
            with contextlib.suppress(*processes.GONE):
                process.kill()
        time.sleep(0.05)


def _queue(runs: Path) -> str:
    """Runs of all the learner's labs go one after the other: the file lies beside the labs."""
    labs = next((above for above in runs.resolve().parents if above.name == "labs"), runs)
    return str(labs / "queue.lock")


def _next_folder(runs: Path) -> Path:
    """Made here: another window may be about to take the same number."""
    runs.mkdir(parents=True, exist_ok=True)
    numbers = [int(path.name) for path in runs.iterdir() if path.name.isdecimal()]
    number = max(numbers, default=0)
    while True:
        number += 1
        folder = runs.resolve() / str(number)
        with contextlib.suppress(FileExistsError):
            folder.mkdir()
            return folder
