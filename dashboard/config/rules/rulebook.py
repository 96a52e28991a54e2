"""The rules of a city: its zone, its working days, and what its settings file says.

Read once in a process: a changed file counts when the parts are started again.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dashboard.config.cities import load
from dashboard.config.rules import book, yaml_file
from dashboard.config.rules.sections import SECTIONS, rules_from
from dashboard.config.rules.workdays import OF_PACK, calendar_until, china_workday
from dashboard.config.rules.yaml_file import Lines, RulesFileError, Setting
from dashboard.config.settings import Settings
from dashboard.core.fold.views import VERSION
from dashboard.core.model.calendars import WorkingHours
from dashboard.core.model.rules import Rules, weekdays

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
    return list(book.rows(rules, root, holidays, calendar_until()))


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
