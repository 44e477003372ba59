"""How TensorBoard is started for a folder of logs. The window keeps the process."""

import json
import secrets
import tempfile
from importlib.util import find_spec
from pathlib import Path

from tfcards.errors import UnavailableError
from tfcards.labs.launch import environment, python


def command(folder: Path) -> list[str]:
    """The server for this folder. It ends when its standard input does. Raises UnavailableError."""
    if find_spec("tensorboard") is None:
        raise UnavailableError(
            "TensorBoard is not installed in this environment. Run make install."
        )
    return python("tfcards.labkit.board", str(folder))


def variables(home: Path) -> dict[str, str]:
    """Its environment; `home` is where it may write, if there is such a folder."""
    place = home if home.is_dir() else Path(tempfile.gettempdir())
    return environment(place, 0, secrets.token_hex(16))


def address(line: bytes) -> str:
    """Where it answers, from what it said. Raises UnavailableError with what went wrong."""
    try:
        form = json.loads(line)
        url, problem = str(form.get("url", "")), str(form.get("problem", ""))
    except (ValueError, AttributeError):
        url, problem = "", ""
    if not url.startswith("http://127.0.0.1:"):
        raise UnavailableError(problem or "TensorBoard ended before it could answer.")
    return url
