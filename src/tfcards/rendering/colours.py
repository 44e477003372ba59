"""The colours and fonts a card is drawn with; values come from the window, never from here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Colours:
    """Hex colours (`#rrggbb`), font families and a Pygments style, for one theme.

    `accent_soft` is the tint behind a cloze and a picked line; `good_soft` and `bad_soft` lie
    behind right and wrong lines. `surface` is what a card is drawn on: text must be readable on it.
    """

    text: str
    muted: str
    surface: str
    code_background: str
    inline_code_background: str
    border: str
    link: str
    accent: str
    accent_soft: str
    good: str
    good_soft: str
    bad: str
    bad_soft: str
    highlight_style: str = "friendly"
    text_font: str = "Inter"
    mono_font: str = "JetBrains Mono"
