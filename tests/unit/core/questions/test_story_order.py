"""A story has each action at the time at which it was applied."""

from __future__ import annotations

from dashboard.core.lifecycle.replay import Item
from dashboard.core.model.actions import Precision
from dashboard.core.questions.story import tell
from tests.support.core.shorthand import RULES, act, ms

NIGHT, NINE = ms("2018-03-07 00:00"), ms("2018-03-07 09:00")


def test_an_action_that_waited_comes_after_the_step_it_waited_for() -> None:
    actions = [
        act("report", NINE),
        act("register", NINE),
        act("handle", NIGHT, precision=Precision.DAY),
        act("dispatch", NINE),
    ]
    items = [Item(f"{n}-0", action, action.ts) for n, action in enumerate(actions, 1)]
    story = tell(RULES, "e1", items)
    assert [line.kind for line in story.actions] == ["report", "register", "dispatch", "handle"]
    last = story.actions[-1]
    assert (last.at, last.said["written"], last.outcome) == (NINE, NIGHT, "applied")
    assert "written" not in story.actions[0].said
