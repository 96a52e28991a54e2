"""One event's actions folded in order of time, in whatever order they arrived. Pure.

:func:`replay` folds all that an event received, from nothing; :func:`carry` takes a state from one
moment to a later one. Both give the same, as long as no action for an earlier time arrives.

An action is *late-known* when it became known only after the month of its time was closed.
A closed month counts what was known when it was closed: later arrivals are kept, shown as
late news, and move no score.

A source may write whole minutes or days, and its clock may be wrong. So an action that is not
lawful at its own time *waits*: it is tried again after each later step, as long as it may have been
done then (:attr:`~dashboard.core.model.actions.Action.latest`), and is applied at the first moment
at which it is lawful. Within what its source knows of the time, the order is the lifecycle's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from msgspec.structs import replace

from dashboard.core.lifecycle import due, transitions
from dashboard.core.lifecycle.due import advance, next_moment
from dashboard.core.lifecycle.notify import Notifier
from dashboard.core.lifecycle.steps import may_wait, missing, refusal, turn
from dashboard.core.model.actions import MAX_VIA, Action, Kind, Status
from dashboard.core.model.notices import Notice
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import EventState, Mark, Outcome, Standing, Tally

CIRCLE = "merged in a circle"
#: actions of an event that wait at a time: each is tried after every step
MAX_WAITING = 20
#: at least, ms
_TWO_MONTHS = 62 * 86_400_000


@dataclass(frozen=True, slots=True)
class Item:
    """An action as received: its place in the stream and when the shard knew of it (ms)."""

    entry: str
    action: Action
    known: int


def known_of(action: Action, high: int) -> int:
    """When the shard knew of an action; ``high`` is the latest time it had seen by then.

    An action that the engine derived was known as soon as its cause was.
    """
    return action.known if action.derived and action.known else high


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of an item; ``reason`` if it was refused.

    ``at`` is when it was applied, ms, if that was later than its own time; else 0.
    """

    outcome: Outcome
    reason: str = ""
    at: int = 0


@dataclass
class Story:
    """An event's state, the outcome of each item (by its stream entry), and the notices."""

    state: EventState | None
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    #: the state after each item, and the items that changed something
    after: dict[str, EventState | None] = field(default_factory=dict)
    moved: set[str] = field(default_factory=set)
    notices: list[Notice] = field(default_factory=list)
    #: until when a refused item may still become lawful, ms
    waits: dict[str, int] = field(default_factory=dict)

    def mark(self, item: Item, name: bytes) -> Mark:
        """What is held of an item."""
        verdict = self.verdicts[item.entry]
        refused = verdict.outcome is Outcome.REFUSED
        # one of a coarse time is not last among those of its moment
        own = item.action.ts if turn(item.action) else 0
        until = self.waits.get(item.entry, 0) if refused else verdict.at or own
        return Mark(item.entry, name, item.action.ts, item.known, verdict.outcome, until)

    def done(self, item: Item) -> Action:
        """The item's action, at the time at which it was applied."""
        at = self.verdicts[item.entry].at
        return replace(item.action, ts=at) if at else item.action

    def note(self, item: Item, verdict: Verdict, state: EventState | None) -> None:
        """Record the outcome of an item; ``state`` is the event's state after it."""
        self.verdicts[item.entry], self.after[item.entry] = verdict, state
        applied = verdict.outcome is Outcome.APPLIED
        if applied or (verdict.outcome is Outcome.TIME and state is not self.state):
            self.moved.add(item.entry)
        self.state = state


def apply(
    notifier: Notifier, state: EventState | None, item: Item, at: int = 0
) -> tuple[EventState | None, Verdict]:
    """Apply an action later than all that was folded; due steps before it have been taken.

    ``at`` is the moment at which it is tried, ms; by default its own time.
    """
    action, late = item.action, 0
    if at > action.ts:
        action, late = replace(action, ts=at), at
    if state is not None and state.status is Status.MERGED and action.kind is not Kind.REPORT:
        return state, _sent_on(state, action)
    own_close = notifier.rules.department_closes
    reason = refusal(state, action, department_closes=own_close)
    if reason is not None:
        return state, Verdict(Outcome.REFUSED, reason)
    notifier.known = item.known
    state = (
        transitions.first(notifier, action)
        if state is None
        else transitions.step(notifier, state, action)
    )
    notifier.known = 0
    return state, Verdict(Outcome.APPLIED, at=late)


def in_turn(
    notifier: Notifier,
    state: EventState | None,
    at: int,
    fresh: Sequence[Item],
    waiting: list[Item],
) -> Iterator[tuple[Item, EventState | None, Verdict]]:
    """Try the actions of one moment: apply the first lawful one, again until none is lawful.

    Of coarse times the order is the lifecycle's (:func:`~dashboard.core.lifecycle.steps.turn`).
    Once one of the ``fresh`` ones was lawful, those that wait are tried with them. Yields each try
    with the state after it; a refused action may be tried again. Once all has been yielded,
    ``waiting`` holds those that wait on, at most `MAX_WAITING`.
    """
    left, moved, changed = sorted(fresh, key=_turn), bool(fresh), False
    still = [item for item in waiting if item.action.latest >= at]
    while left and moved:
        moved = False
        for item in left:
            state, verdict = apply(notifier, state, item, at)
            yield item, state, verdict
            if verdict.outcome is not Outcome.REFUSED:
                left = [other for other in left if other is not item]
                if not changed:
                    left, changed = sorted([*left, *still], key=_turn), True
                moved = True
                break
    if not changed:
        left = [*left, *still]
    hopeful = [item for item in left if may_wait(state, item.action)]
    waiting[:] = sorted(hopeful, key=lambda item: item.action.ts)[:MAX_WAITING]


