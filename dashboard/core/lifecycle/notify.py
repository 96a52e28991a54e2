"""Collects the notices produced while actions are folded and deadlines pass. Pure."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from dashboard.core.lifecycle import clocks
from dashboard.core.model import names
from dashboard.core.model.actions import Action, Level, Status
from dashboard.core.model.notices import Notice
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import Clock, EventState


class _Noted(msgspec.Struct, frozen=True):
    """What a notice is made of: all but its id, and what is only worked out when it is asked for.

    Not the event's state: that has lists that grow with each action, and many are kept.
    """

    event_id: str
    what: str
    to: str
    at: int
    clock: str
    step: int
    level: Level
    status: Status
    department: str
    place: tuple[str, ...]
    category: str
    #: the clock in question
    running: Clock | None


class Notifier:
    """Creates and keeps notices; the lifecycle's functions get it with the rules they need."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        #: when the action being applied became known to the shard, ms; 0 while time passes
        self.known = 0
        #: by id, in the order in which they were created: a history that is folded again has many,
        #: of which few are sent, so they are made when they are asked for; None for one that was
        #: created while `quiet`
        self._noted: dict[str, _Noted | None] = {}
        #: only ids are kept: what is created now was sent before
        self.quiet = False

    def copy(self) -> Notifier:
        """Another one with the same notices."""
        other = Notifier(self.rules)
        other._noted = dict(self._noted)
        return other

    @property
    def notices(self) -> list[Notice]:
        """The notices, in the order in which they were created."""
        return self.some(lambda name, what: True)

    def some(self, wanted: Callable[[str, str], bool]) -> list[Notice]:
        """The notices that are ``wanted`` by their id and by what they are about; no quiet ones."""
        return [
            self._made(name, of)
            for name, of in self._noted.items()
            if of is not None and wanted(name, of.what)
        ]

    def __contains__(self, notice_id: str) -> bool:
        return notice_id in self._noted

    def dispatch(self, state: EventState) -> None:
        """Notify the units that the ladder names for the dispatch itself."""
        ladder = self.rules.ladders[state.level]
        what = "alarm" if state.alarm else "dispatched"
        for name, units in (("respond", ladder.respond), ("handle", ladder.handle)):
            if units[0] and getattr(state, name) is not None:
                key = f"{what}:{name}:{state.round}:{state.department}"
                self._add(state, key, what, units[0], state.round, name)

    def step(self, state: EventState, name: str, number: int, at: int, *, alarm: bool) -> None:
        """Notify the unit of a step (1 to 4) that a clock has reached at ``at`` (ms)."""
        units = getattr(self.rules.ladders[state.level], name)
        if units[number]:
            what = "alarm" if alarm else "step"
            key = f"{what}:{name}:{state.round}:{number}"
            self._add(state, key, what, units[number], at, name, number)

    def lapse(self, state: EventState) -> None:
        """Notify the county that the reporter on site has not checked in."""
        at = state.watch_until
        self._add(state, f"onsite_lapsed:{at}", "onsite_lapsed", "county", at)

    def urge(self, state: EventState, action: Action) -> None:
        """Notify the department that it is urged."""
        if state.department:
            key = f"urged:{action.action_id}"
            self._add(state, key, "urged", "department", action.ts)

    def hand_over(self, state: EventState, action: Action) -> None:
        """Notify the unit that answers for the event from now on."""
        key = f"handed_over:{action.action_id}"
        self._add(state, key, "handed_over", action.to, action.ts)

    def _add(
        self,
        state: EventState,
        key: str,
        what: str,
        to: str,
        at: int,
        clock: str = "",
        step: int = 0,
    ) -> None:
        if state.void is not None:
            return
        name = names.notice(state.event_id, key)
        # dispatched back and forth within one millisecond: keep only the last notice
        self._noted.pop(name, None)
        if self.quiet:
            self._noted[name] = None
            return
        running = state.respond if clock == "respond" else state.handle
        self._noted[name] = _Noted(
            state.event_id, what, to, at, clock, step, state.level, state.status,
            state.department, state.place, state.category, running,
        )  # fmt: skip

    def _made(self, name: str, of: _Noted) -> Notice:
        due = None if of.running is None else clocks.moment(self.rules, of.running, 1.0)
        return Notice(
            id=name,
            event_id=of.event_id,
            at=of.at,
            what=of.what,
            to=of.to,
            clock=of.clock,
            step=of.step,
            level=str(of.level),
            status=str(of.status),
            department=of.department,
            place=of.place,
            category=of.category,
            due=due or 0,
            not_before=self.rules.loud(of.level, of.at),
        )


def withdrawn(notice: Notice, at: int) -> Notice:
    """The notice that takes one back: a late action showed that there was no reason for it."""
    return Notice(
        id=names.withdrawal(notice.id),
        event_id=notice.event_id,
        at=at,
        what="withdrawn",
        to=notice.to,
        clock=notice.clock,
        step=notice.step,
        level=notice.level,
        status=notice.status,
        department=notice.department,
        place=notice.place,
        category=notice.category,
        not_before=notice.not_before,
        ref=notice.id,
        ref_what=notice.what,
    )
