"""The rules of a city: its zone, its working days, the default limits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

import chinese_calendar

from dashboard.cities import load
from dashboard.core.rules import Rules, default_rules, weekdays
from dashboard.settings import Settings


def china_workday(day: date) -> bool:
    """Working days of mainland China, holidays and make-up days included.

    A year whose arrangement has not been announced counts Monday to Friday.
    """
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return weekdays(day)


_WORKDAYS: dict[str, Callable[[date], bool]] = {"cn": china_workday, "weekdays": weekdays}


@lru_cache(maxsize=8)
def rules_of(city_id: str, zone: str | None) -> Rules:
    """The rules of a city pack; ``zone`` overrides the pack's own."""
    city = load(city_id)
    return default_rules(ZoneInfo(zone or city.zone), _WORKDAYS[city.calendar])


def rules_for(settings: Settings) -> Rules:
    """The rules of the city that the settings name."""
    return rules_of(settings.city, settings.tz)
