"""The sections of the rules file: each turns its settings into a part of the rules.

What a section leaves out keeps its default; what a version leaves out is as in the version
before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from dashboard.config import reading
from dashboard.config.reading import Node, Table, choice, number_above
from dashboard.config.rules import values
from dashboard.config.rules.workdays import HOLIDAYS, IsWorkday, read_own_days, with_own_days
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
    "department_closes",
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
#: at most so many days off in a row, so that a clock finds the next working day
_MOST_DAYS_OFF = 60


def rules_from(
    root: Node, zone: ZoneInfo, holidays: str, *, department_closes: bool = False
) -> Rules:
    """The rules that a file gives; ``holidays`` is the city's own: library or weekdays.

    ``department_closes`` is what the city's pack sets.
    Raises :class:`~dashboard.config.reading.ConfigError` for the first setting that is wrong.
    """
    top = Table(root, known=SECTIONS)
    opens, closes = _working_hours(top.below("working_hours", ("opens", "closes")))
    is_workday = _calendar(top, holidays)
    rules = default_rules(zone, is_workday, opens, closes)
    rules = replace(
        rules,
        limits=_limits(top.given("limits"), rules),
        weights=_weights(top.given("weights"), rules),
        surge=_surge(top, rules.surge),
        targets=_targets(top.below("targets", tuple(TARGETS)), rules),
    )
    rules = _escalation(top.below("escalation", ("steps", "ladders")), rules)
    on_site = top.below("on_site", ("check_in_every",))
    own_close = top.choice("department_closes", ("city", "true", "false"), "city")
    return replace(
        rules,
        quiet=top.read("quiet_hours", rules.quiet, values.quiet_hours),
        on_site_every=on_site.read("check_in_every", rules.on_site_every, values.duration),
        rework_share=top.read("rework_share", rules.rework_share, number_above, 0, 1),
        month_closes=top.integer("month_closes", rules.month_closes, 1, 28),
        recurrence_days=top.integer("recurrence_days", rules.recurrence_days, 1, 366),
        department_closes={"true": True, "false": False}.get(own_close, department_closes),
    )


def _working_hours(table: Table) -> tuple[time, time]:
    opens = table.read("opens", _OPENS, values.clock_time)
    closes = table.read("closes", _CLOSES, values.clock_time)
    if opens >= closes != time(0):
        name = "closes" if table.given("closes") else "opens"
        table.wrong(name, f"expected a closing after the opening ({opens:%H:%M}–{closes:%H:%M})")
    return opens, closes


def _calendar(top: Table, holidays: str) -> IsWorkday:
    setting = top.given("calendar")
    if setting is None:
        return HOLIDAYS[holidays]
    table = top.below("calendar", ("holidays", "days_off", "working_days", "file"))
    word = table.choice("holidays", ("city", *HOLIDAYS), "city")
    holidays = holidays if word == "city" else word
    own: dict[date, bool] = {}
    own_file = table.read("file", "none", reading.written, "a file's name, or none")
    if own_file != "none":
        own = read_own_days(setting.file.parent / own_file)
    listed: dict[date, int] = {}
    for name, works in (("days_off", False), ("working_days", True)):
        days = table.given(name)
        for item in [] if days is None else days.items():
            day = values.day(item)
            if day in listed:
                raise item.expected(f"each day once; it is in line {listed[day]} too")
            listed[day], own[day] = item.line, works
    is_workday = with_own_days(HOLIDAYS[holidays], own)
    _check_rests(setting, is_workday, own)
    return is_workday


def _check_rests(node: Node, is_workday: IsWorkday, own: Mapping[date, bool]) -> None:
    """Refuse a calendar without working days for long: a clock looks for the next one."""
    for start in (day for day, works in own.items() if not works):
        if not any(is_workday(start + timedelta(days=n)) for n in range(_MOST_DAYS_OFF)):
            raise node.expected(f"at most {_MOST_DAYS_OFF} days off in a row, from {start}")


def versions(node: Node | None) -> list[Node]:
    """The versions of a section: a list, or one alone."""
    if node is None or node.empty:
        return []
    return node.items() if node.is_list else [node]


def _dated(node: Node | None, known: tuple[str, ...]) -> Iterator[Table]:
    """Each version as a table; every version but the first must have ``from``."""
    for index, version in enumerate(versions(node)):
        table = Table(version, known=("from", *known))
        if index and table.given("from") is None:
            raise version.expected("from: when this version comes into force")
        yield table


def _limits(node: Node | None, rules: Rules) -> tuple[tuple[int, Mapping[Level, Limit]], ...]:
    out = list(rules.limits)
    for table in _dated(node, _LEVELS):
        since = table.given("from")
        start = 0
        if since is not None:
            day = values.day(since)
            start = rules.local.start_of_day(day.year * 10000 + day.month * 100 + day.day)
            if start <= out[-1][0]:
                raise since.expected("a date after that of the version before")
        limits = {
            level: _limit(table.below(level.value, ("respond", "handle", "clock")), before, rules)
            for level, before in out[-1][1].items()
        }
        out = [*out, (start, limits)] if since is not None else [(0, limits)]
    return tuple(out)


def _limit(table: Table, before: Limit, rules: Rules) -> Limit:
    clock = table.choice("clock", ("always", "working"), "working" if before.working else "always")
    working = clock == "working"
    if working != before.working and not {"respond", "handle"} <= set(table):
        table.wrong("clock", "expected respond and handle together with a clock that changes")
    workday = workday_of(rules) if working else None
    respond = table.read("respond", before.respond, values.duration, workday)
    handle = table.read("handle", before.handle, values.duration, workday)
    return Limit(respond, handle, working)


def workday_of(rules: Rules) -> int:
    """The length of a working day, in ms."""
    return int(getattr(rules.work, "day_length", 0)) or 24 * 3_600_000


def _escalation(table: Table, rules: Rules) -> Rules:
    steps = table.read("steps", rules.step_shares, _steps)
    ladders = table.below("ladders", _LEVELS)
    found = dict(rules.ladders)
    for name in ladders:
        before = found[Level(name)]
        clocks = ladders.below(name, ("respond", "handle"))
        found[Level(name)] = replace(
            before,
            respond=clocks.read("respond", before.respond, _units),
            handle=clocks.read("handle", before.handle, _units),
        )
    return replace(rules, step_shares=steps, ladders=found)


def _steps(node: Node) -> tuple[float, ...]:
    steps = tuple(number_above(share, 0, 100) for share in node.items())
    if len(steps) != 4 or steps[2] != 1.0 or sorted(set(steps)) != list(steps):
        expected = "four shares of the clock, ascending, the third 1.0 (overdue)"
        raise node.expected(f"{expected}, not {list(steps)}")
    return steps


def _units(node: Node) -> tuple[str, ...]:
    items = node.items()
    if len(items) != 5:
        raise node.expected(f"five units, at the dispatch and at the four steps, not {len(items)}")
    words = [choice(item, UNITS) for item in items]
    return tuple("" if word == "nobody" else word for word in words)


def _weights(node: Node | None, rules: Rules) -> tuple[tuple[int, Weights], ...]:
    out = list(rules.weights)
    known = ("levels", "total", "outcome", "rating", "rating_half", "min_ranked")
    for table in _dated(node, known):
        since = table.given("from")
        start = 0 if since is None else values.month(since)
        if since is not None and start <= out[-1][0]:
            raise since.expected("a month after that of the version before")
        before = out[-1][1]
        levels = table.below("levels", _LEVELS)
        weights = replace(
            before,
            levels={
                level: levels.integer(level.value, weight, 1, 1000)
                for level, weight in before.levels.items()
            },
            total=table.read("total", before.total, values.shares, before.total),
            outcome=table.read("outcome", before.outcome, values.shares, before.outcome),
            rating=table.number("rating", before.rating, 0, 1),
            rating_half=table.number("rating_half", before.rating_half, 0, 1000),
            min_ranked=table.integer("min_ranked", before.min_ranked, 1, 100_000),
        )
        out = [*out, (start, weights)] if since is not None else [(0, weights)]
    return tuple(out)


def _targets(table: Table, rules: Rules) -> dict[str, float]:
    found: dict[str, float] = {}
    for name in table:
        figure = TARGETS[name]
        if figure.endswith("_ms"):
            found[figure] = table.read(name, 0, values.duration, workday_of(rules))
        else:
            found[figure] = table.number(name, 0, 0, 1)
    return found


def _surge(top: Table, before: Surge) -> Surge:
    table = top.below("surge", ("false_alarms_per_day", "min_count", "history_days", "odds_days"))
    return replace(
        before,
        false_alarms_per_day=table.read(
            "false_alarms_per_day", before.false_alarms_per_day, number_above, 0, 1000
        ),
        min_count=table.integer("min_count", before.min_count, 1, 100_000),
        history_days=table.integer("history_days", before.history_days, 7, 366),
        odds_days=table.integer("odds_days", before.odds_days, 1, 366),
    )
