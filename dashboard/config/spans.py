"""The plausible span of a source's times: from its own settings, else from the city's records."""

from __future__ import annotations

from datetime import datetime

from dashboard.config.cities import City
from dashboard.config.sources import Source
from dashboard.core.model.span import Span

#: what a city's records speak of is at most so many years before they begin
MARGIN = 10
#: how many years ago records begin in a city whose pack does not say
_UNKNOWN = 10


def span_of(source: Source, city: City, now: int) -> Span:
    """The times that a source may state at the server's time ``now`` (ms)."""
    earliest = source.earliest_at(now)
    return Span(
        earliest_of(city, now) if earliest is None else earliest, now + source.ahead, city.tz
    )


def earliest_of(city: City, now: int) -> int:
    """The earliest plausible time of a city, ms: ten years before the month its records begin."""
    begin, years = city.records_begin, MARGIN
    if begin is None:
        begin, years = datetime.fromtimestamp(now / 1000, city.tz).date(), MARGIN + _UNKNOWN
    # the first of a month: not every year has a 29 February
    start = datetime(max(1970, begin.year - years), begin.month, 1, tzinfo=city.tz)
    return max(1, round(start.timestamp() * 1000))
