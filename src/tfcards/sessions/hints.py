"""A lab's hints.md and instructions.md cut at their headings: single hints, parts for a task."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from tfcards.core.markdown import parse, strip_blank_lines

_KEPT = 16  # labs that may be opened again


@dataclass(frozen=True, slots=True)
class Hint:
    """One hint: the task it helps with, as hints.md heads it, and its Markdown text."""

    task: str
    text: str

    @property
    def number(self) -> int:
        """The task's number in its heading, `1. Title`; 0 when there is none."""
        number = self.task.partition(".")[0]
        return int(number) if number.isdecimal() else 0


@lru_cache(_KEPT)
def hints_of(markdown: str) -> tuple[Hint, ...]:
    """The parts below `##` task headings; each `###` below one is a further tier."""
    lines = markdown.split("\n")
    headings = [token for token in parse(markdown) if token.type == "heading_open" and token.map]
    starts = [(token.tag, token.map[0], token.map[1]) for token in headings if token.map]
    found, task = [], ""
    for number, (tag, begins, body) in enumerate(starts):
        if tag == "h2":
            task = lines[begins].lstrip("# ").strip()
        ends = starts[number + 1][1] if number + 1 < len(starts) else len(lines)
        text = strip_blank_lines("\n".join(lines[body:ends]))
        if tag in ("h2", "h3") and task and text:
            found.append(Hint(task, text))
    return tuple(found)


def for_tasks(instructions: str, tasks: Collection[int]) -> str:
    """Instructions for these tasks: no title, no `## Task 3: …` of others, no table of points."""
    lines = instructions.split("\n")
    starts = [
        token.map[0]
        for token in parse(instructions)
        if token.type == "heading_open" and token.tag in ("h1", "h2") and token.map
    ]
    kept = []
    for begins, ends in pairwise([0, *starts, len(lines)]):
        heading = lines[begins] if begins < len(lines) else ""
        task = re.match(r"##\s+Task (\d+)", heading)
        if (task is None or int(task[1]) in tasks) and not heading.startswith("## Points"):
            first = begins + heading.startswith("# ")
            kept.append(strip_blank_lines("\n".join(lines[first:ends])))
    return "\n\n".join(part for part in kept if part)
