"""An event's clocks as they are drawn: stretches that ran, stood still, or ran over. Pure."""

from __future__ import annotations

import msgspec

from dashboard.core.lifecycle import clocks
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import Clock
from dashboard.core.questions.story import CLOCKS, EventStory, Span


class Stretch(msgspec.Struct, frozen=True):
    """A part of a clock's track; times are ms UTC."""

    #: running, paused or overdue
    state: str
    begun: int
    ended: int


class Step(msgspec.Struct, frozen=True):
    """When a clock reached an escalation step."""

    step: int
    at: int


class ClockView(msgspec.Struct, frozen=True, kw_only=True):
    """One clock from its first start on. ``limit`` and ``spent`` are in the clock's own time."""

    clock: str
    limit: int
    spent: int
    #: counted in working hours
    working: bool
    #: running, paused, or stopped because what it waited for was done
    state: str
    #: when it is or was over, 0 while it stands still before that
    due: int
    stretches: tuple[Stretch, ...]
    steps: tuple[Step, ...]

    @property
    def over(self) -> bool:
        return self.spent > self.limit

    @property
    def share(self) -> float:
        """Of the limit, used."""
        return self.spent / self.limit if self.limit > 0 else 1.0


def until(story: EventStory, now: int) -> int:
    """Where the tracks end: at the event's end, or now."""
    state = story.state
    ended = state.ended_at if state is not None else 0
    last = max((line.at for line in story.actions), default=now)
    return max(ended, last) if ended else max(now, last)


def clock_views(rules: Rules, story: EventStory, now: int) -> list[ClockView]:
    """The clocks that ever ran, respond first."""
    end = until(story, now)
    found = (_view(rules, story, name, end) for name in CLOCKS)
    return [view for view in found if view is not None]


def _view(rules: Rules, story: EventStory, name: str, end: int) -> ClockView | None:
    spans = [span for span in story.clocks if span.clock == name]
    if not spans:
        return None
    stretches: list[Stretch] = []
    for span in spans:
        stop = max(span.begun_at, span.ended_at or end)
        if span.state == "paused":
            stretches.append(Stretch("paused", span.begun_at, stop))
            continue
        turn = min(stop, max(span.begun_at, span.due or stop))
        if span.spent >= span.limit:
            turn = span.begun_at
        if turn > span.begun_at:
            stretches.append(Stretch("running", span.begun_at, turn))
        if stop > turn:
            stretches.append(Stretch("overdue", turn, stop))
    last = spans[-1]
    clock: Clock | None = getattr(story.state, name) if story.state is not None else None
    if last.ended_at or clock is None:
        spent = _used(rules, last, last.ended_at or end)
        state = "stopped"
    else:
        spent = clocks.used(rules, clock, end)
        state = "paused" if last.state == "paused" else "running"
    steps = dict[int, int]()
    for notice in story.notices:
        if notice.what == "step" and notice.clock == name and notice.step:
            steps.setdefault(notice.step, notice.at)
    return ClockView(
        clock=name,
        limit=last.limit,
        spent=spent,
        working=last.working,
        state=state,
        due=last.due,
        stretches=tuple(stretches),
        steps=tuple(Step(step, at) for step, at in sorted(steps.items())),
    )


def _used(rules: Rules, span: Span, at: int) -> int:
    if span.state == "paused":
        return span.spent
    return clocks.used(rules, Clock(span.limit, span.begun_at, span.spent, span.working), at)
