"""The schemas that ship with the package say what the files really are."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError
from tiny_lab import FOLDER, solution, starter, tiny

from tfcards import labs
from tfcards.labs import running
from tfcards.labs.content import form
from tfcards.labs.result import CheckResult, Outcome, Result, Status, from_json, to_json
from tfcards.paths import content_folder

SCHEMAS = Path(labs.__file__).with_name("schemas")
MANIFESTS = [FOLDER / "lab.toml", *sorted(content_folder("labs").glob("*/lab.toml"))]


def validator(name: str) -> Draft202012Validator:
    form = json.loads((SCHEMAS / f"{name}.schema.json").read_text())
    Draft202012Validator.check_schema(form)
    return Draft202012Validator(form)


def test_the_manifests_schema_is_that_of_its_model() -> None:
    text = (SCHEMAS / "manifest.schema.json").read_text()
    assert json.loads(text) == form.schema(), "run python scripts/write_schemas.py"


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.parent.name)
def test_manifests_are_valid(path: Path) -> None:
    validator("manifest").validate(tomllib.loads(path.read_text()))


def test_a_wrong_manifest_is_not() -> None:
    form = tomllib.loads((FOLDER / "lab.toml").read_text())
    for change in ({"format": 2}, {"flavour": 1}, {"minutes": "soon"}, {"tasks": []}):
        with pytest.raises(ValidationError):
            validator("manifest").validate(form | change)


@pytest.mark.parametrize("files", [solution(), starter(), {"sums.py": "import os\nos.abort()\n"}])
def test_results_of_real_runs_are_valid(tmp_path: Path, files: dict[str, str]) -> None:
    run = tmp_path / "run"
    running.run(tiny(), files, run, seed=3, isolation="basic")
    validator("result").validate(json.loads((run / "result.json").read_text()))


words = st.text(max_size=8)
ids = st.sampled_from(["a", "dtype-kept", "0-nan"])
checks = st.builds(
    CheckResult,
    id=ids,
    title=st.text(min_size=1, max_size=8),
    points=st.floats(0.5, 9),
    task=st.integers(1, 9),
    visible=st.booleans(),
    cards=st.lists(words, max_size=3).map(tuple),
    status=st.sampled_from(Status),
    score=st.floats(0, 0.5),
    message=words,
    observed=words,
    limit=words,
    seconds=st.floats(0, 99),
    traceback=words,
    measured=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    reference=words,
    is_unwritten=st.booleans(),
)
some_results = st.builds(
    Result,
    lab=ids,
    outcome=st.sampled_from(Outcome),
    message=words,
    checks=st.lists(checks, max_size=3).map(tuple),
    seed=st.integers(0, 2**31),
    judge_seed=st.integers(0, 2**62),
    seconds=st.floats(0, 999).map(lambda seconds: round(seconds, 3)),
    peak_memory_mb=st.integers(0, 9999),
    isolation=st.sampled_from(["basic", "landlock", "bubblewrap"]),
    versions=st.dictionaries(words, words, max_size=2),
    artifacts=st.lists(words, max_size=2).map(tuple),
    diagnostics=words,
)


@settings(max_examples=40, deadline=None)
@given(some_results)
def test_every_result_is_valid_and_comes_back(result: Result) -> None:
    form: dict[str, Any] = json.loads(json.dumps(to_json(result)))
    validator("result").validate(form)
    assert from_json(form) == result


def test_a_result_from_before_there_were_numbers_can_still_be_read() -> None:
    check = CheckResult("one", "One", 1)
    form = to_json(Result("tiny", Outcome.FAILED, "", (check,), 1))
    for name in ("measured", "reference", "is_unwritten"):
        del form["tests"][0]["extra_data"][name]
    validator("result").validate(form)
    assert from_json(form).checks == (check,)
