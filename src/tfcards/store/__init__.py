"""The learner's collection on disk. Rows and SQL never leave this package; values of core do."""

from tfcards.store.collection import Collection

__all__ = ["Collection"]
