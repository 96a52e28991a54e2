"""What one event adds to each view: a pure function of its state.

Every number on a screen is the sum of these parts over all events. So a change is the
difference of two parts, and any view can be recounted from the states alone.

A part is ``{(view, field): amount}``; the names are built in :mod:`dashboard.core.fold.view_names`.

Views of the whole city:

``count``            all|…, level|L|…, status|S, department|D|…, category|C|…, channel|C|…
``place:TIER``       CODE|reported, open, closed, overdue, response_overdue, rejected
``day:YYYYMMDD``     level|L|reported
``minute:M:YYYYMMDD``  minute of the local day (int); M is one of MINUTE_METRICS
``cells:Z``          X/Y|L, open events with coordinates per map cell (a Web Mercator tile), and
                     X/Y|at, how far in it they are in sum (`dashboard.core.fold.tiles`)
``score:S:YYYYMM`` and ``scoreday:S:YYYYMMDD``  CODE|MEASURE; S is one of SUBJECTS
``surge:TIER:YYYYMMDD``  CODE|CATEGORY|HH, reports by local hour; TIER township or grid

Views of the places that an event is in:

``levels:TIER``      CODE|LEVEL|open, …|overdue and …|response_overdue
``levelday:DAY``     CODE|LEVEL, reported on that local day; counties and townships
``slot:CODE:DAY``    dense counters of a county or township: ten minutes of the local day, one
                     run of 144 for each of the metrics kept by the minute, in their order
``cells:CODE:Z``     X/Y|LEVEL and X/Y|at, the same per map cell of a county (zooms 12
                     and 14) or township (14); others have few enough to be shown one by one

Besides the sums: ranks in sorted sets (queue, points, alerts), and lines of the ticker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from operator import attrgetter

import msgspec

from dashboard.core.fold import view_names
from dashboard.core.fold.tiles import STEP_BITS, cell, tile_and_steps
from dashboard.core.fold.view_names import COUNT
from dashboard.core.lifecycle.due import next_moment
from dashboard.core.model.actions import Kind, Status
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import EventState, Standing, Tally

PlacePart = dict[tuple[str, str | int], int]

SLOTS = 144
SLOT_MIN = 10
#: the first tiers of a place, which have series of their own
_SERIES_TIERS = 2
#: the zooms of cells: of a county, of a township; ascending
CELL_ZOOMS = {"county": (12, 14), "township": (14,)}
_FINEST = 14


def add_levels(out: PlacePart, tiers: tuple[str, ...], state: EventState) -> None:
    """Open events and those overdue (handling, response) by level, of every place."""
    if not state.open:
        return
    for tier, code in zip(tiers, state.place, strict=False):
        if code:
            view = view_names.levels(tier)
            out[view, f"{code}|{state.level}|open"] = 1
            if state.overdue:
                out[view, f"{code}|{state.level}|overdue"] = 1
            if state.response_overdue:
                out[view, f"{code}|{state.level}|response_overdue"] = 1


def add_day(out: PlacePart, day: int, state: EventState) -> None:
    """Reports of a day by level, of counties and townships."""
    for code in series_places(state.place):
        out[view_names.place_day_levels(day), f"{code}|{state.level}"] = 1


def add_slot(
    out: PlacePart, place: tuple[str, ...], metric: int, day: int, minute: int, amount: int
) -> None:
    """One count more in the series of the places; ``metric`` is its number among all."""
    for code in series_places(place):
        key = view_names.slot(code, day), SLOTS * metric + minute // SLOT_MIN
        out[key] = out.get(key, 0) + amount


def add_cells(out: PlacePart, x: int, y: int, state: EventState) -> None:
    """The map cells of an open event's county and township; x, y: its cell, as for `add_cell`."""
    for zooms, code in zip(CELL_ZOOMS.values(), state.place, strict=False):
        for zoom in zooms if code else ():
            up = _FINEST - zoom
            add_cell(out, view_names.place_cells(code, zoom), x >> up, y >> up, state)


def add_cell(out: PlacePart, view: str, x: int, y: int, state: EventState) -> None:
    """An open event in a view of cells; x, y: its cell, `STEP_BITS` zooms deeper than the view."""
    tile, steps = tile_and_steps(x, y)
    out[view, f"{tile}|{state.level}"] = 1
    if steps:
        out[view, f"{tile}|at"] = steps


