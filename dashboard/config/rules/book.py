"""The rules in force as rows: path, value as the file would say it, and where it comes from.

The rules of a city: its zone, its working days, and what its settings file says.

Read once in a process: a changed file counts when the parts are started again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dashboard.config.cities import load
from dashboard.config.rules import yaml_file
from dashboard.config.rules.sections import SECTIONS, TARGETS, rules_from, versions, workday_of
from dashboard.config.rules.values import duration_text
from dashboard.config.rules.workdays import OF_PACK, calendar_until, china_workday
from dashboard.config.rules.yaml_file import Lines, RulesFileError, Setting, Steps, shown_file
from dashboard.config.settings import Settings
from dashboard.core.fold.views import VERSION
from dashboard.core.model.actions import Level
from dashboard.core.model.calendars import WorkingHours
from dashboard.core.model.rules import Limit, Rules, weekdays

Row = tuple[str, str, str]
DEFAULT = "default"


class _Told:
    """Where a setting is given."""

    def __init__(self, root: Setting | None) -> None:
        self._root = root

    def at(self, *candidates: Steps) -> str:
        """``file:line`` of the first of the paths that is in the file, else "default"."""
        for steps in candidates:
            found = None if self._root is None else self._root.find(steps)
            if found is not None:
                return f"{shown_file(found.file)}:{found.line}"
        return DEFAULT

    def versioned(self, name: str, offset: int, index: int, *steps: str) -> str:
        """As ``at``, for a version of the rules: what it leaves out is from one before it.

        ``offset`` versions of the rules are not in the file.
        """
        section = None if self._root is None else self._root.fields().get(name)
        single = section is not None and not section.is_list()
        paths: list[Steps] = [
            (name, *steps) if single else (name, i, *steps) for i in range(index - offset, -1, -1)
        ]
        return self.at(*paths)


def rows(rules: Rules, root: Setting | None, holidays: str, until: int) -> Iterator[Row]:
    """Every setting; ``holidays`` is the table in use and ``until`` its last known year."""
    told = _Told(root)
    work = rules.work
    if isinstance(work, WorkingHours):
        closes = "24:00" if not (work.closes.hour or work.closes.minute) else f"{work.closes:%H:%M}"
        yield "working_hours.opens", f"{work.opens:%H:%M}", told.at(("working_hours", "opens"))
        yield "working_hours.closes", closes, told.at(("working_hours", "closes"))
    known = f"{holidays} (known until {until})" if holidays == "library" else holidays
    yield "calendar.holidays", known, told.at(("calendar", "holidays"))
    for name in ("days_off", "working_days"):
        steps = ("calendar", name)
        setting = None if root is None else root.find(steps)
        days = [] if setting is None else [str(day) for day in setting.plain() or []]
        yield f"calendar.{name}", ", ".join(days) or "none", told.at(steps)
    file = None if root is None else root.find(("calendar", "file"))
    yield (
        "calendar.file",
        "none" if file is None else str(file.plain()),
        told.at(("calendar", "file")),
    )
    yield from _limits(rules, root, told)
    shares = ", ".join(f"{share:g}" for share in rules.step_shares)
    yield "escalation.steps", shares, told.at(("escalation", "steps"))
    for level in Level:
        for clock in ("respond", "handle"):
            units = getattr(rules.ladders[level], clock)
            path = ("escalation", "ladders", level.value, clock)
            yield ".".join(path), ", ".join(unit or "nobody" for unit in units), told.at(path)
    yield "quiet_hours", _quiet(rules.quiet), told.at(("quiet_hours",))
    every = duration_text(rules.on_site_every)
    yield "on_site.check_in_every", every, told.at(("on_site", "check_in_every"))
    for name in ("rework_share", "month_closes", "recurrence_days"):
        yield name, f"{getattr(rules, name):g}", told.at((name,))
    yield from _weights(rules, root, told)
    for name in ("false_alarms_per_day", "min_count", "history_days"):
        yield f"surge.{name}", f"{getattr(rules.surge, name):g}", told.at(("surge", name))
    for name, figure in TARGETS.items():
        if (wanted := rules.targets.get(figure)) is not None:
            length = duration_text(round(wanted), workday_of(rules))
            value = length if figure.endswith("_ms") else f"{wanted:g}"
            yield f"targets.{name}", value, told.at(("targets", name))


def _limits(rules: Rules, root: Setting | None, told: _Told) -> Iterator[Row]:
    offset = _not_in_file(rules.limits, root, "limits")
    for index, (since, limits) in enumerate(rules.limits):
        label = "limits" if since == 0 else f"limits[{_date(rules.local.day(since))}]"
        for level in Level:
            for name, value in _limit_texts(limits[level], workday_of(rules)):
                where = told.versioned("limits", offset, index, level.value, name)
                yield f"{label}.{level.value}.{name}", value, where


def _limit_texts(limit: Limit, workday: int) -> tuple[tuple[str, str], ...]:
    size = workday if limit.working else None
    return (
        ("respond", duration_text(limit.respond, size)),
        ("handle", duration_text(limit.handle, size)),
        ("clock", "working" if limit.working else "always"),
    )


def _weights(rules: Rules, root: Setting | None, told: _Told) -> Iterator[Row]:
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
                where = told.versioned("weights", offset, index, group, name)
                yield f"{label}.{group}.{name}", f"{value:g}", where
        for name in ("rating", "min_ranked"):
            where = told.versioned("weights", offset, index, name)
            yield f"{label}.{name}", f"{getattr(weights, name):g}", where


def _not_in_file(of_rules: tuple[object, ...], root: Setting | None, name: str) -> int:
    section = None if root is None else root.fields().get(name)
    return len(of_rules) - len(versions(section))


def _date(day: int) -> str:
    return f"{day // 10000:04d}-{day // 100 % 100:02d}-{day % 100:02d}"


def _quiet(quiet: tuple[int, int] | None) -> str:
    if quiet is None:
        return "off"
    start, end = quiet
    return f"{start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}"


#: the working-day table that the fingerprint covers
_FIRST_DAY, _LAST_DAY = date(2004, 1, 1), date(2035, 12, 31)


@lru_cache(maxsize=8)
def rules_of(city_id: str, zone: str | None, file: Path | None = None) -> Rules:
    """The rules of a city pack; ``zone`` overrides the pack's own, ``file`` its defaults.

    Raises :class:`RulesFileError` for the first setting of the file that is wrong.
    """
    city = load(city_id)
    return rules_from(_top(file), ZoneInfo(zone or city.zone), OF_PACK[city.calendar])


def rules_for(settings: Settings) -> Rules:
    """The rules of the city and the file that the settings name."""
    return rules_of(settings.city, settings.tz, settings.rules_file)


def section(settings: Settings, name: str) -> tuple[Any, Lines]:
    """A section as plain data (None if not given) and a function: path below it → line.

    Raises :class:`RulesFileError` if the file cannot be read.
    """
    assert name in SECTIONS, name
    return yaml_file.section(_top(settings.rules_file), name)


def describe(settings: Settings) -> list[tuple[str, str, str]]:
    """The rules in force: (path, value, where from: ``file:line`` or "default")."""
    rules, root = rules_for(settings), _top(settings.rules_file)
    holidays = OF_PACK[load(settings.city).calendar]
    given = None if root is None else root.find(("calendar", "holidays"))
    if given is not None and given.plain() != "city":
        holidays = str(given.plain())
    return list(rows(rules, root, holidays, calendar_until()))


def fingerprint(rules: Rules) -> str:
    """32 hexadecimal digits that stand for all that the fold depends on.

    The same for equal rules in every process; weights, surge, targets and notify are no part,
    they only read what the fold has made.
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
def _top(file: Path | None) -> Setting | None:
    return None if file is None else yaml_file.read(file)


__all__ = [
    "RulesFileError",
    "calendar_until",
    "china_workday",
    "describe",
    "fingerprint",
    "rules_for",
    "rules_of",
    "section",
    "weekdays",
]
