"""The fold: a batch of actions in, what is held of each event and the changes to views out. Pure.

Actions that come in order of time are applied one by one. For those that come late, the
event's whole history is folded again (:mod:`dashboard.core.lifecycle.late`), and only the
difference goes out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from dashboard.core.fold import views
from dashboard.core.fold.became import Became, became, refused, repeated, set_aside
from dashboard.core.fold.view_names import RANKED
from dashboard.core.fold.views import Recent, line
from dashboard.core.lifecycle.late import Again, fold_again
from dashboard.core.lifecycle.links import links
from dashboard.core.lifecycle.notify import Notifier
from dashboard.core.lifecycle.replay import (
    TOO_MANY,
    Item,
    Story,
    Verdict,
    apply,
    escalate,
    has_room,
    known_of,
    pass_time,
)
from dashboard.core.lifecycle.steps import may_wait, turn
from dashboard.core.lifecycle.voids import comes_from
from dashboard.core.model.actions import Action, Kind
from dashboard.core.model.faults import place_of
from dashboard.core.model.notices import Notice
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import NOTHING, EventState, Held, Outcome, fingerprint, names

#: reads all that an event has received before: (stream entry, action), in that order
History = Callable[[str, Held], list[tuple[str, Action]]]
#: event → why it cannot be folded
NONE_BROKEN: Mapping[str, str] = {}


@dataclass(frozen=True)
class Refused:
    """An action the lifecycle did not allow, and why."""

    action: Action
    reason: str


@dataclass
class Changes:
    """What a batch of actions changes; every key once."""

    held: dict[str, Held] = field(default_factory=dict)
    counts: views.Part = field(default_factory=dict)
    #: event id → rank in the queue, None to take it out
    queue: dict[str, float | None] = field(default_factory=dict)
    #: event id → time of the next step in ms, None for none
    deadlines: dict[str, int | None] = field(default_factory=dict)
    #: map member → rank, None to take it out
    points: dict[str, float | None] = field(default_factory=dict)
    #: event id → rank among the open red and orange ones not acknowledged, None as above
    alerts: dict[str, float | None] = field(default_factory=dict)
    #: (queue, points or alerts, code of a place, member) → rank there, None to take it out
    places: dict[tuple[str, str, str], float | None] = field(default_factory=dict)
    #: (grid, event id) → reported_at, None to take it out
    ledger: dict[tuple[str, str], int | None] = field(default_factory=dict)
    recent: list[tuple[str, Recent]] = field(default_factory=list)
    refused: list[tuple[str, Refused]] = field(default_factory=list)
    #: actions of events that could not be folded, and where the error was
    aside: list[tuple[str, Refused]] = field(default_factory=list)
    #: entries of the stream that are no actions: fields as they go to the rejected
    unreadable: list[dict[str, str | bytes]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    #: what other events must receive, as fields of the links stream
    links: list[dict[str, bytes]] = field(default_factory=list)
    #: what became of each action, also of earlier ones whose result has changed
    became: list[Became] = field(default_factory=list)
    #: event without a report → when its first action arrived, ms; None: it waits no longer
    parked: dict[str, int | None] = field(default_factory=dict)
    #: the latest time seen, ms
    high: int = 0
    folded: int = 0
    repeated: int = 0


def fold_batch(
    rules: Rules,
    before: Mapping[str, Held | None],
    actions: Iterable[tuple[str, Action]],
    high: int = 0,
    history: History | None = None,
    *,
    broken: Mapping[str, str] = NONE_BROKEN,
    rest: Callable[[], None] = lambda: None,
    not_theirs: tuple[type[Exception], ...] = (),
) -> Changes:
    """Fold ``(stream id, action)`` pairs over what is held of their events.

    ``high`` is the latest time (ms) the shard has seen so far; ``history`` reads what an event
    received before, when an action comes late. ``rest`` is called after each event. Actions of an
    event that cannot be folded, or of one that is ``broken`` (event → reason), are set aside; all
    others are folded. Errors ``not_theirs`` are of no event, and raised.
    """
    arrived: dict[str, list[Item]] = {}
    latest = high
    for entry, action in actions:
        latest = max(latest, action.ts)
        item = Item(entry, action, known_of(action, latest))
        arrived.setdefault(action.event_id, []).append(item)

    def fold(events: Iterable[str]) -> Changes:
        changes = Changes(high=latest)
        for event_id in events:
            held = before.get(event_id) or NOTHING
            named = _new_items(changes, held, arrived[event_id])
            _fold_event(rules, changes, held, named, history)
            rest()
        return changes

    reasons = dict(broken)
    whole = [event_id for event_id in arrived if event_id not in reasons]
    try:
        changes = fold(whole)
    except not_theirs:
        raise
    except Exception:  # noqa: BLE001 - one event's trouble is not the others'
        for event_id in whole:
            try:
                fold([event_id])
            except not_theirs:
                raise
            except Exception as error:  # noqa: BLE001 - the same
                reasons[event_id] = f"{type(error).__name__} in {place_of(error)}"
        changes = fold(event_id for event_id in whole if event_id not in reasons)
    for event_id in arrived:
        if event_id in reasons:
            found = arrived[event_id]
            changes.aside += [(i.entry, Refused(i.action, reasons[event_id])) for i in found]
            changes.became += [set_aside(i.entry, i.action, reasons[event_id]) for i in found]
    for lines in (changes.recent, changes.refused, changes.aside):
        lines.sort(key=lambda line: _place(line[0]))
    return changes


def _place(entry: str) -> tuple[int, int]:
    ms, _, number = entry.partition("-")
    return int(ms), int(number or 0)


def _new_items(changes: Changes, held: Held, items: list[Item]) -> dict[bytes, Item]:
    """The items that are no repeats, as far as the event has room, by their names' fingerprints."""
    seen = names(held.marks)
    out = {}
    for item in items:
        name = fingerprint(item.action.action_id)
        if name in seen:
            changes.repeated += 1
            if (found := repeated(item)) is not None:
                changes.became.append(found)
        elif has_room(len(seen), item.action.kind):
            seen.add(name)
            out[name] = item
        else:
            changes.refused.append((item.entry, Refused(item.action, TOO_MANY)))
            changes.became.append(refused(item, TOO_MANY))
    return out


