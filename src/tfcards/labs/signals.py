"""The signals that end a run, by what they ask for; 0 where a system has none for it.

Those `TO_ROOTS` go only to the processes that were started for the run, not to what these started.
"""

import signal
import sys
from typing import Final

if sys.platform == "win32":
    SHOW: Final[int] = 0
    INTERRUPT: Final[int] = signal.CTRL_BREAK_EVENT
    END: Final[int] = signal.SIGTERM
    KILL: Final[int] = 9
    TO_ROOTS: Final = frozenset({INTERRUPT})  # it reaches a group; sent to others, it kills
else:
    SHOW: Final[int] = signal.SIGUSR1  # where it is, which faulthandler prints
    INTERRUPT: Final[int] = signal.SIGINT
    END: Final[int] = signal.SIGTERM
    KILL: Final[int] = signal.SIGKILL
    TO_ROOTS: Final = frozenset({SHOW})
