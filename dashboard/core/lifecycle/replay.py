"""One event's actions folded in order of time, whatever order they came in. Pure.

An action is *late-known* when it became known only after the month of its time was closed.
A closed month counts what was known when it was closed: what came later is kept, shown as
late news, and moves no score.

One event carried from one moment to a later one, as with a prompt clock. Pure.

Whatever falls due is taken when it falls due, whether or not an ``escalate`` told of it; so
these need not be given. Carried on from a state or folded from nothing comes to the same,
as long as nothing of the part that lies behind has changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from msgspec.structs import replace

from dashboard.core.lifecycle import due, transitions
from dashboard.core.lifecycle.due import advance, next_moment
from dashboard.core.lifecycle.notify import Telling
from dashboard.core.lifecycle.steps import missing, refusal
from dashboard.core.model.actions import MAX_VIA, Action, Kind, Status
from dashboard.core.model.notices import Notice
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import EventState, Outcome, Standing, Tally

CIRCLE = "merged in a circle"


@dataclass(frozen=True, slots=True)
class Item:
    """An action as received: its place in the stream and when the shard knew of it (ms)."""

    entry: str
    action: Action
    known: int


def known_of(action: Action, high: int) -> int:
    """When the shard knew of an action; ``high`` is the latest time it had been told of then.

    What the engine made itself was known as soon as what it was made from.
    """
    return action.known if action.derived and action.known else high


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an item; ``reason`` if it was refused."""

    outcome: Outcome
    reason: str = ""


@dataclass
class Story:
    """An event's state, what became of each item (by its place in the stream), what to tell."""

    state: EventState | None
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    #: the state after each, and which of them changed something
    after: dict[str, EventState | None] = field(default_factory=dict)
    moved: set[str] = field(default_factory=set)
    notices: list[Notice] = field(default_factory=list)

    def note(self, item: Item, verdict: Verdict, state: EventState | None) -> None:
        """What became of an item; ``state`` is the event's state after it."""
        self.verdicts[item.entry], self.after[item.entry] = verdict, state
        applied = verdict.outcome is Outcome.APPLIED
        if applied or (verdict.outcome is Outcome.TIME and state is not self.state):
            self.moved.add(item.entry)
        self.state = state


def apply(told: Telling, state: EventState | None, item: Item) -> tuple[EventState | None, Verdict]:
    """One action that comes after all that was folded; time up to it has been let pass."""
    action = item.action
    if state is not None and state.status is Status.MERGED and action.kind is not Kind.REPORT:
        return state, _sent_on(state, action)
    reason = refusal(state, action)
    if reason is not None:
        return state, Verdict(Outcome.REFUSED, reason)
    told.known = item.known
    state = (
        transitions.first(told, action) if state is None else transitions.step(told, state, action)
    )
    told.known = 0
    return state, Verdict(Outcome.APPLIED)


def in_turn(
    told: Telling, state: EventState | None, waiting: Sequence[Item]
) -> Iterator[tuple[Item, EventState | None, Verdict]]:
    """Actions of one moment as they are tried: the first that is lawful is taken, until none is.

    Gives each with the state after it; one that is refused may be tried again later.
    """
    left, moved = list(waiting), True
    while left and moved:
        moved = False
        for item in left:
            state, verdict = apply(told, state, item)
            yield item, state, verdict
            if verdict.outcome is not Outcome.REFUSED:
                left = [other for other in left if other is not item]
                moved = True
                break


def _sent_on(state: EventState, action: Action) -> Verdict:
    """What becomes of an action for a merged event."""
    if (lacks := missing(action)) is not None:
        return Verdict(Outcome.REFUSED, lacks)
    if action.kind is Kind.RECUR:
        return Verdict(Outcome.TIME)
    if state.survivor in action.via or state.survivor == action.target:
        return Verdict(Outcome.REFUSED, CIRCLE)
    if len(action.via) >= MAX_VIA:
        return Verdict(Outcome.REFUSED, f"merged on more than {MAX_VIA} times")
    return Verdict(Outcome.FORWARDED)


def pass_time(told: Telling, state: EventState, action: Action) -> EventState:
    """Take what falls due before an action; at the same moment the action comes first."""
    return due.advance(told, state, action.ts - 1)


def tell_time(
    told: Telling, state: EventState | None, item: Item
) -> tuple[EventState | None, Verdict]:
    """An ``escalate``: whatever is due by its time is taken."""
    reason = refusal(state, item.action)
    if reason is not None or state is None:
        return state, Verdict(Outcome.REFUSED, reason or "")
    return due.advance(told, state, item.action.ts), Verdict(Outcome.TIME)


