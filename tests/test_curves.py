"""The live curves: thinning, pairing, a calm redraw, both themes, a picture, loaded late."""

import subprocess
import sys
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from tfcards.ui.charts.curves import MOST_CHARTS, MOST_CURVES, MOST_POINTS, Curves, grouped, thin
from tfcards.ui.look.appearance import Appearance, Mode

POINTS = [(float(step), 1.0 / (step + 1)) for step in range(50)]


@given(st.lists(st.floats(-1e6, 1e6), max_size=4000), st.integers(4, 900))
def test_thinning_keeps_ends_peaks_and_order(values: list[float], most: int) -> None:
    points = [(float(step), value) for step, value in enumerate(values)]
    kept = thin(points, most)
    assert len(kept) <= max(most, 0) or len(points) <= most
    assert kept == sorted(kept, key=lambda point: point[0])
    assert set(kept) <= set(points)
    if points:
        assert (kept[0], kept[-1]) == (points[0], points[-1])
        assert max(y for _, y in kept) == max(values)
        assert min(y for _, y in kept) == min(values)


def test_training_and_validation_share_a_chart() -> None:
    series = {"loss": POINTS, "val_loss": POINTS, "accuracy": POINTS, "worker-1/loss": POINTS}
    groups = {metric: list(curves) for metric, curves in grouped(series).items()}
    assert groups == {"loss": ["train", "val", "worker-1"], "accuracy": ["train"]}


def test_workers_stand_in_their_order_whoever_reports_first() -> None:
    series = {"worker-1/loss": POINTS, "worker-0/loss": POINTS, "worker-0/val_loss": POINTS}
    assert list(grouped(series)["loss"]) == ["worker-0", "worker-0 val", "worker-1"]


@pytest.fixture
def curves(qtbot: QtBot, appearance: Appearance) -> Curves:
    curves = Curves(appearance.theme)
    qtbot.addWidget(curves)
    curves.resize(700, 250)
    curves.show()
    return curves


def test_curves_come_up_change_theme_and_go(
    curves: Curves, qtbot: QtBot, appearance: Appearance
) -> None:
    curves.show_series({"loss": POINTS, "val_loss": POINTS, "accuracy": POINTS[:1]})
    qtbot.waitUntil(lambda: curves.redraws > 0, timeout=20_000)
    light = curves.grab().toImage()
    appearance.choose_mode(Mode.DARK)
    curves.set_theme(appearance.theme)
    dark = curves.grab().toImage()
    assert light.pixelColor(350, 240).lightness() > dark.pixelColor(350, 240).lightness()
    done = curves.redraws
    curves.show_series({})
    qtbot.waitUntil(lambda: curves.redraws > done)
    assert "as soon as" in curves.findChildren(type(curves._empty))[0].text()


def test_a_stream_of_points_redraws_ten_times_a_second_at_most(
    curves: Curves, qtbot: QtBot
) -> None:
    curves.show_series({"loss": POINTS})
    qtbot.waitUntil(lambda: curves.redraws > 0, timeout=20_000)
    before, began = curves.redraws, perf_counter()
    for step in range(100):
        curves.show_series({"loss": POINTS[: step % 50 + 1]})
        qtbot.wait(5)
    assert 2 <= curves.redraws - before <= 10 * (perf_counter() - began) + 1


def test_the_picture_is_written(curves: Curves, qtbot: QtBot, tmp_path: Path) -> None:
    curves.show_series({"loss": POINTS * 40})
    qtbot.waitUntil(lambda: curves.redraws > 0, timeout=20_000)
    curves.save_picture(tmp_path / "curves.png")
    picture = QImage(str(tmp_path / "curves.png"))
    assert picture.width() > curves.width()
    assert MOST_POINTS == 800


def test_pyqtgraph_is_not_loaded_with_the_page() -> None:
    code = (
        "import sys, tfcards.ui.labs_page, tfcards.ui.charts.curves;"
        "sys.exit(any(name in sys.modules for name in ('pyqtgraph', 'numpy', 'tensorflow')))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == 0


def test_logs_that_name_a_reported_metric_get_a_chart_of_their_own() -> None:
    points = [(0.0, 1.0)]
    names = ["loss", "val_loss", "logs/loss", "train/epoch_loss", "validation/epoch_loss"]
    groups = grouped(dict.fromkeys(names, points))
    assert {group: list(labels) for group, labels in groups.items()} == {
        "loss": ["train", "val"],
        "loss (logged)": ["logs"],
        "epoch_loss": ["train", "validation"],
    }
    workers = grouped(dict.fromkeys(["loss", "worker-1/loss"], points))
    assert list(workers["loss"]) == ["train", "worker-1"]


def test_charts_stand_in_as_many_columns_as_there_is_room_for(
    qtbot: QtBot, appearance: Appearance
) -> None:
    curves = Curves(appearance.theme)
    qtbot.addWidget(curves)
    curves.resize(900, 300)
    curves.show()
    curves.show_series({f"metric{number}": [(0.0, 1.0), (1.0, 2.0)] for number in range(6)})
    qtbot.waitUntil(lambda: curves.redraws > 0, timeout=20_000)
    charts = curves._charts
    assert charts is not None
    qtbot.waitUntil(lambda: charts._grid.columnCount() == 4)
    first, second = list(charts._charts.values())[:2]
    assert first.y() == second.y()
    curves.resize(280, 300)
    qtbot.waitUntil(lambda: second.y() > first.y())


def test_a_chart_that_is_left_alone_takes_all_the_room(curves: Curves, qtbot: QtBot) -> None:
    names = [f"metric{number}" for number in range(6)]
    curves.show_series(dict.fromkeys(names, POINTS))
    qtbot.waitUntil(lambda: curves.redraws > 0, timeout=20_000)
    charts = curves._charts
    assert charts is not None
    assert charts._charts["metric0"].width() < charts.width() / 3
    curves.show_series({"metric5": POINTS})
    qtbot.waitUntil(lambda: list(charts._charts) == ["metric5"])
    qtbot.waitUntil(lambda: charts._charts["metric5"].width() > charts.width() * 0.9)


def test_more_metrics_than_there_is_room_for_are_told_and_not_drawn(
    curves: Curves, qtbot: QtBot
) -> None:
    points = [(0.0, 1.0), (1.0, 2.0)]
    curves.show_series({f"metric{number}": points for number in range(MOST_CHARTS)})
    qtbot.waitUntil(lambda: curves.redraws > 0, timeout=20_000)
    assert curves.left_out.isHidden()
    charts = curves._charts
    assert charts is not None
    for names in (
        [f"metric{number}" for number in range(MOST_CHARTS + 1)],
        [f"log{number}/loss" for number in range(MOST_CURVES + 1)],
    ):
        before = curves.redraws
        curves.show_series(dict.fromkeys(names, points))
        qtbot.waitUntil(lambda before=before: curves.redraws > before)
        assert curves.left_out.isVisible()
        assert len(charts._charts) == min(MOST_CHARTS, len(grouped(dict.fromkeys(names, points))))
    assert len(charts._charts["loss"]._curves) == MOST_CURVES
