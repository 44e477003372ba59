"""Runs what a learner typed for a code card against the card's assertions, and judges it.

The verdict rests on what the process reports of its blocks, never on what the code printed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from textwrap import dedent, indent
from typing import Any

from tfcards.labs.card_code.snippet_worker import TooSlowError, WorkerError
from tfcards.labs.card_code.snippets import (
    CHECK,
    TYPED,
    Block,
    SnippetJob,
    WaitedJob,
    ask,
    difference,
    raised_wrongly,
    ran_on,
    same_output,
)

Report = dict[str, Any]  # of one block, as labkit/snippets writes it


@dataclass(frozen=True, slots=True)
class Fault:
    """Why typed code does not hold: in a line, in detail, and the typed line it leads to (0: none).

    `is_cards` says that the card's own code failed before anything typed ran.
    """

    summary: str
    detail: str = ""
    line: int = 0
    is_cards: bool = False


@dataclass(frozen=True, slots=True)
class TypedResult:
    """What became of typed code. `held` counts the assertions that held until there was a fault.

    `versions` are those of what ran it, by name.
    """

    fault: Fault | None
    held: int
    output: str
    seconds: float
    warnings: tuple[str, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def holds(self) -> bool | None:
        """Whether all assertions hold; None if nothing can be said of what was typed."""
        if self.fault is not None:
            return None if self.fault.is_cards else False
        return True if self.held else None


class TypedTask(WaitedJob):
    """Typed code that is run and judged once; on request it is given up on."""

    def run(self) -> TypedResult:
        """Run it and wait: for a thread of its own. Raises UnavailableError."""
        try:
            answer = ask(self._job, self._worker, self._seconds)
        except WorkerError as error:
            return self._unfinished(error)
        finally:
            self._worker.close()
        return judge(self._job, answer, ran_on(self._job, self._worker.versions))

    def _unfinished(self, error: WorkerError) -> TypedResult:
        if isinstance(error, TooSlowError):
            summary = f"Your code did not finish within {self._seconds:g} seconds"
            detail = "It was stopped. Is there a loop that never ends?"
        else:
            summary = "Your code did not finish"
            detail = f"{error} So not all assertions could be tried."
        printed = self._worker.printed()
        return TypedResult(Fault(summary, detail), 0, printed, self._seconds)


def judge(job: SnippetJob, answer: Report, versions: Mapping[str, str]) -> TypedResult:
    """What the reports of a job's blocks, with typed code and assertions, come to."""
    reports = answer["blocks"]
    fault = next(_faults(job.blocks, reports), None)
    return TypedResult(
        fault=fault,
        held=sum(_held(block, report) for block, report in zip(job.blocks, reports, strict=False)),
        output="".join(report["stdout"] for report in reports),
        seconds=answer["seconds"],
        warnings=tuple(said for report in reports for said in report["warnings"]),
        versions=dict(versions),
    )


def _held(block: Block, report: Report) -> int:
    """What a block proves: its assertions, and that it raised or printed what it had to."""
    raised = block.part == CHECK and block.raises is not None
    return int(report["held"]) + raised + (block.expects is not None)


def _faults(blocks: tuple[Block, ...], reports: list[Report]) -> Iterator[Fault]:
    printed = ""
    for at, (block, report) in enumerate(zip(blocks, reports, strict=False)):
        printed += report["stdout"]
        complaint = raised_wrongly(block.raises, report["error"])
        if complaint:
            yield _raised(blocks, at, report, complaint)
        if block.expects is not None:
            if not same_output(printed, block.expects):
                words = difference(printed, block.expects, report["stderr"])
                yield Fault("Your code does not print what it should", _sentence(words))
            printed = ""


def _raised(blocks: tuple[Block, ...], at: int, report: Report, complaint: str) -> Fault:
    """The fault of a block that raised, or did not raise what it had to."""
    block, error = blocks[at], report["error"]
    places = _typed_lines(blocks, error) if error else []
    if block.part not in (TYPED, CHECK):
        return Fault("The card's own code failed", _sentence(complaint), is_cards=True)
    if error is None or block.raises is not None:
        whose = "Your code" if block.part == TYPED else "An assertion"
        return Fault(f"{whose} does not raise what it should", _sentence(complaint))
    if block.part == TYPED:
        return _of_typed(block, error, places)
    if report["unmet"]:
        return _unmet(block, error, report["unmet"])
    return _of_check(block, error, places)


def _of_typed(block: Block, error: Report, places: list[int]) -> Fault:
    """Typed code that did not come to its end."""
    line = error["line"] or (places[-1] if places else 0)
    shown = _shown(block.code, line, line)
    if "SystemExit" in error["names"]:
        words = "It ends Python, so no assertion could be tried. Take that line out."
        return Fault(f"Your code did not finish{_on(line)}", _paragraphs(shown, words), line)
    summary = f"Your code raised {error['names'][0]}{_on(line)}"
    return Fault(summary, _paragraphs(shown, _text(error)), line)


def _unmet(block: Block, error: Report, unmet: Report) -> Fault:
    """An assertion that was worked out and does not hold."""
    first, last = unmet["lines"]
    shown = _shown(block.code, first, last)
    values = [_value(source, value) for source, value in unmet["values"]]
    said = [] if error["message"] in shown else [f"It says: {error['message']}"]
    detail = "\n".join([shown, *values, *said])
    return Fault(f"The assertion on line {first} does not hold", detail)


def _of_check(block: Block, error: Report, places: list[int]) -> Fault:
    """Something raised while assertions ran, in them or in what they called."""
    line = error["line"] or 0
    shown = _shown(block.code, line, line)
    if places:  # it came from typed code
        called = f"Line {places[-1]} of your code raised it, called by the assertions{_on(line)}:"
        summary = f"Your code raised {error['names'][0]}{_on(places[-1])}"
        return Fault(summary, _paragraphs(_text(error), called, shown), places[-1])
    if "AssertionError" in error["names"]:
        summary = f"The assertion{_on(line)} does not hold"
        return Fault(summary, _paragraphs(shown, error["message"]))
    if "NameError" in error["names"]:
        summary = "Your code does not define what the assertions use"
    else:
        summary = f"The assertions stopped{_on(line)}"
    return Fault(summary, _paragraphs(shown, _text(error)))


def _typed_lines(blocks: tuple[Block, ...], error: Report) -> list[int]:
    """Lines of typed code that an exception went through."""
    typed = {f"block{at}" for at, block in enumerate(blocks) if block.part == TYPED}
    return [line for name, line in error["places"] if name in typed]


def _shown(code: str, first: int, last: int) -> str:
    """Lines of code, set in."""
    lines = code.split("\n")[first - 1 : last] if first else []
    return indent(dedent("\n".join(lines)), "    ")


def _value(source: str, value: str) -> str:
    joint = "\n" if "\n" in value else " "
    return f"{source} is{joint}{value}"


def _text(error: Report) -> str:
    return f"{error['names'][0]}: {error['message']}" if error["message"] else error["names"][0]


def _on(line: int) -> str:
    return f" on line {line}" if line else ""


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
