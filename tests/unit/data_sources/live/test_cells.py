"""Cells show where their events are: the middle of them, exact to a 64th of a tile."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.fold import tiles
from dashboard.core.fold.tiles import STEP_BITS
from dashboard.core.wall.rows import cells_of
from dashboard.core.wall.state import Views
from data_sources.live.city_reader import add_cells

_places = st.lists(
    st.tuples(st.floats(118.80, 118.95), st.floats(42.2, 42.3)), min_size=1, max_size=30
)
_step = 360 / 2**12 / 64


def counted(places: list[tuple[float, float]], zoom: int) -> dict[str, int]:
    """The view of cells with these events in it."""
    out: dict[str, int] = {}
    for lon, lat in places:
        tile, steps = tiles.tile_and_steps(*tiles.cell(lon, lat, zoom + STEP_BITS))
        for name, n in ((f"{tile}|red", 1), (f"{tile}|at", steps)):
            out[name] = out.get(name, 0) + n
    return out


@given(_places)
def test_a_cell_is_in_the_middle_of_its_events(places: list[tuple[float, float]]) -> None:
    cells = cells_of(counted(places, 12), 12)
    groups: dict[str, list[tuple[float, float]]] = {}
    for lon, lat in places:
        x, y = tiles.cell(lon, lat, 12)
        groups.setdefault(f"{x}/{y}", []).append((lon, lat))
    assert set(cells) == set(groups)
    for tile, group in groups.items():
        assert cells[tile].red == len(group)
        assert abs(cells[tile].lon - sum(lon for lon, _ in group) / len(group)) < _step
        # a tile is as high as it is wide, in the map's measure
        assert abs(cells[tile].lat - sum(lat for _, lat in group) / len(group)) < 1.5 * _step


@given(_places, st.integers(1, 4))
def test_of_a_coarser_zoom_too(places: list[tuple[float, float]], up: int) -> None:
    """Shards may have kept cells of different zooms."""
    merged = Views(cells=dict(counted(places, 12)), cell_zoom=12)
    coarse = {name: str(n) for name, n in counted(places, 12 - up).items()}
    add_cells(merged, coarse, 12 - up)
    assert merged.cell_zoom == 12 - up
    found, alone = cells_of(merged.cells, 12 - up), cells_of(counted(places, 12 - up), 12 - up)
    assert {tile: cell.red for tile, cell in found.items()} == {
        tile: 2 * cell.red for tile, cell in alone.items()
    }
    for tile, cell in found.items():
        assert abs(cell.lon - alone[tile].lon) < _step * 2**up
        assert abs(cell.lat - alone[tile].lat) < _step * 2**up


def test_sixteen_million_in_one_corner() -> None:
    tile, steps = tiles.tile_and_steps(*tiles.cell(118.88, 42.25, 12 + STEP_BITS))
    n = 16_000_000
    cell = cells_of({f"{tile}|blue": n, f"{tile}|at": n * steps}, 12)[tile]
    assert abs(cell.lon - 118.88) < _step
    assert abs(cell.lat - 42.25) < _step
    assert n * steps < 2**63
