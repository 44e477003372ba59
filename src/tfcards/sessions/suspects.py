"""Cards whose code may no longer do what they say, as the collection knows it. Reads no code."""

from dataclasses import dataclass

from tfcards.core.model import Note, SnippetRun
from tfcards.labs.environment import release, tensorflow_version
from tfcards.store import Collection


@dataclass(frozen=True, slots=True)
class Suspects:
    """Notes to look at: verified on other releases of TensorFlow, and failed when last run."""

    elsewhere: tuple[Note, ...] = ()
    failed: tuple[tuple[Note, SnippetRun], ...] = ()

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.elsewhere or self.failed)


def suspects(collection: Collection) -> Suspects:
    """Who they are; quick, because as a rule there are none."""
    installed = tensorflow_version()
    if not installed:
        return Suspects()
    elsewhere = collection.verified_elsewhere(release(installed))
    return Suspects(tuple(elsewhere), tuple(collection.failed_snippets()))
