"""Makes the folder of a new lab from the files in template/. Overwrites nothing."""

import re
import shutil
import tempfile
from pathlib import Path
from string import Template
from typing import Final

from tfcards.errors import BadInputError, UnavailableError
from tfcards.labs.content.manifest import load

SOURCE: Final = Path(__file__).with_name("template")
ENDING: Final = ".in"
FRAMEWORKS: Final = ("tensorflow", "none")


def write(parent: Path, lab_id: str, *, title: str = "", framework: str = "tensorflow") -> Path:
    """Write a small, complete lab into `parent/lab_id` and answer that folder.

    Raises BadInputError for an id that cannot be one or is taken, or an unknown framework.
    """
    folder = parent / lab_id
    _require(lab_id, title, framework, folder)
    words = {
        "id": lab_id,
        "title": title or lab_id.replace("-", " ").strip("0123456789 ").capitalize() or lab_id,
        "framework": framework,
    }
    try:
        parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".new-lab-", dir=parent) as place:
            fresh = Path(place) / lab_id
            for source in sorted(SOURCE.rglob(f"*{ENDING}")):
                target = fresh / source.relative_to(SOURCE).with_suffix("")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(Template(source.read_text("utf-8")).substitute(words), "utf-8")
            load(fresh)
            shutil.move(fresh, folder)
    except OSError as error:
        raise UnavailableError(f"{folder} cannot be written: {error.strerror}.") from error
    return folder


def _require(lab_id: str, title: str, framework: str, folder: Path) -> None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", lab_id):
        text = f"{lab_id!r} cannot be a lab's id; use small letters, digits and dashes: 09-my-lab"
        raise BadInputError(text)
    if framework not in FRAMEWORKS:
        raise BadInputError(f"The framework is tensorflow or none, not {framework!r}.")
    if not title.isprintable() or '"' in title or "\\" in title:
        raise BadInputError("A title is one line without double quotes or backslashes.")
    if folder.exists():
        raise BadInputError(f"{folder} is there already; choose another id or folder.")
