"""Where everything on the map of labs goes: tiles, marks, and the lines between. No Qt, no paint.

Sections of the road lie below each other, each with its mark on the left and its labs beside it in
rows of columns. A line leads from a lab to each lab that follows it, around what lies between.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

Point = tuple[float, float]
Placed = tuple[str, tuple[str, ...]]  # a lab's id, and those of the labs it follows


class Box(NamedTuple):
    """A rectangle in px."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        """Its centre."""
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def bottom(self) -> float:
        """The y of its lower edge."""
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Measures:
    """Sizes in px: of marks, of tiles, and of the gaps between."""

    mark: float = 180
    height: float = 92
    narrowest: float = 216
    widest: float = 330
    most_columns: int = 3
    gap: float = 32
    lane: float = 28  # room for lines left of the tiles and between columns
    apart: float = 7  # between lines of different labs that go side by side


@dataclass(frozen=True, slots=True)
class Stretch:
    """A section as the layout sees it: its key, and its labs with the ids they follow."""

    key: str
    labs: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """A line from one lab to one that follows it, from corner to corner."""

    start: str
    end: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole map: boxes by key, and the lines."""

    height: float
    marks: dict[str, Box]
    tiles: dict[str, Box]
    routes: tuple[Route, ...]


def arrange(stretches: Sequence[Stretch], width: float, measures: Measures) -> Layout:
    """Lay the sections out in a map of that width."""
    grid = _Grid(width, measures)
    marks = {}
    for stretch in stretches:
        marks[stretch.key] = Box(0, grid.next_y, measures.mark, measures.height)
        grid.add(stretch.labs)
    routes = tuple(_routes(stretches, grid))
    return Layout(max(0.0, grid.next_y - measures.gap), marks, grid.boxes, routes)


@dataclass(slots=True)
class _Grid:
    """Rows of tiles, filled from above."""

    width: float
    measures: Measures
    cells: dict[str, tuple[int, int]] = field(default_factory=dict)  # row and column by lab
    rows: int = 0

    @property
    def columns(self) -> int:
        m = self.measures
        fitting = int((self.width - m.mark) // (m.narrowest + m.lane))
        return min(max(1, fitting), m.most_columns)

    @property
    def tile_width(self) -> float:
        m = self.measures
        room = (self.width - m.mark) / self.columns - m.lane
        return max(m.narrowest / 2, min(room, m.widest))

    @property
    def next_y(self) -> float:
        return self.y_of(self.rows)

    @property
    def boxes(self) -> dict[str, Box]:
        return {lab: self.box(lab) for lab in self.cells}

    def y_of(self, row: int) -> float:
        return row * (self.measures.height + self.measures.gap)

    def x_of(self, column: int) -> float:
        m = self.measures
        return m.mark + m.lane + column * (self.tile_width + m.lane)

    def box(self, lab: str) -> Box:
        row, column = self.cells[lab]
        return Box(self.x_of(column), self.y_of(row), self.tile_width, self.measures.height)

    def add(self, labs: Sequence[Placed]) -> None:
        """Put a section's labs into the next rows; one that follows another goes below it."""
        for row in self._in_rows(labs) or [[]]:
            alone = len(row) == 1
            for number, (lab, after) in enumerate(row):
                column = self._column_below(after) if alone else number
                self.cells[lab] = (self.rows, column)
            self.rows += 1

    def _in_rows(self, labs: Sequence[Placed]) -> list[list[Placed]]:
        rows: list[list[Placed]] = []
        for lab, after in labs:
            follows = bool(rows) and any(other in after for other, _ in rows[-1])
            if not rows or follows or len(rows[-1]) == self.columns:
                rows.append([])
            rows[-1].append((lab, after))
        return rows

    def is_free(self, column: int, above: int, below: int) -> bool:
        """Whether no tile stands in the column between two rows."""
        return not any(at == column and above < row < below for row, at in self.cells.values())

    def _column_below(self, after: Sequence[str]) -> int:
        """A column that can be reached straight from what comes before, or the first."""
        placed = [self.cells[lab] for lab in after if lab in self.cells]
        if not placed:
            return 0
        above, start = max(placed)
        order = sorted(range(self.columns), key=lambda column: abs(column - start))
        free = [column for column in order if self.is_free(column, above, self.rows)]
        return free[0] if free else self.columns - 1


def _routes(stretches: Sequence[Stretch], grid: _Grid) -> Iterator[Route]:
    used: dict[float, list[str]] = {}
    for stretch in stretches:
        for lab, after in stretch.labs:
            for earlier in after:
                if earlier in grid.cells and grid.cells[earlier][0] < grid.cells[lab][0]:
                    yield _route(grid, earlier, lab, used)


def _route(grid: _Grid, start: str, end: str, used: dict[float, list[str]]) -> Route:
    """Down from the one, along a lane past what lies between, and down onto the other."""
    first, last = grid.box(start), grid.box(end)
    (x, _), (to_x, _) = first.middle, last.middle
    out, into = first.bottom + grid.measures.gap / 4, last.y - grid.measures.gap / 2
    if grid.cells[end][0] == grid.cells[start][0] + 1:
        points = [(x, first.bottom), (x, out), (to_x, out)]
    else:
        lane = _lane(grid, start, end, used)
        points = [(x, first.bottom), (x, out), (lane, out), (lane, into), (to_x, into)]
    return Route(start, end, tuple(_without_doubles([*points, (to_x, last.y)])))


def _lane(grid: _Grid, start: str, end: str, used: dict[float, list[str]]) -> float:
    """The x of a way down between two rows: through a free column, else beside the columns.

    Lines from the same lab share a way; those of others lie a little apart.
    """
    (above, column), (below, to_column) = grid.cells[start], grid.cells[end]
    x, to_x = grid.box(start).middle[0], grid.box(end).middle[0]
    for candidate in (to_column, column):
        if grid.is_free(candidate, above, below):
            return grid.x_of(candidate) + grid.tile_width / 2
    gutters = [grid.x_of(each) - grid.measures.lane / 2 for each in range(grid.columns)]
    best = min(gutters, key=lambda gutter: abs(gutter - x) + abs(gutter - to_x))
    sharing = used.setdefault(best, [])
    if start not in sharing:
        sharing.append(start)
    place = sharing.index(start)
    side = (place + 1) // 2 * (1 if place % 2 else -1)
    reach = grid.measures.lane / 2 - 3
    return best + max(-reach, min(reach, side * grid.measures.apart))


def _without_doubles(points: Iterable[Point]) -> Iterator[Point]:
    """Points without those that say nothing new."""
    kept: Point | None = None
    for point in points:
        if point != kept:
            yield point
        kept = point


def neighbour(layout: Layout, key: str, across: int, down: int) -> str | None:
    """What an arrow key leads to from a tile or mark: -1, 0 or 1 across and down.

    Up and down stay among tiles, or among marks; left of the first tile lies the mark.
    """
    boxes: Mapping[str, Box] = {**layout.marks, **layout.tiles}
    here = boxes[key]
    if across:
        same_row = [k for k in boxes if boxes[k].y == here.y and across * (boxes[k].x - here.x) > 0]
        if not same_row and across < 0 and key in layout.tiles:
            same_row = [k for k in layout.marks if layout.marks[k].y < here.y][-1:]
        return min(same_row, key=lambda k: abs(boxes[k].x - here.x), default=None)
    kind = layout.tiles if key in layout.tiles else layout.marks
    beyond = [k for k in kind if down * (kind[k].y - here.y) > 0]
    return min(
        beyond, key=lambda k: (abs(kind[k].y - here.y), abs(kind[k].x - here.x)), default=None
    )
