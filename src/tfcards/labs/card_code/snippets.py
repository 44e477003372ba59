"""Runs the snippets of cards in worker processes and judges what they did. No TensorFlow here."""

import contextlib
import queue
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tfcards.labs.card_code.snippet_worker import TENSORFLOW, SnippetWorker, WorkerError

GIVEN, TYPED, CHECK = "given", "typed", "check"  # parts a block can play in its job
_NAMES = {"tensorflow": "TensorFlow", "python": "Python", "sqlite": "SQLite"}


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of code, what it must raise (a class name), what must have been printed by then.

    `part`: it stands on the card, a learner typed it, or it checks what a learner typed.
    """

    code: str
    raises: str | None = None
    expects: str | None = None
    where: str = ""
    language: str = "python"
    part: str = GIVEN


@dataclass(frozen=True, slots=True)
class SnippetJob:
    """The blocks of one card, run in order: Python in one namespace, SQL in one database.

    `fresh` asks for a new process; `framework` is what it has loaded, "tensorflow" or "none".
    """

    id: str
    blocks: tuple[Block, ...]
    fresh: bool = False
    framework: str = TENSORFLOW


@dataclass(frozen=True, slots=True)
class SnippetResult:
    """How a card's code did. `message` says what is wrong, `output` what was printed.

    `raised` are the exceptions that had to be raised, with their texts. `versions` are those of
    what ran it, by name: TensorFlow, or Python and SQLite.
    """

    id: str
    ok: bool
    message: str
    output: str
    seconds: float
    warnings: tuple[str, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    raised: tuple[str, ...] = ()


def run(
    jobs: Iterable[SnippetJob], *, workers: int = 1, seconds: float = 60.0
) -> Iterator[SnippetResult]:
    """Run jobs in `workers` processes, each job for at most `seconds`; results as they come.

    A job that takes too long or kills its process fails alone; its worker is started anew.
    Leaving the iteration early ends every process.

    Raises:
        UnavailableError: TensorFlow cannot be loaded.
    """
    yield from SnippetBatch(jobs, workers=workers, seconds=seconds).run()


class WaitedJob:
    """One job in a process of its own that somebody waits for, and may give up on."""

    def __init__(self, job: SnippetJob, seconds: float = 60.0) -> None:
        self._job = job
        self._seconds = seconds
        self._worker = SnippetWorker()
        self.is_cancelled = False

    def cancel(self) -> None:
        """End it, from any thread; waiting for it is soon over then."""
        self.is_cancelled = True
        self._worker.interrupt()


class SnippetTask(WaitedJob):
    """One job that shows what the code of a card does."""

    def run(self) -> SnippetResult:
        """Run it and wait: for a thread of its own. Raises UnavailableError."""
        try:
            return _do(self._job, self._worker, self._seconds)
        finally:
            self._worker.close()


class SnippetBatch:
    """Many jobs that somebody waits for, and may give up on; `workers` processes share them.

    Jobs of one framework come in a row, and those that ask for a fresh process last.
    """

    def __init__(
        self, jobs: Iterable[SnippetJob], *, workers: int = 1, seconds: float = 60.0
    ) -> None:
        self._jobs = sorted(jobs, key=lambda job: (job.framework, job.fresh))
        self._count = min(workers, len(self._jobs))
        self._seconds = seconds
        self._pile: queue.SimpleQueue[SnippetJob] = queue.SimpleQueue()
        self._results: queue.SimpleQueue[SnippetResult | Exception | None] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []
        self._workers: list[SnippetWorker] = []

    def run(self) -> Iterator[SnippetResult]:
        """The results as they come, none after `cancel`; leaving early ends every process.

        Raises:
            UnavailableError: TensorFlow cannot be loaded.
        """
        for job in self._jobs:
            self._pile.put(job)
        try:
            self._start()
            for _ in self._jobs:
                result = self._results.get()
                if result is None or self._stopped.is_set():
                    return
                if isinstance(result, Exception):
                    raise result
                yield result
        finally:
            self._end()

    def cancel(self) -> None:
        """End it, from any thread; `run` then comes back soon."""
        self._stopped.set()
        self._results.put(None)

    def _start(self) -> None:
        """Threads that feed one worker each from the common pile."""
        for _ in range(self._count):
            worker = SnippetWorker()
            thread = threading.Thread(target=self._feed, args=(worker,), daemon=True)
            self._workers.append(worker)
            self._threads.append(thread)
            thread.start()

    def _end(self) -> None:
        self._stopped.set()
        for worker in self._workers:
            worker.interrupt()
        for thread in self._threads:
            thread.join()

    def _feed(self, worker: SnippetWorker) -> None:
        try:
            with contextlib.suppress(queue.Empty):
                while not self._stopped.is_set():
                    self._results.put(_do(self._pile.get_nowait(), worker, self._seconds))
        except Exception as error:  # noqa: BLE001 - raised again where the results are read
            self._results.put(error)
        finally:
            worker.close()


def _do(job: SnippetJob, worker: SnippetWorker, seconds: float) -> SnippetResult:
    try:
        answer = ask(job, worker, seconds)
    except WorkerError as error:
        worker.close()
        versions = ran_on(job, worker.versions)
        return SnippetResult(job.id, False, str(error), "", seconds, versions=versions)
    if job.fresh:
        worker.close()
    return judge(job, answer, worker.versions)


def ask(job: SnippetJob, worker: SnippetWorker, seconds: float) -> dict[str, Any]:
    """Let a worker run a job, started for it where needed; its answer, block by block.

    Raises:
        WorkerError: the job took too long or ended its process.
        UnavailableError: the job's framework cannot be loaded.
    """
    if job.fresh or job.framework != worker.framework or not worker.is_running():
        worker.close()  # also what a process that died by itself has left
        worker.start(job.framework)
    blocks = [
        {
            "language": block.language,
            "code": block.code,
            "raises": block.raises,
            "part": block.part,
        }
        for block in job.blocks
    ]
    return worker.ask({"blocks": blocks}, seconds)


def judge(
    job: SnippetJob, answer: dict[str, Any], versions: Mapping[str, str] | None = None
) -> SnippetResult:
    """Compare what the blocks of a job did with what they should have done."""
    reports = answer["blocks"]
    message = next(filter(None, _complaints(job.blocks, reports)), "")
    return SnippetResult(
        id=job.id,
        ok=not message,
        message=message,
        output="".join(report["stdout"] for report in reports),
        seconds=answer["seconds"],
        warnings=tuple(said for report in reports for said in report["warnings"]),
        versions=ran_on(job, versions or {}),
        raised=tuple(_raised_rightly(job.blocks, reports)),
    )


def ran_on(job: SnippetJob, versions: Mapping[str, str]) -> dict[str, str]:
    """The versions that matter for a job, of all that its process has."""
    languages = {block.language for block in job.blocks}
    keys = []
    if "python" in languages:
        keys.append(TENSORFLOW if job.framework == TENSORFLOW else "python")
    if "sql" in languages:
        keys.append("sqlite")
    return {_NAMES[key]: versions[key] for key in keys if key in versions}


def same_output(printed: str, expected: str) -> bool:
    """Whether two outputs are the same but for space at line ends and the last line end."""
    return _normalised(printed) == _normalised(expected)


def _complaints(blocks: Iterable[Block], reports: list[dict[str, Any]]) -> Iterator[str]:
    printed = ""
    for block, report in zip(blocks, reports, strict=False):
        where = f"{block.where}: " if block.where else ""
        printed += report["stdout"]
        complaint = raised_wrongly(block.raises, report["error"])
        if not complaint and block.expects is not None:
            if not same_output(printed, block.expects):
                complaint = difference(printed, block.expects, report["stderr"])
            printed = ""
        yield where + complaint if complaint else ""


def raised_wrongly(expected: str | None, error: dict[str, Any] | None) -> str:
    """What is wrong with what a block raised, in words; "" if it raised what it should."""
    if error is None:
        return f"it should raise {expected}, and raised nothing." if expected else ""
    raised = _raised(error)
    if error["line"]:
        raised += f" (line {error['line']} of the fence)"
    if expected is None:
        return f"it raised {raised}"
    is_expected = expected.rpartition(".")[2] in error["names"]
    return "" if is_expected else f"it should raise {expected}, and raised {raised}"


def _raised_rightly(blocks: Iterable[Block], reports: list[dict[str, Any]]) -> Iterator[str]:
    for block, report in zip(blocks, reports, strict=False):
        error = report["error"]
        if block.raises and error and not raised_wrongly(block.raises, error):
            yield _raised(error)


def _raised(error: dict[str, Any]) -> str:
    return f"{error['names'][0]}: {error['message']}"


def difference(printed: str, expected: str, stderr: str) -> str:
    """How what was printed is not what was expected, in words."""
    sentence = f"it printed\n{_indented(printed)}\nand not\n{_indented(expected)}"
    if _normalised(expected) and _normalised(expected) in _normalised(stderr):
        sentence += (
            "\n(It went to stderr, as tf.print does; pass output_stream=sys.stdout, or use print.)"
        )
    return sentence


def _indented(text: str) -> str:
    lines = _normalised(text).split("\n")
    return "\n".join(f"    {line}" for line in lines) if any(lines) else "    (nothing)"


def _normalised(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.split("\n")).rstrip("\n")
