"""Late actions: one event's history folded again, and months that were closed meanwhile. Pure.

An action is *late-known* when it became known only after the month of its time was closed.
A closed month counts what was known when it was closed: later arrivals are kept, shown as
late news, and move no score.

In: what an event received. Out: its story; with :func:`fold_again` what a late action changes in
it. The work is bounded: what was before the late action is folded once; from there on once with
it and once without, until both come to the same. A month that was frozen is not counted again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from dashboard.core.lifecycle.notify import withdrawn
from dashboard.core.lifecycle.replay import Folding, Item, Story, Verdict, in_time, moments
from dashboard.core.lifecycle.voids import comes_from, left_out
from dashboard.core.model.actions import Kind
from dashboard.core.model.notices import Notice
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import NOTHING, EventState, Held, Outcome, Standing, Tally

_WITHDRAWABLE = frozenset({"dispatched", "step", "alarm", "onsite_lapsed"})
#: at least, ms
_TWO_MONTHS = 62 * 86_400_000


def replay(rules: Rules, items: Sequence[Item]) -> Story:
    """Fold all that an event received, from nothing; ``items`` in order of arrival."""
    voided = _voided(items)
    counted = [item for item in items if not comes_from(item.action, voided)]
    folding = Folding(rules)
    folding.take(counted)
    story = folding.finish(counted)
    story.state = _with_closed_months(rules, counted, story.state)
    return _without(story, items, voided)


def _voided(items: Sequence[Item]) -> frozenset[str]:
    """The events whose consequences are left out, see :func:`left_out`."""
    if not any(item.action.voids for item in items):
        return frozenset()
    return left_out(item.action for item in in_time(items))


def _without(story: Story, items: Sequence[Item], voided: frozenset[str]) -> Story:
    """The story, with what came from ``voided`` events noted as left out; silent if void itself."""
    if story.state is not None and voided:
        story.state = replace(story.state, left_out=tuple(sorted(voided)))
    if story.state is not None and story.state.void is not None:
        story.notifier = None
    gone = Verdict(Outcome.PARKED if story.state is None else Outcome.TIME)
    for item in items if voided else ():
        if comes_from(item.action, voided):
            story.verdicts[item.entry] = gone
    return story


def sent_of(rules: Rules, items: Sequence[Item], story: Story) -> list[Notice]:
    """The notices of a story; of a void event those sent before, and what took them back."""
    void = None if story.state is None else story.state.void
    if void is None:
        return story.notices
    before = [i for i in items if i.action.ts <= void.at and not i.action.voids_itself]
    sent = replay(rules, before).notices
    return [*sent, *(withdrawn(n, void.at) for n in sent if n.what in _WITHDRAWABLE)]


@dataclass(frozen=True, slots=True)
class Again:
    """An event folded again, with new actions."""

    story: Story
    #: earlier items with another result than before
    changed: list[Item]
    #: notices to send: new ones, and those that take back what was sent without reason
    notices: list[Notice]


def fold_again(rules: Rules, held: Held, past: Sequence[Item], new_items: Sequence[Item]) -> Again:
    """The history with ``new_items``.

    ``past`` is what was received before, in order of arrival, and ``held`` what it came to.
    """
    voided = _voided([*past, *new_items])
    if any(item.action.voids for item in new_items):
        return _whole(rules, past, new_items)
    whole, every = past, [*past, *new_items]
    if voided:
        past = [item for item in past if not comes_from(item.action, voided)]
        new_items = [item for item in new_items if not comes_from(item.action, voided)]
        if not new_items:
            return _whole(rules, whole, every[len(whole) :])
    first = min(item.action.ts for item in new_items)
    last = max(item.action.ts for item in new_items)
    fresh = {item.entry for item in new_items}
    everything = [*past, *new_items]
    after = Folding(rules)
    # what both have come to before is sent already
    after.notifier.quiet = True
    after.take(item for item in past if item.action.ts < first)
    after.notifier.quiet = False
    before, joined = after.copy(), False
    compared: set[str] = set()
    for at, together in moments(item for item in everything if item.action.ts >= first):
        after.moment(at, together)
        older = [] if joined else [item for item in together if item.entry not in fresh]
        if older:
            before.moment(at, older)
            compared.update(item.entry for item in older)
            if at >= last and _same(before, after):
                # from here on all is as it was; what is sent from now on was sent before
                joined = True
                after.notifier.quiet = True
    story = after.finish(everything)
    earlier = before.story if joined else before.finish(past)
    changed = [
        item
        for item in past
        if (item.entry in compared or not joined) and _result(story, item) != _result(earlier, item)
    ]
    sent, due = before.notifier, after.notifier
    gone = sent.some(lambda name, what: name not in due and what in _WITHDRAWABLE)
    notices = [withdrawn(notice, first) for notice in gone]
    notices += due.some(lambda name, _: name not in sent)
    story.state = _with_closed_months(rules, everything, story.state, held, new_items)
    story = _without(story, every, voided)
    return Again(story, changed, notices if story.notifier is not None else [])


def _whole(rules: Rules, past: Sequence[Item], new_items: Sequence[Item]) -> Again:
    """The same by folding all of it twice, for actions that void events or put them back."""
    before, story = replay(rules, past), replay(rules, [*past, *new_items])
    first = min(item.action.ts for item in new_items)
    changed = [item for item in past if _result(story, item) != _result(before, item)]
    sent, due = before.notices, story.notices
    still, known = {notice.id for notice in due}, {notice.id for notice in sent}
    gone = [n for n in sent if n.id not in still and n.what in _WITHDRAWABLE]
    notices = [withdrawn(notice, first) for notice in gone]
    return Again(story, changed, [*notices, *(n for n in due if n.id not in known)])


def _same(before: Folding, after: Folding) -> bool:
    """Whether both have come to the same, so that the rest will be the same."""
    mine, other = before.story.state, after.story.state
    waiting = [item.entry for item in before.waiting] == [item.entry for item in after.waiting]
    return mine is not None and waiting and mine == other


def _result(story: Story, item: Item) -> tuple[Outcome, str, bool]:
    """An item's outcome, the event that it went to or speaks to, whether for a voided one."""
    outcome, state = story.verdicts[item.entry].outcome, story.after.get(item.entry)
    if state is None:
        return outcome, "", False
    applied = outcome is Outcome.APPLIED
    speaks = outcome is Outcome.FORWARDED or (applied and item.action.voids_itself)
    voided = applied and item.action.kind is Kind.MERGE and state.void is not None
    return outcome, state.survivor if speaks else "", voided


