"""The guide for lab authors: its lab is proven as printed, and its tables leave nothing out."""

import inspect
import re
import shutil
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from tfcards import labkit
from tfcards.labs.content.form import schema
from tfcards.labs.content.manifest import load
from tfcards.labs.proving import calibrating, proof, template

GUIDE = (Path(__file__).parents[1] / "docs" / "lab-author-guide.md").read_text("utf-8")
FILES = dict(re.findall(r"\*\*`([^`]+)`\*\*\n\n```\w+\n(.*?)```\n", GUIDE, re.DOTALL))


@pytest.mark.timeout(600)
def test_the_guides_lab_is_proven_as_printed(tmp_path: Path) -> None:
    folder = template.write(tmp_path, tomllib.loads(FILES["lab.toml"])["id"], framework="none")
    for part in ("starter", "solution", "wrong"):
        shutil.rmtree(folder / part)
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    lab = load(folder)
    calibrating.calibrate(lab, seeds=20)
    found = proof.check(lab, seeds=1)
    assert found.is_fine, found.text()


def lab_members() -> list[str]:
    methods = [name for name in vars(labkit.Lab) if not name.startswith("_")]
    return [*methods, "rng", "seed", "starts"]


@pytest.mark.parametrize("name", labkit.__all__)
def test_every_name_of_labkit_is_told_of(name: str) -> None:
    assert re.search(rf"\| .*`{name}\b", GUIDE)


@pytest.mark.parametrize("name", lab_members())
def test_everything_a_lab_has_is_told_of(name: str) -> None:
    assert re.search(rf"\| .*`lab\.{name}\b", GUIDE)


def test_every_argument_and_field_is_told_of() -> None:
    arguments = set(inspect.signature(labkit.check).parameters)
    assert {name for name in arguments if f"| `{name}` |" not in GUIDE} == set()
    for kind in (labkit.Verdict, labkit.Output):
        row = next(line for line in GUIDE.splitlines() if line.startswith(f"| `{kind.__name__}`"))
        assert {field.name for field in fields(kind) if f"`{field.name}`" not in row} == set()


def test_every_key_of_a_manifest_is_told_of() -> None:
    known = set(schema()["properties"])
    known |= {key for table in schema()["$defs"].values() for key in table["properties"]}
    assert {key for key in known if not re.search(rf"\b{key}\b", GUIDE)} == set()
