"""Coordinates of other systems: against known positions, and there and back again."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prcoords import Coords, wgs_bd, wgs_gcj

from dashboard.config.mappings import read_mapping
from dashboard.core.mapping.model import Mapping, Position
from dashboard.errors import GridwallError
from data_sources.intake.cityfile.look import look
from data_sources.intake.cityfile.systems import turn_of

LATITUDES, LONGITUDES = st.floats(20, 50), st.floats(75, 130)


@pytest.mark.parametrize(("system", "shift"), [("GCJ02", wgs_gcj), ("BD09", wgs_bd)])
@given(LATITUDES, LONGITUDES)
def test_there_and_back_is_the_same_place_within_a_centimetre(
    system: str, shift: Callable[[Coords], Coords], lat: float, lon: float
) -> None:
    shown = shift(Coords(lat, lon))
    turn = turn_of(Mapping(position=Position(lat="a", lon="b", system=system)))
    assert turn is not None
    assert turn(shown.lon, shown.lat) == (
        pytest.approx(lat, abs=1e-7),
        pytest.approx(lon, abs=1e-7),
    )


def test_a_known_place_of_a_map_of_beijing() -> None:
    """Tian'anmen, as both kinds of maps show it, to twenty metres."""
    for system, lat, lon in (("GCJ02", 39.908692, 116.397477), ("BD09", 39.914996, 116.403875)):
        turn = turn_of(Mapping(position=Position(lat="a", lon="b", system=system)))
        assert turn is not None
        assert turn(lon, lat) == (
            pytest.approx(39.90729, abs=2e-4),
            pytest.approx(116.39124, abs=2e-4),
        )


def test_metres_of_a_system_that_is_named_are_a_place(tmp_path: Path) -> None:
    file = tmp_path / "madrid.csv"
    file.write_text("id,created,x,y\n1,2024-03-14,440290,4474257\n2,2024-03-15,,\n")
    assert look([file], None).counts.located == 0
    answer = tmp_path / "mapping.toml"
    answer.write_text('[position]\nlat = "y"\nlon = "x"\nsystem = "EPSG:25830"\n')
    found = look([file], read_mapping(answer))
    assert found.counts.located == 1
    # the gate of the sun
    assert found.tallies[0].points[0] == pytest.approx((40.4169, -3.7035), abs=0.01)


def test_a_system_that_there_is_not_is_named() -> None:
    with pytest.raises(GridwallError, match="EPSG:9999999"):
        turn_of(Mapping(position=Position(lat="a", lon="b", system="EPSG:9999999")))
