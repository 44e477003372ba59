"""What keeps a run of the learner's code apart from their files, in plain words. No Qt."""

from dataclasses import dataclass

from tfcards.labs import launch


@dataclass(frozen=True, slots=True)
class Isolation:
    """A way of keeping runs apart: in a few words, and what it means for the learner."""

    words: str
    meaning: str


WALLED = Isolation(
    "Walled off (bubblewrap)",
    "Your code runs behind walls made by bubblewrap: it can write only to its own run folder and "
    "has no network. Whatever it starts ends with the run.",
)
FENCED = Isolation(
    "Fenced in (Landlock)",
    "Your code runs behind a fence that Linux itself holds (Landlock): it can write only to its "
    "own run folder, and read neither the lab's checks nor the memory of other programs. It could "
    "read your other files and use the network. Whatever it starts ends with the run.",
)
BASIC = Isolation(
    "Basic isolation",
    "Your code runs as a process of its own with limits of time, memory and output, but it could "
    "change your files and use the network, as any program you start. Install bubblewrap to have "
    "runs walled off.",
)
BY_NAME = {launch.CAGE: WALLED, launch.FENCE: FENCED}


def isolation_here() -> str:
    """What this machine has: "bubblewrap", "landlock" or "basic". The first call takes 30 ms."""
    return launch.isolation()


def described(isolation: str) -> Isolation:
    """A result's isolation in words."""
    return BY_NAME.get(isolation, BASIC)
