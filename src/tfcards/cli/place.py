"""Where a command works: the data folder it was given, its collection, and the labs it can see."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tfcards import clock
from tfcards.labs.content.declared import Problem
from tfcards.labs.content.manifest import Lab, discover
from tfcards.labs.content.roadmap import Outline, find_outline
from tfcards.paths import content_folder, data_folder, own_folder

if TYPE_CHECKING:
    from tfcards.store import Collection


class Place:
    """The learner's data folder, opened only when a command needs it."""

    def __init__(self, chosen: Path | None) -> None:
        self.data = data_folder(chosen)
        self.damaged_labs: list[Problem] = []  # known once the labs were looked at

    @contextmanager
    def collection(self) -> Iterator["Collection"]:
        """The open collection with the built-in decks in it; closed afterwards."""
        from tfcards.sessions.library import add_decks
        from tfcards.store import Collection

        now = clock.now()
        collection = Collection.open(self.data, now=now, zone=clock.zone())
        try:
            add_decks(collection, [content_folder("decks"), own_folder(self.data, "decks")], now)
            yield collection
        finally:
            collection.close()

    def labs(self) -> list[Lab]:
        """Every lab with a sound manifest; what is wrong with the others goes to stderr."""
        labs, problems = discover([content_folder("labs"), own_folder(self.data, "labs")])
        _tell(problems)
        self.damaged_labs = problems
        return labs

    def outline(self) -> Outline:
        """The road that the labs lie on; what is wrong with its file goes to stderr."""
        outline, problems = find_outline(content_folder("labs"))
        _tell(problems)
        return outline


def _tell(problems: Iterable[Problem]) -> None:
    for problem in problems:
        typer.echo(f"{problem.file}: {problem.message}", err=True)
