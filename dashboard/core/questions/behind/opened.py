"""The list of the events behind a figure: its address, what an address asks for, its rows. Pure.

A figure is named by ``of``; the filters and the range of the address are those of the page with
the figure. ``since`` and ``until`` (ms) cut the range, ``bin`` keeps values from one bound to
another, ``only`` one category, place or department of a score, ``unplaced`` what has no place at a
tier. ``counted`` is the count that a document shows, for which ``until`` is when it was made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from dashboard.core.model.periods import Span
from dashboard.core.model.rules import HOUR
from dashboard.core.model.vocabulary import Level
from dashboard.core.questions.answers import Point
from dashboard.core.questions.ask import Ask, AskError
from dashboard.core.questions.departments import BY
from dashboard.core.scoring.formulas import CHECKS, COMPONENTS, INDICATORS
from dashboard.core.surges.incidents import Folded, SurgeWarning

PATH = "/events"
#: rows of a page
PAGE = 100


class Rate(NamedTuple):
    """A rate: the kind that it is of, the kind that is its numerator, and the rest."""

    whole: str
    part: str
    rest: str = ""


class Middle(NamedTuple):
    """A quantile: the kind of events it is of, the value of each, and the share below it."""

    kind: str
    value: str
    share: float


#: what a month's scores counted, by the name of its measure after `MONTH`; as a grid's sheet has it
MONTH = "month."
MONTHLY = tuple(
    f"{MONTH}{name}"
    for name in dict.fromkeys((
        *("closed", "visited", "unvisited", "decided", "on_time", "revisited", "satisfied"),
        *("recurred", "closed_in_grid", *CHECKS, *CHECKS.values()),
        *(f"rated.{name}" for name in INDICATORS),
    ))
)  # fmt: skip
#: figures that are a number of events (or of rounds of handling, one a row)
COUNTS = (
    *MONTHLY,
    *("reported_open", "reported_overdue"),
    *("reported", "closed", "open", "overdue", "became_overdue"),
    *("response_overdue", "became_response_overdue"),
    *("decided", "on_time", "late", "handled", "reworked", "unmeasured", "timed"),
    "open_now",
)
RATES: Mapping[str, Rate] = {
    "on_time_rate": Rate("decided", "on_time", "late"),
    "close_rate": Rate("to_close", "closed_of", "not_closed"),
    "return_rate": Rate("dispatched", "returned", "not_returned"),
    # a verification that fails need not be of a handling of the same range
    "rework_rate": Rate("handled", "reworked"),
    "satisfaction_rate": Rate("revisited", "satisfied"),
    "within_rate": Rate("timed", "within", "beyond"),
}
MIDDLES: Mapping[str, Middle] = {
    "median_ms": Middle("timed", "took", 0.5),
    "p90_ms": Middle("timed", "took", 0.9),
    "median_share": Middle("timed", "share", 0.5),
    "p90_share": Middle("timed", "share", 0.9),
    "age_median": Middle("open_now", "age", 0.5),
    "age_oldest": Middle("open_now", "age", 1.0),
}
#: kinds of which a bin can be listed, and the value that it is of
BINNED = {"timed": "share", "open_now": "age"}
#: of one subject's score: its points, points lost, how many events it has, its parts
SCORED = ("total", "shrunk", "lost", "events", *INDICATORS, *COMPONENTS)
#: which events of a score are listed: those that cost points, those that did not, all
SHOWS = ("missed", "good", "all")
#: what was counted for a score, by the name of its measure after `TALLIED`
TALLIED = "score."
MEASURES = (
    *(
        "n",
        "in_time",
        "unmeasured",
        "excluded",
        "late_news",
        "visited",
        "closed",
        "decided",
        "on_time",
    ),
    *dict.fromkeys(name for pair in CHECKS.items() for name in pair if name != "closed"),
)
#: measures of which there is one for each level, and the share of the second in the first
BY_LEVEL = ("decided", "on_time")
IN_TIME = f"{TALLIED}in_time"
SORTS = (
    *("moment", "reported", "level", "category", "area", "department", "status", "took"),
    *("points", "id"),
)
#: what `only` may keep
ONLY = ("category", "township", "community", "department")
#: what `around` may begin with
AROUND = ("near", "grid")
TIERS = ("county", "township", "community", "grid")
_MAX_MS = 10_000_000_000_000


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """What an address of the list asks for."""

    ask: Ask
    #: the figure
    of: str
    #: which of its kinds or events are listed
    show: str
    #: the column to sort by; "-" in front of it for descending; "" is the figure's own order
    sort: str = ""
    page: int = 1
    #: bounds of the range, ms; 0 for its own
    since: int = 0
    until: int = 0
    #: bounds of a bin; None where it has no end
    low: float | None = None
    high: float | None = None
    #: of a score: its kind and subject, and what it is cut to
    by: str = ""
    code: str = ""
    only: tuple[str, str] = ("", "")
    #: the count of the document that the address is from
    counted: int | None = None

    @property
    def scored(self) -> bool:
        """Whether it is about one subject's score."""
        return self.of in SCORED or self.of.startswith(TALLIED)

    def shows(self) -> tuple[str, ...]:
        """What can be chosen to be listed."""
        if self.of in RATES:
            return tuple(filter(None, RATES[self.of]))
        if self.of == IN_TIME:
            return BY_LEVEL
        return SHOWS if self.of in SCORED else (self.show,)

    def within(self, of: Span) -> Span:
        """The range, cut to the address's bounds."""
        start, end = max(of.start_ms, self.since), of.end_ms
        if self.until:
            end = max(start, min(end, self.until))
        return msgspec.structs.replace(of, start_ms=start, end_ms=end)


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the list: an event, and what it adds to the figure. Times are ms."""

    event_id: str
    status: str
    level: str
    category: str
    #: the department that has it now, or (of decisions and scores) had it then
    department: str
    county: str
    township: str
    community: str
    grid: str
    reported_at: int
    #: when what is counted happened
    moment: int | None
    #: clock time of its last round of handling and the limit
    spent: int | None
    limit: int | None
    #: of a component: what it adds to the two sums
    above: float | None = None
    below: float | None = None
    #: points of the total that it cost
    points: float | None = None


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the list, with the figure itself."""

    asked: Opened
    span: Span
    #: a number as the page with the figure has it: of a rate 0 to 1, ms, points; None for nothing
    figure: float | None
    #: rows of what is shown, and of everything that can be chosen
    count: int
    counts: Mapping[str, int]
    #: of a component: the two sums
    above: float | None = None
    below: float | None = None
    rows: Sequence[Item] = ()
    page: int = 1

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.count // PAGE))


