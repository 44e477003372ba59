"""The road: its outline on file, what is remembered of a stage, what a locked lab lacks."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import StillClock
from holdings import answer, card_of, draft, note
from hypothesis import given
from hypothesis import strategies as st
from tiny_lab import tiny

from tfcards.core.draft import Section
from tfcards.core.mastery import Mastery
from tfcards.core.model import Attempt, Memory, Rating
from tfcards.core.options import DEFAULT_PARAMETERS
from tfcards.core.schedule_memory import MemoryModel
from tfcards.core.unlock import Requirement
from tfcards.labs import result as results
from tfcards.labs.content.manifest import Lab, discover
from tfcards.labs.content.roadmap import Challenge, Coming, Outline, Stage, find_outline
from tfcards.labs.result import CheckResult, Outcome, Result, Status
from tfcards.paths import content_folder
from tfcards.sessions.road import Roadmap, Standing
from tfcards.sessions.roadmap import roadmap
from tfcards.store import Collection

STAGES = (Stage(1, "Arrays", "First.", "T::01 Arrays"), Stage(2, "Models", "Then.", "T::02 Models"))


@pytest.fixture
def collection(tmp_path: Path, clock: StillClock) -> Iterator[Collection]:
    opened = Collection.open(tmp_path / "data", now=clock(), zone="UTC")
    opened.add(
        draft(
            note("one", deck="T::01 Arrays", tags=("arrays::making", "level::1")),
            note("two", deck="T::01 Arrays", tags=("arrays::making",)),
            note("three", deck="T::01 Arrays::More", tags=("arrays::cutting-up",)),
            note("four", deck="T::02 Models", tags=("models::first",)),
            sections=(
                Section("arrays::making", "Making arrays"),
                Section("arrays::cutting-up", "Cutting up"),
            ),
        ),
        clock(),
    )
    yield opened
    opened.close()


def lab(name: str, *, stage: int = 1, cards: tuple[str, ...] = (), labs: tuple[str, ...] = ()):
    asked = Requirement(cards, labs=labs)
    return replace(tiny(), id=name, title=name.title(), stage=stage, requirement=asked)


def road(collection: Collection, clock: StillClock, *labs: Lab, **outline: object) -> Roadmap:
    given_outline = Outline(stages=STAGES, **outline)
    return roadmap(collection, labs, given_outline, clock)


def node(collection: Collection, clock: StillClock, *labs: Lab):
    return road(collection, clock, *labs).find(labs[-1].id)


# ---- the outline


def test_the_shipped_outline_leads_through_the_decks_and_labs():
    outline, problems = find_outline(content_folder("labs"))
    assert problems == []
    assert [stage.number for stage in outline.stages] == list(range(1, 12))
    files = content_folder("decks").glob("tensorflow/*.md")
    named = [file.read_text().split("deck: ", 1)[1].split("\n", 1)[0] for file in files]
    assert {stage.deck for stage in outline.stages} <= set(named)
    labs, _ = discover([content_folder("labs")])
    stages = {stage.number for stage in outline.stages}
    challenges = {challenge.number for challenge in outline.challenges}
    for one in labs:
        number = int(one.id.split("-")[0])
        assert one.stage in stages or number in challenges, one.id
        for coming in outline.coming:
            assert coming.number != number or coming.stage == one.stage, one.id


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("format = 1\n[[stages]]\nnumber = 0\ntitle='a'\nwhy='b'\ndeck='c'", "stages.0.number"),
        ("format = 1\n[[stages]]\nnumber = 1\nwhy='b'\ndeck='c'", "`stages.0.title` is missing"),
        ("format = 1\ndragons = 2", "`dragons` is not known here"),
        ("format = 2", "`format`"),
        ("format =", "is not TOML"),
    ],
)
def test_a_wrong_outline_says_what_is_wrong_and_counts_as_empty(tmp_path: Path, text, said):
    (tmp_path / "roadmap.toml").write_text(text)
    outline, [problem] = find_outline(tmp_path)
    assert outline == Outline()
    assert said in problem.message


def test_a_missing_outline_is_told(tmp_path: Path):
    _, [problem] = find_outline(tmp_path)
    assert "no such file" in problem.message


# ---- what is remembered


@given(
    st.floats(0.01, 36_000),
    st.floats(0.0, 5_000),
    st.floats(0.3, 0.99),
    st.sampled_from((0.1, 0.1542, 0.5, 0.8)),
)
def test_a_memory_lasts_as_long_as_its_curve_says(stability, age, recall, decay):
    model = MemoryModel((*DEFAULT_PARAMETERS[:20], decay))
    chance = model.recall(Memory(stability, 5), age)
    if abs(chance - recall) > 1e-9:
        assert (age <= stability * model.lasting(recall)) == (chance >= recall)


def test_mastery_counts_what_would_be_recalled(collection: Collection, clock: StillClock):
    decks = {deck.name: deck.id for deck in collection.decks()}
    first, second = decks["T::01 Arrays"], decks["T::02 Models"]
    assert collection.mastery([first, second], clock()) == {
        first: Mastery(3, 0, 0),
        second: Mastery(1, 0, 0),
    }
    answer(collection, card_of(collection, "one"), now=clock())
    answer(collection, card_of(collection, "three"), Rating.EASY, now=clock())
    assert collection.mastery([first], clock()) == {first: Mastery(3, 2, 2)}
    clock.pass_time(days=12)  # a first Good lasts for 2.3 days of stability, a first Easy for 8.3
    assert collection.mastery([first], clock()) == {first: Mastery(3, 2, 1)}
    clock.pass_time(days=500)
    assert collection.mastery([first], clock()) == {first: Mastery(3, 2, 0)}
    collection.suspend([card_of(collection, "two").id])
    assert collection.mastery([first], clock())[first].total == 2


def test_mastery_agrees_with_the_prediction_for_each_card(
    collection: Collection, clock: StillClock
):
    deck = next(deck.id for deck in collection.decks() if deck.name == "T::01 Arrays")
    for guid in ("one", "two", "three"):
        answer(collection, card_of(collection, guid), now=clock())
        clock.pass_time(days=3, hours=5)
    for _ in range(6):
        found = collection.prerequisites(["one", "two", "three"], clock())
        recalled = sum((each.recall or 0) >= 0.8 for each in found)
        assert collection.mastery([deck], clock())[deck].recalled == recalled
        clock.pass_time(days=2)


def test_a_deck_that_is_gone_has_no_mastery(collection: Collection, clock: StillClock):
    stage = Stage(3, "Gone", "Away.", "T::03 Gone")
    section = roadmap(collection, [], Outline(stages=(*STAGES, stage)), clock).sections[2]
    assert (section.deck_id, section.mastery, section.memory) == (None, None, "")


# ---- the road


def test_stages_come_with_their_decks_and_labs(collection: Collection, clock: StillClock):
    found = road(collection, clock, lab("b", stage=2), lab("a"))
    assert [section.heading for section in found.sections] == [
        "Stage 1: Arrays",
        "Stage 2: Models",
    ]
    assert [[each.id for each in section.nodes] for section in found.sections] == [["a"], ["b"]]
    assert found.sections[0].memory == "You would recall 0 of 3 cards now."
    assert found.sections[1].memory == "You would recall 0 of 1 card now."


def test_labs_that_are_not_here_yet_cannot_be_opened(collection: Collection, clock: StillClock):
    coming = (Coming(1, 1, "Here"), Coming(2, 2, "Later"))
    challenges = (Challenge(3, "Beginner", "Dare"), Challenge(4, "Expert", "More"))
    found = road(
        collection, clock, lab("01-a"), lab("03-c", stage=2), coming=coming, challenges=challenges
    )
    one, two, last = found.sections
    assert [(each.id, each.standing) for each in one.nodes] == [("01-a", Standing.OPEN)]
    assert [(each.id, each.standing) for each in two.nodes] == [("planned:2", Standing.PLANNED)]
    assert [(each.id, each.level) for each in last.nodes] == [
        ("03-c", "Beginner"),
        ("planned:4", "Expert"),
    ]
    assert [each.id for each in found.nodes if each.can_open] == ["01-a", "03-c"]
    assert found.summary == "0 of 2 labs passed · 2 ready to work on"


def test_no_lab_is_lost_without_an_outline(collection: Collection, clock: StillClock):
    found = roadmap(collection, [lab("a"), lab("z", stage=9)], Outline(), clock)
    assert [section.heading for section in found.sections] == ["Stage 1", "Stage 9"]
    assert [each.id for each in found.nodes] == ["a", "z"]


def test_a_locked_lab_says_which_sections_cards_and_labs_it_lacks(
    collection: Collection, clock: StillClock
):
    needs = lab("b", cards=("arrays::making", "arrays::cutting-up", "four"), labs=("a",))
    found = node(collection, clock, lab("a"), needs)
    assert found.standing is Standing.LOCKED
    assert not found.can_open
    assert found.missing == (
        ("01 Arrays · Making arrays", 2),
        ("02 Models", 1),
        ("More · Cutting up", 1),
    )
    assert found.row.reason == (
        "Know 4 more of 4 cards: about 3 minutes. "
        "Each counts once recalled on 2 different days. Pass “A” first."
    )
    assert found.row.unlock.minutes == 3


def test_what_is_known_already_is_not_missing(collection: Collection, clock: StillClock):
    needs = lab("b", cards=("arrays::making",), labs=("a",))
    for _ in range(3):
        for guid in ("one", "two"):
            answer(collection, card_of(collection, guid), now=clock())
        clock.pass_time(days=1)
    found = node(collection, clock, lab("a"), needs)
    assert found.missing == ()
    assert found.row.reason == "Pass “A” first."


def test_labs_follow_on_those_right_before_them(collection: Collection, clock: StillClock):
    labs = (
        lab("a"),
        lab("b", labs=("a",)),
        lab("c", labs=("a", "b")),
        lab("d", labs=("c", "a", "gone")),
        lab("x", labs=("y",)),
        lab("y", labs=("x",)),
    )
    found = {each.id: each.after for each in road(collection, clock, *labs).nodes}
    assert found == {"a": (), "b": ("a",), "c": ("b",), "d": ("c",), "x": ("y",), "y": ("x",)}


def test_a_run_that_is_on_shows(collection: Collection, clock: StillClock):
    collection.begin_lab("a", clock())
    found = roadmap(collection, [lab("a")], Outline(stages=STAGES), clock, {"a"})
    assert found.nodes[0].standing is Standing.RUNNING
    assert found.nodes[0].can_open


def attempt(clock: StillClock, *statuses: Status) -> Attempt:
    checks = tuple(
        CheckResult(f"c{number}", "C", 1, number, status=status, score=status is Status.PASSED)
        for number, status in enumerate(statuses, start=1)
    )
    made = Result("a", Outcome.FAILED, "No.", checks, 1)
    text = json.dumps(results.to_json(made))
    return Attempt("a", clock(), "failed", made.score, 2, 1, timedelta(seconds=1), text)


def test_tasks_are_done_as_the_best_attempt_has_them(collection: Collection, clock: StillClock):
    collection.save_attempt(attempt(clock, Status.PASSED, Status.FAILED))
    collection.save_attempt(attempt(clock, Status.FAILED, Status.SKIPPED))
    collection.begin_lab("a", clock())
    found = node(collection, clock, lab("a"))
    assert [task.is_done for task in found.tasks] == [True, False]
    collection.save_attempt(replace(attempt(clock), outcome="passed", score=2.0, result=""))
    found = node(collection, clock, lab("a"))
    assert [task.is_done for task in found.tasks] == [True, True]


def test_the_filter_finds_words_anywhere(collection: Collection, clock: StillClock):
    found = road(collection, clock, lab("alpha"), lab("beta", stage=2))
    assert found.only("") == found
    assert [each.id for each in found.only("ALPHA open").nodes] == ["alpha"]
    assert [each.id for each in found.only("models").nodes] == ["beta"]
    assert [each.id for each in found.only("report").nodes] == ["alpha", "beta"]  # a task
    assert found.only("alpha beta") == Roadmap()
