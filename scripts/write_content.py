"""Writes docs/content.md: what the decks and labs hold, counted from the files themselves."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tfcards import formats
from tfcards.core.draft import Draft
from tfcards.core.model import Kind
from tfcards.labs.content.manifest import Lab, discover
from tfcards.labs.content.roadmap import Outline, find_outline
from tfcards.sessions.deck_report import FileCheck, file_check

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs" / "content.md"
KINDS = [kind.value for kind in Kind if kind is not Kind.TEMPLATE]

INTRODUCTION = """\
# What is in the decks and labs

Counted from the files by `scripts/write_content.py`; do not edit this page, run the script again.
A *note* is what an author writes, and makes one card or several. *Snippets* are fences of code that
`tfcards deck check --run` runs.
"""


def content() -> str:
    """The whole page."""
    drafts = [formats.read(path) for path in sorted((ROOT / "decks").glob("*/*.md"))]
    labs, _ = discover([ROOT / "labs"])
    outline, _ = find_outline(ROOT / "labs")
    by_deck = {draft.about["deck"]: draft for draft in drafts}
    staged = {stage.deck for stage in outline.stages}
    others = sorted((name for name in by_deck if name not in staged), key=str.casefold)
    parts = [
        INTRODUCTION,
        "## The road\n",
        _table(("stage", "deck", *_HEADS), _stages(outline, by_deck, labs)),
        "## Beside the road\n",
        _table(("deck", *_HEADS), [_row(by_deck[name], labs) for name in others]),
        "## Kinds of questions\n",
        _table(("deck", *(f"`.{kind}`" for kind in KINDS)), _kinds(drafts)),
        "## Labs\n",
        _table(("lab", "stage", "minutes", "points", "opened by", "after"), map(_lab, labs)),
    ]
    return "\n".join(parts)


_HEADS = ("sections", "notes", "cards", "snippets", "labs its cards help to open")


def _stages(
    outline: Outline, by_deck: dict[str, Draft], labs: Sequence[Lab]
) -> Iterator[tuple[str, ...]]:
    for stage in outline.stages:
        if stage.deck in by_deck:
            yield str(stage.number), *_row(by_deck[stage.deck], labs)


def _row(draft: Draft, labs: Sequence[Lab]) -> tuple[str, ...]:
    found = file_check(draft)
    known = {note.guid for note in draft.notes} | {section.name for section in draft.sections}
    opened = [f"`{lab.id}`" for lab in labs if known.intersection(lab.requirement.cards)]
    numbers = (len(draft.sections), found.notes, found.cards, found.snippets)
    return (_link(draft), *map(str, numbers), ", ".join(opened))


def _kinds(drafts: Iterable[Draft]) -> Iterator[tuple[str, ...]]:
    checks: list[FileCheck] = []
    for draft in drafts:
        checks.append(file_check(draft))
        yield (_link(draft), *(str(checks[-1].kinds.get(kind, "")) for kind in KINDS))
    sums = (sum(check.kinds.get(kind, 0) for check in checks) for kind in KINDS)
    yield ("all", *map(str, sums))


def _lab(lab: Lab) -> tuple[str, ...]:
    cards = ", ".join(f"`{name}`" for name in lab.requirement.cards)
    after = ", ".join(f"`{name}`" for name in lab.requirement.labs)
    name = f"[{lab.title}](../labs/{lab.id}/instructions.md)"
    return (name, str(lab.stage), str(lab.minutes), f"{lab.points:g}", cards, after)


def _link(draft: Draft) -> str:
    path = Path(draft.source).relative_to(ROOT).as_posix()
    return f"[{draft.about['deck']}](../{path})"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    TARGET.write_text(content(), "utf-8")
