"""Reads all actions that one event received and composes its story; never writes."""

from __future__ import annotations

from typing import cast

import redis

from dashboard.config.rules.book import rules_for
from dashboard.config.settings import Settings
from dashboard.core.lifecycle.replay import Item
from dashboard.core.model.rules import Rules
from dashboard.core.questions.story import EventStory, tell
from data_sources.courier.deliveries import Outcome
from data_sources.courier.record import outcomes_of
from data_sources.store.actions import TRAIL, read_history
from data_sources.store.connection import connect
from data_sources.store.keys import shard_of, shards

#: the most actions shown; later ones are left out
MOST = 2000


class Stories:
    """Composes the stories of one store's events."""

    def __init__(self, r: redis.Redis, shard_count: int, rules: Rules) -> None:
        self._r, self._shards, self._rules = r, shards(shard_count), rules

    def deliveries(self, event_id: str) -> list[Outcome]:
        """The outcomes of the event's notices on each channel, in order."""
        return outcomes_of(self._r, self._shards[shard_of(event_id, len(self._shards))], event_id)

    def tell(self, event_id: str) -> EventStory | None:
        """The event's actions with the outcome of each; None if the event is not known.

        Raises: ``redis.RedisError``.
        """
        keys = self._shards[shard_of(event_id, len(self._shards))]
        raw = cast(bytes | None, self._r.hget(keys.trails, event_id))
        if raw is None:
            return None
        marks = TRAIL.decode(raw)
        known = {mark.entry: mark.known for mark in marks}
        actions = read_history(self._r, keys, marks)
        story = tell(self._rules, event_id, [Item(e, a, known[e]) for e, a in actions])
        story.left_out = max(0, len(story.actions) - MOST)
        del story.actions[MOST:]
        return story


def story(settings: Settings, url: str, event_id: str) -> EventStory | None:
    """The story of one event, see `Stories.tell`."""
    with connect(url) as r:
        return Stories(r, settings.shards, rules_for(settings)).tell(event_id)
