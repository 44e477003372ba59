"""The signals that end a run, by what they ask for; 0 where a system has none for it."""

import signal
import sys
from typing import Final

if sys.platform == "win32":
    SHOW: Final[int] = 0
    INTERRUPT: Final[int] = signal.CTRL_BREAK_EVENT
    END: Final[int] = signal.SIGTERM
    KILL: Final[int] = 9
else:
    SHOW: Final[int] = signal.SIGUSR1  # where it is, which faulthandler prints
    INTERRUPT: Final[int] = signal.SIGINT
    END: Final[int] = signal.SIGTERM
    KILL: Final[int] = signal.SIGKILL
