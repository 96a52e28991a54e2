"""The figures of a range: kpis, breakdowns by group, and the range it is compared with.

Each is one statement over ``events``, ``late``, ``slow``, ``ends`` and ``tallies``. "At a moment"
is exact: it goes by when an event was reported, ended, was opened again, became overdue and ceased
to be. What happened at the very moment does not count yet.
"""

from __future__ import annotations

from typing import Any

from dashboard.core.fold.views import TIERS
from dashboard.core.model.periods import Span, compared, span
from dashboard.core.questions.answers import Breakdown, Kpis, Row, rate
from dashboard.core.questions.ask import Ask
from data_sources.desk.copy.reader import Reader
from data_sources.desk.filters import where, where_tally
from data_sources.desk.kinds import KINDS, counts

#: columns that a breakdown may be by
GROUPS = (*TIERS, "department", "category", "level", "channel")
_NOTHING = Kpis()
#: days of the range that a page shows where a month cannot be compared
_LONGEST = 30
#: share of a range that may be before the first report: nights are quiet, records begin by day
_MISSING = 0.05
#: what is counted in each table, besides the times below
_COUNTED: dict[str, tuple[str, ...]] = {
    "events": (
        *("reported", "closed", "ended", "open", "dispatched", "returned"),
        *("to_close", "closed_of", "timed"),
    ),
    "late": ("became_overdue", "overdue"),
    "slow": ("became_response_overdue", "response_overdue"),
    "tallies": ("decided", "on_time", "handled", "reworked", "unmeasured"),
}
_TOOK = f"quantile_cont(handle_spent_ms, [0.5, 0.9]) FILTER ({KINDS['timed'].where}) AS took"
_IN = "BETWEEN $start AND $end - 1"
_ENDED_BEFORE = f"count(*) FILTER (since {_IN}) - count(*) FILTER (until {_IN}) AS ended_before"


def kpis(reader: Reader, ask: Ask, span: Span) -> Kpis:
    """The figures of the range, for the filters of an ask."""
    return counted(reader, ask, span).get("", Kpis())


def breakdown(
    reader: Reader, ask: Ask, span: Span, by: str = "area", compare: Span | None = None
) -> Breakdown:
    """The figures of every group with any, now or in ``compare``; most reports first.

    ``by`` is one of `GROUPS`, or ``area``: the places right below the one asked for. A department's
    figures are of the events it has now, and of the decisions counted for it.

    Raises: ``ValueError`` for another ``by``.
    """
    column = below(reader, ask) if by == "area" else by
    if column not in GROUPS:
        raise ValueError(f"by={by!r}: expected area or one of {', '.join(GROUPS)}")
    now = counted(reader, ask, span, column)
    before = None if compare is None else counted(reader, ask, compare, column)
    rows = [
        Row(key, now.get(key, _NOTHING), None if before is None else before.get(key, _NOTHING))
        for key in {**now, **(before or {})}
    ]
    rows = [row for row in rows if row.now != _NOTHING or row.before not in (None, _NOTHING)]
    rows.sort(key=lambda row: (-row.now.reported, -row.now.open, row.key))
    return Breakdown(column, tuple(rows))


def below(reader: Reader, ask: Ask) -> str:
    """The tier below the place asked for: the first in which it has several."""
    kept, params = where(Ask(area=ask.area))
    at = ", ".join(f"bool_or({tier} = $area) AS at_{tier}" for tier in TIERS)
    several = ", ".join(f"count(DISTINCT nullif({tier}, '')) AS of_{tier}" for tier in TIERS)
    area = ask.area or reader.area
    row = reader.one(f"SELECT {at}, {several} FROM events WHERE {kept}", area=area, **params)
    # "" is the city here, not the missing place of some events
    own = next((n for n, tier in enumerate(TIERS) if area and row[f"at_{tier}"]), -1)
    rest = TIERS[own + 1 :] or TIERS[-1:]
    return next((tier for tier in rest if row[f"of_{tier}"] > 1), rest[-1])


def comparison_span(reader: Reader, of: Span, compare: str) -> Span | None:
    """The range to compare with: the ``previous`` one, or the ``year`` before.

    None for ``none``, and where records are missing at its beginning: a missing record is not a 0.
    """
    found = compared(of, reader.rules, compare)
    return found if found is not None and _known(reader, found) else None


