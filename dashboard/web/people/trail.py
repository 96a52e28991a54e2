"""Reading the record: who did what on which day, for those who may, cut to their area."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from dashboard.core.model.calendars import LocalTime
from dashboard.web.people.model import Capability, require, within
from dashboard.web.refused import Refused
from data_sources.accounts.log import Line, Lines, PeopleLog
from data_sources.accounts.people import folded

PAGE = 50


@dataclass(frozen=True)
class Wanted:
    """What is looked for; empty: all. ``day`` is 2018-01-15 in the city's zone."""

    who: str = ""
    what: str = ""
    day: str = ""
    before: str = ""


def read(log: PeopleLog, local: LocalTime, wanted: Wanted, limit: int = PAGE) -> Lines:
    """A page of the record, newest first; 400 for a day or a place in the record that is none."""
    who = require(Capability.AUDIT)
    since, until = _span(local, wanted.day)
    if wanted.before and not all(part.isdigit() for part in wanted.before.split("-", 1)):
        raise Refused(400, "invalid", "before: expected the `older` of another page")

    def keep(line: Line) -> bool:
        # what nobody did (failed sign-ins) is the whole city's
        seen = not who.area or bool(line.area and within(line.area, who))
        named = not wanted.who or folded(wanted.who) in (folded(line.who), folded(line.object))
        return seen and named and (not wanted.what or line.what == wanted.what)

    return log.page(keep, since=since, until=until, before=wanted.before, limit=limit)


def _span(local: LocalTime, day: str) -> tuple[int, int | None]:
    if not day:
        return 0, None
    try:
        first = int(datetime.date.fromisoformat(day).strftime("%Y%m%d"))
        return max(0, local.start_of_day(first)), max(0, local.next_day(first))
    except (ValueError, OverflowError) as error:
        raise Refused(400, "invalid", "day: expected YYYY-MM-DD") from error
