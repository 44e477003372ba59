"""The last phase of a run: the judge, with its secret, its verdicts and its host's output."""

import contextlib
import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

from tfcards.labs import launch
from tfcards.labs.left.artifacts import MOST_BYTES, Artifact
from tfcards.labs.supervision.control import Control
from tfcards.labs.supervision.events import Console, EventLog, Lines
from tfcards.labs.supervision.grading import Grading
from tfcards.labs.supervision.learner_run import Start
from tfcards.labs.supervision.site import OWN_FILES, Site
from tfcards.labs.supervision.stage import Ending, Stage
from tfcards.labs.supervision.usage import Meter
from tfcards.warm.client import DOOR_VARIABLE, Streams


class Judging:
    """Runs the judge; `grading` has its verdicts, `diagnostics` what it printed."""

    def __init__(self, site: Site, control: Control, log: EventLog) -> None:
        self._site = site
        self._control = control
        self._log = log
        self.grading = Grading(site.order.checks, log)
        self.diagnostics = b""

    def run(self, artifacts: Sequence[Artifact], starts: Sequence[Start]) -> Ending:
        """Start it, with what the learner's run left and how it went; wait for its end."""
        site, limits = self._site, self._site.order.limits
        site.clear("reference")
        site.lay_out("reference", *OWN_FILES, is_apart=True)
        wire = site.means.wire()
        said, errors, asked = os.pipe(), os.pipe(), os.pipe()
        command = launch.python("tfcards.labkit.judge", "--verdicts", wire.argument)
        given = wire.given
        variables = site.environment()
        if site.door is not None:  # for its hosts
            given = (*given, site.door.fileno())
            variables[DOOR_VARIABLE] = str(site.door.fileno())
        streams = Streams(asked[0], said[1], errors[1], given)
        process = launch.start(command, site.folder / "judge", variables, streams, site.door)
        for end in (asked[0], said[1], errors[1]):
            os.close(end)
        wire.started()
        form = self._order_for_judge(artifacts, starts) | {"word": wire.word}
        with contextlib.suppress(OSError), os.fdopen(asked[1], "wb") as ask:
            ask.write(json.dumps(form).encode() + b"\n")
        checks = sum(check.timeout + limits.seconds for check in site.order.checks)
        stage = Stage(
            process,
            self._control,
            site.means.pumps(),
            memory_mb=limits.memory_mb,
            seconds=4 * limits.import_seconds + checks,
            is_asked_first=False,
            spared=site.spared,
            meter=Meter(self._log),
            room=site.room("host", MOST_BYTES),
        )
        host_said = Console(self._log, "host", limits.output_kb * 1024)
        stage.read(errors[0], self.diagnose)
        stage.read(said[0], host_said.feed)
        stage.read(wire.end, Lines(self.grading.take).feed)
        ending = stage.tend()
        host_said.finish()
        return ending

    def _order_for_judge(
        self, artifacts: Sequence[Artifact], starts: Sequence[Start]
    ) -> dict[str, Any]:
        site, order = self._site, self._site.order
        return {
            "lab_folder": str(order.lab_folder),
            "folder": str(site.folder / "judge"),
            "secret": site.secret,
            "seed": order.seed,
            "checks": [check.id for check in order.checks],
            "artifacts": {one.path: dict(one.digests) for one in artifacts},
            "starts": [_told(start) for start in starts],
            "host": self._host_order("host", site.environment()),
            "reference": self._host_order("reference", site.environment("reference")),
        }

    def _host_order(self, place: str, environment: Mapping[str, str]) -> dict[str, Any]:
        site, order = self._site, self._site.order
        host = launch.python(
            "tfcards.labkit.host",
            *("--channel", "{channel}"),
            *("--framework", order.framework, "--seed", str(order.seed)),
        )
        return {
            "command": site.cage(host, place),
            "environment": dict(environment),
            "folder": str(site.folder / place),
            "import_seconds": order.limits.import_seconds,
            "load_seconds": order.limits.seconds,
            "calls": not site.means.shares_descriptors,
        }

    def diagnose(self, received: bytes) -> None:
        """Keep the last of what helps to find a fault of the grader's."""
        self.diagnostics = (self.diagnostics + received)[-16384:]


def _told(start: Start) -> dict[str, Any]:
    return {
        "seed": start.seed,
        "worker_seeds": list(start.worker_seeds),
        "is_killed": start.kill is not None,
    }
