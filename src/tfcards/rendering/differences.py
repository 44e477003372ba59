"""What was typed against what was expected, letter by letter, as HTML."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from html import escape

from tfcards.core.marking import same_text
from tfcards.rendering.colours import Colours
from tfcards.rendering.page import caption, code_block

_LONGEST = 4000  # characters compared letter by letter; more would take seconds


def difference(typed: str, expected: str, colours: Colours) -> str:
    """The typed text with what is wrong in it, and what was expected with what was left out."""
    typed, expected = typed.strip("\n"), expected.strip("\n")
    if same_text(typed, expected):
        good = f'<span style="color:{colours.good}">{escape(typed)}</span>'
        return caption(f'<span style="color:{colours.good}">✓ You typed</span>', colours) + (
            code_block(good)
        )
    matcher = SequenceMatcher(None, typed[:_LONGEST], expected[:_LONGEST], autojunk=False)
    steps = matcher.get_opcodes()
    wrong = "".join(_parts(typed, [(s[0], s[1], s[2]) for s in steps], _style(colours, good=False)))
    left = "".join(
        _parts(expected, [(s[0], s[3], s[4]) for s in steps], _style(colours, good=True))
    )
    mark = f'<span style="color:{colours.bad}">✗ You typed</span>'
    return (
        caption(mark, colours)
        + code_block(wrong + escape(typed[_LONGEST:]))
        + caption("Expected", colours)
        + code_block(left + escape(expected[_LONGEST:]))
    )


def _style(colours: Colours, *, good: bool) -> str:
    colour, ground = (colours.good, colours.good_soft) if good else (colours.bad, colours.bad_soft)
    return f"color:{colour};background-color:{ground};font-weight:600"


def _parts(text: str, steps: list[tuple[str, int, int]], style: str) -> Iterator[str]:
    for step, start, end in steps:
        piece = escape(text[start:end])
        yield piece if step == "equal" or not piece else f'<span style="{style}">{piece}</span>'
