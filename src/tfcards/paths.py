"""Where things live on this machine: the learner's data, and the content that came with the app."""

import os
from importlib.resources import files
from pathlib import Path

from platformdirs import user_data_path

import tfcards


def data_folder(chosen: Path | None = None) -> Path:
    """The learner's folder: as chosen, else TFCARDS_DATA, else the platform's usual place."""
    if chosen is not None:
        return chosen.expanduser().resolve()
    from_environment = os.environ.get("TFCARDS_DATA")
    if from_environment:
        return Path(from_environment).expanduser().resolve()
    return user_data_path("tfcards", appauthor=False)


def content_folder(name: str) -> Path:
    """`decks` or `labs` as shipped: inside the wheel, or at the root of a checkout."""
    bundled = Path(str(files(tfcards))) / "bundled" / name
    if bundled.is_dir():
        return bundled
    return Path(tfcards.__file__).parents[2] / name


def own_folder(data: Path, name: str) -> Path:
    """`decks` or `labs` that the learner added to the data folder; it need not exist."""
    return data / "own" / name
