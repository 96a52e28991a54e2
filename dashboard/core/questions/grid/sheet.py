"""A grid's monthly sheet (一格一账), as lines: base counts, events, checks, ratings. Pure.

The page, its print and its Excel file show these lines, so their numbers are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from dashboard.core.model.actions import Kind
from dashboard.core.questions.grid.base_counts import KINDS, AreaCounts, GridCounts
from dashboard.core.questions.grid.ledger import LedgerSums
from dashboard.core.scoring.formulas import CHECKS, INDICATORS

PARTS = ("base", "events", "steps", "checkoff", "checks", "ratings")
#: steps of an event's life, as the sheet lists them
STEPS = (
    *(Kind.REGISTER, Kind.DISPATCH, Kind.ACCEPT, Kind.HANDLE, Kind.VERIFY, Kind.CLOSE),
    *(Kind.REJECT, Kind.RETURN, Kind.REWORK, Kind.REOPEN, Kind.SUSPEND, Kind.EXTEND),
    *(Kind.URGE, Kind.ESCALATE, Kind.MERGE),
)
#: lines that count events: (part, line) → its figure, and the figure that it is a part of
OPENED: Mapping[tuple[str, str], tuple[str, str]] = {
    ("events", "reported"): ("reported", ""),
    ("events", "closed"): ("closed", ""),
    ("events", "overdue"): ("became_overdue", ""),
    ("events", "open"): ("reported_open", ""),
    ("events", "overdue_now"): ("reported_overdue", ""),
    ("checkoff", "due"): ("month.closed", ""),
    ("checkoff", "checked"): ("month.visited", "month.closed"),
    ("checkoff", "left"): ("month.unvisited", "month.closed"),
    ("checks", "on_time"): ("month.on_time", "month.decided"),
    ("checks", "satisfied"): ("month.satisfied", "month.revisited"),
    ("checks", "recurred"): ("month.recurred", "month.closed_in_grid"),
    **{("checks", name): (f"month.{name}", f"month.{whole}") for name, whole in CHECKS.items()},
    **{("ratings", name): ("", f"month.rated.{name}") for name in INDICATORS},
}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A number of the sheet; None where it is not recorded, or there is nothing to divide."""

    part: str
    key: str
    n: float | None
    #: of how many ``n`` is a part
    of: int | None = None
    #: per 1,000 households; also None where it means nothing
    per_1000: float | None = None
    #: count, or rating: a mean of 1 to 5 over ``of`` ratings
    kind: str = "count"
    #: whether there are records of the month at all
    recorded: bool = True

    @property
    def share(self) -> float | None:
        """``n`` of ``of``."""
        if self.kind != "count" or not self.of or self.n is None:
            return None
        return self.n / self.of


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One grid's month."""

    grid: str
    #: YYYY-MM
    month: str
    counts: GridCounts
    area: AreaCounts
    #: the counts are made up
    simulated: bool
    lines: tuple[Line, ...]
    #: the last day for checking off the month's events, YYYY-MM-DD
    until: str = ""

    def of(self, part: str) -> list[Line]:
        """The lines of one part."""
        return [line for line in self.lines if line.part == part]


def sheet(
    sums: LedgerSums,
    counts: GridCounts,
    area: AreaCounts,
    simulated: bool,
    since: int = 1,
    until: str = "",
) -> Sheet:
    """The sheet of the month that ``sums`` are of.

    ``since``: the first day of the city's records, YYYYMMDD; 0: there are none. Of a month before
    it only the base counts are known. ``until``: the last day for checking off the month's events.
    """
    counted = (
        *(*_events(sums, area), *_steps(sums)),
        *(*_checkoff(sums), *_checks(sums), *_ratings(sums)),
    )
    if not (since and since // 100 <= int(sums.month.replace("-", ""))):
        counted = tuple(_unrecorded(line) for line in counted)
    return Sheet(
        grid=counts.code,
        month=sums.month,
        counts=counts,
        area=area,
        simulated=simulated,
        lines=(
            *_base(counts),
            *counted,
        ),
        until=until,
    )


def _unrecorded(line: Line) -> Line:
    return msgspec.structs.replace(line, n=None, of=None, per_1000=None, recorded=False)


def _base(counts: GridCounts) -> Iterator[Line]:
    for name in ("households", "residents", "units"):
        yield Line(part="base", key=name, n=getattr(counts, name))
    for kind in KINDS:
        yield Line(part="base", key=kind, n=counts.places.get(kind))


def _events(sums: LedgerSums, area: AreaCounts) -> Iterator[Line]:
    numbers = {
        "reported": sums.all["reported"],
        "closed": sums.closed,
        "overdue": sums.all["overdue"],
        "open": sums.reported_open,
        "overdue_now": sums.reported_overdue,
    }
    for key, n in numbers.items():
        yield Line(part="events", key=key, n=n, per_1000=area.per_1000(n))


def _steps(sums: LedgerSums) -> Iterator[Line]:
    for kind in STEPS:
        yield Line(part="steps", key=str(kind), n=sums.steps.get(str(kind), 0))


def _checkoff(sums: LedgerSums) -> Iterator[Line]:
    """The month's check-off (月核对): which of the month's closed events were visited again."""
    closed, visited = sums.scored.get("closed", 0), sums.scored.get("visited", 0)
    yield Line(part="checkoff", key="due", n=closed)
    yield Line(part="checkoff", key="checked", n=visited, of=closed)
    yield Line(part="checkoff", key="left", n=closed - visited, of=closed)


def _checks(sums: LedgerSums) -> Iterator[Line]:
    of = sums.scored.get
    decided = sum(n for name, n in sums.scored.items() if name.startswith("decided."))
    on_time = sum(n for name, n in sums.scored.items() if name.startswith("on_time."))
    yield Line(part="checks", key="on_time", n=on_time, of=decided)
    yield Line(part="checks", key="satisfied", n=of("satisfied", 0), of=of("revisited", 0))
    yield Line(part="checks", key="recurred", n=of("recurred", 0), of=of("closed_in_grid", 0))
    yield Line(part="checks", key="check_in", n=sums.steps.get(str(Kind.CHECK_IN), 0))
    for name, whole in CHECKS.items():
        yield Line(part="checks", key=name, n=of(name, 0), of=of(whole, 0))


def _ratings(sums: LedgerSums) -> Iterator[Line]:
    for name in INDICATORS:
        n = sums.scored.get(f"rated.{name}", 0)
        mean = 1 + sums.scored.get(f"rating.{name}", 0) / n if n else None
        yield Line(part="ratings", key=name, n=mean, of=n, kind="rating")
