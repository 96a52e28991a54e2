"""One event's actions folded in order of time, in whatever order they arrived. Pure.

:class:`Folding` folds what an event received, from nothing; :func:`carry` takes a state from one
moment to a later one. Both give the same, as long as no action for an earlier time arrives. What is
known too late for its month: :mod:`dashboard.core.lifecycle.late`.

A source may write whole minutes or days, and its clock may be wrong. So an action that is not
lawful at its own time *waits*: it is tried again after each later step, as long as it may have been
done then (:attr:`~dashboard.core.model.actions.Action.latest`), and is applied at the first moment
at which it is lawful. Within what its source knows of the time, the order is the lifecycle's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

import msgspec
from msgspec.structs import replace

from dashboard.core.lifecycle import due, transitions
from dashboard.core.lifecycle.due import advance, next_moment
from dashboard.core.lifecycle.notify import Notifier
from dashboard.core.lifecycle.steps import OTHER_CONTENT, may_wait, missing, refusal, turn
from dashboard.core.lifecycle.voids import comes_from, left_out
from dashboard.core.model.actions import MAX_VIA, Action, Kind, Status
from dashboard.core.model.notices import Notice
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import EventState, Mark, Outcome, without_lists

CIRCLE = "merged in a circle"
#: actions of an event that wait at a time: each is tried after every step
MAX_WAITING = 20
#: how often the actions of one moment are tried again after one of them was lawful
MAX_ROUNDS = 32
#: actions that an event takes; one more is refused, so that a late one is always folded soon
MAX_ACTIONS = 2000
#: so many more of the deadline clock's, so that time passes for such an event, too, and of those
#: that void it
_MORE, _HAVE_MORE = 500, (Kind.ESCALATE, Kind.VOID, Kind.UNVOID)
TOO_MANY = f"the event has {MAX_ACTIONS} actions already"
#: of a state, what no refusal depends on
_BY_THE_WAY = frozenset(
    {"updated_at", "urges", "tallies", "absorbed", "watch_until", "extensions", "late"}
)
_lawful = attrgetter(*(n for n in EventState.__struct_fields__ if n not in _BY_THE_WAY))


class Item(msgspec.Struct, frozen=True):
    """An action as received: its place in the stream and when the shard knew of it (ms)."""

    entry: str
    action: Action
    known: int


def has_room(received: int, kind: Kind) -> bool:
    """Whether an event that has received so many actions takes one more of this kind."""
    more = _MORE if kind in _HAVE_MORE else 0
    return received < MAX_ACTIONS + more


def known_of(action: Action, high: int) -> int:
    """When the shard knew of an action; ``high`` is the latest time it had seen by then.

    An action that the engine derived was known as soon as its cause was.
    """
    return action.known if action.derived and action.known else high


class Verdict(msgspec.Struct, frozen=True):
    """The outcome of an item; ``reason`` if it was refused.

    ``at`` is when it was applied, ms, if that was later than its own time; else 0.
    """

    outcome: Outcome
    reason: str = ""
    at: int = 0


_APPLIED, _TIME = Verdict(Outcome.APPLIED), Verdict(Outcome.TIME)


@dataclass
class Story:
    """An event's state, the outcome of each item (by its stream entry), and the notices."""

    state: EventState | None
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    #: the state after each item, without its lists, and the items that changed something
    after: dict[str, EventState | None] = field(default_factory=dict)
    moved: set[str] = field(default_factory=set)
    #: until when a refused item may still become lawful, ms
    waits: dict[str, int] = field(default_factory=dict)
    notifier: Notifier | None = None
    #: when the last of what was applied became known, ms; and that as each item was judged
    top: int = 0
    since: dict[str, int] = field(default_factory=dict)

    @property
    def notices(self) -> list[Notice]:
        """The notices of the whole story, in the order in which they were created."""
        return [] if self.notifier is None else self.notifier.notices

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
        entry, known, outcome = item.entry, item.known, verdict.outcome
        self.verdicts[entry] = verdict
        self.after[entry] = None if state is None else without_lists(state)
        applied = outcome is Outcome.APPLIED
        if applied or (outcome is Outcome.TIME and state is not self.state):
            self.moved.add(entry)
        if applied and known > self.top:
            self.top = known
        self.since[entry] = max(self.top, known)
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
    if action.differs:
        return state, Verdict(Outcome.REFUSED, OTHER_CONTENT)
    if state is not None and state.status is Status.MERGED:
        stays = action.kind is Kind.REPORT or action.voids_itself
        if not stays:
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
    return state, Verdict(Outcome.APPLIED, at=late) if late else _APPLIED


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
    if len(fresh) == 1 and not waiting:  # nearly always
        (item,) = fresh
        state, verdict = apply(notifier, state, item, at)
        yield item, state, verdict
        if verdict.outcome is Outcome.REFUSED and may_wait(state, item.action):
            waiting.append(item)
        return
    left, changed, rounds = sorted(fresh, key=_turn), False, 0
    still = [item for item in waiting if item.action.latest >= at]
    index = 0
    while index < len(left):
        before, item = state, left[index]
        state, verdict = apply(notifier, state, item, at)
        yield item, state, verdict
        if verdict.outcome is Outcome.REFUSED:
            index += 1
            continue
        del left[index]
        if not changed:
            left, changed, index = sorted([*left, *still], key=_turn), True, 0
        elif rounds < MAX_ROUNDS and _may_allow(before, state):
            index, rounds = 0, rounds + 1
    if not changed:
        left = [*left, *still]
    hopeful = [item for item in left if may_wait(state, item.action)]
    waiting[:] = sorted(hopeful, key=lambda item: item.action.ts)[:MAX_WAITING]


