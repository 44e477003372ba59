"""What a deck author reads when a file is wrong: every problem, its line, and what to write."""

from pathlib import Path

import pytest

from tfcards.formats.deck import read_text
from tfcards.formats.problems import DeckError, suggestion

FRONT = "---\ndeck: A\nid: a\n---\n"


def problems_of(text: str) -> list[tuple[int, str]]:
    with pytest.raises(DeckError) as raised:
        read_text(text, Path("deck.md"))
    assert all(problem.file == "deck.md" for problem in raised.value.problems)
    return [(problem.line, problem.message) for problem in raised.value.problems]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("## Q\nA\n", 1, "front matter is missing"),
        ("---\nid: a\n---\n## Q\nA\n", 1, "`deck` is missing"),
        ("---\ndeck: A\n---\n## Q\nA\n", 1, "`id` is missing"),
        ("---\ndeck: A\nid: Not One\n---\n## Q\nA\n", 1, "`Not One` must be lower-case"),
        ("---\ndeck: 'A::'\nid: a\n---\n## Q\nA\n", 1, "empty part"),
        ("---\ndeck: A\nid: a\nlicense: MIT\n---\n## Q\nA\n", 1, "Did you mean `licence`?"),
        ("---\ndeck: A\nid: [a\n---\n## Q\nA\n", 3, "not valid YAML"),
        ("---\ndeck: A\nid: " + "[" * 3000 + "\n---\n## Q\nA\n", 1, "not valid YAML"),
        ("---\n- deck\n---\n## Q\nA\n", 1, "must be `key: value` lines"),
        ("---\ndeck: A\nid: a\nsource: [a]\n---\n## Q\nA\n", 1, "`source` must be one text"),
        ("---\ndeck: A\nid: a\ntags: [a b]\n---\n## Q\nA\n", 1, "`a b` must be one word"),
        ("---\ndeck: A\nid: a\ntags: {a: b}\n---\n## Q\nA\n", 1, "`tags` must be a list"),
        (FRONT + "# Only a section\n", 1, "has no question"),
    ],
)
def test_front_matter(text, line, words):
    assert any(at == line and words in message for at, message in problems_of(text))


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("## Q {#a}\nA\n## R {#a}\nB\n", 7, "id `a` is already used on line 5"),
        ("## Q\nA\n## Q\nB\n", 7, "Give this question another {#id}"),
        ("## Q {#Upper}\nA\n", 5, "id `Upper` must be lower-case"),
        ("## Q {.chioce}\nA\n", 5, "Did you mean `choice`?"),
        ("## Q {.basic .typed}\nA\n", 5, "one kind, not 2"),
        ("## Q {#a lvel=2}\nA\n", 5, "Did you mean `level`?"),
        ("## Q {level=7}\nA\n", 5, "must be 1, 2 or 3"),
        ("## Q {#a tags=x y}\nA\n", 5, "cannot be read"),
        ("## Q {#a.b}\nA\n", 5, "cannot be read"),
        ("# S {.basic}\n## Q\nA\n", 5, "A section has no kind"),
        ("# S {tags=x}\n## Q\nA\n", 5, "Attribute `tags` is unknown"),
        ("# S {#s needs=t}\n## Q\nA\n", 5, "`needs` names `t`. Write a section's tag"),
        ("# S {#s needs=a::s}\n## Q\nA\n", 5, "which is this section"),
        ("# \n## Q\nA\n", 5, "needs a title or an id"),
        ("## Q\nA\n### Keypoints\n- a\n", 7, "Did you mean `Key points`?"),
        ("## Q\nA\n### Sauce\nx\n", 7, "Did you mean `Source`?"),
        ("## Q\nA\n### Why\n### Source\nrun\n", 7, "`### Why` is empty"),
        ("## Q\nA\n### Why\na\n### Why\nb\n", 9, "stands twice"),
        ("### Why\nx\n## Q\nA\n", 5, "outside a question"),
        ("## \nA\n", 5, "question is empty"),
        ("## ?!\nA\n", 5, "needs an id"),
        ("## Q\n\n## R\nA\n", 5, "answer is empty"),
        ("## Q\nA\n---\n", 5, "answer is empty"),
        ("## Q\nA\n### Assertions\nx\n", 5, "belongs to `.code`"),
        ("## Q {.choice}\n- [ ] a\n- [ ] b\n", 5, "No option is right"),
        ("## Q {.choice}\n- [x] a\n", 5, "two or more"),
        ("## Q {.choice}\n- a\n- b\n", 5, "two or more"),
        ("## Q {.choice}\n- [x] — why\n- [ ] b\n", 5, "option is empty"),
        ("## Q {.cloze}\nnothing\n", 5, "hides nothing"),
        ("## Q {.cloze}\n{{c1::open\n\nmore {{c2::x}}\n", 5, "not closed"),
        ("## Q {.cloze}\n{{c1:: }}\n", 5, "A deletion hides nothing"),
        ("## Q {.output}\n```python\n1\n```\n---\n1\n", 5, "needs an ```output fence"),
        ("## Q {.output}\nx\n---\n```output\n1\n```\n", 5, "needs a ```python or ```sql"),
        ("## Q {.code}\n```python\n1\n```\n", 5, "needs `### Assertions`"),
        ("## Q {.code}\nx\n### Assertions\n```python\n1\n```\n", 5, "reference solution"),
        ("## Q\n```python\nx\n", 6, "fence is not closed"),
        ("## Q\n- a\n  ```python\n  x\n\nB\n", 7, "fence is not closed"),
        ("## Q\n```python norn\nx\n```\n", 6, "Did you mean `norun`?"),
        ("## Q {.code}\n```sql\n1\n```\n", 5, "an ```output fence: the rows"),
        ("## Q\n```sql fresh\nx\n```\n", 6, "`fresh` after ```sql"),
        ("## Q\n```sqlite\nx\n```\n", 6, "Write ```sql"),
        ("## Q\n```py\nx\n```\n", 6, "Write ```python"),
        ("## Q\n[a](https://x y)\n", 6, "link is malformed"),
        ("## Q\nA\n### Source\n[a](www.x.org)\n", 8, "must be a full address"),
        ("## Q\n[a](https:///x)\n", 6, "it names no host"),
        ("## Q\n[a](http://-a-/x)\n", 6, "it names no host"),
        ("## Q\n[a](mailto:a@b.org)\n", 6, "it does not begin with https://"),
        ("## Q\n<https://a.org:x>\n", 6, "it cannot be read"),
        ("## Q\n![](../a.png)\n", 6, "must be the bare name"),
        ("## Q\n![](https://x.org/a.png)\n", 6, "must be the bare name"),
        ("## Q\n![](gone.png)\n", 5, "Picture `gone.png` must be a file"),
    ],
)
def test_questions(text, line, words):
    found = problems_of(FRONT + text)
    assert any(at == line and words in message for at, message in found), found


