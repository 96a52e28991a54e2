"""The clocks as drawn agree with the clocks as folded."""

from __future__ import annotations

import random

from dashboard.core.lifecycle import clocks
from dashboard.core.lifecycle.replay import Item
from dashboard.core.model.actions import Action, Kind, Level
from dashboard.core.model.rules import HOUR, MINUTE
from dashboard.core.questions.story import ClockView, Step, Stretch, clock_views, tell, until
from tests.unit.core.lifecycle.test_replay import RULES, T0, history


def items(*actions: tuple[str, int, dict[str, object]]) -> list[Item]:
    out = []
    for number, (kind, at, more) in enumerate(actions):
        action = Action(action_id=str(number), event_id="e", kind=Kind(kind), ts=at, **more)  # type: ignore[arg-type]
        out.append(Item(f"{at}-{number}", action, at))
    return out


def drawn(*actions: tuple[str, int, dict[str, object]], now: int) -> dict[str, ClockView]:
    story = tell(RULES, "e", items(*actions))
    return {view.clock: view for view in clock_views(RULES, story, now)}


START: tuple[tuple[str, int, dict[str, object]], ...] = (
    ("report", T0, {"level": Level.RED, "channel": "handheld", "category": "c"}),
    ("register", T0 + MINUTE, {}),
    ("dispatch", T0 + 2 * MINUTE, {"department": "A"}),
)


def test_a_clock_that_ran_over_is_cut_at_its_limit() -> None:
    limit = drawn(*START, now=T0 + 3 * MINUTE)["handle"].limit
    begun = T0 + 2 * MINUTE
    now = begun + limit + 7 * MINUTE
    view = drawn(*START, now=now)["handle"]
    assert view.stretches == (
        Stretch("running", begun, begun + limit),
        Stretch("overdue", begun + limit, now),
    )
    assert (view.spent, view.over, view.state) == (limit + 7 * MINUTE, True, "running")


def test_a_suspended_event_has_paused_clocks() -> None:
    view = drawn(
        *START,
        ("accept", T0 + 3 * MINUTE, {}),
        ("suspend", T0 + 10 * MINUTE, {"reason": "snow"}),
        ("resume", T0 + 40 * MINUTE, {}),
        ("handle", T0 + 50 * MINUTE, {}),
        now=T0 + 5 * HOUR,
    )["handle"]
    assert view.stretches == (
        Stretch("running", T0 + 2 * MINUTE, T0 + 10 * MINUTE),
        Stretch("paused", T0 + 10 * MINUTE, T0 + 40 * MINUTE),
        Stretch("running", T0 + 40 * MINUTE, T0 + 50 * MINUTE),
    )
    assert (view.spent, view.state, view.over) == (18 * MINUTE, "stopped", False)


def test_steps_stand_where_they_were_reached() -> None:
    begun = T0 + 2 * MINUTE
    limit = drawn(*START, now=T0 + 3 * MINUTE)["handle"].limit
    last = begun + 3 * limit
    escalated = ("escalate", last + 1, {"actor": "clock"})
    view = drawn(*START, escalated, now=last)["handle"]
    assert view.steps
    assert view.steps[0].at > begun
    assert list(view.steps) == sorted(view.steps, key=lambda step: step.at)
    assert all(isinstance(step, Step) and 1 <= step.step <= 4 for step in view.steps)


def test_random_histories_add_up() -> None:
    rng = random.Random(29)
    over = 0
    for _ in range(400):
        story = tell(RULES, "e", history(rng))
        now = max(line.at for line in story.actions) + rng.randrange(30 * HOUR)
        end = until(story, now)
        for view in clock_views(RULES, story, now):
            edges = [edge for one in view.stretches for edge in (one.begun, one.ended)]
            assert edges == sorted(edges)
            assert all(edge <= end for edge in edges)
            clock = getattr(story.state, view.clock)
            if view.state == "running":
                assert view.spent == clocks.used(RULES, clock, end)
            late = any(one.state == "overdue" and one.ended > one.begun for one in view.stretches)
            last = [span for span in story.clocks if span.clock == view.clock][-1]
            if view.over and last.state == "running":
                assert late
            over += view.over
    assert over > 20
