"""Card Markdown to safe HTML: highlighting, mathematics, diffs. No Qt, files or database."""

from tfcards.rendering.colours import Colours

__all__ = ["Colours"]