def address(ask: Ask, of: str, **changes: object) -> str:
    """The address of the list for a figure of a page; ``changes`` as for `Ask.url`."""
    return ask.bare().url(PATH, of=of, **{"compare": None, **changes})


def of_span(span: Span, *, cut: bool = False) -> dict[str, object]:
    """The changes for a figure of another range than the page's; ``cut``: it ends in a day."""
    return {"range": span.label, "until": span.end_ms if cut else None}


def of_bin(low: float, high: float | None) -> str:
    """The value of ``bin`` for values from one bound to another (None: no end)."""
    return f"{low:g}-" + ("" if high is None else f"{high:g}")


def of_window(start: int, end: int, zone: str) -> dict[str, object]:
    """The changes for a figure of a time from ``start`` to before ``end``, ms."""
    first, last = (
        datetime.fromtimestamp(at / 1000, ZoneInfo(zone)).date() for at in (start, end - 1)
    )
    days = first.isoformat() if first == last else f"{first.isoformat()}..{last.isoformat()}"
    return {"range": days, "since": start, "until": end}


def of_point(point: Point, by: str) -> dict[str, object]:
    """The changes for a figure of one point of a course."""
    day = point.day
    named = f"{day // 10000:04d}-{day // 100 % 100:02d}-{day % 100:02d}"
    end = point.end_ms or point.start_ms + HOUR
    # the first and the last day of a range of times may be parts of days
    if by == "day" and (not point.end_ms or end - point.start_ms > 22 * HOUR):
        return {"range": named, "since": None, "until": None}
    return {"range": named, "since": point.start_ms, "until": end}


