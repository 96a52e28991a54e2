"""Nightly snapshots: each changed row takes effect as the steps that were taken, once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.config import cities
from dashboard.config.rules.book import rules_of
from dashboard.core.lifecycle.paths import path
from dashboard.core.lifecycle.steps import LIFECYCLE
from dashboard.core.model.actions import Action, Kind, Level, Status
from dashboard.core.model.state import EventState, fingerprint
from data_sources.intake.boston311 import BOSTON311
from data_sources.intake.comparison import compare
from data_sources.intake.dates import Taken
from data_sources.intake.encodings import Encoding
from data_sources.intake.formats import Case, life
from data_sources.intake.plan import Content
from data_sources.intake.snapshots import changes
from data_sources.intake.spool import Spool
from tests.support.core.memory_store import Store

CITY = cities.load("boston")
RULES = rules_of("boston", None)
HOUR, DAY = 3_600_000, 86_400_000
START = 1_642_600_000_000
CASE = Case(
    event_id="b-1", reported=START, outcome="open", category="needle-pickup", department="GEN_",
    place=("boston", "", "", ""), lat=42.36, lon=-71.05,
)  # fmt: skip


class Known(Store):
    """A store that rows can be compared with."""

    def __init__(self) -> None:
        super().__init__(RULES)

    def append(self, actions: Iterable[Action]) -> list[str]:
        return []

    def known(self, actions: Iterable[Action]) -> list[bool]:
        return [
            any(m.name == fingerprint(a.action_id) for m in self.held[a.event_id].marks)
            if a.event_id in self.held
            else False
            for a in actions
        ]

    def states(self, event_ids: Iterable[str]) -> dict[str, EventState | None]:  # type: ignore[override]
        return {name: held.state if (held := self.held.get(name)) else None for name in event_ids}

    def import_(self, cases: list[Case], now: int) -> tuple[int, int, int]:
        """Import a snapshot; (accepted, repeated, changed)."""
        with Spool() as spool:
            content = Content(Encoding("utf-8"), Taken(), rows=len(cases))
            for line, case in enumerate(cases, start=2):
                spool.add(case.event_id, line, b"", case)
            done = compare(spool, content, self, BOSTON311, now, lambda _: None)
            for action in spool.in_time():
                self.take(action)
        assert not self.refused, self.refused
        return done.accepted, done.repeated, done.changed


def but(case: Case, **fields: Any) -> Case:
    return msgspec.structs.replace(case, **fields)


def kinds(state: EventState, case: Case, now: int = START + DAY) -> list[str]:
    return [str(action.kind) for action in changes(state, case, CITY, now, "boston311")]


def known(case: Case = CASE) -> tuple[Known, EventState]:
    store = Known()
    assert store.import_([case], START) == (1, 0, 0)
    state = store.states([case.event_id])[case.event_id]
    assert state is not None
    return store, state


CLOSED = but(CASE, outcome="closed", ended=START + HOUR)


@pytest.mark.parametrize(
    ("before", "fields", "steps"),
    [
        (CLOSED, {"outcome": "open", "ended": 0}, "reopen dispatch"),
        (CASE, {"department": "PWDx"}, "dispatch"),
        (CASE, {"category": "street-light-outages"}, "correct"),
        (CASE, {"place": ("roxbury", "", "", ""), "lat": 42.3, "lon": -71.1}, "correct"),
        (CASE, {"outcome": "closed", "ended": START + 2 * HOUR}, "handle close"),
        (CASE, {"due": START + 30 * DAY}, "extend"),
        (but(CASE, due=START + 30 * DAY), {"due": START + 9 * DAY}, "extend"),
        (CASE, {"outcome": "rejected", "ended": START + HOUR}, "reject"),
        (CASE, {"outcome": "returned", "ended": START + HOUR}, "return"),
        (CASE, {"outcome": "accepted", "ended": START + HOUR}, "accept"),
        (but(CASE, outcome="accepted", ended=START + 1), {"department": "PWDx"},
         "return dispatch accept"),
        (but(CASE, outcome="returned", ended=START + 1), {"outcome": "open"}, "dispatch"),
        (but(CASE, outcome="rejected", ended=START + 1), {"outcome": "closed", "ended": START + 9},
         "reopen dispatch handle close"),
        (CLOSED, {"outcome": "rejected"}, "reopen reject"),
        (CLOSED, {"ended": START + 5 * HOUR}, "reopen dispatch handle close"),
        (CLOSED, {"department": "PWDx"}, "correct"),
        (CASE, {"department": "PWDx", "outcome": "closed", "ended": START + HOUR},
         "dispatch handle close"),
        (CASE, {"department": "PWDx", "category": "street-light-outages", "due": START + 9 * DAY},
         "correct dispatch"),
    ],
)  # fmt: skip
def test_a_changed_row_becomes_the_steps_that_were_taken(
    before: Case, fields: dict[str, Any], steps: str
) -> None:
    store, state = known(before)
    after = but(before, **fields)
    assert kinds(state, after) == steps.split()
    assert store.import_([after], START + DAY) == (1, 0, 1)
    now = store.states(["b-1"])["b-1"]
    assert now is not None
    assert (now.category, now.department, now.place) == (
        after.category, after.department, after.place
    )  # fmt: skip
    assert (now.lat, now.lon) == (after.lat, after.lon)
    wanted = {"open": "dispatched", "accepted": "accepted"}.get(after.outcome, after.outcome)
    assert now.status == wanted
    if after.outcome == "closed":
        assert now.ended_at == after.ended
    if after.due is not None and after.outcome == "open":
        assert now.handle is not None
        assert now.handle.since is not None
        assert now.handle.since + now.handle.limit - now.handle.spent == after.due
    # the same file again changes nothing
    assert store.import_([after], START + 2 * DAY) == (0, 1, 0)


@pytest.mark.parametrize(
    ("before", "fields", "part"),
    [
        (CASE, {"lat": None, "lon": None}, "position"),
        (but(CASE, due=START + 9 * DAY), {"due": None}, "due"),
        (CLOSED, {"ended": START + 1}, "outcome"),
    ],
)
def test_what_has_no_step_is_on_record_once(
    before: Case, fields: dict[str, Any], part: str
) -> None:
    store, state = known(before)
    after = but(before, **fields)
    assert store.import_([after], START + DAY) == (1, 0, 1)
    assert store.entries[-1][1].reason == f"not taken over: {part}"
    now = store.states(["b-1"])["b-1"]
    assert now is not None
    assert (now.lat, now.ended_at) == (state.lat, state.ended_at)
    assert state.handle is not None
    assert now.handle is not None
    assert now.handle.limit == state.handle.limit
    assert store.import_([after], START + 2 * DAY) == (0, 1, 0)


def test_a_row_that_goes_back_is_a_change_again() -> None:
    store, _ = known()
    other = but(CASE, category="street-light-outages", outcome="closed", ended=START + HOUR)
    for case in (other, CASE, other, CASE):
        # all in one moment, as when old files are imported one after another
        assert store.import_([case], START + DAY) == (1, 0, 1)
        state = store.states(["b-1"])["b-1"]
        assert state is not None
        assert (state.category, state.open) == (case.category, case.outcome == "open")
    assert (state.reopens, state.row.partition(":")[0]) == (2, "4")


def test_what_people_did_here_stands_until_the_source_changes_that_part() -> None:
    store, _ = known()
    person = {"event_id": "b-1", "ts": START + HOUR, "actor": "centre"}
    store.take(Action(action_id="p1", kind=Kind.CORRECT, category="graffiti", **person))
    store.take(Action(action_id="p2", kind=Kind.DISPATCH, department="PWDx", **person))
    assert store.import_([CASE], START + DAY) == (0, 1, 0)
    moved = but(CASE, lat=42.3, lon=-71.1)
    assert store.import_([moved], START + DAY) == (1, 0, 1)
    state = store.states(["b-1"])["b-1"]
    assert state is not None
    assert (state.category, state.department, state.lat) == ("graffiti", "PWDx", 42.3)


def test_an_end_that_had_to_be_moved_is_no_measurement() -> None:
    _, state = known()
    after = but(CASE, department="PWDx", outcome="closed", ended=START + HOUR)
    steps = changes(state, after, CITY, START + DAY, "boston311")
    assert [(str(a.kind), a.ts, a.unmeasured) for a in steps] == [
        ("dispatch", START + HOUR, True),
        ("handle", START + HOUR, True),
        ("close", START + HOUR, True),
    ]
    plain = changes(state, but(CASE, outcome="closed", ended=START + HOUR), CITY, START + DAY, "b")
    assert [action.unmeasured for action in plain] == [False, False]


def test_a_row_says_when_it_was_changed() -> None:
    _, state = known()
    after = but(CASE, category="graffiti", changed=START + 3 * HOUR)
    (step,) = changes(state, after, CITY, START + DAY, "boston311")
    assert (step.ts, step.source) == (START + 3 * HOUR, "boston311")


def test_a_merged_event_is_left_alone() -> None:
    store, _ = known()
    merge = {"kind": Kind.MERGE, "target": "b-2", "actor": "centre"}
    store.take(Action(action_id="m", event_id="b-1", ts=START + HOUR, **merge))
    assert store.import_([but(CASE, department="PWDx")], START + DAY) == (0, 1, 0)


def test_a_voided_event_stays_out() -> None:
    store, _ = known()
    void = {"kind": Kind.VOID, "reason": "typed in twice", "actor": "centre"}
    store.take(Action(action_id="v", event_id="b-1", ts=START + HOUR, **void))
    state = store.states(["b-1"])["b-1"]
    assert state is not None
    assert state.void is not None
    assert store.import_([but(CASE, department="PWDx")], START + DAY) == (0, 1, 0)


def test_a_life_that_was_cut_short_goes_on() -> None:
    store = Known()
    for action in life(CLOSED, CITY, "boston311")[:3]:
        store.take(action)
    assert store.import_([CLOSED], START + DAY) == (1, 0, 0)
    assert [a.action_id for _, a in store.entries] == [
        a.action_id for a in life(CLOSED, CITY, "boston311")
    ]


@pytest.mark.parametrize("start", [status for status in Status if status is not Status.MERGED])
@pytest.mark.parametrize("target", ["dispatched", "accepted", "closed", "rejected", "returned"])
def test_every_way_is_lawful(start: Status, target: str) -> None:
    way = path(start, Status(target), Status.ACCEPTED)
    assert way is not None
    status = start
    for kind in way:
        step = LIFECYCLE[kind]
        assert status in step.allowed_from
        status = step.to or Status.ACCEPTED
    assert status == target
    assert path(Status.MERGED, Status(target)) is None


def test_codes_that_the_city_does_not_know_are_one() -> None:
    """They were counted as they came: a file that makes up a code a row made a board of them."""
    store = Known()
    odd = but(CASE, department="D-odd", category="made-up", place=("nowhere",))
    assert store.import_([odd], START + DAY) == (1, 0, 0)
    state = store.held[odd.event_id].state
    assert state is not None
    assert (state.department, state.category) == ("unknown-boston311",) * 2
    assert state.place == ("unknown-boston311",)
    sent = {pair for _, action in store.entries for pair in action.as_sent}
    assert sent >= {("department", "D-odd"), ("category", "made-up"), ("county", "nowhere")}
    # from one unknown code to another is no change of what is shown; to a known one it is
    assert store.import_([but(odd, department="D-more")], START + 2 * DAY) == (0, 1, 0)
    known = but(odd, department=CASE.department, category=CASE.category)
    assert store.import_([known], START + 3 * DAY) == (1, 0, 1)
    state = store.held[odd.event_id].state
    assert state is not None
    assert (state.department, state.category) == (CASE.department, CASE.category)
    back = but(known, department="call 13812345678")
    assert store.import_([back], START + 4 * DAY) == (1, 0, 1)
    assert store.entries[-1][1].as_sent == (("department", "call ×××"),)


# Nightly snapshots against one log of the same history.

_CHANGES = ("none", "close", "reopen", "department", "category", "move", "due")
_CATEGORIES = tuple(sorted(CITY.categories))[:3]
_DEPARTMENTS = tuple(sorted(CITY.departments))


def _night(case: Case, change: str, at: int, number: int) -> tuple[Case, list[dict[str, Any]]]:
    """The row after a change, and the steps of a log that says the same; () if it cannot be."""
    is_open = case.outcome == "open"
    if change == "close" and is_open:
        ended = at - HOUR
        return but(case, outcome="closed", ended=ended), [
            {"kind": Kind.HANDLE, "ts": ended}, {"kind": Kind.CLOSE, "ts": ended}
        ]  # fmt: skip
    dispatch = {"department": case.department, "due": case.due, "no_respond": True}
    if change == "reopen" and not is_open:
        return but(case, outcome="open", ended=0), [
            {"kind": Kind.REOPEN, "ts": at}, {"kind": Kind.DISPATCH, "ts": at, **dispatch}
        ]  # fmt: skip
    if change == "department" and is_open:
        others = [code for code in _DEPARTMENTS if code != case.department]
        case = but(case, department=others[number % len(others)])
        moved = {**dispatch, "department": case.department}
        return case, [{"kind": Kind.DISPATCH, "ts": at, **moved}]
    if change == "category":
        category = next(c for c in _CATEGORIES[number % 2 :] if c != case.category)
        found = CITY.categories.get(category)
        level = found.level if found else Level.BLUE
        fields = {"category": category, "level": level}
        return but(case, category=category), [{"kind": Kind.CORRECT, "ts": at, **fields}]
    if change == "move":
        spot = {"lat": 42.3 + number / 10_000, "lon": -71.1}
        return but(case, **spot), [{"kind": Kind.CORRECT, "ts": at, **spot}]
    if change == "due" and is_open:
        due = at + (number % 20 - 5) * DAY + number
        return but(case, due=due), [
            {"kind": Kind.EXTEND, "ts": at, "until": due, "due": due}
        ]  # fmt: skip
    return case, []


_NIGHTS = st.lists(
    st.lists(st.tuples(st.sampled_from(_CHANGES), st.integers(0, 40)), min_size=4, max_size=4),
    min_size=1,
    max_size=5,
)


@settings(max_examples=60, deadline=None)
@given(_NIGHTS)
def test_snapshots_come_to_the_same_as_one_log(nights: list[list[tuple[str, int]]]) -> None:
    rows = {n: but(CASE, event_id=f"b-{n}", reported=START + n * HOUR) for n in range(4)}
    snapshots, log = Known(), Store(RULES)
    first = START + 5 * HOUR
    snapshots.import_(list(rows.values()), first)
    written = [a for case in rows.values() for a in life(case, CITY, "boston311")]
    for night, happened in enumerate(nights, start=1):
        at = first + night * DAY
        changed = 0
        for n, (change, number) in enumerate(happened):
            rows[n], steps = _night(rows[n], change, at, 50 * night + number)
            changed += bool(steps)
            written += [
                Action(action_id=f"log{night}-{n}-{at_}", event_id=f"b-{n}", actor="source", **step)
                for at_, step in enumerate(steps)
            ]
        assert snapshots.import_(list(rows.values()), at) == (changed, 4 - changed, changed)
        assert snapshots.import_(list(rows.values()), at + HOUR) == (0, 4, 0)
    log.take_each(sorted(written, key=lambda action: action.ts))
    assert not log.refused
    assert snapshots.views() == log.views()
    assert _plain(snapshots) == _plain(log)


def _plain(store: Store) -> dict[str, EventState]:
    """The states but for where they come from."""
    states = {name: held.state for name, held in store.held.items()}
    return {name: msgspec.structs.replace(state, row="") for name, state in states.items() if state}
