"""Other systems: the window, the commands and a run's own processes can be imported on them."""

import os
import subprocess
import sys

import pytest
from tiny_lab import FOLDER

from tfcards.errors import BadInputError
from tfcards.sessions.lab_editor import words

# Imports everything once, for the libraries' sake; then the package alone again, without what only
# POSIX has. It shows what fails when it is imported, not how Windows would run it.
WITHOUT_POSIX = """
import os, select, signal, socket, subprocess, sys, types
NAMES = ("tfcards.app", "tfcards.cli", "tfcards.ui.window", "tfcards.labs.running",
         "tfcards.labs.card_code.snippets", "tfcards.labs.supervision.supervisor",
         "tfcards.labs.supervision.turn",
         "tfcards.labkit.host", "tfcards.labkit.judge", "tfcards.labkit.run")
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
from tfcards.labs.environment import lacks
from tfcards.labs.content.manifest import load
from tfcards.labs.supervision.means import means_of
from tfcards.labs.platforms import proven
from tfcards.labs.warm import WarmServer, hindrance
print(type(means_of("auto")).__name__)
print(proven())
print(lacks(load(Path(sys.argv[1]))), hindrance(), WarmServer({}).wake())
"""


def test_without_posix_everything_starts_with_means_that_every_system_has() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_POSIX, str(FOLDER)],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    means, proven, lacking = done.stdout.splitlines()
    assert means == "Portable"
    assert "never run there" in proven
    assert lacking.startswith(" Every run imports TensorFlow anew")
    assert lacking.endswith("False")


def test_the_command_of_an_editor_on_windows() -> None:
    command = '"C:\\Program Files\\Code\\code.exe" --wait {file}'
    parts = ["C:\\Program Files\\Code\\code.exe", "--wait", "{file}"]
    assert words(command, has_backslashes=True) == parts
    assert words("'/opt/my editor' {file}", has_backslashes=False) == ["/opt/my editor", "{file}"]
    with pytest.raises(BadInputError, match="Close every quote"):
        words('"C:\\Program Files', has_backslashes=True)