def test_a_picture_lies_in_the_folder_itself(tmp_path):
    (tmp_path / "media").mkdir()
    (tmp_path / "secret.png").write_bytes(b"x")
    picture = tmp_path / "media" / "a.png"
    picture.symlink_to(tmp_path / "secret.png")
    text = FRONT + "## Q\n![](a.png)\n"
    with pytest.raises(DeckError, match=r"`a\.png` must be a file"):
        read_text(text, tmp_path / "deck.md")
    picture.unlink()
    picture.write_bytes(b"x")
    assert read_text(text, tmp_path / "deck.md").media == {"a.png": b"x"}


def test_all_problems_come_at_once_in_order():
    found = problems_of(FRONT + "## Q {.choice}\n- [ ] a\n- [ ] b\n## R {.clozee}\n\n### Wy\nx\n")
    assert [line for line, _ in found] == [5, 8, 8, 10]


def test_the_error_reads_like_a_compiler():
    with pytest.raises(DeckError) as raised:
        read_text(FRONT + "## Q\n", Path("deck.md"))
    assert str(raised.value) == (
        "deck.md:5: The answer is empty. Write it below the heading, or below a line `---`."
    )


def test_suggestions():
    assert suggestion("keypoints", ["Key points", "Why"]) == "Did you mean `Key points`?"
    assert suggestion("zzz", ["a", "b"]) == "Known are `a`, `b`."