def series_places(place: tuple[str, ...]) -> Iterator[str]:
    """The codes of those places that have series."""
    return (code for code in islice(place, _SERIES_TIERS) if code)


#: bump when the set of views or their meaning changes: stores folded by an older version are then
#: rebuilt (the fingerprint of their rules has changed)
VERSION = 7

Field = str | int
Part = dict[tuple[str, Field], int]
_Adds = Callable[[Rules, Part, EventState], None]

TIERS = ("county", "township", "community", "grid")
#: reported; closed; ended = closed, rejected or merged (net: opened again counts -1);
#: late_in/late_out = handling became overdue / ceased to be; decided/on_time = handling counted,
#: and counted as in time; slow_in/slow_out = response became overdue / ceased to be
MINUTE_METRICS = (
    *("reported", "closed", "ended", "late_in", "late_out", "decided", "on_time"),
    *("slow_in", "slow_out"),
)
_MINUTE_TALLIES = ("decided", "on_time")
#: whose scores are kept: departments, townships, communities
SUBJECTS = ("d", "t", "c")
_SURGE_TIERS = ("township", "grid")

#: scores of sorted sets stay exact below 2^53: a band of 1e13 ms leaves room for 900 bands
BAND = 10_000_000_000_000


def part(rules: Rules, state: EventState | None) -> Part:
    """What the event adds to the counting views; nothing for one that is not there, or voided."""
    state = _counted(state)
    out = _now(rules, state)
    if state is not None:
        for tally in state.tallies:
            _minute(rules, out, state.place, tally)
        _score(rules, out, state, state.tallies)
    return out


def change(rules: Rules, new: EventState, old: EventState | None) -> Part:
    """``part(new) - part(old)``; what both have in common of their tallies is not looked at."""
    old = _counted(old)
    if new.void is not None:
        return difference({}, part(rules, old))
    out: Part = {}
    for add, depends in _GROUPS:
        if old is None:
            add(rules, out, new)
        elif depends(new) != depends(old):
            fresh: Part = {}
            stale: Part = {}
            add(rules, fresh, new)
            add(rules, stale, old)
            out.update(difference(fresh, stale))
    same = 0
    if old is not None and (new.place, new.excluded) == (old.place, old.excluded):
        same = len(old.tallies) if new.tallies[: len(old.tallies)] == old.tallies else 0
    gone = () if old is None else old.tallies[same:]
    came = new.tallies[same:]
    for tally in came:
        _minute(rules, out, new.place, tally)
    if old is not None:
        for tally in gone:
            _minute(rules, out, old.place, tally, -1)
    if new.excluded and (came or gone):
        # counted once a day, so the tallies are not independent of each other
        came, gone = new.tallies, () if old is None else old.tallies
    if came:
        _score(rules, out, new, came)
    if old is not None and gone:
        _score(rules, out, old, gone, -1)
    return {key: amount for key, amount in out.items() if amount} if 0 in out.values() else out


def score_facts(rules: Rules, state: EventState) -> list[tuple[int, str, str, str, int]]:
    """What the event adds to scores: (local day, subject, code, measure, amount)."""
    if state.void is not None:
        return []
    return _facts(rules, state, state.tallies)


def _facts(
    rules: Rules, state: EventState, tallies: tuple[Tally, ...]
) -> list[tuple[int, str, str, str, int]]:
    out = []
    subjects = [("t", state.place[1])] if len(state.place) > 1 and state.place[1] else []
    subjects += [("c", state.place[2])] if len(state.place) > 2 and state.place[2] else []
    left_out: set[tuple[int, str]] = set()
    for tally in tallies:
        day = rules.local.day(tally.at)
        whose = [("d", tally.department), *subjects]
        if state.excluded:
            if (day, tally.department) not in left_out:
                left_out.add((day, tally.department))
                out += [(day, subject, code, "excluded", 1) for subject, code in whose]
            continue
        if tally.standing is not Standing.LATE:
            out += [(day, subject, code, tally.measure, tally.amount) for subject, code in whose]
        if tally.standing is not Standing.STANDS:
            out += [(day, subject, code, "late_news", 1) for subject, code in whose]
    return out


def _score(
    rules: Rules, out: Part, state: EventState, tallies: tuple[Tally, ...], sign: int = 1
) -> None:
    """In the scores of the months and of the days."""
    for day, subject, code, measure, amount in _facts(rules, state, tallies):
        field, change = f"{code}|{measure}", sign * amount
        for view in view_names.scores(subject, day):
            key = view, field
            out[key] = out.get(key, 0) + change