def replay(rules: Rules, items: Sequence[Item]) -> Story:
    """All that an event received, from nothing; ``items`` in order of arrival."""
    story = _fold(rules, items)
    state = story.state
    if state is not None and any(rules.closed_by(i.action.ts, i.known) for i in items):
        story.state = _with_closed_months(rules, items, state)
    return story


def _fold(rules: Rules, items: Sequence[Item]) -> Story:
    told = Telling(rules)
    story = Story(None, notices=told.notices)
    ordered = sorted(items, key=lambda item: item.action.ts)  # stable: ties stay as they came
    for _, group in groupby(ordered, key=lambda item: item.action.ts):
        together = list(group)
        waiting = [item for item in together if item.action.kind is not Kind.ESCALATE]
        if story.state is not None and waiting:
            story.state = pass_time(told, story.state, waiting[0].action)
        for item, state, verdict in in_turn(told, story.state, waiting):
            story.note(item, verdict, state)
        for item in together:
            if item.action.kind is Kind.ESCALATE:
                state, verdict = tell_time(told, story.state, item)
                story.note(item, verdict, state)
    if story.state is None:  # no report that could be taken: all else waits for one
        for item in items:
            if item.action.kind is not Kind.REPORT:
                story.verdicts[item.entry] = Verdict(Outcome.PARKED)
    return story


def _with_closed_months(rules: Rules, items: Sequence[Item], full: EventState) -> EventState:
    """The state with its tallies of closed months as they were known when these were closed."""
    latest = max(item.known for item in items)
    by_month: dict[int, list[Tally]] = {}
    for entry in full.tallies:
        by_month.setdefault(_month(rules, entry.at), []).append(entry)
    for month in _months(rules, min(item.action.ts for item in items), latest):
        closes = rules.closes_at(month)
        if closes >= latest:
            break
        then = _fold(rules, [item for item in items if item.known <= closes])
        if then.state is not None:
            then.state = due.advance(Telling(rules), then.state, closes)
        frozen = [t for t in (then.state.tallies if then.state else ()) if t.at]
        kept = Counter(_plain(t) for t in frozen if _month(rules, t.at) == month)
        by_month[month] = _compared(Counter(map(_plain, by_month.get(month, []))), kept)
    tallies = tuple(entry for month in sorted(by_month) for entry in by_month[month])
    return replace(full, tallies=tallies)


def _compared(full: Counter[Tally], frozen: Counter[Tally]) -> list[Tally]:
    out = [*(full & frozen).elements()]
    out += [replace(t, standing=Standing.LATE) for t in (full - frozen).elements()]
    out += [replace(t, standing=Standing.FROZEN) for t in (frozen - full).elements()]
    return sorted(out, key=lambda t: (t.at, t.department, t.measure, t.amount, t.standing))


def _plain(entry: Tally) -> Tally:
    return replace(entry, standing=Standing.STANDS)


def _month(rules: Rules, at: int) -> int:
    return rules.local.day(at) // 100


def _months(rules: Rules, start: int, end: int) -> list[int]:
    """YYYYMM from the month of ``start`` to that of ``end``."""
    month, last = _month(rules, start), _month(rules, end)
    out = []
    while month <= last:
        out.append(month)
        month = month + 1 if month % 100 < 12 else month + 89
    return out


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that changed an event: an action, or (``item`` None) what fell due at ``at``."""

    at: int
    item: Item | None
    state: EventState


def carry(
    rules: Rules,
    state: EventState | None,
    items: Sequence[Item],
    until: int,
    turns: list[Turn] | None = None,
) -> tuple[EventState | None, int | None]:
    """The state at ``until`` (ms) and when the next thing falls due.

    ``state`` is the event's at an earlier moment, None before its report; ``items`` are what it
    received for the time from then to ``until``, in order of arrival. Each change is
    appended to ``turns``.
    """
    told = Telling(rules)
    turns = [] if turns is None else turns
    due: int | None = None
    ordered = sorted(items, key=lambda item: item.action.ts)  # stable: ties stay as they came
    for at, group in groupby(ordered, key=lambda item: item.action.ts):
        if state is not None:
            state, _ = _wait(told, state, at - 1, turns)
        actions = [item for item in group if item.action.kind is not Kind.ESCALATE]
        for item, fresh, verdict in in_turn(told, state, actions):
            if verdict.outcome is Outcome.APPLIED and fresh is not None:
                turns.append(Turn(at, item, fresh))
            state = fresh
    if state is not None:
        state, due = _wait(told, state, until, turns)
    return state, due


def _wait(
    told: Telling, state: EventState, until: int, turns: list[Turn]
) -> tuple[EventState, int | None]:
    """Take what falls due up to ``until``; also when the next will."""
    while (at := next_moment(told.rules, state)) is not None and at <= until:
        state = advance(told, state, at)
        turns.append(Turn(at, None, state))
    return state, at
