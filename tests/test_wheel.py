"""The wheel, installed into an empty environment, works from any folder and brings its content."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(*command, cwd, **environment):
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd, capture_output=True, text=True, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.wheel
@pytest.mark.timeout(900)
def test_wheel_works_elsewhere(tmp_path):
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path, cwd=ROOT)
    (wheel,) = tmp_path.glob("tfcards-*.whl")
    venv.create(tmp_path / "venv", with_pip=True)
    pip = [tmp_path / "venv/bin/python", "-m", "pip", "install", "-q", "--no-compile"]
    run(*pip, "-c", ROOT / "constraints.txt", wheel, cwd=tmp_path)

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    tfcards = tmp_path / "venv/bin/tfcards"
    assert run(tfcards, "--version", cwd=elsewhere).startswith("tfcards ")
    data = str(tmp_path / "data")
    decks = json.loads(run(tfcards, "due", "--json", cwd=elsewhere, TFCARDS_DATA=data))
    assert {"TensorFlow::01 Tensors", "TensorFlow::Interview"} <= {row["deck"] for row in decks}
    labs = json.loads(run(tfcards, "lab", "list", "--json", cwd=elsewhere, TFCARDS_DATA=data))
    assert [row["id"] for row in labs][:2] == ["01-tensors", "02-feed-forward"]
