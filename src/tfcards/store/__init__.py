"""The learner's collection on disk. Rows and SQL never leave this package; values of core do."""

from tfcards.store.collection import Collection
from tfcards.store.opening import preload

__all__ = ["Collection", "preload"]
