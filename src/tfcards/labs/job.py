"""The order for one run, as the supervisor finds it in job.json. No secret is ever in it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

FILE_NAME: Final = "job.json"


@dataclass(frozen=True, slots=True)
class CheckInfo:
    """What is known of a check without importing it. `timeout` is in seconds.

    `better` ("higher", "lower" or nothing) says whether it measures a number that has a calibrated
    threshold; `ask` is the kinder one that its author chose, if any.
    """

    id: str
    title: str
    points: float = 1.0
    task: int = 1
    cards: tuple[str, ...] = ()
    visible: bool = True
    after: tuple[str, ...] = ()
    timeout: float = 20.0
    better: str = ""
    ask: float | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may use; the seconds count from the end of the framework's import.

    `disk_mb` is what its files may take together, however many there are.
    """

    seconds: float = 60.0
    import_seconds: float = 90.0
    memory_mb: int = 3000
    output_kb: int = 1000
    disk_mb: int = 2000


@dataclass(frozen=True, slots=True)
class Kill:
    """A worker that is killed on purpose, once it has reported the step or a later one."""

    worker: int
    step: int


@dataclass(frozen=True, slots=True)
class Workers:
    """How many copies of the entry run together, as the workers of one TensorFlow cluster.

    Each of the `kills` ends one start of the cluster, the first the first; then all workers start
    again.
    """

    count: int = 1
    kills: tuple[Kill, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """One run of one lab. Without an `entry` there is no learner's run, only the checks.

    `attempted` is false when the files equal the starter. `isolation` is "auto" (the best this
    machine has), "landlock" or "basic". `when_left` says what to do when the window goes away:
    "finish" the run within its limits, or "stop" it. `token` marks the run's processes in their
    environment.
    Runs with the same `queue`, a file's path, go one after the other; "" waits for nobody.
    `means` says how its processes are held: "auto" (as this system can) or "portable" (as any can).
    """

    lab: str
    lab_folder: Path
    framework: str
    entry: str
    artifacts: tuple[str, ...]
    limits: Limits
    checks: tuple[CheckInfo, ...]
    seed: int
    attempted: bool
    token: str
    isolation: str = "auto"
    when_left: str = "finish"
    queue: str = ""
    workers: Workers = Workers()
    means: str = "auto"


def write(job: Job, run_folder: Path) -> None:
    """Put the order into the run folder."""
    form = asdict(job) | {"format": 1, "lab_folder": str(job.lab_folder)}
    (run_folder / FILE_NAME).write_text(json.dumps(form, indent=1), "utf-8")


def read(run_folder: Path) -> Job:
    """The order in the run folder. Raises OSError, ValueError, KeyError, TypeError."""
    form: dict[str, Any] = json.loads((run_folder / FILE_NAME).read_text("utf-8"))
    form.pop("format")
    return Job(
        **form
        | {
            "lab_folder": Path(form["lab_folder"]),
            "artifacts": tuple(form["artifacts"]),
            "limits": Limits(**form["limits"]),
            "checks": tuple(_check(check) for check in form["checks"]),
            "workers": _workers(form["workers"]),
        }
    )


def _check(form: dict[str, Any]) -> CheckInfo:
    return CheckInfo(**form | {"cards": tuple(form["cards"]), "after": tuple(form["after"])})


def _workers(form: dict[str, Any]) -> Workers:
    return Workers(form["count"], tuple(Kill(**kill) for kill in form["kills"]))