def _with_closed_months(
    rules: Rules,
    items: Sequence[Item],
    full: EventState | None,
    held: Held = NOTHING,
    new_items: Sequence[Item] = (),
) -> EventState | None:
    """``full`` with the tallies of closed months as they were known when these were closed.

    ``held`` has those of the months that were closed before the ``new_items`` were known.
    """
    if full is None or not any(rules.closed_by(i.action.ts, i.known) for i in items):
        return full
    latest = max(item.known for item in items)
    by_month: dict[int, list[Tally]] = {}
    for entry in full.tallies:
        by_month.setdefault(_month(rules, entry.at), []).append(entry)
    # months that were closed before anything was known of the event froze nothing
    earliest = max(0, min(item.known for item in items) - _TWO_MONTHS)
    months = {*by_month, *_months(rules, earliest, latest)}
    frozen, until = _frozen(rules, held, new_items)
    known = _AsKnown(rules, items)
    for month in sorted(months):
        closes = rules.closes_at(month)
        if closes >= latest:
            break
        if closes < until:
            kept = frozen.get(month, Counter())
        else:
            found = (t for t in known.at(closes) if t.at and _month(rules, t.at) == month)
            kept = Counter(map(_plain, found))
        by_month[month] = _compared(Counter(map(_plain, by_month.get(month, []))), kept)
    tallies = tuple(entry for month in sorted(by_month) for entry in by_month[month])
    return replace(full, tallies=tallies)


def _frozen(
    rules: Rules, held: Held, new_items: Sequence[Item]
) -> tuple[dict[int, Counter[Tally]], int]:
    """The tallies of closed months as held, by month, and the moment (ms) until which they are so.

    They are only if an earlier action was late-known: then all months were compared.
    """
    if held.state is None or not any(rules.closed_by(m.ts, m.known) for m in held.marks):
        return {}, 0
    out: dict[int, Counter[Tally]] = {}
    for entry in held.state.tallies:
        if entry.standing is not Standing.LATE:
            out.setdefault(_month(rules, entry.at), Counter())[_plain(entry)] += 1
    known = max(mark.known for mark in held.marks)
    return out, min([known, *(item.known for item in new_items)])


class _AsKnown:
    """An event as it was known at one moment after another; each action is folded once, but for
    those that came late."""

    def __init__(self, rules: Rules, items: Sequence[Item]) -> None:
        self._rules, self._items = rules, items
        self._folding = Folding(rules)
        #: moments up to it have been folded, ms
        self._reached = -1
        self._known = -1

    def at(self, moment: int) -> tuple[Tally, ...]:
        """The tallies of what was known at ``moment`` (ms), each later than the one before."""
        fresh = [item for item in self._items if self._known < item.known <= moment]
        if any(item.action.ts <= self._reached for item in fresh):
            self._folding, self._reached = Folding(self._rules), -1
            fresh = [item for item in self._items if item.known <= moment]
        self._folding.take(fresh)
        self._folding.pass_until(moment)
        self._reached = max([self._reached, moment, *(item.action.ts for item in fresh)])
        self._known = moment
        state = self._folding.story.state
        return () if state is None else state.tallies


def _compared(full: Counter[Tally], frozen: Counter[Tally]) -> list[Tally]:
    out = [*(full & frozen).elements()]
    out += [replace(t, standing=Standing.LATE) for t in (full - frozen).elements()]
    out += [replace(t, standing=Standing.FROZEN) for t in (frozen - full).elements()]
    return sorted(out, key=lambda t: (t.at, t.department, t.measure, t.amount, t.standing))


def _plain(entry: Tally) -> Tally:
    return entry if entry.standing is Standing.STANDS else replace(entry, standing=Standing.STANDS)


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
