"""The judge: runs a lab's checks on what the host answers. Never imports the learner's code."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import math
import os
import socket
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from tfcards.labkit import calibrated
from tfcards.labkit.api import Check, LearnerError, Verdict
from tfcards.labkit.lab import Lab, Start
from tfcards.labkit.left import Left
from tfcards.labkit.process import die_with_parent
from tfcards.labkit.remote import Apart, HostOrder, RemoteHost
from tfcards.labkit.sources import open_for_import
from tfcards.warm import loopback, system

LONGEST: Final = 3000
HIDDEN: Final = "A hidden check: it tries your code on inputs that the examples do not show."


@dataclass(frozen=True, slots=True)
class Order:
    """What the supervisor asks for, over standard input: the secret is in no file or argument.

    `checks` names those to run; without it, all of the lab's. `word` says whom to call with the
    verdicts, where the judge could not be given a descriptor for them. The `reference` is a host
    without the learner's files.
    """

    lab_folder: Path
    folder: Path
    secret: int
    seed: int
    artifacts: dict[str, dict[str, str]]
    host: HostOrder
    reference: HostOrder
    starts: tuple[Start, ...] = ()
    checks: tuple[str, ...] | None = None
    word: Mapping[str, object] | None = None

    @classmethod
    def read(cls, line: str) -> Order:
        """From one line of JSON. Raises ValueError, KeyError, TypeError."""
        form = json.loads(line)
        names = form.get("checks")
        starts = form.get("starts", ())
        return cls(
            lab_folder=Path(form["lab_folder"]),
            folder=Path(form["folder"]),
            secret=int(form["secret"]),
            seed=int(form["seed"]),
            artifacts=dict(form["artifacts"]),
            host=_host_order(form["host"]),
            reference=_host_order(form["reference"]),
            starts=tuple(
                Start(int(one["seed"]), tuple(one["worker_seeds"]), bool(one["is_killed"]))
                for one in starts
            ),
            checks=None if names is None else tuple(str(name) for name in names),
            word=form["word"],
        )


def _host_order(form: Mapping[str, Any]) -> HostOrder:
    return HostOrder(
        command=list(form["command"]),
        environment=dict(form["environment"]),
        folder=Path(form["folder"]),
        import_seconds=float(form["import_seconds"]),
        load_seconds=float(form["load_seconds"]),
        calls=bool(form["calls"]),
    )


class Verdicts:
    """The judge's own line to the supervisor; no process of the learner has it."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end

    def tell(self, event: str, **fields: object) -> None:
        """Send one line of JSON."""
        self._end.sendall((json.dumps({"ev": event, **fields}) + "\n").encode())


def load_checks(folder: Path) -> list[Check]:
    """The checks of a lab's checks.py, in the order written; `data` of the lab is importable."""
    open_for_import(folder)
    module = importlib.import_module("checks")
    return [value for value in vars(module).values() if isinstance(value, Check)]


class Judge:
    """Runs checks one after the other and tells each verdict as it comes."""

    def __init__(self, order: Order, host: RemoteHost, verdicts: Verdicts) -> None:
        self._calibrated = calibrated.load(order.lab_folder)
        self._order = order
        self._host = host
        self._apart = Apart(host.beside(order.reference), host)
        self._verdicts = verdicts
        self._passed: set[str] = set()

    def run(self, checks: Sequence[Check]) -> None:
        """All checks; those whose forerunners did not pass are skipped."""
        with contextlib.closing(self._apart):
            self._all(checks)
        self._verdicts.tell("end", checks=len(checks), versions=self._host.versions)

    def _all(self, checks: Sequence[Check]) -> None:
        self._host.get_ready()
        titles = {check.id: check.title for check in checks}
        for check in checks:
            missing = [name for name in check.after if name not in self._passed]
            waiting = [titles[name] for name in missing if name in titles]
            if waiting:
                message = "Waits until this passes: " + ", ".join(waiting)
                self._tell(check, "skipped", Verdict(False, message), 0.0)
            else:
                self._verdicts.tell("check", id=check.id, status="running")
                self._one(check)

    def _one(self, check: Check) -> None:
        order = self._order
        lab = Lab(
            self._host,
            check.id,
            secret=order.secret,
            seed=order.seed,
            left=Left(order.folder, order.artifacts),
            starts=order.starts,
            calibrated=self._calibrated.get(check.id),
            apart=self._apart,
        )
        self._host.time_left = check.timeout
        self._apart.give_time(check.timeout)
        began = time.monotonic()
        lines = ""
        try:
            verdict = check(lab)
            status = "passed" if _is_verdict(verdict).passed else "failed"
        except LearnerError as error:
            verdict = Verdict(False, str(error), is_unwritten=error.is_unwritten)
            status, lines = "failed", error.traceback
        except Exception as error:  # noqa: BLE001 - the check itself is wrong: said so, no verdict
            text = "".join(traceback.format_exception_only(error)).strip()
            verdict, status, lines = Verdict(False, text), "error", traceback.format_exc()
        if status == "passed":
            self._passed.add(check.id)
        self._tell(check, status, verdict, time.monotonic() - began, lines)

    def _tell(
        self, check: Check, status: str, verdict: Verdict, seconds: float, lines: str = ""
    ) -> None:
        if status == "failed" and not check.visible:
            unwritten = verdict.is_unwritten
            verdict, lines = Verdict(False, HIDDEN, share=verdict.share, is_unwritten=unwritten), ""
        share = 1.0 if status == "passed" else min(max(verdict.share, 0.0), 0.99)
        self._verdicts.tell(
            "check",
            id=check.id,
            status=status,
            score=round(check.points * share, 4) if status in {"passed", "failed"} else 0.0,
            message=verdict.message[:LONGEST],
            observed=verdict.observed[:LONGEST],
            limit=verdict.limit[:LONGEST],
            measured=_finite(verdict.measured),
            reference=verdict.reference[:LONGEST],
            is_unwritten=verdict.is_unwritten is True,
            seconds=round(seconds, 3),
            traceback=lines[-3 * LONGEST :],
        )


def _finite(number: float | None) -> float | None:
    return number if number is not None and math.isfinite(number) else None


def _is_verdict(value: Any) -> Verdict:  # noqa: ANN401 - any value passes here
    if not isinstance(value, Verdict):
        raise TypeError(f"a check gives a Verdict back, not {type(value).__name__}")
    return value


def own_output() -> int:
    """What was standard output, for the hosts alone; what is printed here goes to the errors."""
    output = os.dup(1)
    os.dup2(2, 1)
    return output


def _verdicts_to(argument: str, word: Mapping[str, object] | None) -> socket.socket:
    """The judge's own line: before any host is started, which could take it."""
    return loopback.taken(argument) if word is None else loopback.call(word)


def main() -> None:
    """Judge one attempt; exits 0 only when every check has a verdict."""
    die_with_parent()
    system.be_private()
    np.random.seed()  # a judge that was forked began with the state that the learner's run did
    parser = argparse.ArgumentParser()
    parser.add_argument("--verdicts", required=True)
    options = parser.parse_args()
    order = Order.read(sys.stdin.readline())
    host = RemoteHost(order.host, own_output())
    with _verdicts_to(options.verdicts, order.word) as end:
        end.set_inheritable(False)
        try:
            host.start()  # TensorFlow comes in there while the checks are read here
            checks = load_checks(order.lab_folder)
            asked = {check.id for check in checks} if order.checks is None else order.checks
            Judge(order, host, Verdicts(end)).run([one for one in checks if one.id in asked])
        finally:
            host.close()


if __name__ == "__main__":
    main()
