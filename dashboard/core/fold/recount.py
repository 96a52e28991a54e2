"""An event counted again from all that it received, and what it adds to every view. Pure.

The audit compares a store with this. It folds from nothing, so whatever way the store's own fold
took, both must give the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.core.fold import view_names, views
from dashboard.core.lifecycle.late import replay
from dashboard.core.lifecycle.replay import Item, has_room
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import EventState, Mark, Outcome, fingerprint

#: (name of a sorted set, member) → score; names are deadlines, ledger:GRID, queue, points and
#: alerts, and the last three with a place's code, as in queue:CODE
Members = dict[tuple[str, str], float]


@dataclass(frozen=True)
class Recounted:
    """What a store should hold of one event."""

    state: EventState | None = None
    marks: tuple[Mark, ...] = ()
    #: stream entries of actions for which the event had no room
    beyond: tuple[str, ...] = ()

    @property
    def refused(self) -> list[str]:
        """Stream entries of the refused actions."""
        marked = [mark.entry for mark in self.marks if mark.outcome is Outcome.REFUSED]
        return [*marked, *self.beyond]


def recount(rules: Rules, received: Iterable[Item]) -> Recounted:
    """An event from all it received, in order of arrival; of repeats the first one counts."""
    firsts: dict[bytes, Item] = {}
    beyond: list[str] = []
    for item in received:
        name = fingerprint(item.action.action_id)
        if name not in firsts and not has_room(len(firsts), item.action.kind):
            beyond.append(item.entry)
        else:
            firsts.setdefault(name, item)
    if not firsts:
        return Recounted()
    story = replay(rules, list(firsts.values()))
    marks = tuple(story.mark(item, name) for name, item in firsts.items())
    return Recounted(story.state, marks, tuple(beyond))


def members(rules: Rules, state: EventState | None) -> Members:
    """An event's scores in the sorted sets."""
    if state is None:
        return {}
    out: Members = {}
    if (moment := views.deadline(rules, state)) is not None:
        out[view_names.DEADLINES, state.event_id] = float(moment)
    for name, find in zip(view_names.RANKED, views.RANKS, strict=True):
        if (spot := find(state)) is not None:
            out[name, spot[0]] = spot[1]
            for code in filter(None, state.place):
                out[view_names.place_ranked(name, code), spot[0]] = spot[1]
    if (line := views.ledger(state)) is not None:
        out[view_names.ledger(line[0]), state.event_id] = float(line[1])
    return out


def event_of(name: str, member: str) -> str:
    """The event id in a member of a sorted set; "" if it cannot be read."""
    if view_names.kind_of_ranked(name) != "points":
        return member
    parts = member.split(",", 3)
    return parts[3] if len(parts) == 4 else ""
