"""The sections of the rules file: each turns its settings into a part of the rules.

What a section leaves out keeps its default; what a version leaves out carries on from the
version before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from dashboard.config.rules import values as read
from dashboard.config.rules.workdays import HOLIDAYS, IsWorkday, read_own_days, with_own_days
from dashboard.config.rules.yaml_file import Setting
from dashboard.core.model.actions import Level
from dashboard.core.model.rules import Limit, Rules, Surge, Weights, default_rules

SECTIONS = (
    "working_hours",
    "calendar",
    "limits",
    "escalation",
    "quiet_hours",
    "on_site",
    "rework_share",
    "month_closes",
    "recurrence_days",
    "weights",
    "surge",
    "targets",
    "notify",
)
#: figures that can have a target: their names in the file → ids
TARGETS = {
    "on_time_rate": "on_time_rate",
    "close_rate": "close_rate",
    "handling_time": "median_ms",
    "return_rate": "return_rate",
    "rework_rate": "rework_rate",
}
UNITS = ("nobody", "handler", "department", "township", "county", "city")

_LEVELS = tuple(level.value for level in Level)
_OPENS, _CLOSES = time(8, 30), time(17, 30)
#: a clock must find a working day before long
_MOST_DAYS_OFF = 60


def rules_from(root: Setting | None, zone: ZoneInfo, holidays: str) -> Rules:
    """The rules that a file gives; ``holidays`` is the city's own: library or weekdays.

    Raises :class:`~dashboard.config.rules.yaml_file.RulesFileError` for the first setting that is
    wrong.
    """
    top = {} if root is None else root.fields(SECTIONS)
    opens, closes = _working_hours(top.get("working_hours"))
    is_workday = _calendar(top.get("calendar"), holidays)
    rules = default_rules(zone, is_workday, opens, closes)
    rules = replace(
        rules,
        limits=_limits(top.get("limits"), rules),
        weights=_weights(top.get("weights"), rules),
        surge=_surge(top.get("surge"), rules.surge),
        targets=_targets(top.get("targets"), rules),
    )
    rules = _escalation(top.get("escalation"), rules)
    if (item := top.get("quiet_hours")) is not None:
        rules = replace(rules, quiet=read.quiet_hours(item))
    if (item := top.get("on_site")) is not None:
        every = item.fields(("check_in_every",)).get("check_in_every")
        if every is not None:
            rules = replace(rules, on_site_every=read.duration(every))
    if (item := top.get("rework_share")) is not None:
        rules = replace(rules, rework_share=read.number(item, 0, 1, above=True))
    if (item := top.get("month_closes")) is not None:
        rules = replace(rules, month_closes=read.whole(item, 1, 28))
    if (item := top.get("recurrence_days")) is not None:
        rules = replace(rules, recurrence_days=read.whole(item, 1, 366))
    return rules


def _working_hours(setting: Setting | None) -> tuple[time, time]:
    fields = {} if setting is None else setting.fields(("opens", "closes"))
    opens = read.clock_time(fields["opens"]) if "opens" in fields else _OPENS
    closes = read.clock_time(fields["closes"]) if "closes" in fields else _CLOSES
    if opens >= closes != time(0):
        item = fields.get("closes") or fields["opens"]
        raise item.wrong(f"a closing after the opening ({opens:%H:%M}–{closes:%H:%M})")
    return opens, closes


def _calendar(setting: Setting | None, holidays: str) -> IsWorkday:
    if setting is None:
        return HOLIDAYS[holidays]
    fields = setting.fields(("holidays", "days_off", "working_days", "file"))
    if "holidays" in fields:
        word = read.choice(fields["holidays"], ("city", *HOLIDAYS))
        holidays = holidays if word == "city" else word
    own: dict[date, bool] = {}
    item = fields.get("file")
    if item is not None and (name := item.text("a file's name, or none")) != "none":
        own = read_own_days(item.file.parent / name)
    listed: dict[date, int] = {}
    for name, works in (("days_off", False), ("working_days", True)):
        for item in fields[name].items() if name in fields else []:
            day = read.day(item)
            if day in listed:
                raise item.wrong(f"each day once; it stands in line {listed[day]} too")
            listed[day], own[day] = item.line, works
    is_workday = with_own_days(HOLIDAYS[holidays], own)
    _check_rests(setting, is_workday, own)
    return is_workday


def _check_rests(setting: Setting, is_workday: IsWorkday, own: Mapping[date, bool]) -> None:
    """A clock looks for the next working day; refuse a calendar in which it never comes."""
    for start in (day for day, works in own.items() if not works):
        if not any(is_workday(start + timedelta(days=n)) for n in range(_MOST_DAYS_OFF)):
            raise setting.wrong(f"at most {_MOST_DAYS_OFF} days off in a row, from {start}")


def versions(setting: Setting | None) -> list[Setting]:
    """The versions of a section: a list, or one alone."""
    if setting is None or setting.empty:
        return []
    return setting.items() if setting.is_list() else [setting]


def _dated(setting: Setting | None, known: tuple[str, ...]) -> Iterator[dict[str, Setting]]:
    """The fields of each version; every version but the first must say ``from``."""
    for index, version in enumerate(versions(setting)):
        fields = version.fields(("from", *known))
        if index and "from" not in fields:
            raise version.wrong("from: when this version comes into force")
        yield fields


def _limits(setting: Setting | None, rules: Rules) -> tuple[tuple[int, Mapping[Level, Limit]], ...]:
    out = list(rules.limits)
    for fields in _dated(setting, _LEVELS):
        since = fields.pop("from", None)
        start = 0
        if since is not None:
            day = read.day(since)
            start = rules.local.start_of_day(day.year * 10000 + day.month * 100 + day.day)
            if start <= out[-1][0]:
                raise since.wrong("a date after that of the version before")
        limits = dict(out[-1][1])
        for name, item in fields.items():
            limits[Level(name)] = _limit(item, limits[Level(name)], rules)
        out = [*out, (start, limits)] if since is not None else [(0, limits)]
    return tuple(out)


def _limit(setting: Setting, before: Limit, rules: Rules) -> Limit:
    fields = setting.fields(("respond", "handle", "clock"))
    working = before.working
    if "clock" in fields:
        working = read.choice(fields["clock"], ("always", "working")) == "working"
        if working != before.working and not {"respond", "handle"} <= fields.keys():
            raise fields["clock"].wrong("respond and handle beside a clock that changes")
    workday = workday_of(rules) if working else None
    respond = read.duration(fields["respond"], workday) if "respond" in fields else before.respond
    handle = read.duration(fields["handle"], workday) if "handle" in fields else before.handle
    return Limit(respond, handle, working)


def workday_of(rules: Rules) -> int:
    """The length of a working day, in ms."""
    return int(getattr(rules.work, "day_length", 0)) or 24 * 3_600_000


def _escalation(setting: Setting | None, rules: Rules) -> Rules:
    fields = {} if setting is None else setting.fields(("steps", "ladders"))
    if (item := fields.get("steps")) is not None:
        expected = "four shares of the clock, ascending, the third 1.0 (overdue)"
        steps = tuple(read.number(share, 0, 100, above=True) for share in item.items())
        if len(steps) != 4 or steps[2] != 1.0 or sorted(set(steps)) != list(steps):
            raise item.wrong(expected + f", not {list(steps)}")
        rules = replace(rules, step_shares=steps)
    if (item := fields.get("ladders")) is not None:
        ladders = dict(rules.ladders)
        for name, ladder in item.fields(_LEVELS).items():
            rungs = ladder.fields(("respond", "handle"))
            told = {clock: _units(units) for clock, units in rungs.items()}
            ladders[Level(name)] = replace(ladders[Level(name)], **told)
        rules = replace(rules, ladders=ladders)
    return rules


def _units(setting: Setting) -> tuple[str, ...]:
    items = setting.items()
    if len(items) != 5:
        raise setting.wrong(f"five units, at the dispatch and at the four steps, not {len(items)}")
    words = [read.choice(item, UNITS) for item in items]
    return tuple("" if word == "nobody" else word for word in words)


def _weights(setting: Setting | None, rules: Rules) -> tuple[tuple[int, Weights], ...]:
    out = list(rules.weights)
    known = ("levels", "total", "outcome", "rating", "min_ranked")
    for fields in _dated(setting, known):
        since = fields.pop("from", None)
        start = 0 if since is None else read.month(since)
        if since is not None and start <= out[-1][0]:
            raise since.wrong("a month after that of the version before")
        weights = out[-1][1]
        if (item := fields.get("levels")) is not None:
            levels = dict(weights.levels)
            for name, one in item.fields(_LEVELS).items():
                levels[Level(name)] = read.whole(one, 1, 1000)
            weights = replace(weights, levels=levels)
        if (item := fields.get("total")) is not None:
            weights = replace(weights, total=read.shares(item, weights.total))
        if (item := fields.get("outcome")) is not None:
            weights = replace(weights, outcome=read.shares(item, weights.outcome))
        if (item := fields.get("rating")) is not None:
            weights = replace(weights, rating=read.number(item, 0, 1))
        if (item := fields.get("min_ranked")) is not None:
            weights = replace(weights, min_ranked=read.whole(item, 1, 100_000))
        out = [*out, (start, weights)] if since is not None else [(0, weights)]
    return tuple(out)


def _targets(setting: Setting | None, rules: Rules) -> dict[str, float]:
    found = {} if setting is None else setting.fields(tuple(TARGETS))
    return {
        TARGETS[name]: read.duration(given, workday_of(rules))
        if TARGETS[name].endswith("_ms")
        else read.number(given, 0, 1)
        for name, given in found.items()
    }


def _surge(setting: Setting | None, before: Surge) -> Surge:
    fields = (
        {}
        if setting is None
        else setting.fields(("false_alarms_per_day", "min_count", "history_days"))
    )
    if (item := fields.get("false_alarms_per_day")) is not None:
        before = replace(before, false_alarms_per_day=read.number(item, 0, 1000, above=True))
    if (item := fields.get("min_count")) is not None:
        before = replace(before, min_count=read.whole(item, 1, 100_000))
    if (item := fields.get("history_days")) is not None:
        before = replace(before, history_days=read.whole(item, 7, 366))
    return before
