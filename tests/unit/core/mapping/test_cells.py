"""Times and places of cells, in the ways that files write them."""

from datetime import UTC, datetime

import pytest

from dashboard.core.mapping.dates import Order
from dashboard.core.mapping.moments import Form, Times, Written
from dashboard.core.mapping.positions import of_pair, of_text

TIMES = {
    "12 Mar 2024 09:05": datetime(2024, 3, 12, 9, 5),
    "March 12, 2024 9:05 PM": datetime(2024, 3, 12, 21, 5),
    "12 de março de 2024": datetime(2024, 3, 12),
    "Di, 12. März 2024, 09:05 Uhr": datetime(2024, 3, 12, 9, 5),
    "20240312093000": datetime(2024, 3, 12, 9, 30),
    "1710234300000": datetime(2024, 3, 12, 9, 5, tzinfo=UTC),
    "1710234300": datetime(2024, 3, 12, 9, 5, tzinfo=UTC),
    "45363.5": datetime(2024, 3, 12, 12),
    "113/03/12 09:05": datetime(2024, 3, 12, 9, 5),
    "2024年3月12日 9時05分": datetime(2024, 3, 12, 9, 5),
    "2012-05-22 23:57:23.97": datetime(2012, 5, 22, 23, 57, 23, 970_000),
}


@pytest.mark.parametrize(("cell", "when"), TIMES.items())
def test_a_column_of_times_is_read_in_its_form(cell: str, when: datetime) -> None:
    times = Times()
    times.see(cell)
    assert times.form is not None
    assert Form(times.form).read(cell) == when


def test_the_order_is_that_of_the_column() -> None:
    assert Form(Written.FIGURES, Order.DAY_FIRST).read("03/04/2024") == datetime(2024, 4, 3)
    assert Form(Written.FIGURES, Order.MONTH_FIRST).read("03/04/2024 09:05:00 PM") == datetime(
        2024, 3, 4, 21, 5
    )


PLACES = {
    "(39.29, -76.61)": (39.29, -76.61),
    "POINT (-122.454 37.734)": (37.734, -122.454),
    '{"type": "Point", "coordinates": [2.38, 48.85]}': (48.85, 2.38),
    "{'latitude': '40.84', 'longitude': '-73.93', 'human_address': '{}'}": (40.84, -73.93),
    "-34,6645;-58,4365": (-34.6645, -58.4365),
    "0.0, 0.0": None,
    "12 Main St": None,
}


@pytest.mark.parametrize(("cell", "point"), PLACES.items())
def test_a_place_in_one_cell(cell: str, point: tuple[float, float] | None) -> None:
    assert of_text(cell) == point


def test_swiss_metres_are_a_place_and_other_metres_are_none() -> None:
    # the old observatory in Bern is the origin of the system
    lat, lon = of_pair("1200000", "2600000") or (0.0, 0.0)
    assert (lat, lon) == (pytest.approx(46.95108, abs=1e-4), pytest.approx(7.43863, abs=1e-4))
    assert of_pair("247999", "1002186") is None
    assert of_pair("-34,6645", "-58,4365") == (-34.6645, -58.4365)
    assert of_pair("95", "12") is None
