"""Formulas: drawn with sane sizes, the traps handled, a readable fallback."""

import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest

from tfcards.rendering import math_problem, math_svg
from tfcards.rendering.mathematics import math_link

GOOD = [
    r"\hat{y} = \sigma(Wx + b)",
    r"\frac{\partial L}{\partial w}",
    r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}",
    r"\begin{cases} x & x > 0 \\ 0 & x \le 0 \end{cases}",
    r"\mathbb{R}^{n \times d}",
    r"\operatorname*{argmax}_k p_k",
    r"\text{loss} = -\log p",
    r"\boxed{\,?\,}",
    r"a < b \quad \nabla_\theta J",
]


@pytest.mark.parametrize("tex", GOOD)
@pytest.mark.parametrize("inline", [True, False])
def test_formulas_draw(tex, inline):
    formula = math_svg(tex, 16, "#112233", inline)
    assert 0 < formula.width < 400
    assert 0 < formula.height < 100
    assert -1 < formula.descent < formula.height
    assert b"<text" not in formula.svg
    ET.fromstring(formula.svg)
    assert math_problem(tex) == ""


@pytest.mark.parametrize(
    "tex",
    [
        r"\left(\sum_j e^{z_j}\right)",
        r"\left(\sum_{i} x_i \prod_k y\right)",
        r"\left[\bigcup_\alpha A\right]",
    ],
)
def test_big_operators_in_brackets_keep_their_size(tex):
    assert math_svg(tex, 16, "#000000", inline=False).height < 120


@pytest.mark.parametrize("tex", [r"\frac{a", "", r"\mathop{x}", r"x_{", r"\text{a < b}", "\x00"])
def test_what_cannot_be_drawn_is_shown_as_its_source(tex):
    formula = math_svg(tex, 16, "#000000", inline=True)
    assert formula.width > 0
    assert formula.height < 40
    assert b"<text" in formula.svg
    if tex != "\x00":
        ET.fromstring(formula.svg)
    assert "cannot be drawn" in math_problem(tex)


def test_unknown_commands_are_named():
    assert r"`\foo` is not known" in math_problem(r"\foo + 1")


def test_links_quote_everything():
    assert math_link(r" a<b & 'c' ", inline=True) == "math:i:a%3Cb%20%26%20%27c%27"
    assert math_link("x", inline=False).startswith("math:d:")


def test_the_formula_library_is_loaded_late():
    code = "import sys, tfcards.rendering; sys.exit('ziamath' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
