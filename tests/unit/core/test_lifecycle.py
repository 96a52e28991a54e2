"""The lifecycle as a table: every action from every status, and what an action must carry."""

from __future__ import annotations

import pytest

from dashboard.core.events import Action, Kind, Level, Status
from dashboard.core.lifecycle import LIFECYCLE, refusal
from dashboard.core.projection import fold
from dashboard.core.state import EventState
from tests.unit.core import model
from tests.unit.core.support import DAY, HOUR, RULES, act, life, ms

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
MORE = {Kind.MERGE: {"target": "e2"}, Kind.EXTEND: {"until": AT + 3 * DAY}}


def whole(kind: Kind, ts: int) -> Action:
    """An action with all that its kind needs."""
    return act(kind, ts, **MORE.get(kind, {}))


def at(status: Status) -> EventState:
    return life(*(whole(Kind(k), AT + i) for i, k in enumerate(WAYS[status].split())))


@pytest.mark.parametrize("status", Status)
def test_the_ways_lead_there(status: Status) -> None:
    assert at(status).status is status


def allowed(status: Status, kind: Kind) -> bool:
    always = kind in (Kind.ESCALATE, Kind.CORRECT)
    return always or str(kind) in model.ALLOWED[str(status)].split()


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("status", Status)
def test_every_action_from_every_status(status: Status, kind: Kind) -> None:
    before = at(status)
    action = whole(kind, AT + HOUR // 60)
    outcome = fold(RULES, before, action)
    reason = refusal(status, action)
    assert outcome.refused == reason
    assert (reason is None) == allowed(status, kind)
    assert outcome.state is not None
    if reason is not None:
        assert reason == (
            "already reported" if kind is Kind.REPORT else f"{kind} is not allowed from {status}"
        )
        assert outcome.state.status is status
        assert not outcome.changed
        return
    expected = model.LEADS_TO.get(str(kind), str(status))
    if kind is Kind.RESUME:
        expected = "dispatched"
    assert outcome.state.status == expected


@pytest.mark.parametrize("kind", Kind)
def test_only_a_report_begins_an_event(kind: Kind) -> None:
    action = whole(kind, AT)
    outcome = fold(RULES, None, action)
    if kind is Kind.REPORT:
        assert outcome.refused is None
    else:
        assert (outcome.refused, outcome.state) == ("unknown event", None)


@pytest.mark.parametrize(
    ("kind", "field", "missing"),
    [
        (Kind.REPORT, "level", None),
        (Kind.REPORT, "category", ""),
        (Kind.DISPATCH, "department", ""),
        (Kind.MERGE, "target", ""),
        (Kind.EXTEND, "until", None),
    ],
)
def test_what_an_action_must_carry(kind: Kind, field: str, missing: object) -> None:
    fields = {**MORE.get(kind, {}), field: missing}
    reason = f"{kind} needs {field}"
    for status in (None, *Status):
        assert refusal(status, act(kind, AT, **fields)) == reason


def test_nothing_else_is_asked_for() -> None:
    asked = {str(kind): step.needs for kind, step in LIFECYCLE.items() if step.needs}
    assert asked == model.NEEDS
    assert set(LIFECYCLE) == set(Kind)


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


def test_a_correction_changes_only_what_it_says() -> None:
    state = life(act("report", AT, level=Level.BLUE, place=("150402",), lat=42.0, lon=119.0))
    same = life(act("correct", AT + 1), state=state)
    assert (same.level, same.place, same.lat, same.category) == (
        state.level, state.place, state.lat, state.category,
    )  # fmt: skip
    new = life(act("correct", AT + 2, level=Level.RED, category="fire"), state=same)
    assert (new.level, new.category, new.place) == (Level.RED, "fire", ("150402",))
    assert life(act("correct", AT + 3, place=("150403",)), state=new).place == ("150403",)
