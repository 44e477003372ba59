"""References that lead nowhere are found: API names, cards that labs name, sections."""

from dataclasses import replace
from pathlib import Path

import tiny_lab

from tfcards.core.draft import Draft, DraftNote
from tfcards.core.model import Kind
from tfcards.core.unlock import Requirement
from tfcards.labs.card_code.snippets import SnippetResult
from tfcards.sessions.deck_references import (
    broken_references,
    names_job,
    names_of,
    unknown_names,
)


def note(guid, text, *tags):
    return DraftNote(guid, Kind.BASIC, "D", {"Question": text, "Answer": ""}, tags, where="d.md:7")


def test_names_are_taken_from_text_and_code():
    text = "`tf.constant` and\n```python\nkeras.layers.Dense(tf.random.normal([2]))\n```\n"
    text += "https://tf.org tf.random.stateless_* mytf.thing x/tf.y"
    named = {"tf.constant", "keras.layers.Dense", "tf.random.normal", "tf.random"}
    assert names_of(note("a", text)) == named


def test_a_card_about_a_removed_name_may_use_it():
    assert names_of(note("a", "`tf.Session`", "removed")) == set()


def test_decks_without_such_names_have_nothing_to_look_up():
    assert names_job([Draft("d.md", (note("a", "`SELECT 1` and `len(x)`"),))]) is None


def test_unknown_names_are_told_where_they_stand():
    draft = Draft("d.md", (note("a", "`tf.Sesion`"), note("b", "`tf.constant`")))
    looked_up = SnippetResult(
        "names", True, "", '["tf.Sesion"]', 0.1, versions={"TensorFlow": "2.21.0"}
    )
    (problem,) = unknown_names([draft], looked_up)
    assert (problem.file, problem.line) == ("d.md", 7)
    assert "`tf.Sesion` is not in TensorFlow 2.21.0" in problem.message


def test_cards_and_sections_that_labs_name_must_exist():
    lab = tiny_lab.tiny()
    named = {card for check in lab.checks for card in check.cards} | set(lab.requirement.cards)
    whole = Draft("d.md", tuple(note(name, "?") for name in named))
    assert list(broken_references([whole], [lab])) == []
    wrong = replace(lab, requirement=Requirement(("no::section",)), folder=Path("labs/tiny"))
    problems = list(broken_references([whole], [wrong]))
    assert [problem.file for problem in problems] == ["labs/tiny/lab.toml"]
    assert "`no::section`" in problems[0].message
    assert len(list(broken_references([Draft("d.md", ())], [lab]))) >= len(named)