def _fold_event(
    rules: Rules, changes: Changes, held: Held, named: dict[bytes, Item], history: History | None
) -> None:
    if not named:
        return
    new_items = list(named.values())
    notifier = Notifier(rules)
    story = _go_on(notifier, held, new_items) if _in_order(rules, held, new_items) else None
    changed, marks = list[Item](), list(held.marks)
    if story is not None:
        changes.notices += notifier.notices
    else:
        again, past = _start_over(rules, held, new_items, history)
        story, changed = again.story, again.changed
        changes.notices += again.notices
        marks = [story.mark(past[mark.entry], mark.name) for mark in held.marks]
    marks += [story.mark(item, name) for name, item in named.items()]
    for item in (*changed, *new_items):
        _note(changes, item, story)
    event_id = new_items[0].action.event_id
    changes.held[event_id] = Held(story.state, tuple(marks))
    if story.state is None:
        changes.parked[event_id] = _place(marks[0].entry)[0]
    elif held.state is None and held.marks:
        changes.parked[event_id] = None
    _difference(rules, changes, held.state, story.state)


def _in_order(rules: Rules, held: Held, new_items: list[Item]) -> bool:
    """Whether the new actions can simply be applied after what has been folded."""
    if held.state is None and (held.marks or new_items[0].action.kind is not Kind.REPORT):
        return False
    last, settled, waits = 0, False, 0
    for mark in held.marks:
        if rules.closed_by(mark.ts, mark.known):
            return False
        refused, at = mark.outcome is Outcome.REFUSED, mark.ts
        if refused:
            waits = max(waits, mark.until)
        elif mark.until:
            at = mark.until
        if at >= last:
            # one more action of a moment changes its order after an escalate, a refusal, one that
            # had waited, or one of a coarse time
            ends = refused or mark.outcome is Outcome.TIME or mark.until > 0
            last, settled = at, ends or (settled and at == last)
    for item in new_items:
        if item.action.voids:
            return False
        ts, time = item.action.ts, item.action.kind is Kind.ESCALATE
        if ts <= waits and not time:
            return False  # what waits may be lawful after this one
        if ts < last or (ts == last and not time and (settled or turn(item.action))):
            return False
        if rules.closed_by(ts, item.known):
            return False
        last, settled = ts, time or (settled and ts == last)
    return True


