"""What an open window works on, handed in once by the app. No rules and no widgets live here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # importing these takes longer than showing the window
    from tfcards.labs.content.manifest import Lab
    from tfcards.labs.content.roadmap import Outline
    from tfcards.sessions.readiness import Readiness
    from tfcards.store import Collection


@dataclass(frozen=True, slots=True)
class Context:
    """The learner's collection, the labs in sight, the clock, and the folder it all lives in.

    `damaged` has a sentence for each lab folder that could not be read; `readiness` keeps
    TensorFlow loaded for runs, where there is such a thing; `outline` is the road the labs lie on.
    """

    collection: "Collection"
    labs: "list[Lab]"
    clock: Callable[[], datetime]
    data_folder: Path
    damaged: tuple[str, ...] = ()
    readiness: "Readiness | None" = None
    outline: "Outline | None" = None

    def make_ready(self) -> None:
        """Something may be run soon."""
        if self.readiness is not None:
            self.readiness.wake()
