"""The house rules, as tools check them: lint, types, layers, papers in step with the program."""

import ast
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from typer.main import get_command

import tfcards
from tfcards.cli import app

ROOT = Path(__file__).parents[1]


def run(*command):
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )


def verdict(done):
    return f"{done.stdout}\n{done.stderr}"


def test_lint():
    done = run("ruff", "check", "src", "tests", "labs", "scripts", "bench")
    assert done.returncode == 0, verdict(done)


def test_format():
    done = run("ruff", "format", "--check", "src", "tests", "scripts", "bench")
    assert done.returncode == 0, verdict(done)


def test_types():
    done = run("mypy")
    assert done.returncode == 0, verdict(done)


def test_types_on_other_systems():
    """What only Linux has is not named where others come by; whole blocks are Linux's alone."""
    found = [
        subprocess.Popen(
            [sys.executable, "-m", "mypy", "--platform", platform, "--no-warn-unreachable",
             "--cache-dir", f".mypy_cache/{platform}"],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )
        for platform in ("win32", "darwin")
    ]  # fmt: skip
    said = [one.communicate()[0] for one in found]
    assert [one.returncode for one in found] == [0, 0], "\n".join(said)


def test_layers():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, verdict(done)


def test_version_is_in_the_changelog():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == tfcards.__version__
    assert f"## [{tfcards.__version__}]" in (ROOT / "CHANGELOG.md").read_text()


def commands():
    root = get_command(app)
    for name, command in root.commands.items():
        children = getattr(command, "commands", None)
        if children:
            yield from ((f"{name} {child}", found) for child, found in children.items())
        else:
            yield name, command


@pytest.mark.parametrize(("name", "command"), list(commands()))
def test_every_command_has_help_and_is_in_the_guide(name, command):
    assert command.help
    assert f"tfcards {name}" in (ROOT / "docs" / "guide.md").read_text()


def links(paper):
    for token in MarkdownIt().parse(paper.read_text()):
        for inner in token.children or []:
            target = inner.attrGet("href") or inner.attrGet("src")
            if target and "://" not in target:
                yield str(target).partition("#")[0]


def test_links_in_the_papers_lead_somewhere():
    for paper in [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")]:
        for target in links(paper):
            assert (paper.parent / target).exists(), f"{paper.name} points at {target}"


def test_the_page_on_content_is_in_step_with_decks_and_labs():
    script = runpy.run_path(str(ROOT / "scripts" / "write_content.py"))
    written = script["TARGET"].read_text("utf-8")
    assert written == script["content"](), "run python scripts/write_content.py"


def test_every_module_says_what_it_is():
    for module in (ROOT / "src").rglob("*.py"):
        assert ast.get_docstring(ast.parse(module.read_text())), module
