"""Other systems: the window and the commands start on them, and say truly what cannot be run."""

import os
import subprocess
import sys

from tiny_lab import FOLDER

# Imports everything once, for the libraries' sake; then the package alone again, without what only
# POSIX has. It shows what fails when it is imported, not how Windows would run it.
WITHOUT_POSIX = """
import os, select, signal, socket, subprocess, sys, types
NAMES = ("tfcards.app", "tfcards.cli", "tfcards.ui.window", "tfcards.labs.running",
         "tfcards.labs.snippets", "tfcards.labs.turn", "tfcards.labkit.process")
for name in NAMES:
    __import__(name)
for name in [name for name in sys.modules if name.partition(".")[0] == "tfcards"]:
    del sys.modules[name]
for name in ("fcntl", "resource", "termios", "pwd", "grp"):
    sys.modules[name] = None
locking = types.ModuleType("msvcrt")
locking.locking, locking.LK_NBLCK = lambda *_: None, 2
sys.modules["msvcrt"] = locking
for module, names in (
    (os, "fork killpg getuid geteuid setsid pidfd_open WNOHANG O_NOFOLLOW O_DIRECTORY"),
    (signal, "SIGKILL SIGUSR1"),
    (socket, "AF_UNIX send_fds recv_fds SOCK_SEQPACKET SO_PEERCRED MSG_DONTWAIT"),
):
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)
signal.CTRL_BREAK_EVENT = 1
sys.platform = "win32"
for name in NAMES:
    __import__(name)
from pathlib import Path
from tfcards.errors import UnavailableError
from tfcards.labs.environment import lacks
from tfcards.labs.manifest import load
from tfcards.labs.snippet_worker import SnippetWorker
from tfcards.labs.warm import WarmServer, hindrance
print(lacks(load(Path(sys.argv[1]))))
print(hindrance(), WarmServer({}).wake())
try:
    SnippetWorker().start("none")
except UnavailableError as error:
    print(error)
"""


def test_without_posix_everything_starts_and_labs_say_why_they_do_not() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_POSIX, str(FOLDER)],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lab, warm, snippet = done.stdout.splitlines()
    assert lab == snippet
    assert "Windows" in lab
    assert warm == f"{lab} False"
