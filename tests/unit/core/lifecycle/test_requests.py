"""What a person may do to an event: how a wish is read, judged and taken back."""

from __future__ import annotations

import msgspec
import pytest

from dashboard.core.lifecycle.requests import (
    Unlawful,
    actor_of,
    judge,
    made,
    meanwhile,
    offered,
    undo_of,
    wish,
)
from dashboard.core.model.actions import Action, ActionError, Kind, Level, Status
from dashboard.core.model.state import EventState, Outcome

#: made without the fold: only what judging looks at
BASE = EventState(
    event_id="e",
    status=Status.ACCEPTED,
    level=Level.RED,
    reported_at=1,
    department="D1",
    updated_at=1000,
)


def state(**changes: object) -> EventState:
    return msgspec.structs.replace(BASE, **changes)


def action(kind: Kind, **more: str) -> Action:
    return Action(action_id="a", event_id="e", kind=kind, ts=2000, actor="city", **more)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], "body"),
        ({"action_id": "a", "kind": "urge", "by": "me"}, "by"),
        ({"kind": "urge"}, "action_id"),
        ({"action_id": "", "kind": "urge"}, "action_id"),
        ({"action_id": "a" * 81, "kind": "urge"}, "action_id"),
        ({"action_id": "a", "kind": "close"}, "kind"),
        ({"action_id": "a", "kind": "hand_over"}, "to"),
        ({"action_id": "a", "kind": "hand_over", "to": "pope"}, "to"),
        ({"action_id": "a", "kind": "comment", "text": "  "}, "text"),
        ({"action_id": "a", "kind": "urge", "seen": "x"}, "seen"),
    ],
)
def test_a_wish_that_cannot_be_read_names_its_field(body: object, field: str) -> None:
    with pytest.raises(ActionError) as caught:
        wish(body)
    assert caught.value.field == field


def test_the_action_comes_after_all_that_was_seen() -> None:
    """Even if the clock of who made it is behind; it names the unit, and only what it needs."""
    asked = wish({"action_id": "a", "kind": "urge", "to": "city", "text": "x"})
    found = made(asked, BASE, "county:150402", now=500)
    assert (found.ts, found.actor, found.to, found.text) == (1001, "county:150402", "", "")


@pytest.mark.parametrize(
    ("given", "kind", "more", "code"),
    [
        ({"status": Status.MERGED}, Kind.URGE, {}, "merged"),
        ({"status": Status.CLOSED}, Kind.ACKNOWLEDGE, {}, "status"),
        ({"acknowledged_at": 900}, Kind.ACKNOWLEDGE, {}, "answered"),
        ({}, Kind.HAND_OVER, {"to": "township"}, "same"),
        ({}, Kind.UNACKNOWLEDGE, {}, "standing"),
        ({"status": Status.REGISTERED, "department": ""}, Kind.URGE, {}, "nobody"),
    ],
)
def test_why_not(given: dict[str, object], kind: Kind, more: dict[str, str], code: str) -> None:
    with pytest.raises(Unlawful) as caught:
        judge(state(**given), action(kind, **more), "township")
    assert caught.value.code == code


def test_what_takes_it_back() -> None:
    assert undo_of(Kind.ACKNOWLEDGE, "county") is not None
    back = undo_of(Kind.HAND_OVER, "county")
    assert back is not None
    assert (back.kind, back.to) == ("hand_over", "county")
    assert undo_of(Kind.COMMENT, "county") is None
    assert undo_of(Kind.URGE, "county") is None


def test_the_unit_that_a_user_acts_for() -> None:
    assert actor_of("", "") == "city"
    assert actor_of("county", "150402") == "county:150402"
    assert actor_of("grid", "150402001001001") == "centre:150402001001001"


def test_only_what_was_done_after_is_listed() -> None:
    items = [
        (msgspec.structs.replace(action(Kind.URGE), ts=ts), outcome)
        for ts, outcome in ((3, Outcome.APPLIED), (2, Outcome.APPLIED), (4, Outcome.REFUSED))
    ]
    assert [one.at for one in meanwhile(items, 1)] == [2, 3]
    assert [one.at for one in meanwhile(items, 2)] == [3]


def test_buttons_of_a_status() -> None:
    assert set(offered(Status.ACCEPTED, department=True)) == set("auhc")
    assert offered(Status.MERGED, department=True) == ""
    assert "u" not in offered(Status.REGISTERED, department=False)
