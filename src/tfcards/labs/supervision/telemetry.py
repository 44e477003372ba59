"""What the learner's process says of itself: passed on when well formed, never believed.

Whatever is odd is dropped, and there is never so much of it that the log grows without end.
"""

import json
import math
from collections.abc import Callable, Hashable
from typing import Any, Final

from tfcards.labs.job import Limits
from tfcards.labs.supervision.events import EventLog, Lane

LOGGED: Final = "tensorboard"  # the scope of metrics that were read from TensorBoard logs
PHASES: Final = ("import", "run", "ran")  # in the order in which a process goes through them
MOST_BYTES: Final = 16 * 2**20  # of curves in one run
MOST_CURVES: Final = 100  # that are thinned each for itself
MOST_NAMES: Final = 200  # in one report
LONGEST_NAME: Final = 240  # characters
DENSE: Final = 2000  # points of a curve, before only every second one passes, then every fourth
LEFT_OUT: Final = "… more points of the curves were left out: too many were reported\n"

Form = dict[str, Any]


def figure(value: object) -> float | None:
    """The value as a number that can be drawn, or None when it is no such thing."""
    try:
        number = float(value) if isinstance(value, int | float) else math.nan
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


class Curve:
    """Lets points pass, the longer the fewer; the last one that did not is `held`."""

    def __init__(self) -> None:
        self._seen = 0
        self._passed = 0
        self._stride = 1
        self.held: Form | None = None

    def passes(self, point: Form) -> bool:
        """Whether this point is one of those that are passed on."""
        self._seen += 1
        if self._seen % self._stride:
            self.held = point
            return False
        self.held = None
        self._passed += 1
        if self._passed % DENSE == 0:
            self._stride *= 2
        return True


class Telemetry:
    """Reads the lines of one process; `on_phase` hears of each new phase. `share` of `MOST_BYTES`.

    `step` is the last one reported, whether or not its point was passed on.
    """

    def __init__(
        self, log: EventLog | Lane, on_phase: Callable[[], None], share: float = 1.0
    ) -> None:
        self._log = log
        self._on_phase = on_phase
        self._left = int(MOST_BYTES * share)
        self._curves: dict[Hashable, Curve] = {}
        self._phase_now = ""
        self.versions: dict[str, str] = {}
        self.last_metric = ""
        self.step = -1.0

    @property
    def has_begun(self) -> bool:
        """Whether the learner's own code runs, or has run."""
        return self._phase_now in {"run", "ran"}

    def last_seen(self, limits: Limits) -> str:
        """For a run that was stopped at a time limit: which limit, and how far it had come."""
        if not self.has_begun:
            return f"the import took longer than {limits.import_seconds:g} s"
        metric = f" (last seen: {self.last_metric})" if self.last_metric else ""
        return f"it ran longer than {limits.seconds:g} s{metric}"

    def take(self, line: bytes) -> None:
        """Look at one line."""
        try:
            form = json.loads(line)
        except (ValueError, RecursionError):
            return
        match form:
            case {"ev": "phase", "phase": str(name)}:
                self._take_phase(name, form)
            case {"ev": "metric", "values": dict()}:
                metric = _metric(form)
                self._progress(metric)
                if metric["values"]:
                    self._take_point("metric", metric, (metric.get("scope"), *metric["values"]))
            case {"ev": "progress"}:
                self._take_point("progress", _figures(form, "done", "total"), "progress")
            case _:
                pass

    def finish(self) -> None:
        """Pass on the ends of the curves: nothing comes any more."""
        for curve in self._curves.values():
            point, curve.held = curve.held, None
            if point is not None:
                self._emit("metric" if "values" in point else "progress", point)

    def _take_point(self, event: str, point: Form, name: Hashable) -> None:
        if name not in self._curves and len(self._curves) >= MOST_CURVES:
            name = None
        if self._curves.setdefault(name, Curve()).passes(point):
            self._emit(event, point)

    def _emit(self, event: str, point: Form) -> None:
        if self._left <= 0:
            return
        self._left -= len(json.dumps(point))
        self._log.emit(event, **point)
        if self._left <= 0:
            self._log.emit("log", stream="stdout", text=LEFT_OUT)

    def _progress(self, form: Form) -> None:
        """How far the training has come; logs for TensorBoard count steps of their own."""
        if form.get("scope") == LOGGED:
            return
        self.last_metric = f"epoch {form.get('epoch', '?')}, step {form.get('step', '?')}"
        self.step = float(form.get("step", self.step))

    def _take_phase(self, name: str, form: Form) -> None:
        """Phases are few, because none comes twice; so they always get through."""
        if name not in PHASES[PHASES.index(self._phase_now) + 1 if self._phase_now else 0 :]:
            return
        versions = form.get("versions")
        if isinstance(versions, dict):
            pairs = list(versions.items())[:MOST_NAMES]
            self.versions = {_plain(key): _plain(text)[:40] for key, text in pairs}
        self._phase_now = name
        self._on_phase()
        if name == PHASES[-1]:
            self.finish()
        told = {"versions": self.versions} if isinstance(versions, dict) else {}
        self._log.emit("phase", phase=name, **_figures(form, "code"), **told)


def _metric(form: Form) -> Form:
    """Its scope, step, epoch and values, as far as they are what they should be."""
    scope = form.get("scope")
    values = {
        _plain(name): value
        for name, value in list(form["values"].items())[:MOST_NAMES]
        if figure(value) is not None
    }
    told = {"scope": _plain(scope)} if isinstance(scope, str) else {}
    return {**told, **_figures(form, "step", "epoch"), "values": values}


def _figures(form: Form, *names: str) -> Form:
    return {name: form[name] for name in names if figure(form.get(name)) is not None}


def _plain(text: object) -> str:
    """Text that can be shown: half characters are not."""
    return str(text)[:LONGEST_NAME].encode("utf-8", "replace").decode("utf-8")