def observed(ask: Ask, warning: SurgeWarning, zone: str, place: Folded | None = None) -> str:
    """The address of the reports that raised a warning; it names how many were known then.

    ``place`` is another place of the warning than its own.
    """
    place = place or warning.head
    window = of_window(place.evidence.start, place.evidence.end, zone)
    where = {"area": place.code, "category": warning.category or None}
    return address(ask, "reported", counted=place.evidence.observed, **where, **window)


def opened(ask: Ask) -> Opened:
    """What an address asks for. Raises: `AskError`."""
    own = ask.own
    of = own.of or "reported"
    show = _show(of, own.show)
    sort = own.sort
    _one_of("sort", sort.removeprefix("-"), ("", *SORTS))
    scored = of in SCORED or of.startswith(TALLIED)
    by = own.by or BY[0]
    if scored:
        _one_of("by", by, BY)
    what, _, value = own.only.partition(":")
    if own.only:
        _one_of("only", what, ONLY)
    if own.unplaced:
        _one_of("unplaced", own.unplaced, TIERS)
    if own.around:
        _one_of("around", own.around.partition(":")[0], AROUND)
    low, high = _bin(show, own.bin)
    since, until = _ms("since", own.since), _ms("until", own.until)
    if since and until and until <= since:
        raise AskError("until", own.until, "its end lies before its beginning")
    return Opened(
        ask=ask,
        of=of,
        show=show,
        sort=sort,
        page=_number("page", own.page or "1", 100_000) or 1,
        since=since,
        until=until,
        low=low,
        high=high,
        by=by if scored else "",
        code=own.code if scored else "",
        only=(what, value),
        counted=_number("counted", own.counted, 10**12) if own.counted else None,
    )


def _show(of: str, show: str) -> str:
    """The kind or events that are listed. Raises: `AskError`."""
    if of in RATES:
        kinds = tuple(filter(None, RATES[of]))
        _one_of("show", show or kinds[0], kinds)
        return show or kinds[0]
    if of in SCORED:
        _one_of("show", show or SHOWS[0], SHOWS)
        return show or SHOWS[0]
    if of in MIDDLES:
        return MIDDLES[of].kind
    if of == IN_TIME:
        _one_of("show", show or BY_LEVEL[0], BY_LEVEL)
        return show or BY_LEVEL[0]
    if of.startswith(TALLIED):
        _one_of("of", of.removeprefix(TALLIED), MEASURES)
    else:
        _one_of("of", of, (*COUNTS, *RATES, *MIDDLES, *SCORED))
    return of


def _bin(kind: str, text: str) -> tuple[float | None, float | None]:
    if not text:
        return None, None
    low, dash, high = text.partition("-")
    try:
        bounds = float(low), float(high) if high else None
    except ValueError:
        raise AskError("bin", text[:40], "expected a bin such as 3-7 or 7-") from None
    if not dash or kind not in BINNED:
        raise AskError("bin", text[:40], "this figure has no bins")
    return bounds


def _ms(name: str, text: str) -> int:
    return _number(name, text, _MAX_MS) if text else 0


def _number(name: str, text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 16 and int(text) <= most):
        raise AskError(name, text[:40], "expected a whole number")
    return int(text)


def _one_of(name: str, value: str, values: Sequence[str]) -> None:
    if value not in values:
        raise AskError(name, value[:40], f"expected one of {', '.join(filter(None, values))}")


def measures(name: str) -> tuple[str, ...]:
    """The measures of a score that are counted under a name of `MEASURES`."""
    return tuple(f"{name}.{level}" for level in Level) if name in BY_LEVEL else (name,)
