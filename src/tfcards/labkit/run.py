"""The learner's run: framework, hooks, then the entry as `__main__`. No grading here."""

from __future__ import annotations

import argparse
import atexit
import contextlib
import faulthandler
import gc
import io
import os
import runpy
import signal
import sys
import threading
from pathlib import Path
from typing import NoReturn

from tfcards.labkit import explain, fit
from tfcards.labkit.events import ENVIRONMENT_NAME, Events
from tfcards.labkit.follow import Follower, reports_for_all
from tfcards.labkit.framework import bring
from tfcards.labkit.process import be_interruptible, be_nice, die_with_parent, leave_no_core
from tfcards.labkit.roomy import roomy
from tfcards.warm import fence, loopback


def main() -> None:
    """Run the entry in the current folder; the exit code is Python's."""
    die_with_parent()
    fence.put_up(sys.argv)
    be_nice()
    leave_no_core()
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # stopped before the code began, it says nothing
    options = _options()
    end = loopback.taken(options.events).detach()
    events = Events(end)
    os.environ[ENVIRONMENT_NAME] = str(end)
    faulthandler.enable()
    if sys.platform != "win32":
        faulthandler.register(signal.SIGUSR1, all_threads=False)
    events.emit("phase", phase="import", framework=options.framework)
    framework = bring(options.framework, options.seed)
    if framework.keras is not None:
        fit.hook(framework.keras, events)
        if reports_for_all():
            Follower(events, Path.cwd()).start()
    be_interruptible()
    events.emit("phase", phase="run", versions=framework.versions)
    code = run(options.entry, Path.cwd())
    events.emit("phase", phase="ran", code=code)
    leave(code)


@roomy
def run(entry: str, folder: Path) -> int:
    """Run one file as a script and say on stderr, in the learner's lines, what it raised."""
    sys.path.insert(0, str(folder))
    sys.argv = [entry]
    try:
        runpy.run_path(str(folder / entry), run_name="__main__")
    except SystemExit as ending:
        return ending.code if isinstance(ending.code, int) else int(ending.code is not None)
    except KeyboardInterrupt as stopped:
        sys.stderr.write(explain.learner_lines(stopped, folder))
        return 130
    except Exception as error:  # noqa: BLE001 - whatever the learner's code raises is shown
        sys.stderr.write(explain.learner_lines(error, folder))
        return 1
    return 0


def leave(code: int) -> NoReturn:
    """End as Python does, but without taking TensorFlow down, which takes seconds."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()  # noqa: SLF001 - there is no public way
    for thing in gc.get_objects():
        if type(thing) in {io.TextIOWrapper, io.BufferedWriter, io.BufferedRandom}:
            with contextlib.suppress(Exception):  # closed, or only open for reading
                thing.flush()
    os._exit(code & 0xFF)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", required=True)
    parser.add_argument("--entry", required=True)
    parser.add_argument("--framework", default="tensorflow")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
