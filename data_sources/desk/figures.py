"""The counts behind kpis and breakdowns: one statement each over events, spans and tallies.

"At a moment" is exact: from when an event was reported, ended, was opened again, became overdue
and ceased to be. What happened at the very moment is not in it yet.
"""

from __future__ import annotations

from typing import Any

from dashboard.core.model.periods import Span
from dashboard.core.model.state import Standing
from dashboard.core.questions.answers import Kpis, rate
from dashboard.core.questions.ask import Ask
from data_sources.desk.filters import where, where_tally
from data_sources.desk.reader import Reader

_IN = "BETWEEN $start AND $end - 1"
_EVENTS = f"""
    count(*) FILTER (reported_at {_IN}) AS reported,
    count(*) FILTER (status = 'closed' AND ended_at {_IN}) AS closed,
    count(*) FILTER (ended_at {_IN}) AS ended,
    count(*) FILTER (reported_at < $end AND (ended_at IS NULL OR ended_at >= $end)) AS open,
    count(*) FILTER (reported_at {_IN} AND dispatched_at IS NOT NULL) AS dispatched,
    count(*) FILTER (reported_at {_IN} AND returns > 0) AS returned,
    count(*) FILTER (reported_at {_IN} AND status NOT IN ('rejected', 'merged')) AS to_close,
    count(*) FILTER (reported_at {_IN} AND status = 'closed') AS closed_of,
    count(handle_spent_ms) FILTER (handled_at {_IN}) AS timed,
    quantile_cont(handle_spent_ms, [0.5, 0.9]) FILTER (handled_at {_IN}) AS took
"""
_LATE = f"""
    count(*) FILTER (since {_IN}) AS became_overdue,
    count(*) FILTER (since < $end AND (until IS NULL OR until >= $end)) AS overdue
"""
_ENDS = f"""
    count(*) FILTER (since < $end AND until >= $end) AS closed_then,
    count(*) FILTER (since {_IN}) - count(*) FILTER (until {_IN}) AS ended_before
"""
#: what is known of it by now, whether its month was closed by then or not; as the wall counts
TRUE_TALLY = f"t.standing <> {int(Standing.FROZEN)}"
_TALLIES = """
    coalesce(sum(amount) FILTER (measure LIKE 'decided.%'), 0)::BIGINT AS decided,
    coalesce(sum(amount) FILTER (measure LIKE 'on_time.%'), 0)::BIGINT AS on_time,
    coalesce(sum(amount) FILTER (measure = 'handled'), 0)::BIGINT AS handled,
    coalesce(sum(amount) FILTER (measure = 'reworked'), 0)::BIGINT AS reworked
"""


def counted(reader: Reader, ask: Ask, span: Span, by: str = "") -> dict[str, Kpis]:
    """The numbers of each group: ``by`` is a column of ``events``; "" is one group, called ""."""
    given: dict[str, Any] = {"start": span.start_ms, "end": span.end_ms}
    kept, params = where(ask)
    key = f"e.{by}" if by else "''"
    found: dict[str, dict[str, Any]] = {}

    def take(sql: str, more: dict[str, Any]) -> None:
        used = {name: value for name, value in (given | more).items() if f"${name}" in sql}
        for row in reader.rows(sql, **used):
            found.setdefault(row.pop("key") or "", {}).update(row)

    group = "GROUP BY key" if by else ""
    take(f"SELECT {key} AS key, {_EVENTS} FROM events e WHERE {kept} {group}", params)
    needed = bool(by) or kept != "true"
    join = "JOIN events e USING (event_id)" if needed else ""
    kept_e, _ = where(ask, "e")
    take(f"SELECT {key} AS key, {_LATE} FROM late {join} WHERE {kept_e} {group}", params)
    take(f"SELECT {key} AS key, {_ENDS} FROM ends {join} WHERE {kept_e} {group}", params)
    counted_for, tally_params = where_tally(ask)
    join = "JOIN events e USING (event_id)" if by not in ("", "department") else ""
    owner = "t.department" if by == "department" else key
    take(
        f"SELECT {owner} AS key, {_TALLIES} FROM tallies t {join}"
        f" WHERE t.at {_IN} AND {TRUE_TALLY} AND {counted_for} {group}",
        tally_params,
    )
    return {name: _kpis(row) for name, row in found.items()}


def _kpis(row: dict[str, Any]) -> Kpis:
    whole = {name: value or 0 for name, value in row.items() if name != "took"}
    then, before = whole.pop("closed_then", 0), whole.pop("ended_before", 0)
    median, p90 = [round(ms) for ms in row.get("took") or ()] or (None, None)
    whole["open"] = whole.get("open", 0) - then
    whole["ended"] = whole.get("ended", 0) + before
    return Kpis(
        **whole,
        median_ms=median,
        p90_ms=p90,
        on_time_rate=rate(whole.get("on_time", 0), whole.get("decided", 0)),
        return_rate=rate(whole.get("returned", 0), whole.get("dispatched", 0)),
        rework_rate=rate(whole.get("reworked", 0), whole.get("handled", 0)),
        close_rate=rate(whole.get("closed_of", 0), whole.get("to_close", 0)),
    )
