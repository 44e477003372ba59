"""Deck files into a collection and out again: only what changed is read, edits and ids survive."""

import pytest

from tfcards import formats
from tfcards.errors import BadInputError
from tfcards.sessions.library import add_decks, changed_decks, export_path, import_path
from tfcards.store import Collection

DECK = """---
deck: {deck}
id: {id}
source: https://example.org
---

# First {{#first}}

## What is `<T>`? {{#{id}-generic}}

A type parameter:

```python
def f[T](x: T) -> T:
\treturn x
```

## Which are even? {{#{id}-even .choice}}

- [x] 2
- [ ] 3 — it is odd
"""


@pytest.fixture
def collection(tmp_path, clock):
    collection = Collection.open(tmp_path / "data", now=clock(), zone="UTC")
    yield collection
    collection.close()


@pytest.fixture
def decks(tmp_path):
    folder = tmp_path / "decks" / "subject"
    folder.mkdir(parents=True)
    for name in ("one", "two"):
        (folder / f"{name}.md").write_text(DECK.format(deck=f"Mine::{name}", id=name))
    return folder.parent


def test_only_changed_files_are_read_again(collection, decks, clock):
    assert [len(report.added) for report in add_decks(collection, [decks], clock())] == [2, 2]
    assert changed_decks(collection, [decks]) == []
    changed = decks / "subject" / "two.md"
    changed.write_text(changed.read_text().replace("it is odd", "odd"))
    assert changed_decks(collection, [decks]) == [changed]
    (report,) = add_decks(collection, [decks], clock())
    assert report.updated == ("two-even",)


def test_built_in_decks_are_no_step_of_undo(collection, decks, clock):
    add_decks(collection, [decks], clock())
    assert collection.undo_label is None
    assert collection.note_by_guid("one-even") is not None


def test_a_folder_is_imported_as_one_step(collection, decks, clock):
    report = import_path(collection, decks, clock())
    assert len(report.added) == 4
    assert collection.undo()
    assert collection.note_by_guid("one-even") is None
    assert collection.note_by_guid("two-even") is None


def test_export_and_import_give_the_same_notes(collection, decks, clock, tmp_path):
    import_path(collection, decks, clock())
    written = export_path(collection, tmp_path / "out", None)
    assert [path.name for path in written] == ["Mine - one.md", "Mine - two.md"]
    for original, copy in zip(["one", "two"], written, strict=True):
        before = formats.read(decks / "subject" / f"{original}.md").notes
        after = formats.read(copy).notes
        assert [(n.guid, n.kind, n.fields) for n in after] == [
            (n.guid, n.kind, n.fields) for n in before
        ]
    report = import_path(collection, tmp_path / "out", clock())
    assert len(report.unchanged) == 4


def test_an_export_keeps_sections_and_what_they_need(collection, decks, clock, tmp_path):
    two = decks / "subject" / "two.md"
    text = two.read_text().replace("{#first}", '{#first needs="one::first other::part"}')
    two.write_text(text.replace("## Which", "# Second {#second}\n\n## Which"))
    import_path(collection, decks, clock())
    one, written = export_path(collection, tmp_path / "out", None)
    draft = formats.read(written)
    assert draft.about["id"] == "two"
    assert draft.sections == formats.read(two).sections
    assert [note.tags for note in draft.notes] == [("two::first",), ("two::second",)]
    assert [section.title for section in formats.read(one).sections] == ["First"]
    other = Collection.open(tmp_path / "other", now=clock())
    import_path(other, tmp_path / "out", clock())
    assert other.draft().sections == collection.draft().sections
    other.close()


def test_one_file_holds_one_deck(collection, decks, clock, tmp_path):
    import_path(collection, decks, clock())
    with pytest.raises(BadInputError, match="--deck"):
        export_path(collection, tmp_path / "all.md", None)
    assert not (tmp_path / "all.md").exists()


def test_an_empty_folder_is_a_sentence(collection, clock, tmp_path):
    (tmp_path / "nothing").mkdir()
    with pytest.raises(BadInputError, match="no deck files"):
        import_path(collection, tmp_path / "nothing", clock())


def test_an_optional_deck_waits_until_it_is_begun(collection, decks, clock):
    one = decks / "subject" / "one.md"
    one.write_text(one.read_text().replace("id: one\n", "id: one\noptional: true\n", 1))
    add_decks(collection, [decks], clock())
    day = collection.calendar().day(clock())

    def news():
        return {c.deck.name: (c.new, c.waits) for c in collection.counts(day, clock())}

    assert news() == {"Mine": (2, True), "Mine::one": (0, True), "Mine::two": (2, False)}
    mine = next(deck for deck in collection.decks() if deck.name == "Mine")
    collection.begin_deck(mine.id)
    begun = {"Mine": (4, False), "Mine::one": (2, False), "Mine::two": (2, False)}
    assert news() == begun
    one.write_text(one.read_text().replace("it is odd", "odd"))
    add_decks(collection, [decks], clock())
    assert news() == begun
    collection.undo()
    assert news()["Mine::one"] == (0, True)


def test_no_new_cards_by_choice_is_no_waiting(collection, decks, clock):
    add_decks(collection, [decks], clock())
    collection.set_options(None, {"new_per_day": 0})
    counts = collection.counts(collection.calendar().day(clock()), clock())
    assert not any(count.waits or count.new for count in counts)
    collection.begin_deck(counts[0].deck.id)
    assert collection.undo_label == "Change deck options"
