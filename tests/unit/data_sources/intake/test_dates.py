"""The order of dates: from the column as a whole, by the operator's word, or asked for."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_sources.intake.dates import DateError, Evidence, Order, decide, form_of, read_date
from data_sources.intake.dead_letter import RowError
from data_sources.intake.encodings import FileError
from data_sources.intake.plan import format_of
from tests.support.bostonfile import CASES, boston
from tests.support.plans import Plan, read_plan

DAY, MONTH, YEAR = Order.DAY_FIRST, Order.MONTH_FIRST, Order.YEAR_FIRST


def column(*cells: str) -> Evidence:
    evidence = Evidence()
    for cell in cells:
        evidence.see(cell)
    return evidence


def turned(row: dict[str, str], form: str) -> dict[str, str]:
    """The row with its dates in another form."""
    out = dict(row)
    for name in ("open_dt", "target_dt", "closed_dt"):
        if row.get(name):
            out[name] = datetime.fromisoformat(row[name]).strftime(form)
    return out


def boston_in(folder: Path, form: str, dates: Order | None = None) -> Plan:
    rows = [turned(row, form) for row in CASES.values()]
    return read_plan(boston(folder, *rows), format_of("boston311"), dates)


@pytest.mark.parametrize(
    "form",
    [
        "%d/%m/%Y %H:%M:%S",
        "%m/%d/%Y %H:%M:%S",
        "%m/%d/%Y %I:%M:%S %p",
        "%d.%m.%Y %H:%M:%S",
        "%d-%m-%y %H:%M:%S",
        "%Y/%m/%d %H:%M:%S",
        "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%dT%H:%M:%S.000",
        "%Y年%m月%d日 %H时%M分%S秒",
    ],
)
def test_every_form_gives_the_same_events(tmp_path: Path, form: str) -> None:
    expected = boston_in(tmp_path, "%Y-%m-%d %H:%M:%S")
    assert (len(expected.lives), expected.letters) == (6, [])
    found = boston_in(tmp_path, form)
    assert (found.letters, found.lives) == ([], expected.lives)


def test_what_no_cell_shows_is_asked(tmp_path: Path) -> None:
    row = {**CASES["moved"], "open_dt": "03/04/2022 08:05:00"}
    file = boston(tmp_path, row)
    with pytest.raises(FileError, match=r"open_dt: dates such as 03/04/2022.*--dates day-first"):
        read_plan(file, format_of("boston311"))
    april, march = (read_plan(file, format_of("boston311"), order) for order in (DAY, MONTH))
    assert march.lives[0][0].ts < april.lives[0][0].ts
    assert april.dates == {"open_dt": DAY}


def test_another_column_shows_it(tmp_path: Path) -> None:
    row = {**CASES["closed"], "open_dt": "03/04/2022 08:05:00", "target_dt": "20/05/2022 08:05:00"}
    plan = read_plan(boston(tmp_path, row), format_of("boston311"))
    assert plan.dates == {"open_dt": DAY, "target_dt": DAY}


def test_a_column_that_cannot_be_read_is_one_clear_error(tmp_path: Path) -> None:
    rows = [{**row, "open_dt": f"{at} days ago"} for at, row in enumerate(CASES.values(), 11)]
    with pytest.raises(FileError) as raised:
        read_plan(boston(tmp_path, *rows), format_of("boston311"))
    message = str(raised.value)
    assert "column open_dt" in message
    assert "'99 AAA AAA'" in message
    assert "such as 2022-01-31" in message


def test_a_file_in_two_orders_is_refused() -> None:
    seen = column(*["21/01/2022"] * 10, *["01/21/2022"] * 10)
    with pytest.raises(DateError, match=r"10 cells have the day first.*10 the month"):
        decide({"open": seen}, {"open": (YEAR,)})
    assert decide({"open": seen}, {"open": (YEAR,)}, MONTH) == {"open": MONTH}


def test_a_slip_does_not_turn_the_column() -> None:
    seen = column(*["01/21/2022"] * 100, "21/01/2022")
    assert decide({"open": seen}, {"open": (MONTH,)}) == {"open": MONTH}
    first_days = column(*["01/02/2022"] * 100, "21/01/2022")
    assert decide({"open": first_days}, {"open": (MONTH,)}) == {"open": MONTH}


def test_the_column_wins_over_the_format() -> None:
    seen = column("03/04/2022", "21/01/2022", "05/06/2022")
    assert decide({"open": seen}, {"open": (MONTH,)}) == {"open": DAY}


@pytest.mark.parametrize(
    ("cell", "order", "expected"),
    [
        ("2022-01-31", MONTH, datetime(2022, 1, 31)),
        ("31/01/2022 1:05 PM", DAY, datetime(2022, 1, 31, 13, 5)),
        ("1/31/22 12:05 am", MONTH, datetime(2022, 1, 31, 0, 5)),
        ("31.1.1999", DAY, datetime(1999, 1, 31)),
        ("2022/1/31 下午 1:05", DAY, datetime(2022, 1, 31, 13, 5)),
        ("2022-01-31T13:05:06.250", DAY, datetime(2022, 1, 31, 13, 5, 6, 250_000)),
        ("2022-01-31 13:05:06 UTC", DAY, datetime(2022, 1, 31, 13, 5, 6, tzinfo=UTC)),
        (
            "2022-01-31T13:05:06-0500",
            DAY,
            datetime(2022, 1, 31, 13, 5, 6, tzinfo=timezone(-timedelta(hours=5))),
        ),
    ],
)
def test_times_as_people_write_them(cell: str, order: Order, expected: datetime) -> None:
    assert read_date("open", cell, (order,)) == expected


@pytest.mark.parametrize(
    "cell",
    ["31/02/2022", "2022-13-01", "2022-01-31 25:00", "13/13/2022", "soon", "1/2", "13:00 PM",
     "2022-01-31 13:05 PM", "1/31/022"],
)  # fmt: skip
def test_what_is_no_date_is_refused(cell: str) -> None:
    with pytest.raises(RowError, match="not a date and time, expected one such as 31/01/2022"):
        read_date("open", cell, (DAY,))


def test_a_form_shows_no_word() -> None:
    assert form_of("Mr Wang 13800138000 ") == "AA AAA 99999999999 "


_DATES = st.datetimes(datetime(1971, 1, 1), datetime(2060, 1, 1))


@given(st.lists(_DATES, min_size=1, max_size=30), st.sampled_from([DAY, MONTH]))
def test_a_decided_column_reads_back_what_was_written(dates: list[datetime], order: Order) -> None:
    form = "%d/%m/%Y %H:%M:%S" if order is DAY else "%m/%d/%Y %H:%M:%S"
    cells = [when.replace(microsecond=0).strftime(form) for when in dates]
    try:
        found = decide({"at": column(*cells)}, {"at": ()})
    except DateError:
        assert all(when.day <= 12 for when in dates)
        return
    assert found["at"] is order
    for cell, when in zip(cells, dates, strict=True):
        assert read_date("at", cell, (order,)) == when.replace(microsecond=0)
