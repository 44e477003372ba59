"""Lines a learner clicks: lettered options and ticked key points, as `pick:N` links. No rules."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from tfcards.core.markdown import Option
from tfcards.rendering.colours import Colours
from tfcards.rendering.markdown import blocks, inline
from tfcards.rendering.page import caption

_ANCHOR = re.compile(r"</?a\b[^>]*>")
_ONE_PARAGRAPH = re.compile(r"<p>((?:(?!<p>).)*)</p>\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Look:
    """How one line stands out: colour of its sign, and the ground behind it ("" for none)."""

    sign: str
    colour: str
    ground: str = ""


def open_options(options: Sequence[Option], picked: Collection[int], colours: Colours) -> str:
    """The options to choose from; a click on a line picks it."""
    rows = []
    for number, option in enumerate(options):
        is_picked = number in picked
        colour = colours.accent if is_picked else colours.muted
        look = _Look(_letter(number), colour, colours.accent_soft if is_picked else "")
        rows.append(_row(look, _linked(blocks(option.text, colours), number, colours), number))
    hint = "Pick all that are right" if sum(option.right for option in options) > 1 else "Pick one"
    return caption(hint, colours) + _table(rows)


def marked_options(options: Sequence[Option], picked: Collection[int], colours: Colours) -> str:
    """The options with right and wrong shown, and the reason given for each."""
    rows = []
    for number, option in enumerate(options):
        look = _marked(number, option, number in picked, colours)
        text = _close_up(blocks(option.text, colours))
        if option.reason:
            reason = inline(option.reason, colours)
            style = f"color:{colours.muted};margin-top:0px"
            text += f'<p class="small" style="{style}">{reason}</p>'
        rows.append(_row(look, text, None))
    return _table(rows)


def key_point_lines(
    points: Iterable[str], ticked: Collection[int], colours: Colours, *, clickable: bool
) -> str:
    """The key points, each with a box to tick for what was recalled."""
    rows = []
    for number, point in enumerate(points):
        is_ticked = clickable and number in ticked
        sign = ("☑" if is_ticked else "☐") if clickable else "•"
        look = _Look(sign, colours.good if is_ticked else colours.muted)
        text = blocks(point, colours)
        target = number if clickable else None
        rows.append(_row(look, _linked(text, number, colours) if clickable else text, target))
    title = "Key points: tick what you recalled" if clickable else "Key points"
    return caption(title, colours) + _table(rows)


def _marked(number: int, option: Option, is_picked: bool, colours: Colours) -> _Look:
    if option.right:
        ground = colours.good_soft
        return _Look(f"{_letter(number)} ✓", colours.good, ground)
    if is_picked:
        return _Look(f"{_letter(number)} ✗", colours.bad, colours.bad_soft)
    return _Look(_letter(number), colours.muted)


def _close_up(html: str) -> str:
    """A single paragraph without the room below it, for a reason to follow at once."""
    match = _ONE_PARAGRAPH.fullmatch(html.strip())
    return f'<p style="margin-bottom:0px">{match[1]}</p>' if match else html


def _letter(number: int) -> str:
    return ascii_uppercase[number] if number < len(ascii_uppercase) else str(number + 1)


def _linked(html: str, number: int, colours: Colours) -> str:
    """The line's text as one link, when it is a single paragraph; code stays unlinked."""
    match = _ONE_PARAGRAPH.fullmatch(html.strip())
    if match is None:
        return html
    text = _ANCHOR.sub("", match[1])
    return f'<p><a href="pick:{number}" style="color:{colours.text}">{text}</a></p>'


def _row(look: _Look, text: str, target: int | None) -> str:
    ground = f' bgcolor="{look.ground}"' if look.ground else ""
    style = f"color:{look.colour};font-weight:600"
    sign = f'<span style="{style}">{look.sign}</span>'
    if target is not None:
        sign = f'<a href="pick:{target}" style="{style}">{look.sign}</a>'
    cells = (
        f'<td width="44"{ground} style="padding:5px">{sign}</td><td{ground} style="padding:5px">'
    )
    return f"<tr>{cells}{text}</td></tr>"


def _table(rows: Iterable[str]) -> str:
    opening = '<table width="100%" cellspacing="0" cellpadding="0" style="margin-bottom:8px">'
    return opening + "".join(rows) + "</table>"
