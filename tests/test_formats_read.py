"""Reading files: picked by content, then name; what cannot be read says so."""

import os
import sys
from pathlib import Path

import pytest

from tfcards import formats
from tfcards.errors import BadInputError, UnavailableError

DECK = "---\ndeck: A\nid: a\n---\n## Q\nA\n"


def test_a_deck_is_known_by_name_or_content(tmp_path):
    for name in ("deck.md", "deck.markdown", "DECK.MD", "deck.txt"):
        file = tmp_path / name
        file.write_text(DECK, encoding="utf-8")
        assert formats.read(file).notes[0].guid == "a-q"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.md", b"", "is empty"),
        ("a.md", b" \n\t\n", "is empty"),
        ("a.md", b"<!DOCTYPE html><html></html>", "web page"),
        ("a.md", b"\n  <html>", "web page"),
        ("a.md", b"PK\x03\x04rest", "zip archive"),
        ("a.md", b"---\n\x00", "binary"),
        ("a.md", b"---\ndeck: \xff\n", "line 2: not UTF-8"),
        ("a.csv", b"a,b\n", "is not a deck"),
        ("a.md", b"text", "front matter is missing"),
    ],
)
def test_other_files_are_refused_with_a_sentence(tmp_path, name, content, words):
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(BadInputError, match=words) as raised:
        formats.read(file)
    assert str(file) in str(raised.value)


def test_missing_files_and_folders(tmp_path):
    with pytest.raises(BadInputError, match="There is no file"):
        formats.read(tmp_path / "gone.md")
    with pytest.raises(BadInputError, match="is a folder"):
        formats.read(tmp_path)


def test_huge_files_are_not_read(tmp_path):
    file = tmp_path / "big.md"
    with file.open("wb") as stream:
        stream.truncate(30_000_000)
    with pytest.raises(BadInputError, match="larger than 20 MB"):
        formats.read(file)


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="permissions bind neither root nor Windows"
)
def test_no_permission(tmp_path):
    file = tmp_path / "mine.md"
    file.write_text(DECK, encoding="utf-8")
    file.chmod(0)
    with pytest.raises(UnavailableError, match="Permission denied"):
        formats.read(file)


def test_a_name_that_is_no_path():
    with pytest.raises(UnavailableError, match="cannot be read"):
        formats.read(Path("a" * 5000))
