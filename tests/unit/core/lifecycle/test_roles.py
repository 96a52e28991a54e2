"""Who may do what: every kind of action by every role, departments, and a grid's own ratings."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.core.lifecycle.steps import LIFECYCLE, REPORTERS, ROLES, UNITS, refusal
from dashboard.core.model.actions import Channel, Kind, Level, Status
from dashboard.core.model.state import EventState, Outcome
from tests.model import modelrules
from tests.support.core.memory_store import Store
from tests.support.core.shorthand import HOUR, act, life, ms, took
from tests.unit.core.lifecycle.test_steps import FIRST, WAYS, at, whole

AT = ms("2018-03-07 09:00")
GRID = "150402001001001"
PLACE = ("150402", "150402001", "150402001001", GRID)
#: role → the kinds it may do, besides a source, which may do all
MAY = {
    "centre": "report register reject dispatch accept handle verify rework close revisit return "
    "reopen merge suspend resume extend urge acknowledge hand_over check_in correct exclude "
    "restore unacknowledge comment void unvoid",
    "dept": "report accept handle return suspend resume extend acknowledge hand_over check_in "
    "unacknowledge comment",
    "grid": "report verify rework revisit urge check_in correct comment",
    "hotline": "report revisit urge check_in",
    "clock": "escalate",
}
MAY |= dict.fromkeys(("county", "township", "city"), MAY["centre"])
MAY |= {str(channel): MAY["hotline"] for channel in Channel}


def ready_for(kind: Kind) -> EventState | None:
    """An event for which the kind is lawful."""
    if kind is Kind.REPORT:
        return None
    if kind is Kind.ESCALATE:
        return at(Status.REPORTED)
    status = next(s for s in WAYS if str(kind) in modelrules.ALLOWED[str(s)].split())
    state = at(status)
    return life(whole(FIRST[kind], AT + 9), state=state) if kind in FIRST else state


def by(actor: str, kind: Kind) -> str | None:
    """Why the actor may not do it, to an event for which it is lawful."""
    state = ready_for(kind)
    if actor == "dept" and state is not None:
        actor = f"dept:{state.department}"
    more = {"department": "D3"} if kind is Kind.DISPATCH else {}
    return refusal(state, whole(kind, AT + HOUR, actor=actor, **more))


def test_every_role_is_in_the_table() -> None:
    assert {*MAY, "source"} == ROLES == set(modelrules.ROLES)
    assert {"centre", "county", "township", "city"} == UNITS
    assert {str(channel) for channel in Channel} == REPORTERS


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("role", sorted(MAY))
def test_every_kind_by_every_role(role: str, kind: Kind) -> None:
    may = str(kind) in MAY[role].split()
    assert by(role, kind) == (None if may else f"{kind} may not be done by {role}")
    assert (role in LIFECYCLE[kind].by) is may


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("actor", ["", "source", "source:la311"])
def test_a_source_may_do_all_but_void(actor: str, kind: Kind) -> None:
    voids = actor and kind in (Kind.VOID, Kind.UNVOID)
    assert by(actor, kind) == (f"{kind} may not be done by a source" if voids else None)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("actor", ["mayor", "mayor:1", "Centre", " centre", "DEPT:D1"])
def test_an_unknown_role_may_do_nothing(actor: str, kind: Kind) -> None:
    assert by(actor, kind) == f"unknown role {actor.partition(':')[0]}"


@pytest.mark.parametrize("kind", [Kind(k) for k in MAY["dept"].split() if k != "report"])
def test_a_department_acts_only_on_what_is_with_it(kind: Kind) -> None:
    state = ready_for(kind)
    if kind is Kind.CHECK_IN:
        state = at(Status.ACCEPTED)
    assert state is not None
    own = state.department
    for actor in ("dept:D9", "dept", "dept:", "dept:d2"):
        if actor != f"dept:{own}":
            assert refusal(state, whole(kind, AT + HOUR, actor=actor)) == f"not with {actor}" or (
                not own and actor in ("dept", "dept:")
            )
    assert refusal(state, whole(kind, AT + HOUR, actor=f"dept:{own}")) is None


def test_an_event_without_a_department_is_with_none() -> None:
    state = at(Status.REGISTERED)
    assert refusal(state, act("suspend", AT + HOUR, actor="dept:D1")) == "not with dept:D1"


def test_a_department_reports_freely() -> None:
    assert refusal(None, act("report", AT, actor="dept:D9")) is None
    state, verdict = took(None, act("report", AT, actor="dept:D9"))
    assert verdict.outcome is Outcome.APPLIED
    assert state is not None
    assert state.department == ""


def test_a_second_department_takes_over_and_the_first_is_out() -> None:
    store = Store()
    store.take(act("report", AT), act("register", AT), act("dispatch", AT))
    store.take(act("dispatch", AT + 1, department="D2", actor="centre"))
    store.take(act("accept", AT + 2, action_id="first", actor="dept:D1"))
    store.take(act("accept", AT + 3, action_id="second", actor="dept:D2"))
    assert store.refused == [("first", "not with dept:D1")]
    assert store.state().accepted_at == AT + 3


def test_the_order_of_the_checks() -> None:
    """What is missing, then whether it is reported, then who, then with whom, then when."""
    state = at(Status.REPORTED)

    def why(state: EventState | None, **more: Any) -> str | None:
        return refusal(state, act("extend", AT + 9, **more))

    whole_one = {"until": AT + HOUR}
    assert why(None, actor="mayor") == "extend needs until"
    assert why(None, actor="mayor", **whole_one) == "not reported yet"
    assert why(state, actor="mayor", **whole_one) == "unknown role mayor"
    assert why(state, actor="grid", **whole_one) == "extend may not be done by grid"
    assert why(state, actor="dept:D9", **whole_one) == "not with dept:D9"
    assert why(state, actor="centre", **whole_one) == "extend is not allowed from reported"


@pytest.mark.parametrize(
    ("actor", "reason"),
    [
        ("clock", ""),
        ("", ""),
        ("source", ""),
        ("centre", "escalate may not be done by centre"),
        ("grid:1", "escalate may not be done by grid"),
        ("mayor", "unknown role mayor"),
    ],
)
def test_only_the_clock_makes_time_pass(actor: str, reason: str) -> None:
    store = Store()
    store.take(act("report", AT), act("register", AT), act("dispatch", AT))
    store.take(act("escalate", AT + HOUR, actor=actor, action_id="tick"))
    assert store.outcomes()["tick"] is (Outcome.REFUSED if reason else Outcome.TIME)
    assert store.refused == ([("tick", reason)] if reason else [])
    assert store.state().step == (0 if reason else 4)
    # nor does it when something comes late and all is folded again
    store.take(act("urge", AT + 1))
    assert store.state().step == (0 if reason else 4)


@pytest.mark.parametrize(
    ("actor", "taken"),
    [
        ("", True),
        ("source:survey", True),
        (f"grid:{GRID}", True),
        ("grid:150402001", True),
        ("grid:150402001001002", False),
        ("grid:15040200100100", False),
        ("grid:", False),
        ("grid", False),
        ("centre", False),
        ("hotline", False),
        ("city", False),
    ],
)
def test_ratings_come_from_the_event_s_own_grid(actor: str, taken: bool) -> None:
    closed = life(
        act("report", AT, level=Level.BLUE, place=PLACE),
        act("register", AT),
        act("dispatch", AT),
        act("handle", AT + 1),
        act("close", AT + 2),
    )
    reason = None if taken else "ratings from outside the grid"
    assert refusal(closed, act("revisit", AT + 3, actor=actor, ratings=(5, 5, 5))) == reason
    # the reporter's word is asked by a role that may revisit
    assert refusal(closed, act("revisit", AT + 3, actor=actor, satisfied=True)) is None
    nowhere = life(act("correct", AT + 3, place=("150402", "", "", "")), state=closed)
    assert (
        refusal(nowhere, act("revisit", AT + 4, actor="grid:", ratings=(5,)))
        == "ratings from outside the grid"
    )
