"""Deck files: what reading gives, and that writing gives it back."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tfcards import formats
from tfcards.core.cloze import find, ordinals, plain
from tfcards.core.draft import Draft, DraftNote, Section
from tfcards.core.markdown import key_points, options, parse, split_question, typed_answer
from tfcards.core.model import Kind
from tfcards.errors import BadInputError
from tfcards.formats.deck import read_text, write

FRONT = "---\ndeck: TensorFlow::01 Tensors\nid: tensors\ntags: [tensorflow, tensors]\n---\n\n"
HERE = Path("deck.md")


def notes_of(text: str) -> tuple[DraftNote, ...]:
    return read_text(FRONT + text, HERE).notes


def test_heading_is_question_and_body_is_answer():
    (note,) = notes_of("## What is *it*? {#tensors-it .basic}\n\nThis.\n")
    assert note.fields["Question"] == "What is *it*?"
    assert note.fields["Answer"] == "This."
    assert (note.guid, note.kind, note.deck) == (
        "tensors-it",
        Kind.BASIC,
        "TensorFlow::01 Tensors",
    )
    assert set(note.fields) == {"Question", "Answer", "Assertions", "Key points", "Why", "Source"}
    assert note.where == "deck.md:7"


def test_rule_continues_question():
    (note,) = notes_of("## Head\n\nmore\n\n---\n\nanswer\n\n---\n\nstill answer\n")
    assert note.fields["Question"] == "Head\n\nmore"
    assert note.fields["Answer"] == "answer\n\n---\n\nstill answer"


def test_rule_right_below_text_is_no_heading():
    (note,) = notes_of("## Head\nmore\n---\nanswer\n")
    assert note.fields["Question"] == "Head\n\nmore"
    assert note.fields["Answer"] == "answer"


def test_code_survives_byte_for_byte():
    lines = ["class A(Generic[T]):", "\tx: 'A<T>' = {}  # &amp; {{c1::no}}", "", "", "## no", "---"]
    code = "\n".join(["```python", *lines, "```"])
    (note,) = notes_of(f"## Show {{.basic}}\n\n{code}\n")
    assert note.fields["Answer"] == code


def test_parts_tags_level_and_source():
    text = (
        "# Shapes {#shapes}\n\nprose\n\n"
        '## Q {tags="a b" level=2 source="https://x.org/?a=1&b=2" verified=2.20}\nA\n'
        "### Key points\n- one\n### Why\nBecause.\n#### Detail\nmore\n"
    )
    text = text.replace("verified=2.20", 'verified="2.20"')
    (note,) = notes_of(text)
    assert note.tags == (
        "tensorflow",
        "tensors",
        "tensors::shapes",
        "a",
        "b",
        "level::2",
        "verified::2.20",
    )
    assert note.fields["Key points"] == "- one"
    assert note.fields["Why"] == "Because.\n#### Detail\nmore"
    assert note.fields["Source"] == "https://x.org/?a=1&b=2"


def test_file_version_marks_only_cards_whose_code_needs_tensorflow():
    front = FRONT.replace("tags", "tensorflow: 2.20\nsource: https://a.org\ntags", 1)
    text = "## A\nx\n## B\n```python\ntf\n```\n## C\n```python norun\ntf\n```\n"
    text += "## D\n```python\n1\n```\n## E\n```sql\nSELECT 1\n```\n"
    notes = read_text(front + text, HERE).notes
    verified = ["verified::2.20" in note.tags for note in notes]
    assert verified == [False, True, False, False, False]
    assert {note.fields["Source"] for note in notes} == {"https://a.org"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("## Q\nA", Kind.BASIC),
        ("## Q\n- [x] a\n- [ ] b", Kind.CHOICE),
        ("## Q\nwhich\n\n- [x] a\n- [ ] b", Kind.CHOICE),
        ("## Q\nsteps:\n\n- a\n- b", Kind.BASIC),
        ("## Q {{c1::x}}", Kind.CLOZE),
        ("## Q\n```python\nf({{c1::x}})\n```", Kind.CLOZE),
        ("## Q {.typed}\n`x`", Kind.TYPED),
        ("## Q {.reverse}\nx", Kind.REVERSE),
    ],
)
def test_kinds(text, kind):
    (note,) = notes_of(text)
    assert note.kind is kind


def test_choice_cuts_at_its_list():
    (note,) = notes_of("## Q\nlook\n\n- a list\n\ntext\n\n- [ ] w — no\n- [x] r — yes\n")
    assert note.fields["Question"] == "Q\n\nlook\n\n- a list\n\ntext"
    first, second = options(note.fields["Answer"])
    assert (first.text, first.right, first.reason) == ("w", False, "no")
    assert (second.text, second.right, second.reason) == ("r", True, "yes")


def test_options_keep_their_code():
    answer = "- [x] one `a — b`\n\n  ```python\n  if x:\n      y\n  ```\n- [ ] two\n"
    assert options(answer)[0].text == "one `a — b`\n\n```python\nif x:\n    y\n```"


def test_derived_id_survives_an_edit_of_the_answer():
    (before,) = notes_of("## Does `tf.cast` copy?\nYes.\n")
    (after,) = notes_of("# Now in a section\n\n## Does `tf.cast` copy?\nNo!\n")
    assert before.guid == after.guid == "tensors-does-tf-cast-copy"


def test_cloze_takes_the_whole_body():
    (note,) = notes_of("## Title\n\n{{c1::a}} and {{c3::b::hint}}\n\n---\n\nextra\n")
    assert note.fields["Question"] == "Title\n\n{{c1::a}} and {{c3::b::hint}}"
    assert note.fields["Answer"] == "extra"
    assert ordinals(note.fields["Question"]) == (0, 2)


def test_cloze_reads_code():
    text = 'f({{c1::{"a": 1}}}) {{c2::x[::2]}} {{c3::y::h}} {{c4::a {{c5::b}} c}} {{c6::open'
    found = find(text)
    assert [(deletion.text, deletion.hint) for deletion in found] == [
        ('{"a": 1}', ""),
        ("x[::2]", ""),
        ("y", "h"),
        ("a {{c5::b}} c", ""),
    ]
    assert ordinals(text) == (0, 1, 2, 3, 4)
    assert plain(text) == 'f({"a": 1}) x[::2] y a b c {{c6::open'


def test_pictures_come_from_the_media_folder(tmp_path):
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "a b.png").write_bytes(b"png")
    deck = tmp_path / "deck.md"
    deck.write_text(FRONT + "## Q\n![graph](<a b.png>)\n", encoding="utf-8")
    assert formats.read(deck).media == {"a b.png": b"png"}


def test_windows_line_ends_and_byte_order_mark(tmp_path):
    deck = tmp_path / "deck.md"
    deck.write_bytes(b"\xef\xbb\xbf" + (FRONT + "## Q\nA\n\nB\n").replace("\n", "\r\n").encode())
    (note,) = formats.read(deck).notes
    assert note.fields["Answer"] == "A\n\nB"


def test_small_readers():
    assert split_question("1. what?\n\nbody") == ("1. what?", "body")
    assert split_question("```python\n\n1\n```") == ("", "```python\n\n1\n```")
    assert split_question("two\nlines") == ("", "two\nlines")
    assert key_points("- a\n  more\n- b") == ("a\nmore", "b")
    assert key_points("a\n\nb") == ("a", "b")
    assert typed_answer("```python\ntf.cast(x, t)\n```\nSo.") == "tf.cast(x, t)"
    assert typed_answer("`tf.cast`\n\nSo.") == "tf.cast"


# ---- writing


WORDS = st.lists(
    st.sampled_from(
        ["tensor", "`tf.cast`", "<T>", "über", "a&b", "名前", "*so*", "$x_1$", "x < y", "\\", "é—è"]
    ),
    min_size=1,
    max_size=5,
).map(" ".join)
CODE_LINES = st.lists(
    st.sampled_from(
        [
            "x = 1",
            "\tif x:",
            "## note",
            "---",
            "class A(Generic[T]):",
            "",
            "s = '{{c1::ü}}'",
            "  # —",
        ]
    ),
    min_size=1,
    max_size=4,
).map("\n".join)
FENCES = st.builds("```{}\n{}\n```".format, st.sampled_from(["python", "python norun"]), CODE_LINES)
LISTS = st.lists(WORDS, min_size=1, max_size=3).map(
    lambda items: "\n".join(f"- {i}" for i in items)
)
TABLES = st.just("| a | b |\n|---|---|\n| <T> | `x` |")
BLOCKS = st.one_of(WORDS, FENCES, LISTS, TABLES, st.just("    indented\n\tcode"))
TEXTS = st.lists(BLOCKS, min_size=1, max_size=3).map("\n\n".join)
OPTIONAL = st.one_of(st.just(""), TEXTS)
TAGS = st.lists(st.sampled_from(["a", "b-c", "d::e", "level::2", "x"]), max_size=3, unique=True)
DELETIONS = st.sampled_from(
    ["{{c1::x}}", "{{c2::`y`::hint}}", "```python\nf({{c1::a}})\n```", "{{c1::{1: 2}}}"]
)
HEADINGS = st.one_of(WORDS, WORDS.map(lambda words: words + " {x}"), st.just("1. # {#not} ##"))


@st.composite
def fields(draw, kind):
    question = draw(HEADINGS)
    if kind in (Kind.OUTPUT, Kind.CODE) or draw(st.booleans()):
        question += "\n\n" + draw(TEXTS)
    values = {
        "Question": question,
        "Answer": draw(TEXTS),
        "Assertions": "",
        "Key points": draw(st.one_of(st.just(""), LISTS)),
        "Why": draw(OPTIONAL),
        "Source": draw(st.sampled_from(["", "run", "https://a.org/b?c=d&e"])),
    }
    if kind is Kind.CLOZE:
        values["Question"] += "\n\n" + draw(DELETIONS)
        values["Answer"] = draw(OPTIONAL)
    elif kind is Kind.CHOICE:
        values["Answer"] = f"- [x] {draw(WORDS)} — {draw(WORDS)}\n- [ ] {draw(WORDS)}"
    elif kind is Kind.OUTPUT:
        values["Question"] += "\n\n```python\nprint(1)\n```"
        values["Answer"] += "\n\n```output\n1\n```"
    elif kind is Kind.CODE:
        values["Answer"] += "\n\n```python\npass\n```"
        values["Assertions"] = "```python\nassert True\n```"
    return values


@st.composite
def drafts(draw):
    kinds = draw(
        st.lists(
            st.sampled_from([k for k in Kind if k is not Kind.TEMPLATE]), min_size=1, max_size=4
        )
    )
    notes = []
    for number, kind in enumerate(kinds):
        guid = draw(st.sampled_from([f"id-{number}", f"ü_{number}", f'q"\\{{#x}}&amp;%{number}']))
        deck = draw(st.sampled_from(["A::B", "A::B", "C: d"]))
        tags = tuple(draw(TAGS))
        section = draw(st.sampled_from([(), ("ab::s",), ("ab::t",)]))
        notes.append(DraftNote(guid, kind, deck, draw(fields(kind)), ("t", *section, *tags)))
    about = {"deck": "A::B", "id": "ab", "tags": "t"}
    sections = (Section("ab::s", "Ess"), Section("ab::t", "1. Tee", ("ab::s", "other::part")))
    return Draft("x.md", tuple(notes), sections=sections, about=about)


def bare(draft: Draft) -> list[DraftNote]:
    return [replace(note, where="") for note in draft.notes]


@settings(max_examples=50, deadline=None)
@given(drafts())
def test_what_is_written_reads_the_same(draft):
    text = write(draft)
    again = read_text(text, HERE)
    assert bare(again) == bare(draft)
    assert write(again) == text


RAW = st.text(
    st.one_of(st.sampled_from("#`-~{}[]()|>*_$:! \n\t<&\"'"), st.characters(codec="utf-8")),
    max_size=60,
)


@settings(max_examples=100, deadline=None)
@given(RAW, RAW, RAW)
def test_any_text_is_written_stably_or_refused(question, answer, why):
    values = {"Question": question, "Answer": answer, "Why": why}
    draft = Draft("x.md", (DraftNote("guid!", Kind.BASIC, "A", values),))
    try:
        again = read_text(write(draft), HERE)
    except BadInputError:
        return
    assert [(note.guid, note.kind) for note in again.notes] == [("guid!", Kind.BASIC)]
    assert write(again) == write(read_text(write(again), HERE))


def test_writing_keeps_what_the_file_says_of_itself():
    text = FRONT.replace("tags", "licence: CC-BY-4.0\ntensorflow: '2.20'\ntags", 1)
    heading = '# Making them {#making needs="tensors::creating other::part"}'
    text += f"{heading}\n\n## Q {{#q}}\n```python\n1\n```\n"
    draft = read_text(text, HERE)
    written = write(draft)
    assert "licence: CC-BY-4.0" in written
    assert heading in written
    assert "verified" not in written
    again = read_text(written, HERE)
    assert (again.about, again.sections) == (draft.about, draft.sections)


def test_a_section_says_what_it_builds_on():
    text = '# A {#a}\n## Q\nA\n# B {#b needs="tensors::a keras::fit"}\n## R\nB\n# C\n## S\nC\n'
    sections = read_text(FRONT + text, HERE).sections
    assert sections == (
        Section("tensors::a", "A"),
        Section("tensors::b", "B", ("tensors::a", "keras::fit")),
        Section("tensors::c", "C"),
    )


def test_headings_and_rules_of_foreign_text_do_not_break_the_file():
    values = {"Question": "Q\n\na\n\n---\n\nb", "Answer": "# Big\n\n### Why\nx\n```\nopen"}
    draft = Draft("x", (DraftNote("g", Kind.BASIC, "A", values),))
    (note,) = read_text(write(draft), HERE).notes
    assert note.fields["Question"] == "Q\n\na\n\n***\n\nb"
    assert note.fields["Answer"] == "#### Big\n\n###### Why\nx\n```\nopen\n```"


def test_imported_note_types_are_refused():
    draft = Draft("x", (DraftNote("g", Kind.TEMPLATE, "A", {"Front": "x"}),))
    with pytest.raises(BadInputError, match="note type of its own"):
        write(draft)
    with pytest.raises(BadInputError, match="no notes"):
        write(Draft("x", ()))


# ---- the guide


DOCS = Path(__file__).parents[1] / "docs"
GUIDES = [DOCS / "deck-format.md", DOCS / "card-writing.md"]


def examples() -> list[str]:
    tokens = [token for guide in GUIDES for token in parse(guide.read_text(encoding="utf-8"))]
    return [t.content for t in tokens if t.type == "fence" and t.info.strip() == "markdown"]


@pytest.mark.parametrize("example", examples())
def test_every_example_of_the_guides_reads(example):
    text = example if example.startswith("---") else FRONT + example
    draft = read_text(text, HERE)
    assert bare(read_text(write(draft), HERE)) == bare(draft)
