"""How far a feed has come with the past, for whoever started it and waits."""

import redis

from data_sources.store import domain_clock
from data_sources.store.actions import ActionLog
from data_sources.store.connection import connect
from data_sources.store.keys_keys import shards


class Loading:
    """Looks at a store while a feed tells the past at full speed."""

    def __init__(self, url: str, shard_count: int) -> None:
        self._r = connect(url, timeout=1.0)
        self._shards = shards(shard_count)
        self._log = ActionLog(self._r, shard_count)

    def look(self) -> tuple[int, bool] | None:
        """(events folded so far, whether the past is told); None while Redis does not answer."""
        try:
            feed, _ = domain_clock.read(self._r)
            found = [self._r.hget(keys.view("count"), "all|reported") for keys in self._shards]
            told = feed.mode != "live" and (feed.speed > 0 or feed.ended)
            return sum(int(n or 0) for n in found), told and self._log.lag() < 100
        except redis.RedisError:
            return None