def _minute(rules: Rules, out: Part, place: tuple[str, ...], tally: Tally, sign: int = 1) -> None:
    metric = tally.measure.partition(".")[0]
    if metric in _MINUTE_TALLIES and tally.standing is not Standing.FROZEN:
        _count(rules, out, place, metric, tally.at, sign * tally.amount)


def _count(
    rules: Rules, out: Part, place: tuple[str, ...], metric: str, moment: int, amount: int = 1
) -> None:
    """In the city's series of minutes, and in those of its places."""
    day, minute = rules.local.day_minute(moment)
    key: tuple[str, Field] = view_names.minute(metric, day), minute
    out[key] = out.get(key, 0) + amount
    add_slot(out, place, MINUTE_METRICS.index(metric), day, minute, amount)


def _counted(state: EventState | None) -> EventState | None:
    """The state, or None if the event counts nowhere."""
    return None if state is None or state.void is not None else state


def _now(rules: Rules, state: EventState | None) -> Part:
    """What the event adds besides its tallies."""
    if state is None:
        return {}
    out: Part = {}
    for add, _ in _GROUPS:
        add(rules, out, state)
    return out


def _status(_: Rules, out: Part, state: EventState) -> None:
    out[COUNT, f"status|{state.status}"] = 1


def _facts_now(state: EventState) -> list[str]:
    """What is true of the event now, as every breakdown counts it."""
    facts = ["reported"]
    if state.open:
        facts.append("open")
    if state.overdue:
        facts.append("overdue")
    if state.response_overdue:
        facts.append("response_overdue")
    if state.status in (Status.CLOSED, Status.REJECTED, Status.MERGED):
        facts.append(str(state.status))
    return facts


def _department(_: Rules, out: Part, state: EventState) -> None:
    """Apart from the other gauges: a dispatch changes nothing else of them."""
    if state.department:
        for fact in _facts_now(state):
            out[COUNT, f"department|{state.department}|{fact}"] = 1


def _gauges(_: Rules, out: Part, state: EventState) -> None:
    facts = _facts_now(state)
    grid = state.place[3] if len(state.place) == len(TIERS) else ""
    located = "located" if state.lat is not None else "unlocated"
    for fact in (*facts, located) if grid else (*facts, located, "no_grid"):
        out[COUNT, f"all|{fact}"] = 1
    for fact in facts:
        out[COUNT, f"level|{state.level}|{fact}"] = 1
        out[COUNT, f"category|{state.category}|{fact}"] = 1
        for tier, code in zip(TIERS, state.place, strict=False):
            if code:
                out[view_names.place(tier), f"{code}|{fact}"] = 1
    out[COUNT, f"channel|{state.channel}|reported"] = 1
    add_levels(out, TIERS, state)


def _reports(rules: Rules, out: Part, state: EventState) -> None:
    day, minute = rules.local.day_minute(state.reported_at)
    _count(rules, out, state.place, "reported", state.reported_at)
    out[view_names.day_levels(day), f"level|{state.level}|reported"] = 1
    add_day(out, day, state)
    for tier, code in zip(TIERS, state.place, strict=False):
        if code and tier in _SURGE_TIERS:
            view = view_names.surge(tier, day)
            out[view, f"{code}|{state.category}|{minute // 60:02d}"] = 1


def _ends(rules: Rules, out: Part, state: EventState) -> None:
    place = state.place
    if not state.open:
        _count(rules, out, place, "ended", state.ended_at)
        if state.status is Status.CLOSED:
            _count(rules, out, place, "closed", state.ended_at)
    for end, start in state.past_ends:
        _count(rules, out, place, "ended", end)
        _count(rules, out, place, "ended", start, -1)
    for start, end in state.late:
        _count(rules, out, place, "late_in", start)
        if end:
            _count(rules, out, place, "late_out", end)
    for start, end in state.slow:
        _count(rules, out, place, "slow_in", start)
        if end:
            _count(rules, out, place, "slow_out", end)


