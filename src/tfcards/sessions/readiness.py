"""Whether TensorFlow is kept ready for runs: the learner's setting, and when to wake it. No Qt."""

from tfcards.labs.warm import SETTING, WarmServer, hindrance
from tfcards.store import Collection


class Readiness:
    """Keeps a warm server as the learner wants it; it goes away on its own when nobody runs."""

    def __init__(self, collection: Collection, server: WarmServer) -> None:
        self._collection = collection
        self._server = server

    @property
    def is_wanted(self) -> bool:
        """What the learner has set; yes at first."""
        return bool(self._collection.setting(SETTING, default=True))

    @property
    def sentence(self) -> str:
        """What it means, or why it cannot be here."""
        return hindrance() or (
            "Runs begin at once, because one process has TensorFlow loaded. It takes about 600 MB, "
            "and is given back after ten idle minutes."
        )

    def choose(self, *, wanted: bool) -> None:
        """Keep the learner's choice and act on it."""
        self._collection.set_setting(SETTING, wanted)
        if wanted:
            self._server.wake()
        else:
            self._server.close()

    def wake(self) -> None:
        """Something may be run soon: make ready, if that is wanted and possible."""
        if self.is_wanted:
            self._server.wake()
