"""By what means a supervisor holds a run's processes: those of POSIX, or those every system has."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

from tfcards.labs.supervision.portable import Portable

if sys.platform != "win32":
    from tfcards.labs.supervision.posix import Posix

PORTABLE: Final = "portable"  # of a job's `means`


class End(Protocol):
    """An end of a connection."""

    def recv(self, size: int, /) -> bytes:
        """What has come, after a while if need be; nothing at its end."""

    def send(self, data: bytes, /) -> int:
        """Send the data, or some of it. Raises OSError when nobody is there."""

    def close(self) -> None:
        """Hang up."""


class Pumps(Protocol):
    """Takes what arrives at several ends, and never waits longer than it was told to."""

    def read(self, end: int | End, take: Callable[[bytes], None]) -> None:
        """From now on give everything that arrives at an end to `take`; it is closed at its end."""

    def pump(self, wait: float) -> bool:
        """Give on what has come, after waiting for it at most `wait` seconds; whether it had."""

    def drain(self) -> None:
        """The same for all that is still on its way from processes that have ended."""

    def close(self) -> None:
        """Read nothing more."""


class Outlet(Protocol):
    """Somebody to tell things, who may be slow or gone, and is never waited for."""

    def put(self, data: bytes) -> None:
        """Give it what it takes now, and the rest with what comes next."""

    def finish(self, seconds: float) -> None:
        """Wait at most so long until it has taken all."""


class Wire(Protocol):
    """The connection to a process that is going to be started.

    `argument` names it on the command line; `given` are descriptors that the process inherits.
    Without such, the `word` for the process says whom to call.
    """

    @property
    def argument(self) -> str:
        """What the process is told on its command line."""

    @property
    def given(self) -> tuple[int, ...]:
        """The descriptors that it is given."""

    @property
    def word(self) -> Mapping[str, object] | None:
        """What it has to know beyond that, and nobody else may."""

    @property
    def end(self) -> End:
        """The end on this side."""

    def as_input(self) -> int:
        """A descriptor for the standard input of the process, with the word on it if any."""

    def started(self) -> None:
        """The process has been started: let go of what is its own."""


class Means(Protocol):
    """All that differs."""

    @property
    def shares_descriptors(self) -> bool:
        """Whether processes can be given descriptors; without, none is in a cage or forked warm."""

    def pumps(self) -> Pumps:
        """For a stage."""

    def wire(self) -> Wire:
        """For a process."""

    def outlet(self, descriptor: int) -> Outlet:
        """For the events that the window reads."""

    def inlet(self, descriptor: int) -> Callable[[], bytes | None]:
        """For what the window says: what has come, None when nothing has, nothing at its end."""

    def second(self, command: Sequence[str]) -> Callable[[], int] | None:
        """Make a second process of this one: in it None, else what waits for its exit code.

        Where it is not split off from this one it is started by the `command`.
        """

    def ask_to_stop(self, run_folder: Path, guard: int) -> None:
        """Ask another window's run to come to its end; `guard` is the first of its processes."""

    def is_asked_to_stop(self, run_folder: Path) -> bool:
        """Whether that left something to be seen in the run's folder."""


if sys.platform == "win32":

    def means_of(_name: str) -> Means:
        """The means that a job names."""
        return Portable()

else:

    def means_of(name: str) -> Means:
        """The means that a job names."""
        return Portable() if name == PORTABLE else Posix()
