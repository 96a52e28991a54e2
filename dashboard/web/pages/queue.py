"""The queue's page, and acting on an event from it.

An act is checked for rights, repetition, conflicts and the lifecycle, written as an action to the
log, recorded, and folded like any other. Blocking. Whether the projector has taken it is a question
of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from dashboard.config.words import catalogue
from dashboard.core.lifecycle import ladder
from dashboard.core.lifecycle.requests import (
    Meanwhile,
    Undo,
    Wish,
    actor_of,
    judge,
    made,
    meanwhile,
    overwrites,
    undo_of,
)
from dashboard.core.model.actions import Kind
from dashboard.core.model.persons import masked
from dashboard.core.model.state import EventState, Outcome
from dashboard.core.questions.ask import Ask
from dashboard.core.questions.queue import QueueRow, Words, queue_ask, state_row
from dashboard.web.answers.errors import Refused
from dashboard.web.pages.reading import truth_now
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Capability, Person, require
from dashboard.web.people.record import note
from data_sources.store import domain_clock
from data_sources.store.outcomes import ActionOutcome, ActionOutcomes
from layouts.pages.kit.frame import Shown
from layouts.pages.queue import QueueData, body
from layouts.wall.catalogue import LOCALES

#: characters of a comment that the record keeps
_NOTED = 80


class Conflict(Exception):
    """Another user acted on the event since this one looked at it; `done` tells what."""

    def __init__(self, done: Sequence[Meanwhile]) -> None:
        self.done = done
        super().__init__("another user acted in between")


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """An act that was written, now or (`repeated`) before."""

    event_id: str
    asked: Wish
    repeated: bool
    undo: Undo | None
    #: the last change the user had seen (ms); the event's last change if the client sent none
    seen: int
    #: the comment named a person, which was masked
    masked: bool = False


class Acts:
    """Carries out acts on events, for one web worker."""

    def __init__(self, site: ReviewSite) -> None:
        self._site = site
        self._outcomes = ActionOutcomes(site.store, site.settings.shards)

    def begin(self, event_id: str, asked: Wish) -> Begun:
        """Write the action. Raises ``Refused``, :class:`Conflict`, ``Unlawful``,
        ``ActionError``, ``RedisUnavailable``."""
        state, who = self._reach(event_id)
        site = self._site
        log, now = site.log(), self._now()
        owner = ladder.owner(site.rules, state)
        seen = asked.seen or state.updated_at
        undo = undo_of(asked.kind, owner)
        action = made(asked, state, self._actor(who), now)
        if log.known([action])[0]:
            return Begun(event_id=event_id, asked=asked, repeated=True, undo=None, seen=seen)
        if overwrites(asked.kind) and state.updated_at > seen:
            done = meanwhile(self._outcomes.since(event_id, seen), seen)
            if done:
                raise Conflict(done)
        judge(state, action, owner)
        log.append([action])
        text = masked(asked.text)
        note(str(asked.kind), event_id, text.text[:_NOTED] or asked.to)
        hidden = asked.kind is Kind.COMMENT and bool(text.found)
        return Begun(
            event_id=event_id, asked=asked, repeated=False, undo=undo, seen=seen, masked=hidden
        )

    def outcome(self, begun: Begun) -> ActionOutcome | None:
        """The act's outcome; None while the projector has not taken it."""
        return self._outcomes.of(begun.event_id, begun.asked.action_id)

    def meanwhile(self, begun: Begun) -> Sequence[Meanwhile]:
        """What others did to the event since the user looked at it."""
        items = self._outcomes.since(begun.event_id, begun.seen)
        own = begun.asked.action_id
        return meanwhile([item for item in items if item[0].action_id != own], begun.seen)

    def row(self, event_id: str, words: Words) -> QueueRow | None:
        """The event's current row; it must be inside the user's area."""
        state, _ = self._reach(event_id, Capability.SEE)
        return state_row(self._site.rules, words, state, self._now())

    def _reach(
        self, event_id: str, capability: Capability = Capability.ACT
    ) -> tuple[EventState, Person]:
        who = require(capability)
        state = self._site.log().states([event_id])[event_id]
        if state is None:
            raise Refused(404, "unknown", "no such event")
        if who.area not in state.place:
            # raises and logs, as for any other area
            require(capability, next((code for code in reversed(state.place) if code), ""))
        return state, who

    def _actor(self, who: Person) -> str:
        place = self._site.city.places.get(who.area)
        return actor_of(place.tier if place else "", who.area if place else "")

    def _now(self) -> int:
        feed, server = domain_clock.read(self._site.store)
        return feed.now(server)


def result_of(outcome: ActionOutcome) -> str:
    """An outcome in a word: applied, refused, waiting, or forwarded (the event was merged)."""
    return {
        Outcome.REFUSED: "refused",
        Outcome.FORWARDED: "forwarded",
        Outcome.PARKED: "waiting",
    }.get(outcome.outcome, "applied")


#: filters of the shell; the queue has no range, and its own search and clock filters
FILTERS = ("area", "department", "category", "level", "channel")


def build(site: ReviewSite, who: Person, ask: Ask) -> Shown:
    """The page for an address; raises ``AskError``."""
    data = QueueData(
        asked=queue_ask(ask),
        acts=who.may(Capability.ACT),
        shares=who.may(Capability.BRIEF),
        zone=site.view.zone,
        locale=LOCALES[ask.lang],
        simulated=site.city.simulated,
    )
    return Shown(body(data, catalogue(ask.lang)), truth_now(site, who))
