"""What waits for a step is carried on with a snapshot: in pieces as in one."""

from __future__ import annotations

import msgspec
import pytest

from dashboard.core.lifecycle.replay import Item, carry
from dashboard.core.model.actions import Action, Precision, Status
from dashboard.core.past.snapshots import Moving, Snapshot
from data_sources.past.checkpoints import pack, unpack
from tests.support.core.shorthand import HOUR, RULES, act, ms

NIGHT = ms("2018-03-07 00:00")
NINE = ms("2018-03-07 09:00")


def items(*actions: Action) -> list[Item]:
    return [Item(f"{n}-0", action, action.ts) for n, action in enumerate(actions, 1)]


DAY = items(
    act("report", NIGHT - HOUR),
    act("handle", NIGHT, precision=Precision.DAY),
    act("close", NIGHT, precision=Precision.DAY),
    act("register", NINE),
    act("dispatch", NINE + HOUR),
)


@pytest.mark.parametrize("stop", [NIGHT, NIGHT + HOUR, NINE, NINE + HOUR - 1])
def test_an_event_in_pieces(stop: int) -> None:
    end = NINE + 2 * HOUR
    waiting: list[Item] = []
    early = [item for item in DAY if item.action.ts <= stop]
    late = [item for item in DAY if item.action.ts > stop]
    state, _ = carry(RULES, None, early, stop, waiting=waiting)
    assert [item.action.kind for item in waiting] == ["handle", "close"]
    found, _ = carry(RULES, state, late, end, waiting=waiting)
    whole, _ = carry(RULES, None, DAY, end)
    assert found == whole
    assert found is not None
    assert found.status is Status.CLOSED
    assert waiting == []


@pytest.mark.parametrize("stop", [NIGHT, NINE, NINE + HOUR - 1])
def test_a_stored_snapshot_in_pieces(stop: int) -> None:
    end = NINE + 2 * HOUR
    early = [item for item in DAY if item.action.ts <= stop]
    late = [item for item in DAY if item.action.ts > stop]
    first = Moving(RULES, Snapshot(), stop)
    first.take("e1", early, late=False)
    stored = unpack(pack(first.finish()))
    assert stored is not None
    assert list(stored.waiting) == ["e1"]
    second = Moving(RULES, stored, end)
    second.take("e1", late, late=False)
    at_once = Moving(RULES, Snapshot(), end)
    at_once.take("e1", DAY, late=False)
    found, wanted = second.finish(), at_once.finish()
    assert found.sums == wanted.sums
    assert msgspec.to_builtins(found.held) == msgspec.to_builtins(wanted.held)
    assert found.waiting == {}


def test_what_can_not_become_lawful_any_more_is_dropped() -> None:
    first = Moving(RULES, Snapshot(), NIGHT)
    first.take("e1", DAY[:2], late=False)
    kept = first.finish()
    assert kept.waiting
    later = Moving(RULES, kept, NIGHT + 30 * HOUR)
    assert later.finish().waiting == {}
