"""Has the rooms' modules ready before they are opened. Builds no page.

Only the window's thread may load what uses Qt: PySide makes a class of Qt's when it is first named,
and two threads that do so at the same time crash.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from typing import Final

import tfcards.ui
from tfcards.ui.in_turns import InTurns

# Each builds on those before it. Charts are not among them: they bring NumPy, and come when needed.
PACKAGES: Final = ("look", "card", "code", "review", "road", "artifacts", "workbench")


def load_rooms(turns: InTurns, then: Callable[[], object]) -> None:
    """Import module after module, a few in each turn of the window; `then` is called at the end.

    What they need of other layers should be there already, as that would take longer than a turn.
    """
    names = _modules()

    def step() -> bool:
        name = next(names, None)
        if name is None:
            then()
        else:
            importlib.import_module(name)
        return name is not None

    turns.do(step)


def _modules() -> Iterator[str]:
    for name in PACKAGES:
        package = importlib.import_module(f"{tfcards.ui.__name__}.{name}")
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            yield module.name
    yield "tfcards.ui.labs_page"
    yield "tfcards.ui.settings"
