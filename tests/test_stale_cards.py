"""Cards verified on another TensorFlow: found, said so, run again, and told when they broke."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from tfcards.core.draft import Draft, DraftNote
from tfcards.core.model import Kind, Note
from tfcards.labs.card_code.snippets import SnippetResult
from tfcards.labs.environment import release, tensorflow_version
from tfcards.sessions.card_code import CardCode, job_of_note
from tfcards.sessions.rerun import Broken, Findings, Rerun, findings
from tfcards.sessions.suspects import suspects
from tfcards.store import Collection
from tfcards.ui.context import Context
from tfcards.ui.rooms import Room
from tfcards.ui.today.page import TodayPage
from tfcards.ui.today.stale_cards import StaleCards, broken_dialog
from tfcards.ui.window import MainWindow

INSTALLED = tensorflow_version()
HERE, ELSEWHERE = release(INSTALLED), "2.7"
TENSORFLOW = "```python\nprint(int(tf.add(1, 2)))\n```\n```output\n{0}\n```"
NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
PLAIN = "```python\nprint(1 + 2)\n```\n```output\n{0}\n```"


def draft_note(guid: str, answer: str, *versions: str) -> DraftNote:
    fields = {"Question": f"What does {guid} print?", "Answer": answer}
    tags = tuple(f"verified::{version}" for version in versions)
    return DraftNote(guid, Kind.BASIC, "Small", fields, tags)


@pytest.fixture
def collection(tmp_path: Path, clock) -> Iterator[Collection]:
    opened = Collection.open(tmp_path / "data", now=clock(), zone="Europe/Berlin")
    notes = (
        draft_note("here", TENSORFLOW.format(3), HERE),
        draft_note("patch", TENSORFLOW.format(3), f"{HERE}.9"),
        draft_note("stale", TENSORFLOW.format(3), ELSEWHERE),
        draft_note("wrong", TENSORFLOW.format(4), ELSEWHERE),
        draft_note("unsaid", TENSORFLOW.format(3)),
        draft_note("plain", PLAIN.format(3), ELSEWHERE),
        draft_note("prose", "Nothing.", ELSEWHERE),
    )
    opened.add(Draft("test", notes), clock())
    yield opened
    opened.close()


def note(collection: Collection, guid: str) -> Note:
    found = collection.note_by_guid(guid)
    assert found is not None
    return found


def result(guid: str, version: str, problem: str = "") -> SnippetResult:
    return SnippetResult(guid, not problem, problem, "", 0.1, versions={"TensorFlow": version})


def stale(collection: Collection) -> list[str]:
    return [one.guid for one, _ in findings(suspects(collection)).stale]


def test_only_the_number_of_a_release_counts():
    assert (release("2.21.0"), release("2.21.1-rc0"), release("2.21")) == ("2.21",) * 3


def test_cards_with_code_that_nobody_verified_here_are_stale(collection: Collection):
    assert stale(collection) == ["stale", "wrong"]


def test_a_run_here_makes_a_card_fresh_and_one_elsewhere_stale(collection: Collection, clock):
    code = CardCode(collection, clock)
    code.keep(note(collection, "stale"), result("stale", INSTALLED))
    code.keep(note(collection, "unsaid"), result("unsaid", "2.7.3"))
    assert stale(collection) == ["wrong", "unsaid"]
    code.keep(note(collection, "unsaid"), result("unsaid", INSTALLED))
    assert stale(collection) == ["wrong"]


def test_a_new_version_of_the_deck_makes_its_cards_fresh(collection: Collection, clock):
    collection.add(Draft("test", (draft_note("stale", TENSORFLOW.format(3), HERE),)), clock())
    assert stale(collection) == ["wrong"]


def test_the_card_says_so(collection: Collection, clock):
    code = CardCode(collection, clock)
    said = f"Verified on TensorFlow 2.7; {HERE} is installed. Press R to run it again."
    assert code.verified(note(collection, "stale")) == said
    for guid in ("here", "patch", "unsaid", "plain", "prose"):
        assert code.verified(note(collection, guid)) == ""
    code.keep(note(collection, "stale"), result("stale", INSTALLED))
    assert "does what the card says" in code.verified(note(collection, "stale"))
    code.keep(note(collection, "wrong"), result("wrong", "2.8.0", "it printed 3"))
    assert "did not do what the card says" in code.verified(note(collection, "wrong"))


def test_a_failed_run_is_listed_until_the_code_is_mended(collection: Collection, clock):
    code = CardCode(collection, clock)
    code.keep(note(collection, "wrong"), result("wrong", INSTALLED, "it printed 3, not 4"))
    found = findings(suspects(collection))
    assert found.broken == (Broken("wrong", "What does wrong print?", "it printed 3, not 4"),)
    wrong = note(collection, "wrong")
    fields = {**wrong.fields, "Answer": TENSORFLOW.format(3)}
    collection.edit_note(wrong.id, fields, wrong.tags, clock())
    assert findings(suspects(collection)).broken == ()


# ---- running them


def plain(collection: Collection, *answers: str) -> Findings:
    """Cards that run without TensorFlow, as if they were stale: their processes start at once."""
    notes = []
    for number, answer in enumerate(answers):
        collection.add(Draft("more", (draft_note(f"p{number}", answer),)), NOW)
        notes.append(note(collection, f"p{number}"))
    jobs = [(one, job) for one in notes if (job := job_of_note(one)) is not None]
    return Findings(HERE, tuple(jobs), ())


def test_all_are_run_and_those_that_fail_fail_alone(collection: Collection):
    found = plain(collection, PLAIN.format(3), PLAIN.format(4), "```python\nexit(7)\n```")
    outcomes = {one.guid: outcome for one, outcome in Rerun(found.stale).results()}
    assert {guid: outcome.ok for guid, outcome in outcomes.items()} == {
        "p0": True,
        "p1": False,
        "p2": False,
    }


def test_cancelling_ends_what_is_running(collection: Collection):
    sleeping = "```python\nimport time\nprint(1)\ntime.sleep(600)\n```"
    rerun = Rerun(plain(collection, PLAIN.format(3), *[sleeping] * 3).stale)
    came = []
    for one, _ in rerun.results():
        came.append(one.guid)
        rerun.cancel()
    assert came == ["p0"]


@pytest.fixture
def panel(window: MainWindow) -> StaleCards:
    page = window.page(Room.TODAY)
    assert isinstance(page, TodayPage)
    return page.stale


def test_today_offers_to_run_stale_cards(panel: StaleCards, qtbot):
    qtbot.waitUntil(panel.isVisible)
    assert panel.title.text() == f"2 cards were verified on another TensorFlow than {HERE}"
    assert panel.again.isVisible()
    assert not panel.stop.isVisible()
    assert not panel.show_broken.isVisible()


def test_progress_shows_and_every_run_is_kept(panel: StaleCards, qtbot, context: Context):
    qtbot.waitUntil(panel.isVisible)
    panel._show(plain(context.collection, PLAIN.format(3), PLAIN.format(4)))
    heard: list[str] = []
    panel.told.connect(heard.append)
    with qtbot.waitSignal(panel.finished, timeout=60_000):
        panel.again.click()
        assert panel.is_running
        assert panel.stop.isVisible()
        assert panel.detail.text() == "0 of 2 done, all as said so far."
    assert heard == ["Code of 2 cards run again: 1 not as said, see Today."]
    qtbot.waitUntil(panel.show_broken.isVisible)
    fine, wrong = context.collection.snippet_run("p0"), context.collection.snippet_run("p1")
    assert fine is not None
    assert wrong is not None
    assert (fine.problem, "and not" in wrong.problem) == ("", True)
    assert panel.again.isVisible()  # the stale ones are still there


def test_running_can_be_given_up(panel: StaleCards, qtbot, context: Context):
    qtbot.waitUntil(panel.isVisible)
    panel._show(plain(context.collection, "```python\nimport time\ntime.sleep(600)\n```"))
    with qtbot.waitSignal(panel.finished, timeout=60_000):
        panel.again.click()
        panel.stop.click()
        assert panel.title.text() == "Cancelling …"
    assert context.collection.snippet_run("p0") is None
    qtbot.waitUntil(lambda: panel.title.text().startswith("2 cards were verified"))


def test_the_list_of_broken_cards_says_what_is_wrong(appearance, qtbot):
    dialog = broken_dialog((Broken("a", "What is it?", "it printed 3"),))
    qtbot.addWidget(dialog)
    texts = [shown.text() for shown in dialog.findChildren(QLabel)]
    assert "What is it?" in texts
    assert "a: it printed 3" in texts


DECK = """---
deck: Mine
id: mine
source: https://docs.python.org/3/
tensorflow: "2.7"
---

## What is printed? {{#mine-fine}}

{fine}

## And here? {{#mine-wrong}}

{wrong}
"""


@pytest.mark.tensorflow
def test_the_command_line_does_the_same(tmp_path: Path):
    (tmp_path / "mine.md").write_text(
        DECK.format(fine=TENSORFLOW.format(3), wrong=TENSORFLOW.format(4))
    )

    def tfcards(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tfcards", "--data", str(tmp_path / "data"), *words]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)

    assert tfcards("import", "mine.md").returncode == 0
    done = tfcards("deck", "verify", "--json")
    assert done.returncode == 1, done.stderr
    told = json.loads(done.stdout)
    assert (told["tensorflow"], told["ran"]) == (HERE, 2)
    assert [one["guid"] for one in told["broken"]] == ["mine-wrong"]
    again = tfcards("deck", "verify")
    assert again.returncode == 1
    assert "No card is stale. The code of 1 card does not do" in again.stdout
