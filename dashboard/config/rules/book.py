"""The rules of a city: its zone, its working days, and what its rules file sets.

A file is read once in a process: a changed file counts after a restart. :func:`describe` gives
the rules in force as rows, :func:`fingerprint` their identity as far as the fold depends on them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from dashboard.config.cities import load
from dashboard.config.reading import NOTHING, Node, Steps, shown_file
from dashboard.config.rules.sections import SECTIONS, TARGETS, rules_from, versions, workday_of
from dashboard.config.rules.values import duration_text
from dashboard.config.rules.workdays import OF_PACK, calendar_until, china_workday
from dashboard.config.settings import Settings
from dashboard.config.yaml_file import read_yaml
from dashboard.core.fold.views import VERSION
from dashboard.core.model.actions import Level
from dashboard.core.model.calendars import WorkingHours
from dashboard.core.model.rules import Limit, Rules, weekdays

__all__ = [
    "calendar_until",
    "china_workday",
    "describe",
    "fingerprint",
    "rules_for",
    "rules_of",
    "section",
    "weekdays",
]

#: path, value as the file would say it, and where it is given: ``file:line`` or "default"
Row = tuple[str, str, str]
DEFAULT = "default"

#: the working-day table that the fingerprint covers
_FIRST_DAY, _LAST_DAY = date(2004, 1, 1), date(2035, 12, 31)


@lru_cache(maxsize=8)
def rules_of(city_id: str, zone: str | None, file: Path | None = None) -> Rules:
    """The rules of a city pack; ``zone`` overrides the pack's own, ``file`` its defaults.

    Raises :class:`~dashboard.config.reading.ConfigError` for the first setting that is wrong.
    """
    city = load(city_id)
    return rules_from(
        _top(file),
        ZoneInfo(zone or city.zone),
        OF_PACK[city.calendar],
        department_closes=city.department_closes,
    )


def rules_for(settings: Settings) -> Rules:
    """The rules of the city and the file that the settings name."""
    return rules_of(settings.city, settings.tz, settings.rules_file)


def section(settings: Settings, name: str) -> Node | None:
    """A section of the rules file, None if it is not given.

    Raises :class:`~dashboard.config.reading.ConfigError` if the file cannot be read.
    """
    assert name in SECTIONS, name
    return _top(settings.rules_file).fields().get(name)


def describe(settings: Settings) -> list[Row]:
    """The rules in force, a row for each setting."""
    rules, root = rules_for(settings), _top(settings.rules_file)
    holidays = OF_PACK[load(settings.city).calendar]
    given = root.find(("calendar", "holidays"))
    if given is not None and given.plain() != "city":
        holidays = str(given.plain())
    return list(rows(rules, root, holidays, calendar_until()))


def fingerprint(rules: Rules) -> str:
    """32 hexadecimal digits that identify the rules as far as the fold depends on them.

    Equal rules have the same in every process. Weights, surge, targets and notify are left out:
    they only read the views.
    """
    parts = {
        "zone": rules.local.zone.key,
        "hours": _hours(rules),
        "limits": [
            [since, {level.value: [v.respond, v.handle, v.working] for level, v in limits.items()}]
            for since, limits in rules.limits
        ],
        "steps": list(rules.step_shares),
        "ladders": {
            level.value: [list(ladder.respond), list(ladder.handle)]
            for level, ladder in rules.ladders.items()
        },
        "quiet": rules.quiet,
        "on_site": rules.on_site_every,
        "rework": rules.rework_share,
        "zooms": list(rules.cell_zooms),
        "closes": rules.month_closes,
        "recurrence": rules.recurrence_days,
        "department_closes": rules.department_closes,
        "views": VERSION,
    }
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


def _hours(rules: Rules) -> list[str]:
    """Zone, hours and the table of working days, a digit a day."""
    work = rules.work
    if not isinstance(work, WorkingHours):
        return [type(work).__name__]
    count = (_LAST_DAY - _FIRST_DAY).days + 1
    days = (_FIRST_DAY + timedelta(days=n) for n in range(count))
    table = "".join("1" if work.is_workday(day) else "0" for day in days)
    return [str(work.zone.key), work.opens.isoformat(), work.closes.isoformat(), table]


@lru_cache(maxsize=8)
def _top(file: Path | None) -> Node:
    return NOTHING if file is None else read_yaml(file)


class _Origins:
    """Where each setting is given."""

    def __init__(self, root: Node) -> None:
        self._root = root

    def of(self, *candidates: Steps) -> str:
        """``file:line`` of the first of the paths that is in the file, else "default"."""
        for steps in candidates:
            if (found := self._root.find(steps)) is not None:
                return f"{shown_file(found.file)}:{found.line}"
        return DEFAULT

    def versioned(self, name: str, offset: int, index: int, *steps: str) -> str:
        """As ``of``, for a version of the rules: what it leaves out is from an earlier one.

        ``offset`` is how many versions of the rules are not in the file.
        """
        section = self._root.fields().get(name)
        single = section is not None and not section.is_list
        paths: list[Steps] = [
            (name, *steps) if single else (name, i, *steps) for i in range(index - offset, -1, -1)
        ]
        return self.of(*paths)


def rows(rules: Rules, root: Node, holidays: str, until: int) -> Iterator[Row]:
    """Every setting; ``holidays`` is the table in use and ``until`` its last known year."""
    origins = _Origins(root)
    work = rules.work
    if isinstance(work, WorkingHours):
        closes = "24:00" if not (work.closes.hour or work.closes.minute) else f"{work.closes:%H:%M}"
        yield "working_hours.opens", f"{work.opens:%H:%M}", origins.of(("working_hours", "opens"))
        yield "working_hours.closes", closes, origins.of(("working_hours", "closes"))
    known = f"{holidays} (known until {until})" if holidays == "library" else holidays
    yield "calendar.holidays", known, origins.of(("calendar", "holidays"))
    for name in ("days_off", "working_days"):
        steps = ("calendar", name)
        listed = root.find(steps)
        days = [] if listed is None else [str(day) for day in listed.plain() or []]
        yield f"calendar.{name}", ", ".join(days) or "none", origins.of(steps)
    file = root.find(("calendar", "file"))
    yield (
        "calendar.file",
        "none" if file is None else str(file.plain()),
        origins.of(("calendar", "file")),
    )
    yield from _limits(rules, root, origins)
    shares = ", ".join(f"{share:g}" for share in rules.step_shares)
    yield "escalation.steps", shares, origins.of(("escalation", "steps"))
    for level in Level:
        for clock in ("respond", "handle"):
            units = getattr(rules.ladders[level], clock)
            path = ("escalation", "ladders", level.value, clock)
            yield ".".join(path), ", ".join(unit or "nobody" for unit in units), origins.of(path)
    yield "quiet_hours", _quiet(rules.quiet), origins.of(("quiet_hours",))
    every = duration_text(rules.on_site_every)
    yield "on_site.check_in_every", every, origins.of(("on_site", "check_in_every"))
    for name in ("rework_share", "month_closes", "recurrence_days"):
        yield name, f"{getattr(rules, name):g}", origins.of((name,))
    own = "true" if rules.department_closes else "false"
    yield "department_closes", own, origins.of(("department_closes",))
    yield from _weights(rules, root, origins)
    for name in ("false_alarms_per_day", "min_count", "history_days", "odds_days"):
        yield f"surge.{name}", f"{getattr(rules.surge, name):g}", origins.of(("surge", name))
    for name, figure in TARGETS.items():
        if (wanted := rules.targets.get(figure)) is not None:
            length = duration_text(round(wanted), workday_of(rules))
            value = length if figure.endswith("_ms") else f"{wanted:g}"
            yield f"targets.{name}", value, origins.of(("targets", name))


def _limits(rules: Rules, root: Node, origins: _Origins) -> Iterator[Row]:
    offset = _not_in_file(rules.limits, root, "limits")
    for index, (since, limits) in enumerate(rules.limits):
        label = "limits" if since == 0 else f"limits[{_date(rules.local.day(since))}]"
        for level in Level:
            for name, value in _limit_texts(limits[level], workday_of(rules)):
                where = origins.versioned("limits", offset, index, level.value, name)
                yield f"{label}.{level.value}.{name}", value, where


def _limit_texts(limit: Limit, workday: int) -> tuple[tuple[str, str], ...]:
    size = workday if limit.working else None
    return (
        ("respond", duration_text(limit.respond, size)),
        ("handle", duration_text(limit.handle, size)),
        ("clock", "working" if limit.working else "always"),
    )


def _weights(rules: Rules, root: Node, origins: _Origins) -> Iterator[Row]:
    offset = _not_in_file(rules.weights, root, "weights")
    for index, (since, weights) in enumerate(rules.weights):
        label = "weights" if since == 0 else f"weights[{since // 100:04d}-{since % 100:02d}]"
        groups: dict[str, dict[str, float]] = {
            "levels": {level.value: weights.levels[level] for level in Level},
            "total": dict(weights.total),
            "outcome": dict(weights.outcome),
        }
        for group, members in groups.items():
            for name, value in members.items():
                where = origins.versioned("weights", offset, index, group, name)
                yield f"{label}.{group}.{name}", f"{value:g}", where
        for name in ("rating", "rating_half", "min_ranked"):
            where = origins.versioned("weights", offset, index, name)
            yield f"{label}.{name}", f"{getattr(weights, name):g}", where


def _not_in_file(of_rules: tuple[object, ...], root: Node, name: str) -> int:
    return len(of_rules) - len(versions(root.fields().get(name)))


def _date(day: int) -> str:
    return f"{day // 10000:04d}-{day // 100 % 100:02d}-{day % 100:02d}"


def _quiet(quiet: tuple[int, int] | None) -> str:
    if quiet is None:
        return "off"
    start, end = quiet
    return f"{start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}"
