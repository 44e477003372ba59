"""How a lab's process is started: command, environment, cage or fence, and warm where it can be."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import tfcards
from tfcards.warm import cage as cages
from tfcards.warm import fence, system
from tfcards.warm.client import Door, Streams, WarmProcess
from tfcards.warm.order import Refused

MARK: Final = "TFCARDS_RUN"

# What holds a process, the best first.
CAGE: Final = "bubblewrap"
FENCE: Final = "landlock"
BASIC: Final = "basic"
AUTO: Final = "auto"  # the best that works here

# The package's folder is given by argument, because an isolated Python reads no PYTHONPATH.
BOOT: Final = (
    "import sys; _, root, *sys.argv = sys.argv; root in sys.path or sys.path.insert(0, root); "
    "from importlib import import_module; sys.exit(import_module(sys.argv[0]).main())"
)

KEPT: Final = (
    "PATH",
    "LANG",
    "LC_ALL",
    "TZ",
    "LD_LIBRARY_PATH",
    "SYSTEMROOT",
    "CUDA_VISIBLE_DEVICES",
    *system.KEPT,
)


SCRATCH: Final = 2**28  # bytes of a folder in memory that a cage offers
NOTHING: Final = 2**16


@dataclass(frozen=True, slots=True)
class Cage:
    """What a process may see and change: `writable` folders, and `hidden` ones it cannot read."""

    writable: tuple[Path, ...]
    hidden: tuple[Path, ...]


def python(module: str, *arguments: str) -> list[str]:
    """The command that calls `main` of a module in an isolated, unbuffered Python."""
    root = str(Path(tfcards.__file__).parents[1])
    return [sys.executable, "-I", "-B", "-u", "-X", "utf8", "-c", BOOT, root, module, *arguments]


def environment(home: Path, seed: int, token: str) -> dict[str, str]:
    """A clean environment: nothing of the learner's own gets in but where programs are."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {
        "HOME": str(home),
        "KERAS_HOME": str(home / ".keras"),
        "KERAS_BACKEND": "tensorflow",
        "MPLBACKEND": "Agg",
        "OPENBLAS_NUM_THREADS": "1",  # the same warm and cold: a warm start must have no threads
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "TFCARDS_SEED": str(seed),
        "TMPDIR": str(home),
        MARK: token,
        **system.variables(home),
    }


@cache
def bubblewrap() -> str | None:
    """Where bubblewrap is, if it works here (some systems forbid it, others have none), or None."""
    program = shutil.which("bwrap")
    if program is None:
        return None
    try:
        nothing = shutil.which("true")  # starts faster than Python does
        command = [program, *_walls(), "--"]
        command += [nothing] if nothing else [sys.executable, "-I", "-S", "-c", ""]
        probe = subprocess.run(command, capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return program if probe.returncode == 0 else None


def isolation(wanted: str = AUTO) -> str:
    """What is going to hold a process: what is wanted, or the best that works here."""
    if wanted != AUTO:
        return wanted
    if bubblewrap():
        return CAGE
    return FENCE if fence.version() >= fence.LEAST else BASIC


def caged(command: Sequence[str], folder: Path, cage: Cage, isolation: str) -> list[str]:
    """The command inside bubblewrap, or asked to put up a fence, or as it is."""
    if isolation == FENCE:
        return [*command, *fence.asked(cage.writable, cage.hidden)]
    if isolation == BASIC:
        return list(command)
    needed = {Path(sys.prefix), Path(sys.base_prefix), Path(tfcards.__file__).parents[1]}
    binds = [part for path in sorted(needed) for part in ("--ro-bind", str(path), str(path))]
    masks = [part for path in cage.hidden for part in _in_memory(str(path), NOTHING)]
    opened = [part for path in cage.writable for part in ("--bind", str(path), str(path))]
    place = ["--chdir", str(folder), "--"]
    return [bubblewrap() or "bwrap", *_walls(), *binds, *masks, *opened, *place, *command]


def _walls() -> list[str]:
    """What every cage has: /run is empty, because services listen there at sockets that are files.

    Folders in memory have a size, as what is in them counts to no process.
    """
    devices = [str(path) for path in sorted(Path("/dev").glob("nvidia*"))]
    seen = [part for device in devices for part in ("--dev-bind-try", device, device)]
    return [
        *("--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", *seen),
        *_in_memory("/dev/shm", SCRATCH),  # noqa: S108 - the cage's own
        *("--remount-ro", "/dev"),
        *_in_memory("/tmp", SCRATCH),  # noqa: S108 - the cage's own
        *_in_memory("/run", NOTHING),
        *("--unshare-net", "--unshare-pid", "--unshare-ipc", "--die-with-parent"),
    ]


def _in_memory(folder: str, size: int) -> list[str]:
    """An empty folder of at most `size` bytes; old versions of bubblewrap know no size."""
    limit = ["--size", str(size)] if _knows_sizes() else []
    return [*limit, "--tmpfs", folder]


@cache
def _knows_sizes() -> bool:
    command = ["bwrap", "--help"]
    done = subprocess.run(command, capture_output=True, timeout=10, check=False)
    return b"--size" in done.stdout + done.stderr


def start(
    command: Sequence[str],
    folder: Path,
    variables: Mapping[str, str],
    streams: Streams,
    door: Door | None = None,
    shared: cages.Cage | None = None,
) -> subprocess.Popen[bytes] | WarmProcess:
    """Start a process in a session of its own: forked where there is a door. Raises OSError.

    It joins the cage that is `shared` with others, if there is one.
    """
    if door is not None:
        with contextlib.suppress(Refused):
            return door.start(command, folder, variables, streams, shared)
    given = streams.given
    if shared is not None:
        command = python("tfcards.warm.join", str(shared.inside), str(folder), *command)
        given = (*given, shared.inside)
    return subprocess.Popen(
        list(command),
        cwd=folder,
        env=dict(variables),
        stdin=streams.input,
        stdout=streams.output,
        stderr=streams.errors,
        pass_fds=given,
        start_new_session=True,
        creationflags=system.creation_flags(),
    )
