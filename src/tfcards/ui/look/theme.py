"""The design tokens: every colour, size and distance the window is drawn with. No widgets here.

Widgets ask for a look with dynamic properties that `stylesheet` answers:

* `QLabel`: role = `hero|title|heading|strong|body|muted|caption|mono|good|bad|warning`,
  kind = `chip|key|badge`
* `QPushButton`: kind = `primary|quiet|danger` (none: an ordinary button)
* `QFrame`: kind = `card|sunken|line`
* `QToolButton`: kind = `quiet`
"""

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QFont, QPalette

if TYPE_CHECKING:  # the renderer is not needed for the first paint
    from tfcards.rendering import Colours

TEXT_FONT = "Inter"
MONO_FONT = "JetBrains Mono"
DEFAULT_TEXT_SIZE = 16
READING_WIDTH = 760  # px: about 90 characters of card text


class Space(IntEnum):
    """Distances in px; layouts use these and no others."""

    HAIR = 4
    SMALL = 8
    MEDIUM = 12
    LARGE = 16
    WIDE = 24
    PAGE = 32


class Radius(IntEnum):
    """Corner radii in px."""

    SMALL = 6
    CONTROL = 8
    CARD = 14


class Step(IntEnum):
    """The type scale, in px at the default text size."""

    CAPTION = 12
    SMALL = 13
    BODY = 14
    HEADING = 16
    TITLE = 20
    DISPLAY = 28
    HERO = 44


class Duration(IntEnum):
    """Lengths of animations in ms; all are skipped when motion is reduced."""

    FADE = 120
    SLIDE = 150


@dataclass(frozen=True, slots=True)
class Theme:
    """One complete look. Colours are `#rrggbb`; text colours are readable on every background.

    `window` lies behind everything, `surface` under cards and inputs, `raised` under buttons and
    menus, `sunken` under tracks and quiet areas; `line` divides, `outline` bounds inputs.
    The four grades double as states: `good` right or passed, `again` wrong or failed, `hard` a
    warning. Each `*_soft` is the tint that lies behind text of that colour; `selection` lies
    behind code of every colour.
    """

    name: str
    is_dark: bool
    window: str
    surface: str
    raised: str
    sunken: str
    hover: str
    pressed: str
    line: str
    outline: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    accent_soft: str
    selection: str
    on_accent: str
    again: str
    again_soft: str
    hard: str
    hard_soft: str
    good: str
    good_soft: str
    easy: str
    easy_soft: str
    code_background: str
    inline_code: str
    shadow: str
    highlight_style: str
    text_size: int = DEFAULT_TEXT_SIZE

    @property
    def colours(self) -> "Colours":
        """What the card renderer needs of this theme."""
        from tfcards.rendering import Colours  # noqa: PLC0415 - loaded when first needed

        return Colours(
            text=self.text,
            muted=self.muted,
            surface=self.surface,
            code_background=self.code_background,
            inline_code_background=self.inline_code,
            border=self.line,
            link=self.accent,
            accent=self.accent,
            accent_soft=self.accent_soft,
            good=self.good,
            good_soft=self.good_soft,
            bad=self.again,
            bad_soft=self.again_soft,
            highlight_style=self.highlight_style,
            text_font=TEXT_FONT,
            mono_font=MONO_FONT,
        )

    def px(self, step: int) -> int:
        """A size of the type scale in px, grown or shrunk with the learner's text size."""
        return round(step * self.text_size / DEFAULT_TEXT_SIZE)

    def font(
        self,
        step: int = Step.BODY,
        weight: QFont.Weight = QFont.Weight.Normal,
        *,
        mono: bool = False,
    ) -> QFont:
        """A font of the scale, with figures of equal width so that counting numbers stand still."""
        font = QFont(MONO_FONT if mono else TEXT_FONT)
        font.setPixelSize(self.px(step))
        font.setWeight(weight)
        if mono:
            font.setStyleHint(QFont.StyleHint.Monospace)
            font.setFeature(QFont.Tag("calt"), 0)  # code reads as typed: `!=` stays two signs
        else:
            font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def with_text_size(self, text_size: int) -> "Theme":
        """The same look with card text of `text_size` px and everything else in proportion."""
        return replace(self, text_size=text_size)


LIGHT = Theme(
    name="light",
    is_dark=False,
    window="#f5f6f8",
    surface="#ffffff",
    raised="#ffffff",
    sunken="#eceef2",
    hover="#eef0f4",
    pressed="#e2e5eb",
    line="#e1e4ea",
    outline="#878f9c",
    text="#1b2027",
    muted="#5a6472",
    accent="#4a55cf",
    accent_hover="#3d47b8",
    accent_soft="#eceefc",
    selection="#d3d8fa",
    on_accent="#ffffff",
    again="#c3303a",
    again_soft="#fdecec",
    hard="#8a5a0b",
    hard_soft="#fbf1dc",
    good="#227040",
    good_soft="#e4f4e9",
    easy="#2860bd",
    easy_soft="#e7effc",
    code_background="#f6f7f9",
    inline_code="#eef0f3",
    shadow="#1b2027",
    highlight_style="friendly",
)

DARK = Theme(
    name="dark",
    is_dark=True,
    window="#101318",
    surface="#171a21",
    raised="#1e222b",
    sunken="#22272f",
    hover="#222732",
    pressed="#2b313d",
    line="#2a303a",
    outline="#697485",
    text="#e6e9ef",
    muted="#97a0af",
    accent="#939cff",
    accent_hover="#a9b0ff",
    accent_soft="#252a45",
    selection="#343c72",
    on_accent="#11142b",
    again="#ff8084",
    again_soft="#3a1e23",
    hard="#e8b45a",
    hard_soft="#352a16",
    good="#6fd08c",
    good_soft="#17301f",
    easy="#82b4ff",
    easy_soft="#182a47",
    code_background="#0f1218",
    inline_code="#262c36",
    shadow="#000000",
    highlight_style="github-dark",
)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def palette(theme: Theme) -> QPalette:
    """The theme as a Qt palette, for whatever the stylesheet does not reach."""
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.surface,
        role.AlternateBase: theme.sunken,
        role.Text: theme.text,
        role.Button: theme.raised,
        role.ButtonText: theme.text,
        role.BrightText: theme.on_accent,
        role.PlaceholderText: theme.muted,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Accent: theme.accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.Light: theme.hover,
        role.Midlight: theme.line,
        role.Mid: theme.outline,
        role.Dark: theme.outline,
        role.Shadow: theme.shadow,
    }
    result = QPalette()
    for name, colour in colours.items():
        result.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, name, QColor(theme.outline))
    return result
