"""What an open window works on, handed in once by the app. No rules and no widgets live here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # importing these takes longer than showing the window
    from tfcards.labs.manifest import Lab
    from tfcards.store import Collection


@dataclass(frozen=True, slots=True)
class Context:
    """The learner's collection, the labs in sight, the clock, and the folder it all lives in.

    `damaged` has a sentence for each lab folder that could not be read.
    """

    collection: "Collection"
    labs: "list[Lab]"
    clock: Callable[[], datetime]
    data_folder: Path
    damaged: tuple[str, ...] = ()
