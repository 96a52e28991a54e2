"""One event's story: every action with its outcome, the notices, how its clocks ran. Pure.

:func:`tell` makes the :class:`EventStory` of all actions received, :func:`clock_views` its clocks
as they are drawn: stretches running, paused or overdue. A :class:`StoryPage` adds what else an
event's page shows: deliveries, neighbours, times. No person is named: an actor is a role or a unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from dashboard.core.lifecycle import clocks
from dashboard.core.lifecycle.late import replay, sent_of
from dashboard.core.lifecycle.replay import Item, Story, Turn, Verdict, carry
from dashboard.core.model.actions import Kind, Status
from dashboard.core.model.notices import Notice
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import Clock, EventState, Outcome
from dashboard.core.past.snapshots import place
from dashboard.core.questions.departments import MovedScore

CLOCKS = ("respond", "handle")


class Line(msgspec.Struct, kw_only=True):
    """One action as received. Times are ms UTC."""

    action_id: str
    kind: str
    #: a role or a unit
    actor: str
    at: int
    #: when the store received it
    arrived_at: int
    #: its place in the action stream
    entry: str
    #: applied, time, refused, forwarded or parked
    outcome: str
    #: why it was refused
    refused: str = ""
    #: the action's other fields, by their names; ``written``: its own time, if it was applied later
    said: dict[str, Any] = msgspec.field(default_factory=dict)


class Span(msgspec.Struct, kw_only=True):
    """A stretch in which a clock ran, or was paused while the event was put aside. Times in ms."""

    clock: str
    state: str
    begun_at: int
    #: 0 while it lasts
    ended_at: int = 0
    limit: int
    #: used when the stretch began, in the clock's own time
    spent: int
    working: bool
    #: when the clock would be over; 0 while it is paused
    due: int = 0
    #: escalation steps reached by the end of the stretch
    step: int = 0


class Links(msgspec.Struct, kw_only=True):
    """Other events that this one has to do with."""

    #: the event it was merged into
    survivor: str = ""
    #: the events merged into it
    absorbed: list[str] = msgspec.field(default_factory=list)
    #: the events that some of its actions were addressed to
    forwarded_from: list[str] = msgspec.field(default_factory=list)
    #: the later reports of the same matter
    recurred_as: list[str] = msgspec.field(default_factory=list)


class EventStory(msgspec.Struct, kw_only=True):
    """An event from its first action on; ``state`` is None while its report is still to come."""

    event_id: str
    state: EventState | None
    #: in the order of time
    actions: list[Line]
    notices: list[Notice]
    clocks: list[Span]
    #: actions that are not shown, the latest ones
    left_out: int = 0
    links: Links


def tell(rules: Rules, event_id: str, items: Sequence[Item]) -> EventStory:
    """The story of all that an event received; ``items`` in order of arrival, not empty."""
    folded = replay(rules, items)
    turns: list[Turn] = []
    # up to the time of its last action, as in the event's own state
    until = max(item.action.ts - (item.action.kind is not Kind.ESCALATE) for item in items)
    carry(rules, None, items, until, turns, through=max(item.action.ts for item in items))
    ordered = sorted(items, key=lambda i: (i.action.ts, i.action.kind is Kind.ESCALATE))
    # one that waited for another step comes after it
    ordered.sort(key=lambda i: (folded.verdicts[i.entry].at or i.action.ts, _waited(folded, i)))
    return EventStory(
        event_id=event_id,
        state=folded.state,
        actions=[_line(item, folded.verdicts[item.entry]) for item in ordered],
        notices=sorted(sent_of(rules, items, folded), key=lambda notice: notice.at),
        clocks=_clocks(rules, turns),
        links=_links(folded.state, ordered, folded.verdicts),
    )


def _waited(folded: Story, item: Item) -> bool:
    return folded.verdicts[item.entry].at > 0


def _line(item: Item, verdict: Verdict) -> Line:
    fields: dict[str, Any] = msgspec.to_builtins(item.action)
    for name in ("action_id", "event_id", "kind", "ts", "actor"):
        fields.pop(name, None)
    action = item.action
    if verdict.at:
        fields["written"] = action.ts
    return Line(
        action_id=action.action_id,
        kind=str(action.kind),
        actor=action.actor,
        at=verdict.at or action.ts,
        arrived_at=place(item.entry)[0],
        entry=item.entry,
        outcome=verdict.outcome.name.lower(),
        refused=verdict.reason,
        said=fields,
    )


def _clocks(rules: Rules, turns: Sequence[Turn]) -> list[Span]:
    spans: list[Span] = []
    for name in CLOCKS:
        spans += _spans(rules, name, turns)
    return sorted(spans, key=lambda span: span.begun_at)


def _spans(rules: Rules, name: str, turns: Sequence[Turn]) -> list[Span]:
    out: list[Span] = []
    before: Clock | None = None
    for turn in turns:
        clock: Clock | None = getattr(turn.state, name)
        running = clock is not None and clock.since is not None
        last = out[-1] if out and not out[-1].ended_at else None
        if clock is None or before is None or _plain(clock) != _plain(before):
            if last is not None:
                last.ended_at = turn.at
            paused = last is not None and turn.state.status is Status.SUSPENDED
            if clock is not None and (running or paused):
                out.append(_span(rules, name, clock, turn.at))
        elif last is not None:
            last.step = clock.step
        before = clock
    return out


def _plain(clock: Clock) -> Clock:
    """What makes a stretch: the steps that are taken meanwhile do not end it."""
    return msgspec.structs.replace(clock, step=0)


def _span(rules: Rules, name: str, clock: Clock, at: int) -> Span:
    return Span(
        clock=name,
        state="paused" if clock.since is None else "running",
        begun_at=at,
        limit=clock.limit,
        spent=clocks.used(rules, clock, at),
        working=clock.working,
        due=clocks.moment(rules, clock, 1.0) or 0,
        step=clock.step,
    )


def _links(state: EventState | None, items: Sequence[Item], verdicts: dict[str, Verdict]) -> Links:
    found = Links(survivor=state.survivor if state is not None else "")
    for item in items:
        action, outcome = item.action, verdicts[item.entry].outcome
        if outcome is Outcome.APPLIED and action.kind is Kind.ABSORB:
            found.absorbed.append(action.target)
        recurs = outcome is Outcome.APPLIED and action.kind is Kind.RECUR
        if recurs and action.target not in found.recurred_as:
            found.recurred_as.append(action.target)
        if action.via and action.via[-1] not in found.forwarded_from:
            found.forwarded_from.append(action.via[-1])
    return found


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
    #: when it is or was over, 0 while it is paused before that
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


#: how far a neighbour may be, metres, and how many days before or after it was reported
NEAR_M = 500
DAYS = 30
MOST = 8


class Sent(msgspec.Struct, frozen=True):
    """One notice with what became of it on each channel: (channel, state)."""

    at: int
    what: str
    to: str
    clock: str
    step: int
    channels: tuple[tuple[str, str], ...] = ()
    #: taken back later
    withdrawn: bool = False


class Neighbour(msgspec.Struct, frozen=True):
    """Another event; ``metres`` is None where it is the grid that they share."""

    event_id: str
    level: str
    status: str
    category: str
    department: str
    reported_at: int
    overdue: bool
    metres: int | None = None


class Neighbours(msgspec.Struct, frozen=True):
    """The first of those found, and how many there are."""

    rows: tuple[Neighbour, ...]
    total: int


class StoryPage(msgspec.Struct, frozen=True, kw_only=True):
    """An event's page."""

    story: EventStory
    clocks: tuple[ClockView, ...]
    now: int
    #: where its tracks begin and end, ms
    begin: int
    end: int
    sent: tuple[Sent, ...]
    #: no channel is set up at all
    silent: bool
    #: None while they cannot be counted
    near: Neighbours | None = None
    same_grid: Neighbours | None = None
    #: the scores that it moved
    moved: tuple[MovedScore, ...] = ()
    #: how far the desk has read, 0 to 1; None if it answers
    loading: float | None = None
