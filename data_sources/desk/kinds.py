"""What a figure counts: for each kind its table, its moment and its condition, as SQL.

The figures of a range (`figures`), its course (`series`), distributions and the list of the events
behind a figure (`opened`) are made of these kinds, so a figure and its list can't differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from dashboard.core.model.state import Standing
from dashboard.core.questions.behind.opened import BY_LEVEL, MONTH, MONTHLY

#: tallies as known now, whether or not their month was closed by then; as the wall counts
TRUE_TALLY = f"standing <> {int(Standing.FROZEN)}"
_IN = "BETWEEN $start AND $end - 1"
_LASTS = "since < $end AND (until IS NULL OR until >= $end)"
#: had ended at the end of the range, and was opened again later
_ENDED_THEN = "SELECT event_id FROM ends WHERE since < $end AND until >= $end"
_ON_TIME = f"starts_with(measure, 'on_time.') AND {TRUE_TALLY}"
_DECIDED = f"starts_with(measure, 'decided.') AND {TRUE_TALLY}"


#: as a month's scores count: nothing learned after it was closed, no excluded event
_SCORED = (
    f"standing <> {int(Standing.LATE)}"
    " AND event_id NOT IN (SELECT event_id FROM events WHERE excluded)"
)
_VISITED = f"""SELECT event_id, "at" FROM tallies WHERE measure = 'visited' AND {_SCORED}"""


class Kind(NamedTuple):
    """One kind of row that is counted."""

    table: str
    #: the column with its moment (ms)
    at: str
    #: a condition without the range
    only: str = "true"
    #: a condition at the range's end, for what lasts until then; "": it happens in the range
    lasts: str = ""
    #: it is counted whatever the range is
    always: bool = False

    @property
    def where(self) -> str:
        """The condition for a range from ``$start`` to before ``$end``."""
        if self.always:
            return self.only
        when = self.lasts or f"{self.at} {_IN}"
        return when if self.only == "true" else f"{when} AND {self.only}"

    @property
    def moment(self) -> str:
        """The moment of a row of this kind, NULL of others."""
        return self.at if self.only == "true" else f"CASE WHEN {self.only} THEN {self.at} END"


def _tally(measure: str) -> Kind:
    return Kind("tallies", '"at"', f"measure = '{measure}' AND {TRUE_TALLY}")


def _monthly(name: str) -> Kind:
    """What a month's scores counted under a name of `MONTHLY`."""
    measure = name.removeprefix(MONTH)
    of = f"measure = '{measure}'"
    if measure in BY_LEVEL:
        of = f"starts_with(measure, '{measure}.')"
    if measure == "unvisited":
        of = f"""measure = 'closed' AND (event_id, "at") NOT IN ({_VISITED})"""
    return Kind("tallies", '"at"', f"{of} AND {_SCORED}")


_OPEN = (
    "reported_at < $end AND (ended_at IS NULL OR ended_at >= $end)"
    f" AND event_id NOT IN ({_ENDED_THEN})"
)
_LATE_NOW = "event_id IN (SELECT event_id FROM late WHERE until IS NULL)"
_TIMED = "handle_spent_ms IS NOT NULL"
_TO_CLOSE = "status NOT IN ('rejected', 'merged')"
_LATE = (
    f'{_DECIDED} AND (event_id, "at") NOT IN (SELECT event_id, "at" FROM tallies WHERE {_ON_TIME})'
)

KINDS: dict[str, Kind] = {
    "reported": Kind("events", "reported_at"),
    "closed": Kind("events", "ended_at", "status = 'closed'"),
    #: closed, rejected or merged
    "ended": Kind("events", "ended_at"),
    "open": Kind("events", "reported_at", lasts=_OPEN),
    "overdue": Kind("late", "since", lasts=_LASTS),
    "became_overdue": Kind("late", "since"),
    "ceased_overdue": Kind("late", "until"),
    "response_overdue": Kind("slow", "since", lasts=_LASTS),
    "became_response_overdue": Kind("slow", "since"),
    "ceased_response_overdue": Kind("slow", "until"),
    # of what was reported in the range
    "dispatched": Kind("events", "reported_at", "dispatched_at IS NOT NULL"),
    "returned": Kind("events", "reported_at", "returns > 0"),
    "not_returned": Kind("events", "reported_at", "dispatched_at IS NOT NULL AND returns = 0"),
    "to_close": Kind("events", "reported_at", _TO_CLOSE),
    "closed_of": Kind("events", "reported_at", "status = 'closed'"),
    "not_closed": Kind("events", "reported_at", f"{_TO_CLOSE} AND status <> 'closed'"),
    # handled in the range with a limit, in clock time
    "timed": Kind("events", "handled_at", _TIMED),
    "within": Kind("events", "handled_at", f"{_TIMED} AND handle_spent_ms <= handle_limit_ms"),
    "beyond": Kind("events", "handled_at", f"{_TIMED} AND handle_spent_ms > handle_limit_ms"),
    # rounds of handling
    "decided": Kind("tallies", '"at"', _DECIDED),
    "on_time": Kind("tallies", '"at"', _ON_TIME),
    "late": Kind("tallies", '"at"', _LATE),
    "handled": _tally("handled"),
    "reworked": _tally("reworked"),
    "revisited": _tally("revisited"),
    "satisfied": _tally("satisfied"),
    "unmeasured": _tally("unmeasured"),
    "open_now": Kind("events", "reported_at", "open", always=True),
    # of what was reported in the range, now
    "reported_open": Kind("events", "reported_at", "open"),
    "reported_overdue": Kind("events", "reported_at", f"open AND {_LATE_NOW}"),
    **{name: _monthly(name) for name in MONTHLY},
}


#: values of an event that medians and bins are taken from: clock time that handling took (ms), its
#: share of the limit, time since the report (ms; of open events)
VALUES = {
    "took": "handle_spent_ms",
    "share": "handle_spent_ms / handle_limit_ms",
    "age": "greatest(0, $now - reported_at)",
}


def counts(names: Iterable[str]) -> str:
    """Columns with the number of rows of each kind, for a SELECT over their table."""
    return ", ".join(f"count(*) FILTER ({KINDS[name].where}) AS {name}" for name in names)
