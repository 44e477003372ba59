"""Card Markdown to safe HTML: highlighting, mathematics, diffs. No Qt, files or database."""

from tfcards.rendering.cards import Side, card_html
from tfcards.rendering.colours import Colours
from tfcards.rendering.markdown import markdown_html
from tfcards.rendering.mathematics import Formula, math_problem, math_svg

__all__ = [
    "Colours",
    "Formula",
    "Side",
    "card_html",
    "markdown_html",
    "math_problem",
    "math_svg",
    "preload",
]


def preload(colours: Colours) -> None:
    """Import now what the first card with code and a formula would otherwise wait for."""
    markdown_html("```python\npass\n```", colours)
    math_svg("x", 16, colours.text, inline=True)
