"""How these pages say numbers, names and addresses. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from dashboard.core.model.periods import Span
from dashboard.core.questions.ask import Ask
from layouts.pages.kit.ranges import month_words

HOUR = 3_600_000
DAY = 24 * HOUR
#: an interval wider than this, in points, says little
WIDE = 20.0
NONE = "–"


@dataclass(frozen=True)
class Scene:
    """What every part of these pages needs: the ask, what is scored, words and names."""

    ask: Ask
    by: str
    text: Mapping[str, str]
    zone: str
    #: of this page
    path: str
    #: (kind, code) → name; kinds are department, category, township, community
    name: Callable[[str, str], str]

    def say(self, key: str, **values: object) -> str:
        """A message of these pages."""
        return self.text[f"review.dep.{key}"].format(**values)

    def own(self, code: str) -> str:
        """The name of a subject of this board."""
        return self.name(self.by, code)

    def to(self, code: str, **changes: object) -> str:
        """The page of a subject."""
        kept: dict[str, object] = {"sort": None, "d": None, "part": None, "show": None}
        path = f"/departments/{quote(code, safe='')}"
        return self.ask.url(path, **{**kept, "page": None, **changes})

    def event(self, event_id: str) -> str:
        """The page of an event."""
        bare: dict[str, None] = dict.fromkeys(self.ask.extra)
        return self.ask.url(f"/events/{quote(event_id, safe='')}", **bare)

    def day(self, ms: int | None) -> str:
        """A moment, to the minute, in the city's time."""
        if ms is None:
            return NONE
        at = datetime.fromtimestamp(ms / 1000, UTC).astimezone(ZoneInfo(self.zone))
        return f"{at:%Y-%m-%d %H:%M}"

    def queue(self, code: str, **changes: object) -> str:
        """The queue of a subject."""
        bare: dict[str, object] = dict.fromkeys(self.ask.extra)
        where = "department" if self.by == "department" else "area"
        return self.ask.url("/queue", **{**bare, where: code, **changes})

    def took(self, ms: float | None) -> str:
        """How long."""
        if ms is None:
            return NONE
        if ms >= 2 * DAY:
            return self.say("days", n=f"{ms / DAY:.1f}")
        if ms >= HOUR:
            return self.say("hours", n=f"{ms / HOUR:.1f}")
        return self.say("minutes", n=f"{ms / 60_000:.0f}")

    def period(self, span: Span) -> str:
        """A range in words."""
        return span_words(span, self.text)


def span_words(span: Span, text: Mapping[str, str]) -> str:
    """A range with its days, so that 'this month' is never a riddle."""
    first, last = _day(span.first_day), _day(span.last_day)
    if span.kind == "month":
        return month_words(first.year, first.month, text)
    if span.kind == "year":
        return text["review.range.named_year"].format(year=first.year)
    if first == last:
        return first.isoformat()
    if first.year == last.year:
        return f"{first.isoformat()} – {last:%m-%d}"
    return f"{first.isoformat()} – {last.isoformat()}"


def cost(value: float) -> str:
    """Points that an event took: they are small where there are many events."""
    return f"{value:.3f}" if abs(value) < 0.1 else f"{value:.2f}"


def short(span: Span) -> str:
    """A period on an axis: the day or the month that it begins with."""
    first = _day(span.first_day)
    if span.kind == "month":
        return f"{first:%Y-%m}"
    return f"{first:%m-%d}"


def points(value: float | None) -> str:
    """0 to 100, one digit."""
    return NONE if value is None else f"{value:.1f}"


def signed(value: float | None) -> str:
    """A change, with its sign; what would be 0.0 has none."""
    if value is None:
        return NONE
    if abs(value) < 0.05:
        return "±0.0"
    return f"+{value:.1f}" if value > 0 else f"−{-value:.1f}"


def percent(value: float | None, digits: int = 0) -> str:
    """A share."""
    return NONE if value is None else f"{100 * value:.{digits}f}%"


def count(value: float) -> str:
    """How many."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def _day(day: int) -> date:
    return date(day // 10000, day // 100 % 100, day % 100)