def default_range(reader: Reader) -> str:
    """The range of a page that asks for none: this month, if there is something before it.

    Else as many of the last days as have as many days before them in the records, at most 30; this
    month, if the records begin today.
    """
    first, month = first_day(reader), span("month", reader.rules, reader.now_ms)
    if not first or comparison_span(reader, month, "previous") is not None:
        return "month"
    today = reader.rules.local.day(reader.now_ms)
    recorded = Span(start_ms=0, end_ms=0, first_day=first, last_day=today, label="").length
    for days in range(min(_LONGEST, recorded // 2), 0, -1):
        wanted = "today" if days == 1 else f"{days}d"
        if comparison_span(reader, span(wanted, reader.rules, reader.now_ms), "previous"):
            return wanted
    return "month"


def first_day(reader: Reader) -> int:
    """The local day of the first report, YYYYMMDD; 0: nothing was reported."""
    first = _first_report(reader)
    return 0 if first is None else reader.rules.local.day(first)


def _first_report(reader: Reader) -> int | None:
    """When the first event was reported, ms; None: nothing was reported."""
    first: int | None = reader.one("SELECT min(reported_at) AS first FROM events")["first"]
    return first


def _known(reader: Reader, before: Span) -> bool:
    """Whether records begin on the first day, with at most `_MISSING` of the range before them."""
    first = _first_report(reader)
    late = _MISSING * (before.end_ms - before.start_ms)
    if first is None or reader.rules.local.day(first) > before.first_day:
        return False
    return first <= before.start_ms + late


def counted(reader: Reader, ask: Ask, span: Span, by: str = "") -> dict[str, Kpis]:
    """The figures of each group; ``by`` is a column of ``events``, "" for one group."""
    given: dict[str, Any] = {"start": span.start_ms, "end": span.end_ms}
    kept, params = where(ask)
    key = f"e.{by}" if by else "''"
    found: dict[str, dict[str, Any]] = {}

    def take(sql: str, more: dict[str, Any]) -> None:
        used = {name: value for name, value in (given | more).items() if f"${name}" in sql}
        for row in reader.rows(sql, **used):
            found.setdefault(row.pop("key") or "", {}).update(row)

    group = "GROUP BY key" if by else ""
    columns = {table: counts(names) for table, names in _COUNTED.items()}
    columns["events"] += f", {_TOOK}"
    columns["ends"] = _ENDED_BEFORE
    take(f"SELECT {key} AS key, {columns['events']} FROM events e WHERE {kept} {group}", params)
    needed = bool(by) or kept != "true"
    join = "JOIN events e USING (event_id)" if needed else ""
    kept_e, _ = where(ask, "e")
    for table in ("late", "slow", "ends"):
        sql = f"SELECT {key} AS key, {columns[table]} FROM {table} {join} WHERE {kept_e} {group}"
        take(sql, params)
    counted_for, tally_params = where_tally(ask)
    join = "JOIN events e USING (event_id)" if by not in ("", "department") else ""
    owner = "t.department" if by == "department" else key
    take(
        f"SELECT {owner} AS key, {columns['tallies']} FROM tallies t {join}"
        f" WHERE t.at {_IN} AND {counted_for} {group}",
        tally_params,
    )
    return {name: _kpis(row) for name, row in found.items()}


def _kpis(row: dict[str, Any]) -> Kpis:
    """The figures of one group from the columns of the four statements."""
    sums = {name: value or 0 for name, value in row.items() if name != "took"}
    before = sums.pop("ended_before", 0)
    median, p90 = [round(ms) for ms in row.get("took") or ()] or (None, None)
    sums["ended"] = sums.get("ended", 0) + before
    return Kpis(
        **sums,
        median_ms=median,
        p90_ms=p90,
        on_time_rate=rate(sums.get("on_time", 0), sums.get("decided", 0)),
        return_rate=rate(sums.get("returned", 0), sums.get("dispatched", 0)),
        rework_rate=rate(sums.get("reworked", 0), sums.get("handled", 0)),
        close_rate=rate(sums.get("closed_of", 0), sums.get("to_close", 0)),
    )