def _turn(item: Item) -> int:
    return turn(item.action)


def _sent_on(state: EventState, action: Action) -> Verdict:
    """The outcome of an action for a merged event."""
    if (lacks := missing(action)) is not None:
        return Verdict(Outcome.REFUSED, lacks)
    if action.kind is Kind.RECUR:
        return Verdict(Outcome.TIME)
    if state.survivor in action.via or state.survivor == action.target:
        return Verdict(Outcome.REFUSED, CIRCLE)
    if len(action.via) >= MAX_VIA:
        return Verdict(Outcome.REFUSED, f"merged on more than {MAX_VIA} times")
    return Verdict(Outcome.FORWARDED)


def pass_time(notifier: Notifier, state: EventState, action: Action) -> EventState:
    """Take every step due before an action; at the same moment the action comes first."""
    return due.advance(notifier, state, action.ts - 1)


def escalate(
    notifier: Notifier, state: EventState | None, item: Item
) -> tuple[EventState | None, Verdict]:
    """Apply an ``escalate``: take every step due by its time."""
    reason = refusal(state, item.action)
    if reason is not None or state is None:
        return state, Verdict(Outcome.REFUSED, reason or "")
    return due.advance(notifier, state, item.action.ts), Verdict(Outcome.TIME)


def replay(rules: Rules, items: Sequence[Item]) -> Story:
    """Fold all that an event received, from nothing; ``items`` in order of arrival."""
    story = _fold(rules, items)
    state = story.state
    if state is not None and any(rules.closed_by(i.action.ts, i.known) for i in items):
        story.state = _with_closed_months(rules, items, state)
    return story


def _fold(rules: Rules, items: Sequence[Item]) -> Story:
    notifier = Notifier(rules)
    story = Story(None)
    waiting: list[Item] = []
    ordered = sorted(items, key=lambda item: item.action.ts)  # stable: ties stay as they came
    for at, group in groupby(ordered, key=lambda item: item.action.ts):
        together = list(group)
        fresh = [item for item in together if item.action.kind is not Kind.ESCALATE]
        if story.state is not None and fresh:
            story.state = pass_time(notifier, story.state, fresh[0].action)
        for item, state, verdict in in_turn(notifier, story.state, at, fresh, waiting):
            story.note(item, verdict, state)
            if verdict.outcome is Outcome.REFUSED:
                story.waits.pop(item.entry, None)
        story.waits.update((item.entry, item.action.latest) for item in waiting)
        for item in together:
            if item.action.kind is Kind.ESCALATE:
                state, verdict = escalate(notifier, story.state, item)
                story.note(item, verdict, state)
    if story.state is None:  # no lawful report: everything else waits for one
        for item in items:
            if item.action.kind is not Kind.REPORT:
                story.verdicts[item.entry] = Verdict(Outcome.PARKED)
    story.notices = notifier.notices
    return story


def _with_closed_months(rules: Rules, items: Sequence[Item], full: EventState) -> EventState:
    """``full`` with the tallies of closed months as they were known when these were closed."""
    latest = max(item.known for item in items)
    by_month: dict[int, list[Tally]] = {}
    for entry in full.tallies:
        by_month.setdefault(_month(rules, entry.at), []).append(entry)
    # months that were closed before anything was known of the event froze nothing
    first = max(0, min(item.known for item in items) - _TWO_MONTHS)
    months = {*by_month, *_months(rules, first, latest)}
    for month in sorted(months):
        closes = rules.closes_at(month)
        if closes >= latest:
            break
        then = _fold(rules, [item for item in items if item.known <= closes])
        if then.state is not None:
            then.state = due.advance(Notifier(rules), then.state, closes)
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
    """A change of an event: by an action, or (``item`` None) by a step due at ``at`` (ms)."""

    at: int
    item: Item | None
    state: EventState


def carry(
    rules: Rules,
    state: EventState | None,
    items: Sequence[Item],
    until: int,
    turns: list[Turn] | None = None,
    waiting: list[Item] | None = None,
) -> tuple[EventState | None, int | None]:
    """The state at ``until`` and when the next step falls due, both ms; None if none will.

    ``state`` is the event's at an earlier moment, None before its report; ``items`` are the actions
    for the time from then to ``until``, in order of arrival. Steps are taken when they fall due,
    so ``escalate`` actions are skipped. Each change is appended to ``turns``. ``waiting`` are the
    actions that waited at the earlier moment, and then those that wait at ``until``.
    """
    notifier = Notifier(rules)
    turns = [] if turns is None else turns
    waiting = [] if waiting is None else waiting
    due: int | None = None
    ordered = sorted(items, key=lambda item: item.action.ts)  # stable: ties stay as they came
    for at, group in groupby(ordered, key=lambda item: item.action.ts):
        if state is not None:
            state, _ = _wait(notifier, state, at - 1, turns)
        actions = [item for item in group if item.action.kind is not Kind.ESCALATE]
        for item, after, verdict in in_turn(notifier, state, at, actions, waiting):
            if verdict.outcome is Outcome.APPLIED and after is not None:
                turns.append(Turn(at, item, after))
            state = after
    if state is not None:
        state, due = _wait(notifier, state, until, turns)
    return state, due


def _wait(
    notifier: Notifier, state: EventState, until: int, turns: list[Turn]
) -> tuple[EventState, int | None]:
    """Take every step due up to ``until``; also returns when the next one falls due."""
    while (at := next_moment(notifier.rules, state)) is not None and at <= until:
        state = advance(notifier, state, at)
        turns.append(Turn(at, None, state))
    return state, at
