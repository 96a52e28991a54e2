"""Times of files: what is after the file's end, or before the city's records, is a dead letter."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from data_sources.intake.la311 import LA311
from tests.support.core.shorthand import LOS_ANGELES, ms
from tests.support.plans import Plan, read_plan

HEADER = (
    "SRNumber,CreatedDate,UpdatedDate,Owner,RequestType,Status,RequestSource,ServiceDate,"
    "ClosedDate,Latitude,Longitude,APC,NC"
)


def row(number: int, created: str, closed: str) -> str:
    return (
        f"1-{number},{created} 12:00:09 AM,01/06/2018 10:18:29 AM,BOS,Bulky Items,Closed,"
        f"Mobile App,01/06/2018 12:00:00 AM,{closed} 09:00:00 AM,34.06764,-118.29402,Central APC,55"
    )


#: what systems write for "never" and "not known", at both ends of the calendar
ENDS_OF_TIME = ["01/01/0001", "01/01/1900", "12/31/2999", "12/31/9999"]


def read(path: Path, *rows: str, written: str = "") -> Plan:
    file = path / "la.csv"
    file.write_text("\n".join([HEADER, *rows]) + "\n")
    if written:
        at = ms(f"{written} 12:00", LOS_ANGELES) / 1000
        os.utime(file, (at, at))
    return read_plan(file, LA311)


@pytest.mark.parametrize("closed", ["01/05/2081", "01/05/2268"])
def test_a_closing_to_come_is_a_dead_letter(tmp_path: Path, closed: str) -> None:
    plan = read(tmp_path, row(1, "01/01/2018", closed), row(2, "01/01/2018", "01/05/2018"))
    (letter,) = plan.letters
    assert (letter.line, letter.field) == (2, "ended")
    assert letter.value.startswith(closed[-4:])
    assert "is after the plausible span, 2005-08-01T00:00:00-07:00 to " in letter.reason
    assert [actions[-1].ts for actions in plan.lives] == [ms("2018-01-05 09:00", LOS_ANGELES)]


def test_a_file_knows_nothing_of_the_time_after_it_was_written(tmp_path: Path) -> None:
    rows = row(1, "01/01/2018", "03/05/2020"), row(2, "01/01/2018", "01/05/2018")
    plan = read(tmp_path, *rows, written="2018-02-01")
    assert [letter.line for letter in plan.letters] == [2]
    assert "to 2018-02-02T12:00:00-08:00" in plan.letters[0].reason
    assert read(tmp_path, *rows, written="2020-03-04").letters == []
    # a time that some tools give to every file is not believed
    assert read(tmp_path, *rows, written="1980-01-01").letters == []


def test_a_report_of_another_age_is_a_dead_letter(tmp_path: Path) -> None:
    plan = read(tmp_path, row(1, "01/01/1970", "01/05/2018"))
    (letter,) = plan.letters
    assert (letter.field, plan.lives) == ("reported", [])
    assert "is before the plausible span" in letter.reason


@pytest.mark.parametrize("day", ENDS_OF_TIME)
def test_a_due_date_that_says_never_is_left_out(tmp_path: Path, day: str) -> None:
    """31 December 9999 has no day after it: it ended the whole command."""
    whole = row(1, "01/01/2018", "01/05/2018")
    plan = read(tmp_path, whole.replace("01/06/2018 12:00:00", f"{day} 12:00:00"))
    assert plan.letters == []
    assert [action.due for action in plan.lives[0] if action.due] == []
    assert sum(count for note, count in plan.notes.items() if note.startswith("due ")) == 1


@pytest.mark.parametrize("day", ENDS_OF_TIME)
def test_times_at_the_ends_of_the_calendar_are_dead_letters(tmp_path: Path, day: str) -> None:
    plan = read(tmp_path, row(1, day, "01/05/2018"), row(2, "01/01/2018", day))
    fields = [letter.field for letter in plan.letters]
    # what ended before it was made counts, without its times
    assert fields == (["reported", "ended"] if day > "12" else ["reported"])
    assert all("plausible span" in letter.reason for letter in plan.letters)
