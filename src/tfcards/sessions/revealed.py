"""How many of a lab's hints a learner has asked for, task by task. Knows no hint's text; no Qt."""

from tfcards.labs.content.manifest import Lab
from tfcards.store import Collection

REVEALED = "labs.hints"  # a setting: lab (and turn) -> task, as hints.md heads it -> number


class RevealedHints:
    """What was revealed at one lab stays so until the learner starts it over.

    A lab that comes back (`turn` above 0) starts with none.
    """

    def __init__(self, collection: Collection, lab: Lab, turn: int = 0) -> None:
        self._collection = collection
        self._key = f"{lab.id}/{turn}" if turn else lab.id

    def count(self, task: str) -> int:
        """How many hints of a task show."""
        shown = self._of_lab().get(task, 0)
        return shown if isinstance(shown, int) else 0

    def reveal(self, task: str) -> None:
        """Records that one hint more of a task shows."""
        self._write(self._of_lab() | {task: self.count(task) + 1})

    def forget(self) -> None:
        """Hides all of them again."""
        if self._of_lab():
            self._write({})

    def _of_lab(self) -> dict[str, object]:
        found = self._stored().get(self._key)
        return found if isinstance(found, dict) else {}

    def _write(self, shown: dict[str, object]) -> None:
        self._collection.set_setting(REVEALED, self._stored() | {self._key: shown})

    def _stored(self) -> dict[str, object]:
        stored = self._collection.setting(REVEALED, {})
        return stored if isinstance(stored, dict) else {}
