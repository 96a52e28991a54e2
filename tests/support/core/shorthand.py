"""What the core's tests share: rules of a city, and short ways to write times and actions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from dashboard.config.rules.book import china_workday
from dashboard.core.lifecycle import due
from dashboard.core.lifecycle.notify import Notifier
from dashboard.core.lifecycle.replay import Item, Verdict, apply, escalate, pass_time
from dashboard.core.model.actions import Action, Kind, Level
from dashboard.core.model.rules import HOUR, MINUTE, Rules, default_rules
from dashboard.core.model.state import EventState, Outcome

DAY = 24 * HOUR
SHANGHAI = ZoneInfo("Asia/Shanghai")
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
RULES: Rules = default_rules(SHANGHAI, china_workday)

_numbers = count()


def ms(text: str, zone: ZoneInfo = SHANGHAI) -> int:
    """A local time such as "2018-02-14 17:00" in ms."""
    return round(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


def act(kind: Kind | str, ts: int, event_id: str = "e1", **more: Any) -> Action:
    """An action with a name of its own; a report and the like get what they need."""
    kind = Kind(kind)
    if kind is Kind.REPORT:
        more = {"level": Level.RED, "category": "water", **more}
    if kind is Kind.DISPATCH:
        more = {"department": "D1", **more}
    name = more.pop("action_id", f"a{next(_numbers)}")
    return Action(action_id=name, event_id=event_id, kind=kind, ts=ts, **more)


def took(
    state: EventState | None, action: Action, rules: Rules = RULES, known: int = 0
) -> tuple[EventState | None, Verdict]:
    """One action after all before it: the state then, and what became of the action."""
    notifier, item = Notifier(rules), Item("0-1", action, known or action.ts)
    if state is not None and action.kind is Kind.ESCALATE:
        return escalate(notifier, state, item)
    if state is not None:
        state = pass_time(notifier, state, action)
    return apply(notifier, state, item)


def life(*actions: Action, state: EventState | None = None, rules: Rules = RULES) -> EventState:
    """The state after lawful actions; fails if one of them is refused."""
    for action in actions:
        state, verdict = took(state, action, rules)
        assert verdict.outcome is not Outcome.REFUSED, (action, verdict.reason)
    assert state is not None
    return state


def dispatched(level: Level, at: int, **more: Any) -> EventState:
    """An event reported, registered and dispatched to D1 at ``at``."""
    return life(act("report", at, level=level), act("register", at), act("dispatch", at, **more))


def tallied(state: EventState) -> list[tuple[str, int, int]]:
    """(measure, at, amount) of the state's tallies, sorted."""
    return sorted((t.measure, t.at, t.amount) for t in state.tallies)


def measures(states: Iterable[EventState]) -> dict[str, int]:
    """Sum of the tallies by measure."""
    out: dict[str, int] = {}
    for state in states:
        for tally in state.tallies:
            out[tally.measure] = out.get(tally.measure, 0) + tally.amount
    return out


__all__ = [
    "DAY",
    "HOUR",
    "LOS_ANGELES",
    "MINUTE",
    "RULES",
    "SHANGHAI",
    "act",
    "dispatched",
    "life",
    "measures",
    "ms",
    "tallied",
    "took",
]


def later(state: EventState, at: int) -> EventState:
    """The state once the clock has spoken at ``at``."""
    return due.advance(Notifier(RULES), state, at)


def steps(state: EventState) -> tuple[int, int]:
    """The last steps taken of the respond and the handle clock."""
    assert state.respond is not None
    assert state.handle is not None
    return state.respond.step, state.handle.step
