"""When a lab's solution may be seen: after passing it, or after giving up. No Qt."""

from collections.abc import Callable
from datetime import datetime

from tfcards.labs.content.manifest import Lab
from tfcards.store import Collection

GIVEN_UP = "labs.given_up"  # a setting: lab (and turn) -> when, in ISO form


class LabSolution:
    """The solution of one lab, closed until it may be seen.

    Giving up cannot be undone: what was seen stays seen. A lab that comes back (`turn` above 0)
    starts closed again.
    """

    def __init__(
        self, collection: Collection, lab: Lab, clock: Callable[[], datetime], turn: int = 0
    ) -> None:
        self._collection = collection
        self._lab = lab
        self._clock = clock
        self._key = f"{lab.id}/{turn}" if turn else lab.id
        self._is_passed = not turn and lab.id in collection.passed_labs()

    @property
    def is_open(self) -> bool:
        """Whether it may be seen: the lab is passed, or the learner gave up."""
        return self._is_passed or self.given_up_at is not None

    @property
    def given_up_at(self) -> datetime | None:
        """When the learner asked for the solution without having passed."""
        stored = self._collection.setting(GIVEN_UP, {}).get(self._key)
        return None if stored is None else datetime.fromisoformat(stored)

    def note_passed(self) -> None:
        """The lab has just been passed."""
        self._is_passed = True

    def give_up(self) -> None:
        """Record that the learner would rather see it; the lab can still be passed."""
        if not self.is_open:
            stored = self._collection.setting(GIVEN_UP, {})
            self._collection.set_setting(GIVEN_UP, stored | {self._key: self._clock().isoformat()})

    def texts(self) -> dict[str, str]:
        """The solution's files by name; nothing as long as it is closed."""
        if not self.is_open:
            return {}
        return {name: (self._lab.solution / name).read_text("utf-8") for name in self._lab.files}
