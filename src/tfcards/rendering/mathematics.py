r"""Formulas: TeX to SVG that Qt draws well. The formula library is loaded with the first formula.

The traps of ziamath 0.13 end here: a big operator with only a lower limit inside `\left` grows to
2000 px, `\mathop` measures minus 20000 px, unknown commands are printed as text without error.
"""

import re
import warnings
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from ziamath.zmath import Latex

_LONE_LOWER_LIMIT = re.compile(
    r"\\(?:sum|prod|coprod|bigcup|bigcap|bigoplus|bigotimes)(?:\\limits)?"
    r"_(?:\{[^{}]*\}|\\[A-Za-z]+|[A-Za-z0-9])(?!\s*\^)"
)
_KEPT = 128  # formulas: what was shown once is likely to be shown again
_LARGEST = 1900.0  # px; anything beyond is a mistake of measurement


@dataclass(frozen=True, slots=True)
class Formula:
    """A drawn formula: sizes in px; `descent` is how far it reaches below the baseline."""

    svg: bytes
    width: float
    height: float
    descent: float


@lru_cache(_KEPT)
def math_svg(tex: str, size: float, colour: str, inline: bool) -> Formula:
    """Draw TeX at `size` px. What cannot be drawn comes back as its TeX source, in code letters."""
    try:
        return _drawn(tex, size, colour, inline=inline)
    except Exception:  # noqa: BLE001 - ziamath raises anything, bare Exception and AssertionError too
        return _source(tex, size, colour)


def math_problem(tex: str) -> str:
    """What is wrong with a formula, as a sentence, or "" if it can be drawn as meant."""
    try:
        unknown = _unknown_commands(_laid_out(tex, 16, "#000000", inline=False))
        _drawn(tex, 16, "#000000", inline=False)
    except Exception as error:  # noqa: BLE001 - see math_svg
        why = str(error) or type(error).__name__
        return f"Formula `{tex}` cannot be drawn: {why}. Check its braces and commands."
    if unknown:
        return f"Formula `{tex}`: `{unknown[0]}` is not known. Write it with other commands."
    return ""


def math_link(tex: str, *, inline: bool) -> str:
    """The `math:` address under which a card shows a formula."""
    return f"math:{'i' if inline else 'd'}:{quote(tex.strip(), safe='')}"


def _laid_out(tex: str, size: float, colour: str, *, inline: bool) -> "Latex":
    with warnings.catch_warnings():  # ziamath opens its fonts in a way Python advises against
        warnings.filterwarnings("ignore", "path is deprecated", DeprecationWarning)
        from ziamath.config import config  # noqa: PLC0415 - 0.2 s and more
        from ziamath.zmath import Latex  # noqa: PLC0415 - loaded when first needed

        config.svg2 = False  # QtSvg reads SVG 1
        mended = _LONE_LOWER_LIMIT.sub(r"\g<0>^{}", tex)
        return Latex(mended, size=size, color=colour, inline=inline)


def _drawn(tex: str, size: float, colour: str, *, inline: bool) -> Formula:
    laid_out = _laid_out(tex, size, colour, inline=inline)
    width, height = laid_out.getsize()
    if not (0 < width < _LARGEST and 0 < height < _LARGEST):
        raise ValueError(f"it measures {width:.0f} x {height:.0f} px")
    return Formula(laid_out.svg().encode(), width, height, -laid_out.getyofst())


def _unknown_commands(laid_out: "Latex") -> list[str]:
    texts = (element.text or "" for element in laid_out.mathml.iter())
    return [text for text in texts if text.startswith("\\")]


def _source(tex: str, size: float, colour: str) -> Formula:
    text = " ".join(tex.split()) or "?"
    letter = size * 0.62
    width, height = min(letter * len(text) + 2, _LARGEST), size * 1.4
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.2f}" height="{height:.2f}"'
        f' viewBox="0 0 {width:.2f} {height:.2f}"><text x="0" y="{size:.2f}" fill="{colour}"'
        f' font-family="JetBrains Mono" font-size="{size:.2f}">{escape(text)}</text></svg>'
    )
    return Formula(svg.encode(), width, height, height - size)
