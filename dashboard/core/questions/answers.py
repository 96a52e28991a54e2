"""The structs that the desk's answers to leaders' pages are made of. Pure.

Their fields are named as in docs/metrics.md.

A rate is None where nothing was counted. "At the end" of a running range is now.
"""

from __future__ import annotations

from math import sqrt

import msgspec

#: what can be compared between groups: counts, which can rise or fall
MOVING = (
    *("reported", "closed", "open", "overdue", "became_overdue", "late"),
    *("response_overdue", "became_response_overdue"),
)
#: fewer cases than this, before and now together, show no change
FEW = 10
#: a change larger than this many standard deviations is more than chance makes
_CLEAR = 1.96


class Kpis(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of one range."""

    reported: int = 0
    #: closed in the range and still closed
    closed: int = 0
    #: closed, rejected or merged in the range, less what was opened again in it
    ended: int = 0
    #: at the end of the range; with overdue handling, with overdue response
    open: int = 0
    overdue: int = 0
    response_overdue: int = 0
    became_overdue: int = 0
    became_response_overdue: int = 0
    #: rounds of handling that were decided, in time among them, and their share
    decided: int = 0
    on_time: int = 0
    on_time_rate: float | None = None
    #: events handled in the range whose handling had a limit; clock time it took, ms
    timed: int = 0
    median_ms: int | None = None
    p90_ms: int | None = None
    #: rounds without a usable time (the source contradicts itself): in none of these
    unmeasured: int = 0
    #: of the events reported in the range: ever dispatched, sent back at least once
    dispatched: int = 0
    returned: int = 0
    return_rate: float | None = None
    #: handlings in the range, verifications that failed in it
    handled: int = 0
    reworked: int = 0
    rework_rate: float | None = None
    #: of the events reported in the range: neither rejected nor merged, closed by now
    to_close: int = 0
    closed_of: int = 0
    close_rate: float | None = None

    @property
    def late(self) -> int:
        """Rounds decided late."""
        return self.decided - self.on_time


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a series: a day, an hour, ten minutes or a minute."""

    start_ms: int
    #: when it ends, also if that is still to come; 0 where it is not known
    end_ms: int = 0
    #: local day YYYYMMDD, hour and minute
    day: int
    hour: int = 0
    minute: int = 0
    reported: int = 0
    closed: int = 0
    ended: int = 0
    became_overdue: int = 0
    became_response_overdue: int = 0
    decided: int = 0
    on_time: int = 0
    #: at its end
    open: int = 0
    overdue: int = 0
    response_overdue: int = 0

    @property
    def on_time_rate(self) -> float | None:
        return rate(self.on_time, self.decided)

    @property
    def late(self) -> int:
        return self.decided - self.on_time


class Series(msgspec.Struct, frozen=True):
    """Counts per day, hour, ten minutes (``ten``) or minute, up to now if the range is running."""

    by: str
    points: tuple[Point, ...] = ()


class Row(msgspec.Struct, frozen=True):
    """One group of a breakdown; ``key`` is a code, "" where it is not known."""

    key: str
    now: Kpis
    #: of the range compared with
    before: Kpis | None = None

    def change(self, measure: str) -> int | None:
        """How many more than before."""
        if self.before is None:
            return None
        return int(getattr(self.now, measure)) - int(getattr(self.before, measure))


class Mover(msgspec.Struct, frozen=True, kw_only=True):
    """A group's part in the change of a number."""

    key: str
    now: int
    before: int
    change: int
    #: of the whole change, all groups together; None where that is 0
    share: float | None
    #: to what it was before; None where that was too little to compare with
    relative: float | None
    #: more than chance makes
    clear: bool


class Movers(msgspec.Struct, frozen=True, kw_only=True):
    """What changed most in one number."""

    measure: str
    now: int
    before: int
    up: tuple[Mover, ...] = ()
    down: tuple[Mover, ...] = ()


class Breakdown(msgspec.Struct, frozen=True):
    """A range by groups, the largest first. ``by`` is what was grouped by: of areas, the tier."""

    by: str
    rows: tuple[Row, ...] = ()

    def movers(self, measure: str, most: int = 5) -> Movers:
        """What changed most, up and down; clear changes before those that chance may make."""
        pairs = [
            (row.key, _count(row.now, measure), _count(row.before, measure))
            for row in self.rows
            if row.before is not None
        ]
        total = sum(now - before for _, now, before in pairs)
        moved = [_mover(key, now, before, total) for key, now, before in pairs if now != before]
        ordered = sorted(moved, key=lambda m: (-m.clear, -abs(m.change), m.key))
        return Movers(
            measure=measure,
            now=sum(now for _, now, _ in pairs),
            before=sum(before for _, _, before in pairs),
            up=tuple(m for m in ordered if m.change > 0)[:most],
            down=tuple(m for m in ordered if m.change < 0)[:most],
        )


class Bin(msgspec.Struct, frozen=True):
    """How many lie from ``low`` on and below ``high`` (None: no end); ``marked`` of them are
    overdue (of open events), or took longer than their limit (of handlings)."""

    low: float
    high: float | None
    count: int
    marked: int = 0


class Handling(msgspec.Struct, frozen=True, kw_only=True):
    """Clock time used by the handlings of a range, as a share of their limit."""

    count: int = 0
    #: took no longer than the limit
    within: int = 0
    bins: tuple[Bin, ...] = ()
    median_share: float | None = None
    p90_share: float | None = None
    median_ms: int | None = None
    p90_ms: int | None = None

    @property
    def within_rate(self) -> float | None:
        return rate(self.within, self.count)


class Backlog(msgspec.Struct, frozen=True, kw_only=True):
    """The age of what is open now, in days since the report."""

    count: int = 0
    overdue: int = 0
    bins: tuple[Bin, ...] = ()
    median_ms: int | None = None
    p90_ms: int | None = None
    oldest_ms: int | None = None


class Calendar(msgspec.Struct, frozen=True):
    """The days of a year, as far as it has come; the years that have any events."""

    year: int
    days: tuple[Point, ...] = ()
    years: tuple[int, ...] = ()


def rate(part: int, whole: int) -> float | None:
    """A share, None of nothing."""
    return part / whole if whole else None


def _count(kpis: Kpis, measure: str) -> int:
    if measure not in MOVING:
        raise ValueError(f"{measure} is no count that is compared: {', '.join(MOVING)}")
    return int(getattr(kpis, measure))


def _mover(key: str, now: int, before: int, total: int) -> Mover:
    change, cases = now - before, now + before
    return Mover(
        key=key,
        now=now,
        before=before,
        change=change,
        share=rate(change, total),
        relative=change / before if before >= FEW else None,
        # two Poisson counts: the variance of their difference is their sum
        clear=cases >= FEW and abs(change) >= _CLEAR * sqrt(cases),
    )
