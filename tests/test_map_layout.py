"""Where things go on the map of labs: nothing overlaps, lines go around tiles, arrows lead on."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfcards.ui.road.map_layout import Box, Layout, Measures, Stretch, arrange, neighbour

MEASURES = Measures()
ROAD = (
    Stretch("1", (("a", ()),)),
    Stretch("2", (("b", ("a",)),)),
    Stretch("3", (("c", ("a",)),)),
    Stretch("4", (("d", ("b",)), ("e", ("b", "c")))),
    Stretch("5", ()),
    Stretch("6", (("f", ("a", "e")),)),
)


def boxes(layout: Layout) -> dict[str, Box]:
    return {**layout.marks, **layout.tiles}


def overlap(one: Box, other: Box) -> bool:
    across = one.x < other.x + other.width and other.x < one.x + one.width
    return across and one.y < other.bottom and other.y < one.bottom


def crosses(start: tuple[float, float], end: tuple[float, float], box: Box) -> bool:
    """Whether an upright or level line goes through the inside of a box."""
    left, right = sorted((start[0], end[0]))
    top, bottom = sorted((start[1], end[1]))
    inside = left < box.x + box.width and right > box.x
    return inside and top < box.bottom and bottom > box.y


@st.composite
def roads(draw) -> tuple[Stretch, ...]:
    stretches, known = [], []
    for number in range(draw(st.integers(1, 9))):
        labs = []
        for place in range(draw(st.integers(0, 5))):
            after = draw(st.lists(st.sampled_from(known), max_size=3, unique=True)) if known else []
            labs.append((f"{number}-{place}", tuple(after)))
            known.append(f"{number}-{place}")
        stretches.append(Stretch(f"stage {number}", tuple(labs)))
    return tuple(stretches)


@given(roads(), st.integers(420, 1500))
def test_nothing_overlaps_and_all_is_inside(road: tuple[Stretch, ...], width: int):
    layout = arrange(road, width, MEASURES)
    assert set(layout.tiles) == {lab for stretch in road for lab, _ in stretch.labs}
    for one, other in combinations(boxes(layout).values(), 2):
        assert not overlap(one, other)
    for box in boxes(layout).values():
        assert box.x >= 0
        assert box.x + box.width <= width + 0.01
        assert box.bottom <= layout.height + 0.01


@given(roads(), st.integers(420, 1500))
def test_lines_go_around_what_lies_between(road: tuple[Stretch, ...], width: int):
    layout = arrange(road, width, MEASURES)
    for route in layout.routes:
        for start, end in pairwise(route.points):
            assert start[0] == end[0] or start[1] == end[1]
            for box in boxes(layout).values():
                assert not crosses(start, end, box)
        (x, y), (to_x, to_y) = route.points[0], route.points[-1]
        assert (x, y) == (layout.tiles[route.start].middle[0], layout.tiles[route.start].bottom)
        assert (to_x, to_y) == (layout.tiles[route.end].middle[0], layout.tiles[route.end].y)


def test_every_lab_that_follows_another_is_joined_to_it():
    layout = arrange(ROAD, 900, MEASURES)
    assert {(route.start, route.end) for route in layout.routes} == {
        ("a", "b"), ("a", "c"), ("b", "d"), ("b", "e"), ("c", "e"), ("a", "f"), ("e", "f")
    }  # fmt: skip


def test_labs_of_one_section_that_follow_each_other_go_below_each_other():
    road = (Stretch("1", (("a", ()), ("b", ()), ("c", ("b",)))),)
    layout = arrange(road, 1000, MEASURES)
    assert layout.tiles["a"].y == layout.tiles["b"].y < layout.tiles["c"].y
    assert [(route.start, route.end) for route in layout.routes] == [("b", "c")]


def test_a_lab_that_needs_a_later_one_is_not_joined_upwards():
    road = (Stretch("1", (("a", ("b",)),)), Stretch("2", (("b", ("gone",)),)))
    assert arrange(road, 900, MEASURES).routes == ()


@pytest.mark.parametrize(("width", "columns"), [(440, 1), (700, 2), (1000, 3), (2400, 3)])
def test_wider_maps_have_more_columns(width: int, columns: int):
    road = (Stretch("1", tuple((f"lab {number}", ()) for number in range(7))),)
    layout = arrange(road, width, MEASURES)
    assert len({box.x for box in layout.tiles.values()}) == columns
    assert len({box.y for box in layout.tiles.values()}) == -(-7 // columns)
    assert all(box.width <= MEASURES.widest for box in layout.tiles.values())


@given(roads(), st.integers(420, 1500))
def test_arrows_reach_everything(road: tuple[Stretch, ...], width: int):
    layout = arrange(road, width, MEASURES)
    start = next(iter(layout.marks))
    reached, ahead = {start}, [start]
    while ahead:
        at = ahead.pop()
        for across, down in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            key = neighbour(layout, at, across, down)
            if key is not None and key not in reached:
                reached.add(key)
                ahead.append(key)
    assert reached == set(boxes(layout))


def test_arrows_lead_where_they_point():
    layout = arrange(ROAD, 1000, MEASURES)
    assert neighbour(layout, "a", 0, 1) == "b"
    assert neighbour(layout, "b", 0, -1) == "a"
    assert neighbour(layout, "d", 1, 0) == "e"
    assert neighbour(layout, "e", -1, 0) == "d"
    assert neighbour(layout, "d", -1, 0) == "4"
    assert neighbour(layout, "4", 0, 1) == "5"
    assert neighbour(layout, "5", 1, 0) is None
    assert neighbour(layout, "a", 0, -1) is None
    assert neighbour(layout, "1", 1, 0) == "a"
