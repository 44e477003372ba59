"""The host: imports the learner's code, gets inputs only, answers by value. Knows no answer."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from tfcards.labkit import explain
from tfcards.labkit.channel import Channel, FrameError
from tfcards.labkit.framework import Framework, bring
from tfcards.labkit.inputs import Inputs
from tfcards.labkit.outputs import Outputs
from tfcards.labkit.process import be_nice, die_with_parent, leave_no_core, take_all_along
from tfcards.labkit.roomy import roomy
from tfcards.labkit.values import Arrays
from tfcards.warm import fence, loopback

HOST_FILE: Final = "tfcards_lab_host.py"


class Missing(Exception):  # noqa: N818 - no error of the program
    """Something that the learner has not written."""


class Host:
    """Answers requests about the code in one folder."""

    def __init__(self, folder: Path, framework: Framework) -> None:
        self._folder = folder
        self._tensorflow = framework.tensorflow

    def answer(self, request: dict[str, Any], received: Arrays) -> tuple[dict[str, Any], Arrays]:
        """Do what is asked; whatever the learner's code raises becomes a sentence."""
        target = str(request["target"])
        sent: Arrays = []
        try:
            value = self._do(request, target, received)
            form = Outputs(self._tensorflow).capture(value, sent)
        except Missing as missing:
            return _error(str(missing)), []
        except (Exception, SystemExit, KeyboardInterrupt) as error:  # noqa: BLE001 - the learner's
            lines = explain.learner_lines(error, self._folder)
            what = self._what(request, error)
            told = _error(explain.sentence(error, what, self._folder), lines)
            return told | {"is_unwritten": explain.is_unwritten(error, self._folder)}, []
        return {"value": form}, sent

    def _what(self, request: dict[str, Any], error: BaseException) -> str:
        """What to call in the sentence: for the lab's own functions, the learner's under them."""
        if request["op"] == "load":
            return f"{request['target']}.py"
        frames = explain.learner_frames(error, self._folder)
        if request["op"] == "call":
            return f"`{request['target']}`"
        return f"`{frames[0].name}`" if frames else f"Your code (asked by `{request['target']}`)"

    def _do(self, request: dict[str, Any], target: str, received: Arrays) -> object:
        if request["op"] == "load":
            self._module(target)
            return None
        inputs = Inputs(self._tensorflow, raw=bool(request["raw"]))
        args = [inputs.build(form, received) for form in request["args"]]
        kwargs = {name: inputs.build(form, received) for name, form in request["kwargs"].items()}
        if request["op"] == "nothing":  # asks only how long the inputs' way takes
            return None
        function = self._of_lab(target) if request["op"] == "host" else self._of_learner(target)
        return function(*args, **kwargs)

    def _module(self, name: str) -> ModuleType:
        if not (self._folder / f"{name}.py").is_file() and not (self._folder / name).is_dir():
            raise Missing(f"There is no file {name}.py.")
        return importlib.import_module(name)

    def _of_learner(self, target: str) -> Callable[..., object]:
        module_name, _, rest = target.partition(".")
        found: Any = self._module(module_name)
        for name in rest.split("."):
            if not hasattr(found, name):
                raise Missing(f"There is no `{rest}` in {module_name}.py.")
            found = getattr(found, name)
        if not callable(found):
            raise Missing(f"`{rest}` in {module_name}.py is not a function.")
        return found  # type: ignore[no-any-return]

    def _of_lab(self, name: str) -> Callable[..., object]:
        module = sys.modules.get("tfcards_lab_host")
        if module is None:
            path = self._folder / HOST_FILE
            spec = importlib.util.spec_from_file_location("tfcards_lab_host", path)
            assert spec is not None
            assert spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            sys.modules["tfcards_lab_host"] = module
        return getattr(module, name)  # type: ignore[no-any-return]


def _error(sentence: str, lines: str = "") -> dict[str, Any]:
    return {"error": sentence, "traceback": lines}


@roomy
def serve(channel: Channel, host: Host) -> None:
    """Answer until the judge hangs up."""
    while True:
        try:
            request, received = channel.receive()
        except (EOFError, OSError):
            return
        message, sent = host.answer(request, received)
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        try:
            channel.send(message, sent)
        except FrameError as problem:
            channel.send(_error(f"Your code gave back {problem}."), [])


def main() -> None:
    """Serve the learner's code in the current folder."""
    die_with_parent()
    fence.put_up(sys.argv)
    take_all_along()
    be_nice()
    leave_no_core()
    parser = argparse.ArgumentParser()
    parser.add_argument("--channel", required=True)
    parser.add_argument("--framework", default="tensorflow")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    channel = Channel(loopback.taken(options.channel))
    framework = bring(options.framework, options.seed)
    folder = Path.cwd()
    sys.path.insert(0, str(folder))
    sys.argv = ["host"]
    channel.send({"ready": framework.versions}, [])
    serve(channel, Host(folder, framework))


if __name__ == "__main__":
    main()