def _spot(rules: Rules, out: Part, state: EventState) -> None:
    if state.open and state.lat is not None and state.lon is not None:
        if not rules.cell_zooms:
            return
        finest = max(_FINEST, *rules.cell_zooms)
        x, y = cell(state.lon, state.lat, finest + STEP_BITS)
        for zoom in rules.cell_zooms:
            up = finest - zoom
            add_cell(out, view_names.cells(zoom), x >> up, y >> up, state)
        up = finest - _FINEST
        add_cells(out, x >> up, y >> up, state)


#: what an event adds besides its tallies, and what of its state each depends on: most actions
#: change little, and what stays the same is not made twice. No two write the same counters.
_GROUPS: tuple[tuple[_Adds, Callable[[EventState], object]], ...] = (
    (_status, lambda s: s.status),
    (
        _gauges,
        lambda s: (
            not s.open and s.status, s.overdue, s.response_overdue, s.level,
            s.category, s.channel, s.place, s.lat is None,
        ),
    ),
    (
        _department,
        lambda s: (not s.open and s.status, s.overdue, s.response_overdue, s.department),
    ),
    (_reports, lambda s: (s.reported_at, s.level, s.category, s.place)),
    (
        _ends,
        lambda s: (not s.open and s.status, s.ended_at, s.past_ends, s.late, s.slow, s.place),
    ),
    (_spot, lambda s: (s.open, s.level, s.lat, s.lon, s.place)),
)  # fmt: skip


def difference(new: Part, old: Part) -> Part:
    """``new - old``, without the entries that stay the same."""
    out = {}
    for key, amount in new.items():
        change = amount - old.get(key, 0)
        if change:
            out[key] = change
    for key, amount in old.items():
        if key not in new:
            out[key] = -amount
    return out


def queue_score(state: EventState | None) -> float | None:
    """Coarse rank in the escalation queue (highest first); None for an event not in it.

    Alarms first, then by level, then by step reached, then the longest running. The exact
    order by share of the clock is made by the reader among the first of these.
    """
    if state is None or state.handle is None or state.handle.since is None:
        return None
    if state.void is not None:
        return None
    urgent = state.alarm
    if not urgent and state.step == 0:
        return None
    band = 50 * urgent + 10 * state.level.rank + state.step
    return float(band * BAND + (BAND - state.dispatched_at))


def point(state: EventState | None) -> tuple[str, float] | None:
    """Member and score of an open, located event on the map: worst level, then newest, first."""
    if state is None or not state.open or state.lat is None or state.lon is None:
        return None
    member = f"{state.lon:.5f},{state.lat:.5f},{state.reported_at},{state.event_id}"
    return member, float(state.level.rank * BAND + state.reported_at)


def alert(state: EventState | None) -> float | None:
    """Rank of an open red or orange event that is not acknowledged: red, then newest, first."""
    if state is None or not state.open or not state.level.urgent or state.acknowledged_at:
        return None
    return float(state.level.rank * BAND + state.reported_at)


def ledger(state: EventState | None) -> tuple[str, int] | None:
    """The grid in whose ledger the event is, and its time there, ms; None if it is in none."""
    if state is None or not state.grid or state.void is not None:
        return None
    return state.grid, state.reported_at


def _in_queue(state: EventState | None) -> tuple[str, float] | None:
    rank = queue_score(state)
    return None if state is None or rank is None else (state.event_id, rank)


def _in_alerts(state: EventState | None) -> tuple[str, float] | None:
    rank = alert(state)
    return None if state is None or rank is None else (state.event_id, rank)


#: an event's member and rank in each of the sorted sets ``RANKED``; None where it is in none
RANKS = (_in_queue, point, _in_alerts)


#: all that an event's next moment depends on
clocks_of = attrgetter("handle", "respond", "watch_until", "void")


def deadline(rules: Rules, state: EventState | None) -> int | None:
    """When the clock process must next look at the event, in ms."""
    return None if state is None or state.void is not None else next_moment(rules, state)


class Recent(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line for the ticker: one action that was folded."""

    ts: int
    event_id: str
    kind: Kind
    level: str
    category: str
    department: str
    #: codes from county down to grid
    path: tuple[str, ...]
    status: str


def line(ts: int, kind: Kind, state: EventState) -> Recent:
    """The line for what was done at ``ts`` (ms); ``state`` is what came of it."""
    return Recent(
        ts=ts,
        event_id=state.event_id,
        kind=kind,
        level=state.level,
        category=state.category,
        department=state.department,
        path=state.place,
        status=state.status,
    )
