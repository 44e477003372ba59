"""What a check of deck files came to: numbers by file and kind, problems, and the words for it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from tfcards.core import cloze
from tfcards.core.draft import Draft, DraftNote
from tfcards.core.model import Kind
from tfcards.formats import Problem, snippets


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What one deck file holds. `kinds` counts notes; `snippets` counts runnable fences."""

    file: str
    deck: str
    notes: int
    cards: int
    snippets: int
    kinds: dict[str, int]


@dataclass(frozen=True, slots=True)
class DeckCheckReport:
    """The outcome of a check. `ran` counts notes whose code was run, on what `versions` names."""

    files: tuple[FileCheck, ...]
    problems: tuple[Problem, ...]
    ran: int = 0
    versions: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def is_fine(self) -> bool:
        """Whether there is nothing to mend."""
        return not self.problems

    def as_dict(self) -> dict[str, object]:
        """The report for JSON, with the totals."""
        return {"ok": self.is_fine, **self._totals(), **asdict(self)}

    def text(self) -> str:
        """The report for a terminal: warnings, problems, a table of what there is, the totals."""
        lines = [f"warning: {' '.join(warning.split())[:160]}" for warning in self.warnings]
        lines += [problem.sentence() for problem in self.problems]
        lines += _table(self.files)
        totals = self._totals()
        versions = ", ".join(f"{name} {version}" for name, version in self.versions.items())
        ran = f", {self.ran} run on {versions}" if self.ran else ""
        lines.append(
            f"{len(self.files)} files, {totals['notes']} notes, {totals['cards']} cards, "
            f"{totals['snippets']} snippets{ran}: {len(self.problems) or 'no'} problems."
        )
        return "\n".join(lines)

    def _totals(self) -> dict[str, object]:
        every = _all(self.files)
        return {
            "notes": every.notes,
            "cards": every.cards,
            "snippets": every.snippets,
            "kinds": every.kinds,
        }


def file_check(draft: Draft) -> FileCheck:
    """What one deck file holds, in numbers."""
    return FileCheck(
        file=draft.source,
        deck=draft.about.get("deck", ""),
        notes=len(draft.notes),
        cards=sum(_cards(note) for note in draft.notes),
        snippets=sum(len(snippets(note)) for note in draft.notes),
        kinds=dict(sorted(Counter(note.kind.value for note in draft.notes).items())),
    )


def _cards(note: DraftNote) -> int:
    if note.kind is Kind.CLOZE:
        return len(cloze.ordinals(note.fields["Question"]))
    return 2 if note.kind is Kind.REVERSE else 1


def _all(files: Sequence[FileCheck]) -> FileCheck:
    """The files together."""
    kinds = sum((Counter(file.kinds) for file in files), Counter[str]())
    return FileCheck(
        file="all",
        deck="",
        notes=sum(file.notes for file in files),
        cards=sum(file.cards for file in files),
        snippets=sum(file.snippets for file in files),
        kinds=dict(sorted(kinds.items())),
    )


def _table(files: Sequence[FileCheck]) -> list[str]:
    """A line for each file and one for all: notes, cards, snippets, and notes by kind."""
    every = _all(files)
    kinds = list(every.kinds)
    heads = ["notes", "cards", "snippets", *kinds]
    lines = [" ".join([*(f"{head:>8}" for head in heads), " file"])] if files else []
    for file in (*files, every) if files else ():
        numbers = [file.notes, file.cards, file.snippets, *(file.kinds.get(k, 0) for k in kinds)]
        lines.append(" ".join([*(f"{number or '':>8}" for number in numbers), f" {file.file}"]))
    return lines
