"""What was typed against what was expected, by letters or by lines, as HTML."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from html import escape

from tfcards.core.marking import same_text
from tfcards.rendering.colours import Colours
from tfcards.rendering.page import caption, code_block

_MOST = 300  # letters, or lines of longer texts, that are compared: time grows with the cube


def difference(typed: str, expected: str, colours: Colours) -> str:
    """The typed text with what is wrong in it, and what was expected with what was left out."""
    typed, expected = typed.strip("\n"), expected.strip("\n")
    if same_text(typed, expected):
        good = f'<span style="color:{colours.good}">{escape(typed)}</span>'
        return caption(f'<span style="color:{colours.good}">✓ You typed</span>', colours) + (
            code_block(good)
        )
    by_lines = max(len(typed), len(expected)) > _MOST
    given, wanted = _units(typed, by_lines=by_lines), _units(expected, by_lines=by_lines)
    steps = SequenceMatcher(None, given[:_MOST], wanted[:_MOST], autojunk=False).get_opcodes()
    wrong = _parts(given, [step[:3] for step in steps], _style(colours, good=False))
    left_out = _parts(wanted, [(step[0], *step[3:]) for step in steps], _style(colours, good=True))
    mark = f'<span style="color:{colours.bad}">✗ You typed</span>'
    return (
        caption(mark, colours)
        + code_block(wrong)
        + caption("Expected", colours)
        + code_block(left_out)
    )


def line_difference(typed: str, reference: str, colours: Colours) -> str:
    """Typed code in one column with the reference: what only one of them has, marked - or +.

    Code may differ and still be right, so nothing here is called wrong.
    """
    typed, reference = typed.strip("\n"), reference.strip("\n")
    if same_text(typed, reference):
        return caption("You typed the reference", colours)
    title = caption("You typed (-), and how the reference differs (+)", colours)
    ours, theirs = typed.split("\n")[:_MOST], reference.split("\n")[:_MOST]
    steps = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    lines: list[str] = []
    for step, a, b, c, d in steps:
        if step == "equal":
            lines += [f"  {escape(line)}" for line in ours[a:b]]
        else:
            lines += [_marked("-", line, colours.accent_soft) for line in ours[a:b]]
            lines += [_marked("+", line, colours.good_soft) for line in theirs[c:d]]
    return title + code_block("\n".join(lines))


def _marked(sign: str, line: str, ground: str) -> str:
    return f'<span style="background-color:{ground}">{sign} {escape(line)}</span>'


def _style(colours: Colours, *, good: bool) -> str:
    colour, ground = (colours.good, colours.good_soft) if good else (colours.bad, colours.bad_soft)
    return f"color:{colour};background-color:{ground};font-weight:600"


def _units(text: str, *, by_lines: bool) -> list[str]:
    return text.splitlines(keepends=True) if by_lines else list(text)


def _parts(units: list[str], steps: Sequence[tuple[str, int, int]], style: str) -> str:
    """The text with all but its equal parts in `style`; what was not compared stays plain."""
    parts = []
    for step, start, end in steps:
        piece = escape("".join(units[start:end]))
        is_plain = step == "equal" or not piece
        parts.append(piece if is_plain else f'<span style="{style}">{piece}</span>')
    return "".join(parts) + escape("".join(units[_MOST:]))
