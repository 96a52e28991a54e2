"""Only a manager voids an event: from a source it is refused, at the intake and by the fold."""

from __future__ import annotations

import msgspec
import pytest

from dashboard.core.lifecycle.late import replay, sent_of
from dashboard.core.lifecycle.notify import Notifier
from dashboard.core.lifecycle.reasons import code_of
from dashboard.core.lifecycle.replay import Item
from dashboard.core.lifecycle.steps import refusal
from dashboard.core.lifecycle.transitions import first
from dashboard.core.model.actions import (
    NOT_OF_SOURCES,
    Action,
    ActionError,
    Kind,
    Level,
    from_wire,
    of_source,
)
from tests.support.core.shorthand import RULES
from tests.support.stores.engine import T0, life

VOIDS = (Kind.VOID, Kind.UNVOID)


def voided(kind: Kind, **fields: str) -> Action:
    values = {"actor": "city", "reason": "entered twice", **fields}
    return Action(action_id="v", event_id="e1", kind=kind, ts=T0, **values)


@pytest.mark.parametrize("kind", NOT_OF_SOURCES)
def test_the_intake_refuses_it_by_its_field(kind: Kind) -> None:
    item = {"action_id": "v", "event_id": "e1", "kind": str(kind), "ts": T0, "actor": "city"}
    with pytest.raises(ActionError) as error:
        from_wire({**item, "reason": "entered twice", "target": "e2", "until": T0 + 1})
    assert error.value.field == "kind"


@pytest.mark.parametrize("kind", VOIDS)
@pytest.mark.parametrize(
    "fields", [{"source": "api"}, {"actor": "source"}, {"actor": "source:la311"}]
)
def test_the_fold_refuses_it(kind: Kind, fields: dict[str, str]) -> None:
    state = first(Notifier(RULES), life("e1")[0])
    reason = refusal(state, voided(kind, **fields))
    assert reason is not None
    assert code_of(reason) == "role"
    if kind is Kind.VOID:
        assert refusal(state, voided(kind)) is None


def test_every_other_kind_may_come_from_a_source() -> None:
    for kind in set(Kind) - set(NOT_OF_SOURCES):
        action = Action(action_id="a", event_id="e1", kind=kind, ts=T0)
        assert of_source(action) is action


def test_what_was_sent_about_a_void_event_stays_on_its_page() -> None:
    """The page said that nobody had been told."""
    steps = [*life("e1", level=Level.ORANGE, close=False)]
    void = msgspec.structs.replace(voided(Kind.VOID), ts=T0 + 3_600_000)
    items = [Item(f"{n}-0", action, action.ts) for n, action in enumerate([*steps, void], 1)]
    sent = sent_of(RULES, items[:-1], replay(RULES, items[:-1]))
    found = sent_of(RULES, items, replay(RULES, items))
    assert sent
    assert found[: len(sent)] == sent
    assert {n.ref for n in found[len(sent) :]} <= {n.id for n in sent}
    assert all((n.what, n.at) == ("withdrawn", void.ts) for n in found[len(sent) :])
    assert found[len(sent) :]
