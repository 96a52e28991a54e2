"""The page of surge warnings with their evidence: what it reads."""

from __future__ import annotations

from dashboard.config.words import catalogue
from dashboard.core.questions.ask import Ask
from dashboard.web.pages.reading import (
    names_of,
    records_since,
    truth_now,
    warnings_in,
    warnings_log,
)
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Person
from data_sources.desk.desk import DeskLoading
from layouts.pages.kit.frame import Shown
from layouts.pages.warnings import Line, WarningsData, body, codes_of

FILTERS = ("area",)
#: lines of the log that are read
_MOST = 200


def build(site: ReviewSite, who: Person, ask: Ask) -> Shown:
    """The page for an address; raises ``RedisUnavailable``."""
    truth = truth_now(site, who)
    opened = warnings_in(site, ask.area)
    recent = [
        Line(at=one.at, what=one.what, reason=one.reason, warning=one.warning)
        for one in warnings_log(site, ask.area, _MOST)
    ]
    warnings = [*opened, *(line.warning for line in recent)]
    data = WarningsData(
        open=opened,
        recent=recent,
        names=names_of(site, codes_of(warnings), ask.lang),
        odds_days=site.rules.surge.odds_days,
        since=_since(site),
    )
    return Shown(body(data, ask, site.view, catalogue(ask.lang)), truth)


def _since(site: ReviewSite) -> int:
    """The first day of the records; 1 while that is not known yet."""
    try:
        return records_since(site)
    except DeskLoading:
        return 1
