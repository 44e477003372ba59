"""`tfcards doctor`: what this machine has, and which labs can run on it."""

import json
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import typer

from tfcards.cli.place import Place
from tfcards.cli.study import Json
from tfcards.errors import TfcardsError
from tfcards.labs.content.manifest import Lab
from tfcards.labs.environment import lacks
from tfcards.labs.launch import CAGE, FENCE, isolation
from tfcards.labs.platforms import proven, uncaged
from tfcards.labs.warm import USUAL, hindrance

START = {"fork": "runs share one import", "spare": "one process is kept ready"}
HELD = {
    CAGE: "bubblewrap",
    FENCE: "landlock: writes only to the run's folder; bubblewrap, which does not work here, "
    "would keep it from the network too",
}
ROOM_NEEDED = 500_000_000  # bytes: a few runs of every lab


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `advice` says what to do when it is not fine."""

    name: str
    fine: bool
    found: str
    advice: str = ""


def doctor(context: typer.Context, as_json: Json = False) -> None:
    """Look at Python, Qt, TensorFlow, your collection, disk, display; say which labs can run."""
    place: Place = context.obj
    findings = [_python(), _qt(), *_frameworks(), _disk(place.data), _collection(place)]
    findings += [_display(), _runs(), _isolation(), _warm_start()]
    labs = _labs(place, findings)
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in [*findings, *labs]], indent=2))
    else:
        for finding in [*findings, *labs]:
            _show(finding)
    if not all(finding.fine for finding in [*findings, *labs]):
        raise typer.Exit(3)


def _show(finding: Finding) -> None:
    mark = typer.style("ok     ", fg="green") if finding.fine else typer.style("missing", fg="red")
    typer.echo(f"{mark} {finding.name:<28} {finding.found}")
    if finding.advice and not finding.fine:
        typer.echo(f"{'':8}{finding.advice}")


def _python() -> Finding:
    fine = (3, 11) <= sys.version_info[:2] < (3, 14)
    found = f"{platform.python_version()} at {sys.executable}"
    return Finding("Python", fine, found, "Use Python 3.11, 3.12 or 3.13.")


def _qt() -> Finding:
    code = "import PySide6.QtWidgets, PySide6.QtSvg; print(PySide6.__version__)"
    return _imported("Qt (PySide6)", code, "Run make install: it names missing system libraries.")


def _frameworks() -> list[Finding]:
    code = "import tensorflow, keras; print(f'{tensorflow.__version__}, Keras {keras.__version__}')"
    advice = "Run make install, or pip install tensorflow, in the environment of tfcards."
    return [_imported("TensorFlow", code, advice), _installed("TensorBoard", "tensorboard")]


def _imported(name: str, code: str, advice: str) -> Finding:
    """Import in a process of its own: this one must not load TensorFlow."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=False, timeout=180,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
    )  # fmt: skip
    if done.returncode == 0:
        return Finding(name, fine=True, found=done.stdout.strip())
    last_line = (done.stderr.strip() or f"exit code {done.returncode}").splitlines()[-1]
    return Finding(name, fine=False, found=last_line, advice=advice)


def _installed(name: str, package: str) -> Finding:
    try:
        return Finding(name, fine=True, found=version(package))
    except PackageNotFoundError:
        return Finding(name, False, "not installed", f"pip install {package}")


def _disk(data: Path) -> Finding:
    there = next(folder for folder in [data, *data.parents] if folder.exists())
    free = shutil.disk_usage(there).free
    found = f"{free / 1e9:.1f} GB free for {data}"
    writable = os.access(there, os.W_OK)
    advice = "Free some space, or choose another folder with --data."
    return Finding("Data folder", free > ROOM_NEEDED and writable, found, advice)


def _collection(place: Place) -> Finding:
    advice = "tfcards restore puts a backup in its place; backups are in its backups folder."
    try:
        with place.collection() as collection:
            problems = collection.check()
    except TfcardsError as error:
        return Finding("Collection", fine=False, found=str(error), advice=advice)
    return Finding("Collection", not problems, " ".join(problems) or "sound", advice)


def _display() -> Finding:
    if platform.system() != "Linux":
        return Finding("Display", fine=True, found=sys.platform)
    names = ("WAYLAND_DISPLAY", "DISPLAY", "QT_QPA_PLATFORM")
    found = [f"{name}={os.environ[name]}" for name in names if os.environ.get(name)]
    advice = "The window needs a display; tfcards review works without one."
    return Finding("Display", bool(found), ", ".join(found) or "none", advice)


def _runs() -> Finding:
    return Finding("Running code", fine=True, found=proven())


def _isolation() -> Finding:
    return Finding("Isolation of lab runs", True, HELD.get(isolation()) or uncaged())


def _warm_start() -> Finding:
    return Finding("Warm start of lab runs", True, hindrance() or START[USUAL])


def _labs(place: Place, findings: list[Finding]) -> list[Finding]:
    tensorflow = next(finding for finding in findings if finding.name == "TensorFlow")
    return [_lab(lab, tensorflow) for lab in place.labs()]


def _lab(lab: Lab, tensorflow: Finding) -> Finding:
    name = f"Lab {lab.id}"
    lacking = lacks(lab)
    if not lacking and lab.framework == "tensorflow" and not tensorflow.fine:
        lacking = f"TensorFlow does not import. {tensorflow.advice}"
    return Finding(name, not lacking, lacking or "can run")
