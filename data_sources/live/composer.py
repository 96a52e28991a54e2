"""The composer: views in, the wall's state and its frames out, at most once per tick.

Composed only when something changed (a commit, the minute, the health); a frame is
serialised and compressed once and handed as the same bytes to every client. What grows with the
data is made in a thread of its own, so that the loop that feeds the walls always answers.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import msgspec
import redis.asyncio

from dashboard.core.fold.views import TIERS
from dashboard.core.model.codes import Known
from dashboard.core.model.rules import Rules, Weights
from dashboard.core.model.scope import CITY, Scope
from dashboard.core.surges.incidents import seen_from, surge_row
from dashboard.core.wall.bounds import FRAME_BYTES
from dashboard.core.wall.panels import Panels, Patch, listed, merge_patch, panels
from dashboard.core.wall.state import Views, Wall, WallRequest, build
from data_sources.errors import DataLost
from data_sources.live.city_reader import Wanted, read_views
from data_sources.live.fanout import Frame, frame
from data_sources.live.known_fields import KnownFields
from data_sources.live.lanes import composing
from data_sources.live.place_reader import Ground, PlaceReader
from data_sources.live.pulse import Pulse, read_pulse
from data_sources.store.keys import ShardKeys

#: shares of clocks move with time alone; the wall is composed at least this often
_REFRESH_S = 5.0
#: panels of single things and of scores, not of totals: sent at most this often (seconds). On a
#: busy day they are most of what is read, composed and sent, and no viewer reads a ticker four
#: times a second. The first change after a quiet moment goes out at once.
_PACED = {
    ("points", "cells", "departments", "area"): 1.0,
    ("scores", "recent"): 2.0,
    ("brief",): 60.0,
}
_PACED_NAMES = frozenset(name for group in _PACED for name in group)
#: composes for all streams of a worker, one after another
_THREAD = ThreadPoolExecutor(1, thread_name_prefix="compose")


@dataclass(frozen=True)
class Site:
    """Which city this wall shows, and what its map and lists are made of."""

    city: str
    rules: Rules
    area_tier: str
    list_tier: str
    named_tiers: tuple[str, ...]
    cell_zoom: int
    #: the fields of the codes that the city pack lists
    known: KnownFields = field(default_factory=lambda: KnownFields(Known(), Weights()))
    #: the code of the finest place above (or at) a code that a screen has a name for
    named: Callable[[str], str] = str
    #: the whole city, as a scope
    scope: Scope = CITY
    #: the codes from the county down to a place
    path: Callable[[str], tuple[str, ...]] = lambda _: ()


class PanelFrame(msgspec.Struct, frozen=True, kw_only=True):
    """The ``frame`` event of a stream: every panel, or a patch on the frame before."""

    #: its number in this stream, from 1
    v: int
    #: number of the frame that ``panels`` is a patch on; None: every panel in full
    base: int | None
    panels: Panels | Patch


class Composer:
    """Composes the wall of one city, or of one place in it, for one web worker."""

    def __init__(
        self,
        r: redis.asyncio.Redis,
        shards: list[ShardKeys],
        site: Site,
        ground: Ground | None = None,
        *,
        tick_ms: int = 250,
    ) -> None:
        self._r, self._shards, self._site = r, shards, site
        self._scope = site.scope if ground is None else ground.scope
        self._place = None if ground is None else PlaceReader(r, shards, site.rules, ground)
        self._tick = tick_ms / 1000
        #: the panels last sent
        self._held: Panels | None = None
        self._version = -1
        self._frame_number = 0
        self._composed_at = float("-inf")
        self._full: Frame | None = None
        self._sent_at: dict[str, float] = {}
        #: paced panels that may have changed and wait for their time
        self._owed: set[str] = set()
        #: whether the last attempt came to nothing
        self.failing = False

    async def wall(self, *, all_tiers: bool = True) -> Wall:
        """The wall's whole state now, freshly read; raises ``redis.RedisError``."""
        pulse = await read_pulse(self._r, self._shards)
        if pulse.lost:
            raise DataLost(pulse.lost)
        views, request = await self._read(pulse, set(_PACED_NAMES), all_tiers=all_tiers)
        return await asyncio.to_thread(build, self._site.rules, views, request)

    async def tick(self) -> list[Frame]:
        """What is to be sent now, by a pulse of its own; raises ``redis.RedisError``."""
        found = await self.advance(await read_pulse(self._r, self._shards))
        return [] if found is None else [found]

    async def advance(self, pulse: Pulse) -> Frame | None:
        """A frame if panels have changed; raises ``redis.RedisError``."""
        now = time.monotonic()
        due = self._due(now)
        stale = bool(self._owed & due) or now - self._composed_at >= _REFRESH_S
        if not stale and pulse.version == self._version:
            return None
        views, request = await self._read(pulse, due)
        loop = asyncio.get_running_loop()
        composed = await loop.run_in_executor(_THREAD, self._panels, views, request)
        self._version, self._composed_at = pulse.version, now
        new, old, number = self._paced(composed, due, now), self._held, self._frame_number + 1
        fresh = await loop.run_in_executor(_THREAD, _patch, old, new, number)
        # from here to the clients without a pause: a newcomer's full frame has this number or less
        self._held = new
        if old is not None and fresh is None:
            return None
        if fresh is not None and len(fresh.plain) > FRAME_BYTES:
            fresh = None  # what goes and what comes are more than all there is together
        self._full, self._frame_number = None, number
        return self.full() if fresh is None else fresh

    async def close(self) -> None:
        """Close the connections, which all of a worker's composers share."""
        await self._r.aclose()

    def full(self) -> Frame | None:
        """Every panel in full, for a client that has just connected; None before the first tick."""
        if self._full is None and self._held is not None:
            data = PanelFrame(v=self._frame_number, base=None, panels=self._held)
            self._full = frame("frame", data, self._frame_number)
        return self._full

    def _due(self, now: float) -> set[str]:
        """The paced panels that may be sent; ticks are not exact, so half a tick early counts."""
        early = now + self._tick / 2
        return {
            name
            for group, pause in _PACED.items()
            if early - max(self._sent_at.get(n, float("-inf")) for n in group) >= pause
            for name in group
        }

    def _paced(self, new: Panels, due: set[str], now: float) -> Panels:
        """``new``, with paced panels that are not due as they were last sent."""
        old = self._held
        for name in due:
            if old is None or getattr(new, name) != getattr(old, name):
                self._sent_at[name] = now
        waiting = _PACED_NAMES - due
        self._owed = set(waiting)
        return msgspec.structs.replace(new, **{name: getattr(old, name) for name in waiting})

    async def _read(
        self, pulse: Pulse, due: set[str], *, all_tiers: bool = False
    ) -> tuple[Views, WallRequest]:
        """What the wall is made of: the views as read, and what else it depends on."""
        site = self._site
        wanted = Wanted(
            tiers=TIERS if all_tiers else tuple({site.area_tier, site.list_tier}),
            cell_zoom=site.cell_zoom,
            coarser_zooms=tuple(
                sorted((z for z in site.rules.cell_zooms if z < site.cell_zoom), reverse=True)
            ),
            known=site.known,
            marks="points" in due,
            scores=bool({"scores", "brief"} & due),
        )
        if self._place is not None:
            views = await self._place.read(pulse.now, wanted)
        else:
            views = await read_views(self._r, self._shards, site.rules.local, pulse.now, wanted)
        warnings = filter(None, (seen_from(one, self._inside) for one in pulse.warnings))
        return views, WallRequest(
            now=pulse.now,
            age_ms=pulse.age_ms,
            source=pulse.feed.mode,
            city=site.city,
            health=pulse.health,
            area_tier=site.area_tier,
            named_tiers=site.named_tiers,
            checked=pulse.checked,
            warnings=[surge_row(warning, site.named) for warning in warnings],
            scope=self._scope,
            brief="brief" in due,
            known=site.known.known,
        )

    def _panels(self, views: Views, request: WallRequest) -> Panels:
        """The panels now. Runs in a thread: uses nothing that changes."""
        with composing():
            return self._made(views, request)

    def _made(self, views: Views, request: WallRequest) -> Panels:
        wall = build(self._site.rules, views, request)
        tier = self._site.list_tier if self._scope.whole else self._scope.child_tier
        codes = {name.rpartition("|")[0] for name in views.places.get(tier, {})}
        return panels(wall, listed(wall, tier, codes), self._scope)

    def _inside(self, code: str) -> bool:
        return self._scope.whole or self._scope.code in (code, *self._site.path(code))


def _patch(old: Panels | None, new: Panels, number: int) -> Frame | None:
    """The frame that makes ``new`` of ``old``; None if nothing changed, or there is no ``old``."""
    patch = {} if old is None else merge_patch(old, new)
    if not patch:
        return None
    return frame("frame", PanelFrame(v=number, base=number - 1, panels=patch), number)
