"""The column reader: which value a cell has, and what an unreadable one is reported as."""

from datetime import datetime

import pytest

from data_sources.intake.columns import (
    TypedRow,
    date_and_time,
    known,
    one_of,
    optional,
    point,
    required,
    text,
)
from data_sources.intake.dates import Order
from data_sources.intake.dead_letter import RowError

TIME = date_and_time(Order.YEAR_FIRST, Order.DAY_FIRST)
NOT_A_DATE = "not a date and time, expected one such as 2022-01-31 or 31/01/2022"
CELLS = {
    "id": " a 1 ",
    "begun": "2024-02-29 08:05",
    "ended": " ",
    "state": " open",
    "by": "phone",
    "lat": "34.5",
    "lon": "-118.25 ",
    "spare": "",
}


class Report(TypedRow):
    number = required("id", text)
    begun = required("begun", TIME)
    ended = optional("ended", TIME)
    state = required("state", one_of({"open": 1, "closed": 2}))
    by = known("by", {"phone": "hotline"})
    where = point("lat", "lon")


class Longer(Report):
    spare = optional("spare", text)


def report(**cells: str) -> Report:
    return Report({**CELLS, **cells})


def test_values_are_typed() -> None:
    row = report()
    assert (row.number, row.state, row.by) == ("a 1", 1, "hotline")
    assert (row.begun, row.ended) == (datetime(2024, 2, 29, 8, 5), None)
    assert row.where == (34.5, -118.25)
    assert report(ended="1.3.2024").ended == datetime(2024, 3, 1)


def test_the_header_needs_every_column_of_the_table() -> None:
    assert Report.names() == {"id", "begun", "ended", "state", "by", "lat", "lon"}
    assert Longer.names() == Report.names() | {"spare"}
    assert Longer(CELLS).spare is None


def test_a_text_without_a_value_is_none_where_it_may_be() -> None:
    assert report(by="pigeon").by is None
    assert report(by=" ").by is None


def test_no_point() -> None:
    assert report(lat="", lon=" ").where is None


@pytest.mark.parametrize(
    ("lat", "lon", "point"),
    [
        ("", "-118.25", (None, -118.25)),
        ("34.5", " ", (34.5, None)),
        (" north", "-118.25", (None, -118.25)),
        ("90.01", "180.5", (None, None)),
        ("34,05", "nan", (None, None)),
    ],
)
def test_half_a_point_is_no_reason_to_refuse_the_row(
    lat: str, lon: str, point: tuple[float | None, float | None]
) -> None:
    assert report(lat=lat, lon=lon).where == point


@pytest.mark.parametrize(
    ("attribute", "column", "cell", "value", "reason"),
    [
        ("number", "id", " ", " ", "empty"),
        ("begun", "begun", " ", "", "empty, expected a time"),
        ("begun", "begun", " 2024-02-30 08:05", "2024-02-30 08:05", NOT_A_DATE),
        ("ended", "ended", "soon", "soon", NOT_A_DATE),
        ("state", "state", "", "", "expected one of open, closed"),
        ("state", "state", " Open", " Open", "expected one of open, closed"),
    ],
)
def test_an_unreadable_cell_names_column_value_and_reason(
    attribute: str, column: str, cell: str, value: str, reason: str
) -> None:
    row = report(**{column: cell})
    with pytest.raises(RowError) as raised:
        getattr(row, attribute)
    error = raised.value
    assert (error.field, error.value, error.reason) == (column, value, reason)


def test_a_cell_is_read_only_when_it_is_used() -> None:
    row = report(ended="soon", lat="north")
    assert (row.number, row.state) == ("a 1", 1)
