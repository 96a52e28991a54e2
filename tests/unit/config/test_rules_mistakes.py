"""Every wrong setting of the rules file is refused with its line, its value and what was meant."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard import ROOT
from dashboard.config.reading import ConfigError
from dashboard.config.rules import book
from dashboard.config.rules.sections import rules_from
from dashboard.config.yaml_file import read_yaml
from tests.support.rulefiles import refused

# (the file, the whole message)
WRONG = [
    # durations
    (
        "limits:\n  red:\n    respond: 15 mins\n",
        "gridwall.yaml:3: limits.red.respond='15 mins': expected a duration such as "
        '"15 min", "2 h" or "3 working days"',
    ),
    (
        "limits: [{red: {respond: 15}}]",
        "gridwall.yaml:1: limits[1].red.respond='15': expected a du",
    ),
    ("limits: {red: {respond: 0 min}}", "limits.red.respond='0 min': expected a duration above 0"),
    ("limits: {red: {respond: -1 h}}", "limits.red.respond='-1 h': expected a duration such"),
    (
        "limits: {red: {handle: 99999 h}}",
        "limits.red.handle='99999 h': expected a duration above 0",
    ),
    ("limits: {red: {handle: }}", "limits.red.handle='': expected a duration"),
    ("limits: {red: {handle: [2 h]}}", "limits.red.handle=[…]: expected a duration"),
    ("limits: {red: {handle: 2 working days}}", "(the clock always runs)"),
    ("limits: {blue: {handle: 2 days}}", 'expected a duration such as "15 min", "2 h" or "3 w'),
    ("on_site: {check_in_every: 1 working day}", "on_site.check_in_every='1 working day': expec"),
    # clocks and versions
    (
        "limits: {red: {clock: sometimes}}",
        "limits.red.clock='sometimes': expected one of always, work",
    ),
    (
        "limits: {red: {clock: working}}",
        "expected respond and handle together with a clock that changes",
    ),
    (
        "limits:\n- red: {respond: 1 h}\n- red: {respond: 2 h}",
        "gridwall.yaml:3: limits[2]={…}: expe",
    ),
    (
        "limits:\n- from: 2026-05-01\n- from: 2026-04-01\n",
        "gridwall.yaml:3: limits[2].from='2026-04-01': expected a date after that of the version",
    ),
    ("limits:\n- from: 2026-05-01\n- from: 2026-05-01\n", "gridwall.yaml:3: limits[2].from"),
    ("limits: {from: 2026-02-30}", "limits.from='2026-02-30': expected a date such as"),
    ("limits: {from: 1.5.2026}", "limits.from='1.5.2026': expected a date such as"),
    (
        "limits: {green: {respond: 1 h}}",
        "limits.green={…}: unknown; known are from, blue, yellow, o",
    ),
    ("limits: 5", "gridwall.yaml:1: limits='5': expected settings of from, blue"),
    # unknown, repeated, wrong kinds
    ("limit:\n  red:\n", 'gridwall.yaml:1: limit={…}: unknown; did you mean "limits"?'),
    ("colour: blue", "colour='blue': unknown; known are working_hours, calendar"),
    (
        "surge:\n  min_cont: 3\n",
        "gridwall.yaml:2: surge.min_cont='3': unknown; did you mean \"min_count\"?",
    ),
    ("month_closes: 5\n\nmonth_closes: 6\n", "gridwall.yaml:3: month_closes='6': expected each"),
    (
        "targets:\n  on_time_rate: 95\n",
        "gridwall.yaml:2: targets.on_time_rate='95': expected a number from 0 to 1",
    ),
    ("surge: {min_count: 3, min_count: 4}", "it is in line 1 too"),
    ("- limits\n", "gridwall.yaml:1: expected settings of working_hours"),
    ("just words", "gridwall.yaml:1: expected settings of"),
    ("on_site: 30 min", "on_site='30 min': expected settings of check_in_every"),
    ("{[a]: 1}", "?='1': unknown; known are"),
    # YAML itself
    ("limits:\n\tred:\n", "gridwall.yaml:2: not YAML: found character '\\t'"),
    ("surge: {min_count: 3\n", "gridwall.yaml:2: not YAML:"),
    ("a: 1\n---\nb: 2\n", "gridwall.yaml:2: not YAML:"),
    ("surge: &a {min_count: 3}\n", "gridwall.yaml:1: expected every value written out, without &"),
    ("surge: *a\n", "gridwall.yaml:1: expected every value written out"),
    ("month_closes: !!python/object/apply:os.system [ls]", "gridwall.yaml:1: expected a plain val"),
    ("month_closes: !!int '5'", "expected a plain value, without tag:yaml.org,2002:int"),
    ("a: " + "[" * 2000, "gridwall.yaml:1: expected at most 20 levels"),
    ("surge:\n  min_count: \x07\n", "gridwall.yaml:2: expected text without control characters"),
    ("# " + "x" * 1_000_000, "gridwall.yaml: expected at most 1000000 bytes, found 1000002"),
    # working hours
    ("working_hours: {opens: 8.30}", "working_hours.opens='8.30': expected a time of the day such"),
    ("working_hours: {opens: '25:00'}", "working_hours.opens='25:00': expected a time"),
    ("working_hours: {closes: '17:60'}", "working_hours.closes='17:60': expected a time"),
    (
        "working_hours:\n  opens: '18:00'\n",
        "gridwall.yaml:2: working_hours.opens='18:00': expected a closing after the opening",
    ),
    (
        "working_hours:\n  opens: 9:00\n  closes: 9:00\n",
        "gridwall.yaml:3: working_hours.closes='9:0",
    ),
    # calendar
    ("calendar: {holidays: china}", "calendar.holidays='china': expected one of city, library, w"),
    ("calendar: {days_off: [2026-13-01]}", "calendar.days_off[1]='2026-13-01': expected a date"),
    ("calendar: {days_off: 2026-01-01}", "calendar.days_off='2026-01-01': expected a list"),
    ("calendar:\n  days_off:\n  - 2026-01-05\n  - 2026-01-05\n", "gridwall.yaml:4: calendar.days_"),
    (
        "calendar:\n  days_off: [2026-01-05]\n  working_days:\n  - 2026-01-05\n",
        "gridwall.yaml:4: calendar.working_days[1]='2026-01-05': expected each day once; it is",
    ),
    ("calendar: {file: gone.csv}", "gone.csv: cannot be read: No such"),
    # escalation
    (
        "escalation:\n  steps: [0.5, 1.0, 1.5]\n",
        "gridwall.yaml:2: escalation.steps=[…]: expected f",
    ),
    ("escalation: {steps: [0.5, 0.8, 1.0, 1.5, 2]}", "escalation.steps=[…]: expected four shares"),
    ("escalation: {steps: [0.8, 0.5, 1.0, 1.5]}", "escalation.steps=[…]: expected four shares"),
    ("escalation: {steps: [0.5, 0.5, 1.0, 1.5]}", "escalation.steps=[…]: expected four shares"),
    ("escalation: {steps: [0.5, 0.8, 0.9, 1.5]}", "the third 1.0 (overdue), not [0.5, 0.8, 0.9, 1"),
    ("escalation: {steps: [half, 0.8, 1, 2]}", "escalation.steps[1]='half': expected a number abo"),
    ("escalation: {steps: [0, 0.8, 1, 2]}", "escalation.steps[1]='0': expected a number above 0"),
    ("escalation: {steps: [.nan, 0.8, 1, 2]}", "escalation.steps[1]='.nan': expected a number"),
    (
        "escalation:\n  ladders:\n    red:\n      handle: [county, city]\n",
        "gridwall.yaml:4: escalation.ladders.red.handle=[…]: expected five units, at the dispatch",
    ),
    (
        "escalation: {ladders: {red: {handle: [nobody, handler, mayor, county, city]}}}",
        "escalation.ladders.red.handle[3]='mayor': expected one of nobody, handler, department,",
    ),
    ("escalation: {ladders: {red: [city]}}", "escalation.ladders.red=[…]: expected settings of re"),
    # quiet hours
    ("quiet_hours: 22:00", "quiet_hours='22:00': expected two different times such as 22:00-07:00"),
    ("quiet_hours: 22:00-7", "quiet_hours='22:00-7': expected two different times"),
    ("quiet_hours: 22:00-25:00", "quiet_hours='22:00-25:00': expected"),
    ("quiet_hours: 07:00-07:00", "quiet_hours='07:00-07:00': expected two different"),
    ("quiet_hours: 00:00-24:00", "quiet_hours='00:00-24:00': expected two different"),
    ("quiet_hours: never", "quiet_hours='never': expected"),
    ("quiet_hours:", "quiet_hours='': expected"),
    # single numbers
    ("rework_share: 0", "rework_share='0': expected a number above 0 and up to 1"),
    ("rework_share: 1.5", "rework_share='1.5': expected a number above 0 and up to 1"),
    ("rework_share: half", "rework_share='half': expected a number above 0 and up to 1"),
    ("month_closes: 0", "month_closes='0': expected a whole number from 1 to 28"),
    ("month_closes: 29", "month_closes='29': expected a whole number from 1 to 28"),
    ("month_closes: 5.0", "month_closes='5.0': expected a whole number"),
    ("month_closes: ５", "month_closes='５': expected a whole number"),
    ("recurrence_days: 0", "recurrence_days='0': expected a whole number from 1 to 366"),
    # weights
    (
        "weights:\n- total:\n    dispatch: 0.5\n",
        "gridwall.yaml:2: weights[1].total={…}: expected shares that add up to 1, not 1.2 "
        "(dispatch 0.5, handling 0.4, outcome 0.3)",
    ),
    ("weights: {outcome: {satisfied: 0.6}}", "weights.outcome={…}: expected shares that add up to"),
    ("weights: {outcome: {satisfied: -1}}", "weights.outcome.satisfied='-1': expected a number"),
    (
        "weights: {total: {speed: 1}}",
        "weights.total.speed='1': unknown; known are dispatch, handling",
    ),
    ("weights: {levels: {red: 0}}", "weights.levels.red='0': expected a whole number from 1"),
    ("weights: {rating: 1.1}", "weights.rating='1.1': expected a number from 0 to 1"),
    ("weights: {min_ranked: 0}", "weights.min_ranked='0': expected a whole number from 1"),
    ("weights:\n- {from: 2018-13}", "weights[1].from='2018-13': expected a month such as 2026-01"),
    (
        "weights:\n- {from: 2018-01}\n- {from: 2017-12}",
        "gridwall.yaml:3: weights[2].from='2017-12'",
    ),
    ("weights:\n- {}\n- {rating: 0.5}", "gridwall.yaml:3: weights[2]={…}: expected from: when"),
    # surge
    ("surge: {false_alarms_per_day: 0}", "surge.false_alarms_per_day='0': expected a number above"),
    ("surge: {odds_days: 0}", "surge.odds_days='0': expected a whole number from 1 to 366"),
    ("surge: {history_days: 3}", "surge.history_days='3': expected a whole number from 7 to 366"),
]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(("text", "message"), WRONG, ids=[text[:40] for text, _ in WRONG])
def test_a_wrong_setting_is_refused_with_its_line_value_and_what_was_expected(
    text: str, message: str
) -> None:
    error_text = refused(text)
    assert message in error_text
    assert error_text.startswith(("gridwall.yaml:", "gone.csv:"))


EXAMPLE = (ROOT / "gridwall.example.yaml").read_text("utf-8")
_PIECES = ["", "-", ": ", "{", "]", "&a ", "*a", "!!set ", "<<: ", "~", "off", "\t", "\n", "1e999"]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    at=st.integers(0, len(EXAMPLE)),
    cut=st.integers(0, 30),
    piece=st.sampled_from(_PIECES) | st.text(max_size=5),
)
def test_a_spoilt_file_is_read_or_refused_but_never_breaks(
    tmp_path: Path, at: int, cut: int, piece: str
) -> None:
    text = EXAMPLE[:at] + piece + EXAMPLE[at + cut :]
    file = tmp_path / "gridwall.yaml"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    line = 0
    try:
        book.fingerprint(rules_from(read_yaml(file), ZoneInfo("Asia/Shanghai"), "library"))
    except ConfigError as error:
        line = error.line
    assert 0 <= line <= text.count("\n") + text.count("\r") + 2


def test_a_file_that_is_not_utf8_or_not_there_is_refused(here: Path) -> None:
    (here / "gridwall.yaml").write_bytes("limits:\n  # 时限\n".encode("gbk"))
    with pytest.raises(ConfigError, match=r"^gridwall.yaml:2: expected UTF-8 text$"):
        book.rules_of("chifeng", None, here / "gridwall.yaml")
    with pytest.raises(ConfigError, match=r"^gone.yaml: cannot be read: No such file"):
        book.rules_of("chifeng", None, here / "gone.yaml")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2027-02-30, off", "a line such as"),
        ("2027-02-05", "a line such as"),
        ("2027-02-05, holiday", "a line such as"),
        ("5.2.2027, off", "a line such as"),
        ("2027-02-01, off", "each day once; it is in line 1 too"),
    ],
)
@pytest.mark.usefixtures("here")
def test_a_wrong_line_of_a_site_calendar_is_named(line: str, expected: str) -> None:
    Path("days.csv").write_text(f"2027-02-01, work\n\n{line}\n")
    error_text = refused("calendar: {file: days.csv}")
    assert error_text.startswith(f"days.csv:3: day={line!r}: expected {expected}")


@pytest.mark.usefixtures("here")
def test_a_calendar_in_which_no_working_day_comes_is_refused() -> None:
    days = ", ".join(str(date.fromordinal(date(2026, 1, 1).toordinal() + n)) for n in range(90))
    assert "calendar={…}: expected at most 60 days off in a row" in refused(
        f"calendar: {{holidays: weekdays, days_off: [{days}]}}"
    )
