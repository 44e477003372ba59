"""What is wrong with a file: every problem with its line and what to write instead."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from tfcards.errors import BadInputError


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend; `line` counts from 1."""

    file: str
    line: int
    message: str

    def sentence(self) -> str:
        """The problem as `file:line: message`, which editors understand."""
        return f"{self.file}:{self.line}: {self.message}"


class DeckError(BadInputError):
    """A deck file that cannot be read; `problems` holds everything found in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__("\n".join(problem.sentence() for problem in self.problems))


@dataclass(slots=True)
class Problems:
    """Gathers the problems of one file while it is read."""

    file: str
    found: list[Problem] = field(default_factory=list)

    def add(self, line: int, message: str) -> None:
        """Note a problem at `line`, counted from 1."""
        self.found.append(Problem(self.file, line, message))


def suggestion(word: str, known: Iterable[str]) -> str:
    """A sentence naming the known word that `word` resembles, else all the known words."""
    names = list(known)
    folded = {name.casefold().replace(" ", ""): name for name in names}
    close = difflib.get_close_matches(word.casefold().replace(" ", ""), folded, n=1, cutoff=0.6)
    if close:
        return f"Did you mean `{folded[close[0]]}`?"
    return "Known are " + ", ".join(f"`{name}`" for name in names) + "."