def _go_on(notifier: Notifier, held: Held, new_items: list[Item]) -> Story | None:
    """The story carried on; None if the order within one moment must be worked out again."""
    story = Story(held.state)
    applied = (mark.known for mark in held.marks if mark.outcome is Outcome.APPLIED)
    story.top = max(applied, default=0)
    refused_at, waits = -1, -1
    coarse = any(turn(item.action) for item in new_items)
    tied = Counter(item.action.ts for item in new_items) if coarse else Counter[int]()
    for item in new_items:
        state, ts = story.state, item.action.ts
        if state is not None and state.left_out and comes_from(item.action, state.left_out):
            story.note(item, Verdict(Outcome.TIME), state)
            continue
        if (ts == refused_at or ts <= waits) and item.action.kind is not Kind.ESCALATE:
            return None
        if coarse and turn(item.action) and tied[ts] > 1:
            return None  # the order within this moment is the lifecycle's
        if item.action.kind is Kind.DISPATCH and state is not None and state.round == ts:
            return None  # dispatched twice in one moment: the notices must be worked out again
        if state is not None and item.action.kind is Kind.ESCALATE:
            state, verdict = escalate(notifier, state, item)
        else:
            if state is not None:
                story.state = state = pass_time(notifier, state, item.action)
            state, verdict = apply(notifier, state, item)
            if state is None:  # a refused report: the rest waits for another
                return None
        if verdict.outcome is Outcome.REFUSED:
            refused_at = ts
            if may_wait(state, item.action):
                waits = max(waits, item.action.latest)
                story.waits[item.entry] = item.action.latest
        story.note(item, verdict, state)
    return story


def _start_over(
    rules: Rules, held: Held, new_items: list[Item], history: History | None
) -> tuple[Again, dict[str, Item]]:
    """Fold the history again; also returns all earlier items by their entries."""
    past: list[Item] = []
    if held.marks:
        assert history is not None, "a late action needs the event's history"
        known = {mark.entry: mark.known for mark in held.marks}
        event_id = new_items[0].action.event_id
        past = [Item(entry, a, known[entry]) for entry, a in history(event_id, held)]
    return fold_again(rules, held, past, new_items), {item.entry: item for item in past}


def _note(changes: Changes, item: Item, story: Story) -> None:
    """Add what an action causes elsewhere: ticker line, rejection, links to other events."""
    state, verdict = story.after.get(item.entry), story.verdicts[item.entry]
    if (found := became(item, story)) is not None:
        changes.became.append(found)
    if state is not None and item.entry in story.moved:
        changes.folded += 1
        at = verdict.at or item.action.ts
        changes.recent.append((item.entry, line(at, item.action.kind, state)))
    if verdict.outcome is Outcome.REFUSED:
        changes.refused.append((item.entry, Refused(item.action, verdict.reason)))
    elif state is not None:
        # an action was known to be lawful once all the actions that made it so were known
        known = story.since[item.entry]
        changes.links += links(story.done(item), known, verdict.outcome, state)


def _difference(
    rules: Rules, changes: Changes, old: EventState | None, new: EventState | None
) -> None:
    if new is None or new is old:
        return
    event_id, counts = new.event_id, changes.counts
    for key, amount in views.change(rules, new, old).items():
        counts[key] = counts.get(key, 0) + amount
    if old is None or views.clocks_of(new) != views.clocks_of(old):
        moment = views.deadline(rules, new)
        if moment != views.deadline(rules, old):
            changes.deadlines[event_id] = moment
    kept = changes.queue, changes.points, changes.alerts
    for name, find, whole in zip(RANKED, views.RANKS, kept, strict=True):
        spot, was = find(new), find(old)
        if spot != was:
            if was is not None:
                whole[was[0]] = None
            if spot is not None:
                whole[spot[0]] = spot[1]
        if spot != was or (old is not None and old.place != new.place):
            _move(changes, name, (was, old), (spot, new))
    was, now = views.ledger(old), views.ledger(new)
    if was != now:
        if was is not None:
            changes.ledger[was[0], event_id] = None
        if now is not None:
            changes.ledger[now[0], event_id] = now[1]


_Ranked = tuple[tuple[str, float] | None, EventState | None]


def _move(changes: Changes, name: str, was: _Ranked, now: _Ranked) -> None:
    """Move an event in the sorted sets of its places."""
    for (spot, state), here in ((was, False), (now, True)):
        if spot is not None and state is not None:
            member, rank = spot
            for code in filter(None, state.place):
                changes.places[name, code, member] = rank if here else None
