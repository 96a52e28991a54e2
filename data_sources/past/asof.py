"""The wall as it was: the same shape as the live one, for any moment of the past."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import redis

from dashboard.config.settings import Settings
from dashboard.core.model.scope import Scope
from dashboard.core.past.wall import Bounds, place_views_of, views_of
from dashboard.core.surges.incidents import seen_from, surge_row
from dashboard.core.wall.counts import GroupCounts
from dashboard.core.wall.panels import listed
from dashboard.core.wall.state import Health, Wall, WallRequest, build
from dashboard.errors import GridwallError
from data_sources.intake.local_time import to_ms
from data_sources.live.city_reader import CANDIDATES, Wanted
from data_sources.live.composer import Site
from data_sources.live.place_reader import Ground, day_spans
from data_sources.live.wiring import site_of
from data_sources.past import checkpoints
from data_sources.past.rewinder import PastShard, Rewinder
from data_sources.past.warnings import WarningsLog
from data_sources.store import domain_clock
from data_sources.store.connection import connect
from data_sources.store.keys import ShardKeys, shards


class PastQueryError(GridwallError):
    """An unanswerable question about the past: parameter, value, reason.

    ``unknown``: the question is valid, but there is nothing with this value.
    """

    def __init__(self, field: str, value: object, reason: str, *, unknown: bool = False) -> None:
        self.field, self.value, self.reason, self.unknown = field, value, reason, unknown
        super().__init__(f"{field}={value!r}: {reason}")


PARAMETER = "as_of"
#: timeout of a reply, s: a store without an index takes long over large questions
_PATIENCE_S = 30.0


class Past:
    """Composes the wall as it was at a moment."""

    def __init__(self, r: redis.Redis, parts: Sequence[ShardKeys], site: Site) -> None:
        stamp = checkpoints.stamp(site.rules)
        self._r, self.site = r, site
        self.rewinders = [Rewinder(r, keys, site.rules, stamp) for keys in parts]
        self._parts, self._names = parts, [keys.name for keys in parts]
        self.warnings = WarningsLog(r)

    def wall(self, when: str | int, place: Ground | None = None) -> Wall:
        """The wall at ``when``: ms UTC, ISO 8601, or a local time of the city.

        It is of the whole city, or of one ``place``. Every action known today that happened up
        to then is folded, whenever it arrived. Before the first action the wall is empty. Takes
        a second or less with checkpoints; call it in a thread.

        Raises: `PastQueryError`, ``redis.RedisError``.
        """
        at = moment(when, self.site.rules.local.zone) if isinstance(when, str) else when
        feed = self.feed(at, when)
        found = [rewinder.at(at) for rewinder in self.rewinders]
        return self.show(found, at, feed.mode, place)[0]

    def feed(self, at: int, asked: str | int | None = None) -> domain_clock.Feed:
        """The clock of the store's feed, for a moment ``at`` (ms) that has passed.

        Raises: `PastQueryError` for a moment in the future; it quotes ``asked``.
        """
        feed, server = domain_clock.read(self._r)
        now = feed.now(server)
        if at > now:
            reason = f"lies in the future; it is {self.site.rules.local.iso(now)}"
            raise PastQueryError(PARAMETER, at if asked is None else asked, reason)
        return feed

    def now(self) -> int:
        """The domain's time, ms."""
        feed, server = domain_clock.read(self._r)
        return feed.now(server)

    def first(self) -> int | None:
        """About the time of the first action, ms; None in an empty store."""
        times = [at for rewinder in self.rewinders if (at := rewinder.first()) is not None]
        return min(times, default=None)

    def show(
        self, found: Sequence[PastShard], at: int, mode: str, place: Ground | None = None
    ) -> tuple[Wall, dict[str, GroupCounts]]:
        """The wall of the shards at ``at`` (ms); the rows of its places by code."""
        rules, site = self.site.rules, self.site
        scope = site.scope if place is None else place.scope
        wanted = Wanted(tiers=(), cell_zoom=site.cell_zoom if place is None else place.cell_zoom)
        bounds = Bounds(CANDIDATES, wanted.max_points, wanted.few_points, wanted.cell_zoom)
        snapshots = [shard.snapshot for shard in found]
        if place is None:
            views = views_of(rules, snapshots, at, bounds)
        else:
            views = place_views_of(rules, snapshots, at, scope, bounds)
            if not scope.series:
                views.reported = self._reported(place.grids, at)
        views.position = {n: shard.position for n, shard in zip(self._names, found, strict=True)}
        views.version = sum(shard.version for shard in found)
        inside = partial(self._inside, scope)
        warnings = filter(None, (seen_from(one, inside) for one in self.warnings.at(at)))
        request = WallRequest(
            now=at,
            age_ms=0,
            source=mode,
            city=site.city,
            health=Health(),
            area_tier=site.area_tier,
            named_tiers=site.named_tiers,
            warnings=[surge_row(warning, site.named) for warning in warnings],
            scope=scope,
            known=site.known.known,
            recorded=any(one.folded for one in snapshots),
        )
        wall = build(rules, views, request)
        tier = site.list_tier if scope.whole else scope.child_tier
        codes = {name.rpartition("|")[0] for name in views.places.get(tier, {})}
        return wall, listed(wall, tier, codes)

    def _inside(self, scope: Scope, code: str) -> bool:
        return scope.whole or scope.code in (code, *self.site.path(code))

    def _reported(self, grids: Sequence[str], at: int) -> tuple[int, int]:
        """Reports of the grids today until ``at``, and yesterday until the same minute."""
        pipe = self._r.pipeline(transaction=False)
        spans = day_spans(self.site.rules.local, at)
        for start, end in spans:
            for keys in self._parts:
                for grid in grids:
                    pipe.zcount(keys.ledger(grid), start, end)
        counts = pipe.execute()
        half = len(counts) // len(spans)
        return sum(counts[:half]), sum(counts[half:])


def moment(text: str, zone: ZoneInfo) -> int:
    """The ms of ``2018-01-02 14:05`` in ``zone``, or of ISO 8601 with an offset.

    A local time that occurred twice in autumn is the first of the two.

    Raises: `PastQueryError`.
    """
    try:
        when = datetime.fromisoformat(text.strip())
        given = when.tzinfo is not None
        at = round(when.timestamp() * 1000) if given else to_ms(when, zone)
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
    """The wall at ``when``, see `Past.wall`."""
    return make_past(settings, url).wall(when)
