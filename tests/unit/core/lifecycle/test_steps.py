"""The lifecycle as a table: every action from every status, and what an action must carry."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.core.lifecycle.steps import LIFECYCLE, refusal
from dashboard.core.model.actions import Action, Kind, Level, Status
from dashboard.core.model.state import EventState, Outcome
from tests.model import modelrules
from tests.support.core.shorthand import DAY, HOUR, act, life, ms, took

AT = ms("2018-03-07 09:00")

#: how to get to a status, in lawful steps
WAYS = {
    Status.REPORTED: "report",
    Status.REGISTERED: "report register",
    Status.DISPATCHED: "report register dispatch",
    Status.ACCEPTED: "report register dispatch accept",
    Status.RETURNED: "report register dispatch return",
    Status.SUSPENDED: "report register dispatch suspend",
    Status.HANDLED: "report register dispatch accept handle",
    Status.REWORK: "report register dispatch accept handle rework",
    Status.VERIFIED: "report register dispatch accept handle verify",
    Status.CLOSED: "report register dispatch accept handle verify close",
    Status.REJECTED: "report reject",
    Status.MERGED: "report merge",
}
MORE = {
    Kind.DISPATCH: {"department": "D2"},
    Kind.MERGE: {"target": "e2"},
    Kind.EXTEND: {"until": AT + 3 * DAY},
    Kind.HAND_OVER: {"to": "county"},
    Kind.COMMENT: {"text": "seen"},
    Kind.EXCLUDE: {"reason": "not ours"},
    Kind.RESTORE: {"reason": "ours"},
    Kind.VOID: {"reason": "a test"},
    Kind.UNVOID: {"reason": "no test"},
    Kind.RECUR: {"until": AT + DAY},
    Kind.ABSORB: {"target": "e9"},
}


#: what must have been done for the other to be lawful
FIRST = {
    Kind.RESTORE: Kind.EXCLUDE,
    Kind.UNACKNOWLEDGE: Kind.ACKNOWLEDGE,
    Kind.UNVOID: Kind.VOID,
}


def whole(kind: Kind, ts: int, **more: Any) -> Action:
    """An action with all that its kind needs."""
    return act(kind, ts, **{**MORE.get(kind, {}), **more})


def at(status: Status) -> EventState:
    return life(*(whole(Kind(k), AT + i) for i, k in enumerate(WAYS[status].split())))


@pytest.mark.parametrize("status", Status)
def test_the_ways_lead_there(status: Status) -> None:
    assert at(status).status is status


def allowed(status: Status, kind: Kind) -> bool:
    return kind is Kind.ESCALATE or str(kind) in modelrules.ALLOWED[str(status)].split()


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("status", [s for s in Status if s is not Status.MERGED])
def test_every_action_from_every_status(status: Status, kind: Kind) -> None:
    another = {"department": "D3"} if kind is Kind.DISPATCH else {}
    before, action = at(status), whole(kind, AT + HOUR // 60, **another)
    if kind in FIRST and allowed(status, kind):
        before = life(whole(FIRST[kind], AT + 9), state=before)
    state, verdict = took(before, action)
    assert refusal(before, action) == (verdict.reason or None)
    assert (verdict.outcome is Outcome.REFUSED) == bool(verdict.reason)
    assert (not verdict.reason) == allowed(status, kind)
    assert state is not None
    if verdict.reason:
        assert verdict.reason == (
            "already reported" if kind is Kind.REPORT else f"{kind} is not allowed from {status}"
        )
        assert state is before
        return
    assert verdict.outcome is (Outcome.TIME if kind is Kind.ESCALATE else Outcome.APPLIED)
    expected = modelrules.LEADS_TO.get(str(kind), str(status))
    if kind is Kind.RESUME:
        expected = "dispatched"
    assert state.status == expected


@pytest.mark.parametrize("kind", Kind)
def test_what_comes_for_a_merged_event_goes_on(kind: Kind) -> None:
    before = at(Status.MERGED)
    elsewhere = {"target": "e9"} if kind is Kind.MERGE else {}
    state, verdict = took(before, whole(kind, AT + HOUR, **elsewhere))
    if kind is Kind.VOID:  # the duplicate itself is what is wrong
        assert state is not None
        assert state.void is not None
        assert verdict.outcome is Outcome.APPLIED
        return
    assert state == before
    if kind is Kind.UNVOID:
        assert (verdict.outcome, verdict.reason) == (Outcome.REFUSED, "not voided")
    elif kind is Kind.REPORT:
        assert (verdict.outcome, verdict.reason) == (Outcome.REFUSED, "already reported")
    elif kind in (Kind.ESCALATE, Kind.RECUR):
        assert verdict.outcome is Outcome.TIME
    else:
        assert verdict.outcome is Outcome.FORWARDED


@pytest.mark.parametrize("kind", [Kind.MERGE, Kind.ABSORB])
def test_a_survivor_is_not_sent_into_itself(kind: Kind) -> None:
    _, verdict = took(at(Status.MERGED), whole(kind, AT + HOUR, target="e2"))
    assert (verdict.outcome, verdict.reason) == (Outcome.REFUSED, "merged in a circle")


@pytest.mark.parametrize("kind", Kind)
def test_only_a_report_begins_an_event(kind: Kind) -> None:
    state, verdict = took(None, whole(kind, AT))
    if kind is Kind.REPORT:
        assert (verdict.outcome, verdict.reason) == (Outcome.APPLIED, "")
    else:
        assert (state, verdict.outcome, verdict.reason) == (
            None, Outcome.REFUSED, "not reported yet",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "field", "missing"),
    [
        (Kind.REPORT, "level", None),
        (Kind.REPORT, "category", ""),
        (Kind.DISPATCH, "department", ""),
        (Kind.MERGE, "target", ""),
        (Kind.EXTEND, "until", None),
        (Kind.HAND_OVER, "to", ""),
        (Kind.COMMENT, "text", ""),
        (Kind.EXCLUDE, "reason", ""),
        (Kind.RESTORE, "reason", ""),
        (Kind.RECUR, "until", None),
        (Kind.ABSORB, "target", ""),
    ],
)
def test_what_an_action_must_carry(kind: Kind, field: str, missing: object) -> None:
    """Asked before anything else, even of what would go on to another event."""
    action, reason = whole(kind, AT + HOUR, **{field: missing}), f"{kind} needs {field}"
    for before in (None, *map(at, Status)):
        assert refusal(before, action) == reason
        state, verdict = took(before, action)
        assert (verdict.outcome, verdict.reason) == (Outcome.REFUSED, reason)
        assert (state is None) == (before is None)


def test_nothing_else_is_asked_for() -> None:
    asked = {str(kind): step.needs for kind, step in LIFECYCLE.items() if step.needs}
    assert asked == modelrules.NEEDS
    assert set(LIFECYCLE) == set(Kind)


def test_every_step_is_described() -> None:
    assert all(step.changes for step in LIFECYCLE.values())


def test_a_dispatched_event_is_dispatched_only_to_another_department() -> None:
    before = at(Status.DISPATCHED)
    assert before.department == "D2"
    assert refusal(before, whole(Kind.DISPATCH, AT + 9)) == "already with D2"
    assert refusal(before, act("dispatch", AT + 9, department="D1")) is None
    # one that came back may go to the same once more
    assert refusal(at(Status.RETURNED), whole(Kind.DISPATCH, AT + 9)) is None


def test_an_appeal_is_granted_and_taken_back_once() -> None:
    taken_out = life(whole(Kind.EXCLUDE, AT + 9), state=at(Status.CLOSED))
    assert (taken_out.excluded, taken_out.excluded_why) == (True, "not ours")
    assert refusal(taken_out, whole(Kind.EXCLUDE, AT + 10)) == "already excluded"
    back = life(whole(Kind.RESTORE, AT + 10), state=taken_out)
    assert (back.excluded, back.excluded_why) == (False, "")
    assert refusal(back, whole(Kind.RESTORE, AT + 11)) == "not excluded"


@pytest.mark.parametrize(
    "before", [Status.REGISTERED, Status.DISPATCHED, Status.ACCEPTED, Status.REWORK]
)
def test_a_resumed_event_goes_back_where_it_was(before: Status) -> None:
    state = life(act("suspend", AT + HOUR // 4), state=at(before))
    assert state.status is Status.SUSPENDED
    assert life(act("resume", AT + HOUR), state=state).status is before


def test_a_report_is_remembered_as_it_came() -> None:
    state = life(
        act("report", AT, level=Level.ORANGE, place=("150402", "", ""), lat=42.0, lon=119.0)
    )
    assert (state.level, state.place, state.lat, state.lon) == (
        Level.ORANGE, ("150402", "", ""), 42.0, 119.0,
    )  # fmt: skip
    assert (state.reported_at, state.updated_at, state.open) == (AT, AT, True)


def test_only_a_merge_names_a_survivor() -> None:
    assert life(whole(Kind.MERGE, AT + 9), state=at(Status.DISPATCHED)).survivor == "e2"
    closed = life(act("close", AT + 9, target="e2"), state=at(Status.HANDLED))
    assert closed.survivor == ""


def test_a_correction_changes_only_the_fields_it_has() -> None:
    state = life(act("report", AT, level=Level.BLUE, place=("150402",), lat=42.0, lon=119.0))
    same = life(act("correct", AT + 1), state=state)
    assert (same.level, same.place, same.lat, same.category) == (
        state.level, state.place, state.lat, state.category,
    )  # fmt: skip
    new = life(act("correct", AT + 2, level=Level.RED, category="fire"), state=same)
    assert (new.level, new.category, new.place) == (Level.RED, "fire", ("150402",))
    assert life(act("correct", AT + 3, place=("150403",)), state=new).place == ("150403",)
