"""Voiding a wrong event, and putting one back: what the page's form and the API call."""

from __future__ import annotations

import time

from dashboard.core.lifecycle.requests import Unlawful, actor_of, voiding
from dashboard.core.model.actions import Action, Kind
from dashboard.core.model.state import EventState
from dashboard.web.answers.errors import Refused
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Capability, require
from dashboard.web.people.record import note
from data_sources.store import domain_clock
from data_sources.store.outcomes import ActionOutcome, ActionOutcomes

#: how long an answer waits for the projector, s
_PATIENCE_S = 5.0
_POLL_S = 0.05


class Voiding:
    """Voids events for one web worker; call it in a thread."""

    def __init__(self, site: ReviewSite) -> None:
        self._site = site
        self._outcomes = ActionOutcomes(site.store, site.settings.shards)

    def do(self, event_id: str, kind: Kind, reason: str) -> ActionOutcome | None:
        """Void the event or put it back; the outcome, None while it has not been folded.

        Raises ``Refused``, ``Unlawful``, ``ActionError``, ``RedisUnavailable``.
        """
        who = require(Capability.VOID)
        state = self._state(event_id)
        if who.area not in state.place:
            require(Capability.VOID, next((code for code in reversed(state.place) if code), ""))
        place = self._site.city.places.get(who.area)
        actor = actor_of(place.tier if place else "", who.area if place else "")
        feed, server = domain_clock.read(self._site.store)
        action = voiding(state, kind, reason, actor, feed.now(server))
        self._site.log().append([action])
        note(str(kind), event_id, action.reason)
        return self._outcome(action)

    def _state(self, event_id: str) -> EventState:
        state = self._site.log().states([event_id])[event_id]
        if state is None:
            raise Refused(404, "unknown", "no such event")
        return state

    def _outcome(self, action: Action) -> ActionOutcome | None:
        end = time.monotonic() + _PATIENCE_S
        while (found := self._outcomes.of(action.event_id, action.action_id)) is None:
            if time.monotonic() > end:
                return None
            time.sleep(_POLL_S)
        return found


__all__ = ["Unlawful", "Voiding"]
