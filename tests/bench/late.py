"""The projector: what one late action costs, by how many its event has received."""

from __future__ import annotations

import time

from dashboard.core.lifecycle.replay import MAX_ACTIONS
from dashboard.core.model.actions import Action, Kind
from tests.bench.bench import Bench
from tests.bench.table import Line
from tests.support.core.long_stories import ROUNDS, Stored, story

TITLE = "late actions"
_FEW, _MANY, _TRIES = 100, 1000, 5
#: ms, at `_MANY` actions
_MOST_MS = 50.0


def measure(bench: Bench) -> list[Line]:
    bench.quiet()
    bench.say(f"late actions for an event with {_FEW}, {_MANY} and {MAX_ACTIONS} actions")
    few, many, most = (
        max(_late_ms(rounds, count) for rounds in ROUNDS)
        for count in (_FEW, _MANY, MAX_ACTIONS - _TRIES)
    )
    return [
        Line(f"at {_FEW} actions", few, "ms"),
        Line(f"at {_MANY:,} actions", many, "ms", most=_MOST_MS),
        Line(f"at {MAX_ACTIONS:,} actions, the most an event takes", most, "ms"),
        Line("at the most ÷ at the fewest", most / few, "×"),
    ]


def _late_ms(rounds: str, count: int) -> float:
    """Processor time of one late action, the least of some tries."""
    store, took = Stored(), []
    store.take(*story(rounds, count))
    for number in range(_TRIES):
        ts = store.high - 10_000 * number - 1
        late = Action(
            action_id=f"late-{number}", event_id="e", kind=Kind.COMMENT, ts=ts, text="late"
        )
        began = time.process_time()
        store.take(late)
        took.append(1000 * (time.process_time() - began))
    return min(took)