def _may_allow(before: EventState | None, state: EventState | None) -> bool:
    """Whether what was refused before may be lawful now."""
    return before is None or state is None or _lawful(before) != _lawful(state)


def _turn(item: Item) -> int:
    return turn(item.action)


def _sent_on(state: EventState, action: Action) -> Verdict:
    """The outcome of an action for a merged event."""
    if (lacks := missing(action)) is not None:
        return Verdict(Outcome.REFUSED, lacks)
    if action.kind is Kind.RECUR:
        return Verdict(Outcome.TIME)
    if state.survivor in action.via or state.survivor == action.target:
        # what a voided event's partner is notified of has had its effect here
        return Verdict(Outcome.TIME) if action.voids else Verdict(Outcome.REFUSED, CIRCLE)
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
    return due.advance(notifier, state, item.action.ts), _TIME


class Folding:
    """One event's actions as far as they have been folded, in order of time."""

    def __init__(self, rules: Rules) -> None:
        self.notifier = Notifier(rules)
        self.story = Story(None)
        self.waiting: list[Item] = []

    def take(self, items: Iterable[Item]) -> None:
        """Fold actions of later moments than all before; ties in the order of ``items``."""
        for at, together in moments(items):
            self.moment(at, together)

    def moment(self, at: int, together: Sequence[Item]) -> None:
        """Fold all actions of the moment ``at`` (ms), which is later than all before."""
        notifier, story, waiting = self.notifier, self.story, self.waiting
        fresh = [item for item in together if item.action.kind is not Kind.ESCALATE]
        if story.state is not None and fresh:
            story.state = pass_time(notifier, story.state, fresh[0].action)
        for item, state, verdict in in_turn(notifier, story.state, at, fresh, waiting):
            story.note(item, verdict, state)
            if verdict.outcome is Outcome.REFUSED:
                story.waits.pop(item.entry, None)
        for item in waiting:
            story.waits[item.entry] = item.action.latest
        for item in together:
            if item.action.kind is Kind.ESCALATE:
                state, verdict = escalate(notifier, story.state, item)
                story.note(item, verdict, state)

    def pass_until(self, at: int) -> None:
        """Take every step due up to ``at`` (ms)."""
        if self.story.state is not None:
            self.story.state = due.advance(self.notifier, self.story.state, at)

    def copy(self) -> Folding:
        """Another one that is as far, to be folded on in another way."""
        other, mine = Folding(self.notifier.rules), self.story
        other.notifier = self.notifier.copy()
        other.waiting = list(self.waiting)
        other.story = Story(
            mine.state, dict(mine.verdicts), dict(mine.after), set(mine.moved), dict(mine.waits)
        )
        other.story.top, other.story.since = mine.top, dict(mine.since)
        return other

    def finish(self, items: Iterable[Item]) -> Story:
        """The story of ``items``, all of which have been folded."""
        story = self.story
        if story.state is None:  # no lawful report: everything else waits for one
            for item in items:
                if item.action.kind is not Kind.REPORT:
                    story.verdicts[item.entry] = Verdict(Outcome.PARKED)
        story.notifier = self.notifier
        return story


def moments(items: Iterable[Item]) -> Iterator[tuple[int, list[Item]]]:
    """The actions of each moment (ms) in order of time; ties stay as they came."""
    for at, group in groupby(in_time(items), key=lambda item: item.action.ts):
        yield at, list(group)


def in_time(items: Iterable[Item]) -> list[Item]:
    """The items in order of time; ties stay as they came."""
    return sorted(items, key=lambda item: item.action.ts)


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
    through: int | None = None,
) -> tuple[EventState | None, int | None]:
    """The state at ``until`` and when the next step falls due, both ms; None if none will.

    ``state`` is the event's at an earlier moment, None before its report; ``items`` are the actions
    for the time from then to ``until``, in order of arrival. Steps are taken when they fall due,
    so ``escalate`` actions are skipped. Each change is appended to ``turns``. ``waiting`` are the
    actions that waited at the earlier moment, and then those that wait at ``until``. That an event
    was voided holds for all times: of later actions ``items`` may have those that void or put back.
    ``through`` is the last moment whose actions are applied, if that is after ``until``.
    """
    notifier = Notifier(rules)
    turns = [] if turns is None else turns
    waiting = [] if waiting is None else waiting
    due: int | None = None
    begun = len(turns)
    voided = left_out(item.action for item in in_time(items))
    if state is not None:
        voided |= frozenset(state.left_out)
    items = [item for item in items if not comes_from(item.action, voided)]
    last = until if through is None else through
    later = [item.action for item in items if item.action.ts > last]
    for at, group in moments(item for item in items if item.action.ts <= last):
        if state is not None:
            state, _ = _wait(notifier, state, at - 1, turns)
        actions = [item for item in group if item.action.kind is not Kind.ESCALATE]
        for item, after, verdict in in_turn(notifier, state, at, actions, waiting):
            if verdict.outcome is Outcome.APPLIED and after is not None:
                turns.append(Turn(at, item, after))
            state = after
    if state is not None:
        state, due = _wait(notifier, state, until, turns)
        for action in sorted(later, key=lambda action: action.ts):
            if action.voids_itself and refusal(state, action) is None:
                state = transitions.step(notifier, state, action)
        if voided:
            state = replace(state, left_out=tuple(sorted(voided)))
        if state.void is not None:
            del turns[begun:]
            due = None
    return state, due


def _wait(
    notifier: Notifier, state: EventState, until: int, turns: list[Turn]
) -> tuple[EventState, int | None]:
    """Take every step due up to ``until``; also returns when the next one falls due."""
    while (at := next_moment(notifier.rules, state)) is not None and at <= until:
        state = advance(notifier, state, at)
        turns.append(Turn(at, None, state))
    return state, at
