"""One row of each format, field by field."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from dashboard.config import cities
from dashboard.core.model.actions import Action, Channel, Kind, Level
from data_sources.intake.boston311 import BOSTON311
from data_sources.intake.dead_letter import RowError
from data_sources.intake.formats import Case, Format, life
from data_sources.intake.la311 import LA311

LA_ROW = {
    "SRNumber": "1-870704814",
    "CreatedDate": "01/01/2018 12:00:09 AM",
    "UpdatedDate": "01/06/2018 10:18:29 AM",
    "Owner": "BOS",
    "RequestType": "Bulky Items",
    "Status": "Closed",
    "RequestSource": "Mobile App",
    "ServiceDate": "01/06/2018 12:00:00 AM",
    "ClosedDate": "01/06/2018 10:18:29 AM",
    "Latitude": "34.0676390557",
    "Longitude": "-118.294017712",
    "APC": "Central APC",
    "NC": "55",
}
BOSTON_ROW = {
    "case_enquiry_id": "101004143000",
    "open_dt": "2022-01-21 13:47:00",
    "target_dt": "2022-02-04 13:47:30",
    "closed_dt": " ",
    "case_status": "Open",
    "type": "General Comments For a Program or Policy",
    "department": "BTDT",
    "neighborhood": " ",
    "latitude": "42.3594",
    "longitude": "-71.0587",
    "source": "Constituent Call",
}


def ms(city: str, *when: int) -> int:
    zone = ZoneInfo({"la": "America/Los_Angeles", "boston": "America/New_York"}[city])
    return round(datetime(*when, tzinfo=zone).timestamp() * 1000)  # type: ignore[misc,arg-type]


def case(form: Format, row: dict[str, str], **changed: str) -> Case:
    return form.read({**row, **changed}, cities.load(form.city))


def la(**changed: str) -> Case:
    return case(LA311, LA_ROW, **changed)


def kinds(of: Case) -> list[str]:
    return [str(action.kind) for action in life(of, cities.load("la"))]


def test_a_closed_request_from_los_angeles() -> None:
    actions = life(la(), cities.load("la"))
    created, closed = ms("la", 2018, 1, 1, 0, 0, 9), ms("la", 2018, 1, 6, 10, 18, 29)
    report, register, dispatch, handle, close = actions
    assert report == Action(
        action_id="la-1-870704814:report",
        event_id="la-1-870704814",
        kind=Kind.REPORT,
        ts=created,
        actor="citizen",
        level=Level.BLUE,
        category="bulky-items",
        channel=Channel.CITIZEN,
        place=("central", "", "", "55"),
        lat=34.0676390557,
        lon=-118.294017712,
    )
    assert (register.kind, register.ts) == (Kind.REGISTER, created)
    assert (dispatch.department, dispatch.no_respond) == ("BOS", True)
    assert dispatch.due == ms("la", 2018, 1, 7) - 1
    assert [(a.kind, a.ts) for a in (handle, close)] == [
        (Kind.HANDLE, closed),
        (Kind.CLOSE, closed),
    ]


@pytest.mark.parametrize(
    ("status", "last"),
    [
        ("Open", "dispatch"),
        ("Pending", "accept"),
        ("Closed", "close"),
        ("Cancelled", "reject"),
        ("Referred Out", "return"),
    ],
)
def test_status_is_outcome(status: str, last: str) -> None:
    assert kinds(la(Status=status))[-1] == last


def test_the_other_date_format() -> None:
    read = la(CreatedDate="1/1/20 0:05", ServiceDate="1/2/20 21:12", ClosedDate="1/3/20 8:43")
    assert read.reported == ms("la", 2020, 1, 1, 0, 5)
    assert read.due == ms("la", 2020, 1, 2, 21, 12)
    assert read.ended == ms("la", 2020, 1, 3, 8, 43)


def test_closed_without_a_date_stays_open() -> None:
    read = la(ClosedDate="")
    assert read.outcome == "open"
    assert read.notes == ["closed without a date, kept open"]


def test_cancelled_without_a_date_is_as_last_updated() -> None:
    read = la(Status="Cancelled", ClosedDate="", UpdatedDate="01/02/2018 01:00:00 PM")
    assert (read.outcome, read.ended) == ("rejected", ms("la", 2018, 1, 2, 13))


def test_closed_before_created_counts_in_no_time() -> None:
    read = la(ClosedDate="12/31/2017 10:00:00 AM")
    assert (read.ended, read.unmeasured) == (read.reported, True)
    assert all(action.unmeasured for action in life(read, cities.load("la")))
    assert read.notes == ["ended before created: counted, in no time and no score"]


def test_a_promise_for_the_past_is_none() -> None:
    read = la(ServiceDate="12/31/2017 12:00:00 AM")
    assert read.due is None
    assert read.notes == ["due before reported, ignored"]
    same_day = la(ServiceDate="01/01/2018 12:00:00 AM")
    assert same_day.due == ms("la", 2018, 1, 2) - 1


@pytest.mark.parametrize("grid", ["", "0", " "])
def test_an_unknown_grid(grid: str) -> None:
    assert la(NC=grid).place == ("central", "", "", "")


@pytest.mark.parametrize(("lat", "lon"), [("", ""), (" ", " ")])
def test_no_point(lat: str, lon: str) -> None:
    read = la(Latitude=lat, Longitude=lon)
    assert (read.lat, read.lon, read.notes) == (None, None, [])


@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        ("0", "0.0"),
        ("-118.2437", "34.05"),  # the two swapped
        ("34.05", "118.2437"),  # in China
        ("34,05", "-118,2437"),
        ("34.05", ""),
        ("", "-118.2437"),
        ("340", "-118.2437"),
        ("34.05", "-181"),
        ("nan", "west"),
    ],
)
def test_an_event_without_a_usable_position_counts_without_it(lat: str, lon: str) -> None:
    read = la(Latitude=lat, Longitude=lon)
    assert (read.event_id, read.lat, read.lon) == ("la-1-870704814", None, None)
    assert read.notes == ["position not usable, left out"]


def test_a_position_just_outside_the_city_is_kept() -> None:
    read = la(Latitude="33.55", Longitude="-117.9")
    assert (read.lat, read.lon) == (33.55, -117.9)


def test_what_a_city_changes_is_taken_as_it_is() -> None:
    read = la(Owner="NEWDEPT", RequestType="Brand New Thing!", RequestSource="Pigeon", NC="999")
    report, _, dispatch, *_ = life(read, cities.load("la"))
    assert (report.category, report.level, report.channel) == ("brand-new-thing", Level.BLUE, None)
    assert report.place[3] == "999"
    assert dispatch.department == "NEWDEPT"
    assert len(read.notes) == 3


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("SRNumber", " "),
        ("CreatedDate", ""),
        ("CreatedDate", "13/45/2018 12:00:09 AM"),
        ("ClosedDate", "yesterday"),
        ("ServiceDate", "soon"),
        ("Status", "Frozen"),
        ("Status", ""),
        ("RequestType", ""),
    ],
)
def test_a_bad_value_names_its_field(field: str, value: str) -> None:
    with pytest.raises(RowError) as raised:
        la(**{field: value})
    assert raised.value.field == field


def test_an_open_case_from_boston() -> None:
    read = case(BOSTON311, BOSTON_ROW)
    assert read.event_id == "boston-101004143000"
    assert read.outcome == "open"
    assert read.reported == ms("boston", 2022, 1, 21, 13, 47)
    assert read.due == ms("boston", 2022, 2, 4, 13, 47, 30)
    assert read.channel is Channel.HOTLINE
    assert read.place == ("", "", "", "")


def test_a_closed_case_from_boston() -> None:
    read = case(
        BOSTON311,
        BOSTON_ROW,
        case_status="Closed",
        closed_dt="2022-01-22 08:00:00",
        target_dt=" ",
        neighborhood="Downtown / Financial District",
    )
    assert (read.outcome, read.ended) == ("closed", ms("boston", 2022, 1, 22, 8))
    assert read.due is None
    assert read.place[0] == "downtown-financial-district"
    assert read.place[0] in cities.load("boston").places
