"""The names of the counting views and of the sorted sets: the one place that builds or reads them.

A view is a hash (field → count), or a dense row of counters if :func:`is_dense`;
``ShardKeys.view`` makes a key of its name. Days are local days as YYYYMMDD, months are YYYYMM. The
names are kept in stores: a change needs a new ``views.VERSION``. Pure.
"""

from __future__ import annotations

from functools import lru_cache

#: all events: ``kind|CODE|fact`` → n, of kind all, level, department, category, channel or status
COUNT = "count"
#: the sorted sets that the city and each of its places has
RANKED = ("queue", "points", "alerts")
#: sorted set: event → time of its next escalation step
DEADLINES = "deadlines"

_MINUTE, _SLOT = "minute:", "slot:"
#: names are asked for with every action, and most of them again
_cached = lru_cache(maxsize=16_384)


@_cached
def place(tier: str) -> str:
    """Events by place of a tier: ``CODE|fact`` → n."""
    return f"place:{tier}"


@_cached
def levels(tier: str) -> str:
    """Open and overdue events by place of a tier and level: ``CODE|level|fact`` → n."""
    return f"levels:{tier}"


@_cached
def day_levels(day: int) -> str:
    """Reports of a day by level: ``level|LEVEL|reported`` → n."""
    return f"day:{day}"


@_cached
def place_day_levels(day: int) -> str:
    """Reports of a day by place and level: ``CODE|level`` → n."""
    return f"levelday:{day}"


@_cached
def score(subject: str, month: int) -> str:
    """What makes the scores of a month: ``CODE|measure`` → n; ``subject`` is d, t or c."""
    return f"score:{subject}:{month}"


@_cached
def score_day(subject: str, day: int) -> str:
    """What makes the scores of a day, in the same form."""
    return f"scoreday:{subject}:{day}"


@_cached
def scores(subject: str, day: int) -> tuple[str, str]:
    """The two views in which a day's measure is counted: that of its month, and its own."""
    return score(subject, day // 100), score_day(subject, day)


def month_of_score(name: str, subject: str) -> int | None:
    """The month of a score view of ``subject``; None for the name of any other view."""
    month = name.removeprefix(score_prefix(subject))
    return int(month) if month != name and month.isdecimal() else None


def score_prefix(subject: str) -> str:
    """What the names of the months' score views begin with."""
    return f"score:{subject}:"


@_cached
def surge(tier: str, day: int) -> str:
    """Reports of a day by place, category and hour: ``CODE|CATEGORY|HH`` → n."""
    return f"surge:{tier}:{day}"


@_cached
def minute(metric: str, day: int) -> str:
    """Dense: the 1,440 minutes of a day, for the whole city."""
    return f"{_MINUTE}{metric}:{day}"


@_cached
def minute_of(name: str) -> tuple[str, int] | None:
    """Metric and day of a view of minutes; None for the name of any other view."""
    if not name.startswith(_MINUTE):
        return None
    metric, _, day = name.removeprefix(_MINUTE).rpartition(":")
    return metric, int(day)


@_cached
def slot(code: str, day: int) -> str:
    """Dense: the 144 slots of ten minutes of a day of one place, for one metric after another."""
    return f"{_SLOT}{code}:{day}"


@_cached
def slot_of(name: str) -> tuple[str, int] | None:
    """Code and day of a view of slots; None for the name of any other view."""
    if not name.startswith(_SLOT):
        return None
    code, _, day = name.removeprefix(_SLOT).rpartition(":")
    return code, int(day)


@_cached
def cells(zoom: int) -> str:
    """Open events of the whole city by map tile and level: ``X/Y|level`` → n."""
    return f"cells:{zoom}"


@_cached
def place_cells(code: str, zoom: int) -> str:
    """Open events of one place by map tile and level, in the same form."""
    return f"cells:{code}:{zoom}"


def is_dense(name: str) -> bool:
    """Whether a view is a row of 32-bit counters by number, and not a hash."""
    return name.startswith((_MINUTE, _SLOT))


def place_ranked(kind: str, code: str) -> str:
    """The sorted set of one place; ``kind`` is one of :data:`RANKED`."""
    return f"{kind}:{code}"


def kind_of_ranked(name: str) -> str:
    """The kind of a sorted set by its name, of the city or of a place."""
    return name.partition(":")[0]


def ledger(grid: str) -> str:
    """Sorted set: a grid's events by the time of their report."""
    return f"ledger:{grid}"
