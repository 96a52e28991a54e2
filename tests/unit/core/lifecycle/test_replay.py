"""Carried on in pieces, an event comes to the same as its whole history."""

from __future__ import annotations

import random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dashboard.core.lifecycle.due import advance, next_moment
from dashboard.core.lifecycle.late import replay
from dashboard.core.lifecycle.notify import Notifier
from dashboard.core.lifecycle.replay import Item, Turn, carry
from dashboard.core.model.actions import Action, Channel, Kind, Level
from dashboard.core.model.rules import HOUR, MINUTE, default_rules

RULES = default_rules(ZoneInfo("Asia/Shanghai"))
T0 = 1_700_000_000_000
_KINDS = [kind for kind in Kind if kind not in (Kind.REPORT, Kind.ESCALATE)]
#: what a history is likely to hold, so that it gets somewhere
_COMMON = [Kind.REGISTER, Kind.DISPATCH, Kind.DISPATCH, Kind.ACCEPT, Kind.HANDLE, Kind.CLOSE]


def history(rng: random.Random) -> list[Item]:
    """Up to thirty actions, many of them unlawful or of one moment, in any order."""
    items: list[Item] = []
    for number in range(rng.randrange(1, 30)):
        ts = T0 + rng.choice((rng.randrange(6) * HOUR, rng.randrange(40 * HOUR)))
        values: dict[str, Any] = {}
        kind = rng.choice(_KINDS if rng.random() < 0.4 else _COMMON)
        if number == 0 or rng.random() < 0.05:
            kind, ts = Kind.REPORT, T0 + rng.randrange(2) * HOUR
            values = {
                "level": rng.choice(list(Level)),
                "channel": Channel.HANDHELD,
                "category": "c",
            }
        elif kind is Kind.DISPATCH:
            values = {"department": rng.choice("AB"), "no_respond": rng.random() < 0.1}
        elif kind in (Kind.MERGE, Kind.ABSORB):
            values = {"target": "e2"}
        elif kind in (Kind.EXTEND, Kind.RECUR):
            values = {"until": ts + rng.randrange(30 * HOUR)}
        elif kind is Kind.CORRECT:
            values = {"level": rng.choice(list(Level))}
        elif kind is Kind.COMMENT:
            values = {"text": "seen"}
        elif kind is Kind.HAND_OVER:
            values = {"to": "county"}
        action = Action(
            action_id=f"a{number}", event_id="e1", kind=kind, ts=ts, reason="so", **values
        )
        items.append(Item(f"{number + 1}-0", action, ts))
    return items


def test_histories_get_somewhere() -> None:
    states = [replay(RULES, history(random.Random(seed))).state for seed in range(400)]
    assert len({state.status for state in states if state}) > 8
    assert sum(bool(state and state.late) for state in states) > 20


@pytest.mark.parametrize("seed", range(400))
def test_in_pieces_as_in_one(seed: int) -> None:
    rng = random.Random(seed)
    items = history(rng)
    stops = sorted(T0 + rng.choice((-1, 0, 1, rng.randrange(60 * HOUR))) for _ in range(4))
    state, since = None, 0
    for until in stops:
        between = [item for item in items if since < item.action.ts <= until]
        state, due = carry(RULES, state, between, until)
        whole = replay(RULES, [item for item in items if item.action.ts <= until]).state
        if whole is not None:
            whole = advance(Notifier(RULES), whole, until)
        assert state == whole
        # nothing falls due for an event that is voided
        still = state is not None and state.void is None
        assert due == (next_moment(RULES, state) if still and state is not None else None)
        since = until


def test_turns_tell_what_changed_it() -> None:
    red = Action(
        action_id="a", event_id="e1", kind=Kind.REPORT, ts=T0, level=Level.RED, category="c"
    )
    steps = [
        Action(action_id="b", event_id="e1", kind=Kind.REGISTER, ts=T0),
        Action(action_id="c", event_id="e1", kind=Kind.CLOSE, ts=T0),
        Action(action_id="d", event_id="e1", kind=Kind.DISPATCH, ts=T0 + 1, department="D"),
        Action(action_id="e", event_id="e1", kind=Kind.ESCALATE, ts=T0 + 9 * MINUTE),
        Action(action_id="f", event_id="e1", kind=Kind.ACCEPT, ts=T0 + 10 * MINUTE),
    ]
    # the report last: what was lawful only after it waited for it
    items = [Item(f"{n}-0", a, a.ts) for n, a in enumerate([*steps, red], 1)]
    turns: list[Turn] = []
    carry(RULES, None, items, T0 + HOUR, turns)
    assert [(turn.at - T0, turn.item and turn.item.action.action_id) for turn in turns] == [
        (0, "a"),
        (0, "b"),
        (1, "d"),
        (1 + 7.5 * MINUTE, None),
        (10 * MINUTE, "f"),
    ]
