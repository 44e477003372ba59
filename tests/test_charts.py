"""What a chart makes of a constant, and of a training that was started again."""

import math
from collections.abc import Iterator

import pyqtgraph as pg
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tfcards.ui.charts.plots import Charts, Points
from tfcards.ui.look.appearance import Appearance


@pytest.fixture
def charts(qtbot: QtBot, appearance: Appearance) -> Iterator[Charts]:
    parent = QWidget()
    qtbot.addWidget(parent)
    yield Charts(appearance.theme, parent)
    parent.close()


def draw(charts: Charts, points: Points) -> pg.PlotWidget:
    charts.keep({"rate": {"train": points}})
    charts.fill("rate")
    charts.draw("rate", {"train": points})
    return charts.findChild(pg.PlotWidget)


@pytest.mark.parametrize("value", [0.001, 0.0, -3.0])
def test_a_constant_lies_in_the_middle_of_its_own_scale(charts: Charts, value: float) -> None:
    plot = draw(charts, [(0, value), (1, value)])
    low, high = plot.viewRange()[1]
    assert low < value < high
    assert high - low <= max(abs(value), 1)


def test_a_training_that_was_started_again_draws_no_line_back(
    charts: Charts,
) -> None:
    plot = draw(charts, [(0, 1.0), (1, 0.5), (2, 0.4), (1, 0.6), (2, 0.5)])
    (curve,) = plot.listDataItems()
    steps, _ = curve.getData()
    assert [step for step in steps if not math.isnan(step)] == [0, 1, 2, 1, 2]
    assert [math.isnan(step) for step in steps] == [False, False, False, True, False, False]
