"""The wall as it was: the same shape as the live one, for any moment of the past."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import redis

from dashboard.core.pastwall import views_of
from dashboard.core.wall import Health, Wall, build
from dashboard.settings import Settings
from data_sources import timekeeper
from data_sources.composer import Site
from data_sources.connection import connect
from data_sources.intake import localtime
from data_sources.keys import ShardKeys, shards
from data_sources.past import checkpoints
from data_sources.past.asking import PastQueryError
from data_sources.past.rewinding import Rewinder
from data_sources.reading import CANDIDATES, Wanted
from data_sources.wallsite import site_of

PARAMETER = "as_of"
#: of each shard, as the live wall reads them

#: a store without an index answers large questions
_PATIENCE_S = 30.0


class Past:
    """Answers what the wall was at a moment."""

    def __init__(self, r: redis.Redis, parts: Sequence[ShardKeys], site: Site) -> None:
        stamp = checkpoints.stamp(site.rules)
        self._r, self._site = r, site
        self._shards = [(keys.name, Rewinder(r, keys, site.rules, stamp)) for keys in parts]

    def wall(self, when: str | int) -> Wall:
        """The wall at ``when``: ms UTC, ISO 8601, or a local time of the city.

        Everything that is known today and happened up to then is folded, whenever it became
        known. Before the first action the wall is empty. Takes a second or less with
        checkpoints; to be called in a thread. Raises :class:`PastQueryError`, ``redis.RedisError``.
        """
        rules, site = self._site.rules, self._site
        at = moment(when, rules.local.zone) if isinstance(when, str) else when
        feed, server = timekeeper.read(self._r)
        now = feed.now(server)
        if at > now:
            raise PastQueryError(
                PARAMETER, when, f"lies in the future; it is {rules.local.iso(now)}"
            )
        found = [(name, rewinder.at(at)) for name, rewinder in self._shards]
        bounds = Wanted(tiers=(), cell_zoom=site.cell_zoom)
        views = views_of(
            rules,
            [shard.snapshot for _, shard in found],
            at,
            cell_zoom=bounds.cell_zoom,
            candidates=CANDIDATES,
            max_points=bounds.max_points,
            few_points=bounds.few_points,
        )
        views.position = {name: shard.position for name, shard in found}
        views.version = sum(shard.version for _, shard in found)
        return build(
            rules,
            views,
            now=at,
            age_ms=0,
            source=feed.mode,
            city=site.city,
            health=Health(),
            area_tier=site.area_tier,
            named_tiers=site.named_tiers,
            scope=site.scope,
        )


def moment(text: str, zone: ZoneInfo) -> int:
    """``2018-01-02 14:05``, with seconds or without, in ``zone``; or ISO 8601 with an offset.

    A local time that came twice in autumn is the first of the two. Raises :class:`PastQueryError`.
    """
    try:
        when = datetime.fromisoformat(text.strip())
        given = when.tzinfo is not None
        at = round(when.timestamp() * 1000) if given else localtime.to_ms(when, zone)
    except (ValueError, OverflowError) as error:
        expected = "expected a local time such as 2018-01-02 14:05, or ISO 8601 with an offset"
        raise PastQueryError(PARAMETER, text[:80], expected) from error
    if at <= 0:
        raise PastQueryError(PARAMETER, text[:80], "expected a time after 1970")
    return at


def make_past(settings: Settings, url: str) -> Past:
    """The past of the store at ``url``, on a connection of its own."""
    return Past(connect(url, timeout=_PATIENCE_S), shards(settings.shards), site_of(settings))


def wall_as_of(settings: Settings, url: str, when: str | int) -> Wall:
    """The wall at ``when``, see :meth:`Past.wall`."""
    return make_past(settings, url).wall(when)
