"""The rules that a settings file makes of the defaults."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from dashboard import ROOT
from dashboard.config.rules import book
from dashboard.config.rules.workdays import read_own_days
from dashboard.config.settings import Settings
from dashboard.core.model.actions import Level
from dashboard.core.model.rules import HOUR, MINUTE, Ladder, Limit, Surge, Weights
from tests.support.core.shorthand import DAY, LOS_ANGELES, ms
from tests.support.rulefiles import DEFAULTS, rules, same

EXAMPLE = ROOT / "gridwall.example.yaml"


@pytest.mark.parametrize("city", ["chifeng", "la"])
def test_the_example_states_every_default(city: str) -> None:
    example = Settings(city=city, rules_file=EXAMPLE)
    assert same(book.rules_for(example), book.rules_of(city, None))
    found = book.describe(example)
    assert [row for row in found if row[2] == "default"] == []
    plain = book.describe(Settings(city=city, rules_file=Path("none")))
    assert [row[:2] for row in plain] == [row[:2] for row in found]
    assert {row[2] for row in plain} == {"default"}


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "limits:\ncalendar:\nweights: []\nsurge: {}\n"]
)
def test_what_is_not_given_keeps_its_default(text: str) -> None:
    assert same(rules(text), DEFAULTS)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("department_closes: true", "department_closes", True),
        ("department_closes: city", "department_closes", False),
        ("quiet_hours: off", "quiet", None),
        ("quiet_hours: 'off'", "quiet", None),
        ("quiet_hours: 23:30 – 6:00", "quiet", (1410, 360)),
        ("quiet_hours: 20:00-24:00", "quiet", (1200, 0)),
        ("on_site: {check_in_every: 20 分钟}", "on_site_every", 20 * MINUTE),
        ("rework_share: 1", "rework_share", 1.0),
        ("month_closes: 28", "month_closes", 28),
        ("recurrence_days: 7", "recurrence_days", 7),
        ("escalation: {steps: [0.25, 0.75, 1, 2]}", "step_shares", (0.25, 0.75, 1.0, 2.0)),
        (
            "surge: {false_alarms_per_day: 0.5, min_count: 5}",
            "surge",
            Surge(false_alarms_per_day=0.5, min_count=5),
        ),
        (
            "targets: {on_time_rate: 0.95, handling_time: 8 h}",
            "targets",
            {"on_time_rate": 0.95, "median_ms": 8 * 60 * MINUTE},
        ),
    ],
)
def test_one_setting_changes_one_rule(text: str, name: str, value: Any) -> None:
    found = rules(text)
    assert getattr(found, name) == value
    assert same(replace(found, **{name: getattr(DEFAULTS, name)}), DEFAULTS)


@pytest.mark.usefixtures("here")
def test_versions_of_the_limits_carry_on_what_they_leave_out() -> None:
    found = rules(
        "limits:\n"
        "- from: 2026-07-01\n  red: {respond: 10 min}\n"
        "- from: 2027-01-01\n  blue: {respond: 90 min, handle: 1.5 个工作日}\n"
        "  yellow: {respond: 2 h, handle: 3 days, clock: always}\n"
    )
    first, july, year = "2026-06-30 23:59", "2026-07-01 00:00", "2027-01-01 00:00"
    assert len(found.limits) == 3
    assert found.limit(Level.RED, ms(first)) == Limit(15 * MINUTE, 2 * HOUR, working=False)
    assert found.limit(Level.RED, ms(july)) == Limit(10 * MINUTE, 2 * HOUR, working=False)
    assert found.limit(Level.RED, ms(year)) == Limit(10 * MINUTE, 2 * HOUR, working=False)
    assert found.limit(Level.BLUE, ms(july)) == Limit(4 * HOUR, 63 * HOUR, working=True)
    assert found.limit(Level.BLUE, ms(year)) == Limit(90 * MINUTE, 13.5 * HOUR, working=True)
    assert found.limit(Level.YELLOW, ms(year)) == Limit(2 * HOUR, 3 * DAY, working=False)
    # a version alone, without a date, is the first
    alone = rules("limits: {red: {respond: 10 min}}")
    assert len(alone.limits) == 1
    assert alone.limit(Level.RED, 0).respond == 10 * MINUTE


@pytest.mark.usefixtures("here")
def test_a_version_begins_at_midnight_of_the_city() -> None:
    text = "limits: {from: 2026-07-01, red: {respond: 10 min}}"
    assert rules(text, "la").limits[1][0] == ms("2026-07-01 00:00", LOS_ANGELES)
    assert rules(text, "chifeng").limits[1][0] == ms("2026-07-01 00:00")


@pytest.mark.usefixtures("here")
def test_a_working_day_is_as_long_as_the_working_hours() -> None:
    found = rules(
        "working_hours: {opens: 9:00, closes: 17:00}\nlimits: {blue: {handle: 2 working days}}"
    )
    assert found.limit(Level.YELLOW, 0).handle == 3 * 8 * HOUR  # the default, 3 working days
    assert found.limit(Level.BLUE, 0).handle == 2 * 8 * HOUR
    always = rules(
        "working_hours: {opens: '00:00', closes: '24:00'}\ncalendar: {holidays: weekdays}"
    )
    assert always.limit(Level.YELLOW, 0).handle == 3 * DAY
    friday, monday = ms("2018-03-09 12:00"), ms("2018-03-12 12:00")
    assert always.work.between(friday, monday) == DAY
    assert always.work.add(friday, DAY) == monday


@pytest.mark.usefixtures("here")
def test_weights_by_version() -> None:
    found = rules(
        "weights:\n"
        "- from: 2018-01\n  levels: {red: 16}\n  rating: 0\n"
        "- from: 2019-01\n  total: {dispatch: 0.2, handling: 0.5}\n  min_ranked: 10\n"
    )
    before, first, second = Weights(), found.weights_of(201801), found.weights_of(202001)
    assert found.weights_of(201712) == before
    assert first == replace(before, levels={**before.levels, Level.RED: 16}, rating=0.0)
    assert second == replace(
        first, total={"dispatch": 0.2, "handling": 0.5, "outcome": 0.3}, min_ranked=10
    )


@pytest.mark.usefixtures("here")
def test_a_ladder_of_ones_own() -> None:
    found = rules(
        "escalation: {ladders: {blue: {handle: [nobody, nobody, handler, county, city]}}}"
    )
    before = DEFAULTS.ladders[Level.BLUE]
    assert found.ladders[Level.BLUE] == Ladder(
        before.respond, ("", "", "handler", "county", "city")
    )
    assert found.ladders[Level.RED] == DEFAULTS.ladders[Level.RED]


CALENDAR = "date,kind,note\n# 本地\n2027-02-05, off, 春节\n\n2027-02-06, work\n2027-02-07,休,a, b\n"


@pytest.mark.parametrize(
    "text",
    [CALENDAR, '- 2027-02-05, off, 春节\n- "2027-02-06, work"\n- 2027-02-07, 休\n'],
)
def test_a_site_calendar_as_csv_or_yaml_lines(tmp_path: Path, text: str) -> None:
    file = tmp_path / "days.csv"
    file.write_text(text, encoding="utf-8")
    assert read_own_days(file) == {
        date(2027, 2, 5): False,
        date(2027, 2, 6): True,
        date(2027, 2, 7): False,
    }


def test_a_sites_own_days_win_over_the_library(here: Path) -> None:
    (here / "days.csv").write_text(CALENDAR + "2018-02-11, off\n2018-02-15, work\n")
    found = rules(
        "calendar:\n  file: days.csv\n  days_off: [2018-03-07]\n"
        "  working_days: [2018-03-10, 2018-02-11]\n"
    )
    works = {
        # the library alone would say the contrary of each
        "2018-02-15": True,
        "2018-03-07": False,
        "2018-03-10": True,
        "2027-02-05": False,
        "2027-02-06": True,
        # the rules file wins over the calendar file
        "2018-02-11": True,
        # untouched
        "2018-02-16": False,
        "2018-03-08": True,
    }
    for text, expected in works.items():
        start = ms(f"{text} 00:00")
        assert (found.work.between(start, start + DAY) > 0) is expected, text


@pytest.mark.usefixtures("here")
def test_holidays_are_the_citys_or_what_the_file_sets() -> None:
    make_up = ms("2018-02-11 00:00", LOS_ANGELES)
    assert rules("", "la").work.between(make_up, make_up + DAY) == 0
    assert rules("calendar: {holidays: city}", "la").work.between(make_up, make_up + DAY) == 0
    assert rules("calendar: {holidays: library}", "la").work.between(make_up, make_up + DAY) > 0
    assert 2026 <= book.calendar_until() < 2100


def test_months_close_on_the_last_day_of_february_too() -> None:
    late = replace(DEFAULTS, month_closes=28)
    assert late.closes_at(201901) == ms("2019-03-01 00:00") - 1
    assert late.closes_at(201912) == ms("2020-01-29 00:00") - 1
    assert DEFAULTS.closes_at(201801) == ms("2018-02-06 00:00") - 1


def test_quiet_hours_end_by_the_clock_on_the_wall() -> None:
    found = book.rules_of("la", None)
    # forward on Sunday 11 March 2018, back on Sunday 4 November
    for night, end in (
        ("2018-03-10 23:00", "2018-03-11 07:00"),
        ("2018-03-11 04:00", "2018-03-11 07:00"),
        ("2018-11-03 22:00", "2018-11-04 07:00"),
        ("2018-11-04 06:30", "2018-11-04 07:00"),
    ):
        assert found.loud(Level.BLUE, ms(night, LOS_ANGELES)) == ms(end, LOS_ANGELES), night
    assert found.loud(Level.BLUE, ms("2018-11-04 07:00", LOS_ANGELES)) == 0
    assert found.loud(Level.RED, ms("2018-11-04 03:00", LOS_ANGELES)) == 0


def test_working_hours_of_the_default_are_nine_hours() -> None:
    assert DEFAULTS.work.day_length == 9 * HOUR
    assert (DEFAULTS.work.opens, DEFAULTS.work.closes) == (time(8, 30), time(17, 30))
