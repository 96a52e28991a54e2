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
from data_sources.intake.dead_letter import RowError

TIME = date_and_time("%Y-%m-%d %H:%M", "%d.%m.%Y")
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


@pytest.mark.parametrize(("lat", "lon"), [("", " "), ("0", "-0.0")])
def test_no_point(lat: str, lon: str) -> None:
    assert report(lat=lat, lon=lon).where is None


@pytest.mark.parametrize(
    ("attribute", "column", "cell", "value", "reason"),
    [
        ("number", "id", " ", " ", "empty"),
        ("begun", "begun", " ", "", "empty, expected a time"),
        ("begun", "begun", " 2024-02-30 08:05", "2024-02-30 08:05", "not a date and time"),
        ("ended", "ended", "soon", "soon", "not a date and time"),
        ("state", "state", "", "", "expected one of open, closed"),
        ("state", "state", " Open", " Open", "expected one of open, closed"),
        ("where", "lat", "", "", "empty, expected both coordinates or none"),
        ("where", "lon", " ", "", "empty, expected both coordinates or none"),
        ("where", "lat", " north", "north", "not a number"),
        ("where", "lat", "90.01", "90.01", "expected -90 to 90"),
        ("where", "lon", "nan", "nan", "expected -180 to 180"),
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
