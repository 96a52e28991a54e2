"""The composer: views in, the wall's state and its frames out, at most once per tick.

Composed only when something changed (a commit, the minute, the health); a frame is
serialised and compressed once and handed as the same bytes to every client.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec
import redis
import redis.asyncio
import structlog

from dashboard.core.panels import Panel, merge_patch, panels
from dashboard.core.rules import Rules
from dashboard.core.surges import SurgeWarning
from dashboard.core.views import TIERS
from dashboard.core.wall import Health, Wall, build
from data_sources.frames import Frame, frame
from data_sources.keys import ShardKeys
from data_sources.reading import Pulse, Wanted, read_pulse, read_views

log = structlog.get_logger("composer")

#: shares of clocks move with time alone; the wall is composed anew at least this often
_REFRESH_S = 5.0
_BEAT_S = 1.0
#: panels of single things and of scores, not of totals: sent at most this often (seconds). On a
#: busy day they are most of what is read, composed and sent, and nobody reads a ticker four
#: times a second. The first change after a quiet moment goes out at once.
_PACED = {("points", "cells"): 1.0, ("scores", "recent"): 2.0}
_PACED_NAMES = frozenset(name for group in _PACED for name in group)


@dataclass(frozen=True)
class Site:
    """Which city this wall shows, and what its map and lists are made of."""

    city: str
    rules: Rules
    area_tier: str
    list_tier: str
    named_tiers: tuple[str, ...]
    cell_zoom: int
    #: the code of the finest place above (or at) a code that a screen has a name for
    named: Callable[[str], str] = str


class Composer:
    """Composes one city's wall for one web worker."""

    def __init__(
        self,
        r: redis.asyncio.Redis,
        shards: list[ShardKeys],
        site: Site,
        *,
        tick_ms: int = 250,
        build_id: str = "",
    ) -> None:
        self._r, self._shards, self._site = r, shards, site
        self._tick, self._build = tick_ms / 1000, build_id
        self._held: dict[str, Panel] = {}
        self._version = self._composed = -1
        self._frame_number = 0
        self._composed_at = self._beaten_at = float("-inf")
        self._full: Frame | None = None
        self._sent_at: dict[str, float] = {}
        #: paced panels that may have changed and wait for their time
        self._owed: set[str] = set()
        self.pulse: Pulse | None = None
        #: the last pulse there was, and when (monotonic)
        self._known: tuple[Pulse, float] | None = None

    async def wall(self, *, all_tiers: bool = True) -> Wall:
        """The wall's whole state now, freshly read; raises ``redis.RedisError``."""
        pulse = await read_pulse(self._r, self._shards)
        return (await self._compose(pulse, set(_PACED_NAMES), all_tiers=all_tiers))[0]

    async def read_pulse(self) -> Pulse:
        """How the engine is now; raises ``redis.RedisError``."""
        return await read_pulse(self._r, self._shards)

    async def run(self, publish: Callable[[Frame], None], stop: asyncio.Event) -> None:
        """Call ``publish(frame)`` with every frame and beat until ``stop`` is set.

        Not by cancelling: a command to Redis that is cancelled half-way may be tried again.
        """
        while not stop.is_set():
            started = time.monotonic()
            try:
                for item in await self.tick():
                    publish(item)
            except Exception as error:  # this loop is the process's outermost: it must go on
                known = isinstance(error, redis.RedisError | OSError)
                if self.pulse is not None or not known:
                    log.warning(
                        "nothing composed",
                        reason=str(error) or type(error).__name__,
                        exc_info=None if known else error,
                    )
                self.pulse = None
                if started - self._beaten_at >= _BEAT_S:
                    self._beaten_at = started
                    publish(frame("beat", self._beat(None)))
            left = max(0.02, self._tick - (time.monotonic() - started))
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), left)
        await self._r.aclose()

    async def tick(self) -> list[Frame]:
        """What to send now: a frame if panels changed, a beat if one is due."""
        out: list[Frame] = []
        pulse = await read_pulse(self._r, self._shards)
        changed_health = self.pulse is None or self.pulse.health.state != pulse.health.state
        now = time.monotonic()
        self.pulse, self._known = pulse, (pulse, now)
        due = self._due(now)
        stale = bool(self._owed & due) or now - self._composed_at >= _REFRESH_S
        if stale or pulse.version != self._version:
            self._version, self._composed_at = pulse.version, now
            wall, top = await self._compose(pulse, due)
            changed = self._patch(self._paced(panels(wall, top), due, now))
            if changed is not None:
                out.append(changed)
        if changed_health or now - self._beaten_at >= _BEAT_S:
            self._beaten_at = now
            out.append(frame("beat", self._beat(pulse)))
        return out

    def full(self) -> Frame | None:
        """Every panel as it stands, for a client that has just come; None before the first tick."""
        if self._full is None and self._held:
            data: dict[str, Any] = {"v": self._frame_number, "base": None, "panels": self._held}
            self._full = frame("frame", data, self._frame_number)
        return self._full

    def last_beat(self) -> Frame:
        """A beat for a client that has just come."""
        return frame("beat", self._beat(self.pulse))

    def _due(self, now: float) -> set[str]:
        """The paced panels that may be sent; ticks are not exact, so half a tick early counts."""
        early = now + self._tick / 2
        return {
            name
            for group, pause in _PACED.items()
            if early - max(self._sent_at.get(n, float("-inf")) for n in group) >= pause
            for name in group
        }

    def _paced(self, fresh: dict[str, Panel], due: set[str], now: float) -> dict[str, Panel]:
        """``fresh``, but paced panels that are not due stay as they were."""
        out = dict(fresh)
        for name in _PACED_NAMES:
            if name not in due:
                out[name] = self._held[name]
            elif fresh[name] != self._held.get(name):
                self._sent_at[name] = now
        self._owed = set(_PACED_NAMES - due)
        return out

    def _patch(self, fresh: dict[str, Panel]) -> Frame | None:
        first = not self._held
        patches = {
            name: patch
            for name, payload in fresh.items()
            if (patch := merge_patch(self._held.get(name, {}), payload))
        }
        self._held = fresh
        if not patches and not first:
            return None
        base, self._frame_number = self._frame_number, self._frame_number + 1
        self._full = None
        if first:
            return self.full()
        data = {"v": self._frame_number, "base": base, "panels": patches}
        return frame("frame", data, self._frame_number)

    async def _compose(
        self, pulse: Pulse, due: set[str], *, all_tiers: bool = False
    ) -> tuple[Wall, dict[str, dict[str, int]]]:
        site = self._site
        wanted_tiers = TIERS if all_tiers else tuple({site.area_tier, site.list_tier})
        wanted = Wanted(
            tiers=wanted_tiers,
            cell_zoom=site.cell_zoom,
            marks="points" in due,
            scores="scores" in due,
        )
        views = await read_views(self._r, self._shards, site.rules.local, pulse.now, wanted)
        wall = build(
            site.rules,
            views,
            now=pulse.now,
            age_ms=pulse.age_ms,
            source=pulse.feed.mode,
            city=site.city,
            health=pulse.health,
            area_tier=site.area_tier,
            named_tiers=site.named_tiers,
            checked=pulse.checked,
            warnings=[self._surge(warning) for warning in pulse.warnings],
        )
        codes = {name.rpartition("|")[0] for name in views.places.get(site.list_tier, {})}
        return wall, {code: wall.by_place[code] for code in codes if code in wall.by_place}

    def _surge(self, warning: SurgeWarning) -> dict[str, Any]:
        return {
            "id": warning.id,
            "tier": warning.tier,
            "place": warning.code,
            "area": self._site.named(warning.code),
            "category": warning.category,
            "raised_at": warning.raised_at,
            "observed": warning.evidence.observed,
            "expected": round(warning.evidence.expected, 1),
        }

    def _beat(self, pulse: Pulse | None) -> dict[str, Any]:
        """What a beat says; without a pulse, what was known last, older by the time since."""
        health, gone = Health("engine-stopped", "redis"), 0
        if pulse is not None:
            health = pulse.health
        elif self._known is None:
            return {"health": msgspec.to_builtins(health), "age": 0, "build": self._build}
        else:
            pulse, at = self._known
            gone = round((time.monotonic() - at) * 1000)
        server = pulse.server + gone
        return {
            "now": pulse.feed.now(server),
            "speed": 0 if pulse.feed.ended else pulse.feed.speed,
            "wall": server,
            "age": pulse.age_ms + gone,
            "source": pulse.feed.mode,
            "ended": pulse.feed.ended,
            "health": msgspec.to_builtins(health),
            "checked": msgspec.to_builtins(pulse.checked),
            "build": self._build,
        }
