"""The watcher: judges the counts of the hours near the domain's now, and updates the warnings.

The holder of the lease on shard 0 watches all shards. Past days are kept in memory; each pass
reads only the four hours being judged.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Event
from typing import cast

import msgspec
import redis
import structlog

from dashboard.config.cities import City, load
from dashboard.config.rules.book import rules_for
from dashboard.config.settings import Settings
from dashboard.core.fold import view_names
from dashboard.core.model.rules import HOUR, Rules
from dashboard.core.surges.budget import thresholds
from dashboard.core.surges.incidents import Outcome, step
from dashboard.core.surges.judge import TIERS, judge, local_hour, windows
from dashboard.core.surges.model import Day, Model, learn, read_day
from data_sources.errors import LeaseLost
from data_sources.store import domain_clock, lua
from data_sources.store.aside import Aside
from data_sources.store.connection import connect
from data_sources.store.domain_clock import Feed
from data_sources.store.keys import ShardKeys, shards
from data_sources.store.lease import Lease
from data_sources.store.workers import run_each, stop_on_signals, work_leased
from data_sources.surges.warnings import WarningStore, read_open

log = structlog.get_logger("watcher")

_PERIOD_S = 5.0
#: long enough for learning a month of a large city between two renewals
_LEASE_MS = 15_000
#: views this far behind the action stream are neither learnt from nor judged: missing days would
#: make everything unusual, and low counts would end warnings
_BEHIND_MS = 10_000
#: place, category and local hour
_COUNTED = re.compile(r".*\|.*\|([01]\d|2[0-3])", re.DOTALL)
_FOUND = msgspec.msgpack.Decoder(list[list[str] | dict[str, str]])


class Watcher:
    """Raises and ends the warnings of a store."""

    def __init__(
        self,
        r: redis.Redis,
        shard_keys: Sequence[ShardKeys],
        rules: Rules,
        township_of: Callable[[str], str],
    ) -> None:
        self._r, self._shards, self._rules = r, shard_keys, rules
        self._township_of = township_of
        self.lease = Lease(r, shard_keys[0], "watcher", _LEASE_MS)
        self._store = WarningStore(r, shard_keys[0], self.lease.fence_field)
        self._read_script = lua.script(r, "surges/watcher_read")
        self._asides = {keys.name: Aside(r, keys, "watcher") for keys in shard_keys}
        self._days: dict[tuple[str, int], Day] = {}
        self._models: dict[str, Model] = {}
        self._alpha: dict[str, float] = {}
        #: what the models were learnt for: local day and hour
        self._learnt: tuple[int, int] | None = None
        self._mode, self._latest = "", 0
        #: the server's time (ms) at the last look, and when the feed last caught up: days are
        #: appended within seconds then, and "a little behind" is a day
        self._looked, self._caught_up = 0, 0

    def run(self, stop: Event) -> None:
        """Watch until ``stop`` is set; waits while another process holds the lease."""

        def look() -> None:
            self.tick()

        work_leased(self.lease, look, stop, _PERIOD_S)

    def tick(self) -> Outcome | None:
        """One pass; None when nothing could be judged (catching up, or views behind)."""
        feed, server = domain_clock.read(self._r)
        now = feed.safe(server)
        leapt = self._leapt(feed, now, server)
        if leapt:
            # another feed, or one that starts over or was away: the days read are of another time
            self._days, self._learnt = {}, None
        if leapt or catching_up(feed):
            self._caught_up = server
        self._mode, self._latest, self._looked = feed.mode, now, server
        if catching_up(feed) or self._behind(server):
            return None
        day, hour, _ = local_hour(self._rules.local, now)
        if self._learnt != (day, hour):
            self._learn(now)
            self._learnt = (day, hour)
        judged = windows(self._rules.local, self._rules.work, now)
        hours = sorted({one for window in judged for one in window.hours})
        names = [(tier, one) for tier in TIERS for one in hours]
        found = self._read([(tier, of_day, f"{h:02d}") for tier, (of_day, h) in names])
        counts: dict[str, dict[tuple[int, int], Mapping[str, int]]] = {tier: {} for tier in TIERS}
        for (tier, one), fields in zip(names, found, strict=True):
            counts[tier][one] = {name[:-3]: n for name, n in fields.items() if n > 0}
        surge = self._rules.surge
        opened = read_open(self._r)
        high = judge(
            self._models,
            judged,
            counts,
            alpha=self._alpha,
            min_count=surge.min_count,
            opened={warning.pair for warning in opened},
        )
        outcome = step(self._models, opened, high, now, self._township_of)
        if outcome != Outcome():
            self._store.commit(self.lease.token, now, outcome)
            for warning in outcome.raised:
                log.info("warning raised", id=warning.id, observed=warning.evidence.observed)
            for to in outcome.moved:
                log.info("warning moved", id=to.warning.id, to=to.warning.code, reason=to.reason)
            for over in outcome.ended:
                log.info("warning ended", id=over.warning.id, reason=over.reason)
        return outcome

    def _leapt(self, feed: Feed, now: int, server: int) -> bool:
        """Whether the domain's time jumped since the last look, or the feed changed."""
        if feed.mode != self._mode:
            return True
        usual = feed.speed * (server - self._looked)
        return not -HOUR <= now - self._latest <= HOUR + usual

    def _behind(self, server: int) -> bool:
        """Whether the views are too far behind the stream to judge, at ``server`` ms."""
        least = max(server - _BEHIND_MS, self._caught_up)
        for keys in self._shards:
            fresh = cast(bytes | None, self._r.hget(keys.meta, "fresh"))
            if fresh is None and self._r.exists(keys.actions):
                return True
            if fresh is not None and int(fresh) < least:
                return True
        return False

    def _learn(self, now: int) -> None:
        """Read past days that are missing or may have changed; fit the usual counts."""
        began, local = time.perf_counter(), self._rules.local
        today = local.day(now)
        past: list[int] = []
        for _ in range(self._rules.surge.history_days):
            past.append(local.day(local.start_of_day(past[-1] if past else today) - 1))
        past.reverse()
        for tier in TIERS:
            changed = self._learnt is None or self._learnt[0] != today
            for day in past:
                known = self._days.get((tier, day))
                # yesterday may still receive actions that a handheld sends late
                if known is None or day == past[-1]:
                    self._days[tier, day] = self._read_day(tier, day)
                    changed |= self._days[tier, day] != known
            if changed or not self._models[tier].days:
                self._models[tier] = self._model(tier, past, today, now)
        self._days = {key: day for key, day in self._days.items() if key[1] >= past[0]}
        self._alpha = thresholds(self._models, self._working(today), self._rules.surge)
        log.info(
            "learnt",
            day=today,
            days={tier: len(model.days) for tier, model in self._models.items()},
            alpha=self._alpha,
            seconds=round(time.perf_counter() - began, 2),
        )

    def _model(self, tier: str, past: Sequence[int], today: int, now: int) -> Model:
        days = [self._days[tier, day] for day in past]
        complete = [day for day in days if day.pairs]
        begun: list[tuple[Day, float]] = []
        if complete and complete[0] is not days[0]:
            # recording started during this day, so its counts are incomplete
            first = complete.pop(0)
            from_hour = min(next(h for h in range(24) if of[h]) for of in first.hours.values())
            begun.append((first, 24.0 - from_hour))
        if not complete:
            _, hour, _ = local_hour(self._rules.local, now)
            begun.append((self._read_day(tier, today, hour), float(hour)))
        return learn(complete, begun)

    def _read_day(self, tier: str, day: int, before: int = 24) -> Day:
        if self.lease.token and not self.lease.renew():
            raise LeaseLost("the watcher's lease ran out while it was learning")
        fields = self._read([(tier, day, "")])[0]
        counts = {name: n for name, n in fields.items() if int(name[-2:]) < before}
        return read_day(day, self._working(day), counts)

    def _working(self, day: int) -> bool:
        local = self._rules.local
        return self._rules.work.between(local.start_of_day(day), local.next_day(day)) > 0

    def _read(self, wanted: Iterable[tuple[str, int, str]]) -> list[Counter[str]]:
        """The counts of views (tier, day, hour or "": all), summed over the shards."""
        wanted = list(wanted)
        sums: list[Counter[str]] = [Counter() for _ in wanted]
        for keys in self._shards:
            packed = self._read_script(
                keys=[keys.view(view_names.surge(tier, day)) for tier, day, _ in wanted],
                args=[hour for _, _, hour in wanted],
            )
            for total, flat in zip(sums, _FOUND.decode(cast(bytes, packed)), strict=True):
                # an empty table is packed as a map
                items = flat if isinstance(flat, list) else []
                # a dict first: a scan may return a field twice
                pairs = zip(items[::2], items[1::2], strict=True)
                total.update({k: int(n) for k, n in pairs if self._is_count(keys, k, n)})
        return sums

    def _is_count(self, keys: ShardKeys, name: str, n: str) -> bool:
        """Whether a field is a count of an hour; what no fold has written is set aside."""
        if _COUNTED.fullmatch(name) and n.removeprefix("-").isdecimal():
            return True
        error = ValueError("not a count of an hour")
        self._asides[keys.name].put(f"count {name}", error)
        return False


def catching_up(feed: Feed) -> bool:
    """Whether a replay or simulation is feeding the past at full speed."""
    return feed.mode != "live" and not feed.ended and feed.speed == 0.0


def township_of(city: City) -> Callable[[str], str]:
    """A function from a place to its township; "" where the city pack has none."""

    def found(code: str) -> str:
        path = city.path(code)
        return path[1] if len(path) > 1 else ""

    return found


def run(settings: Settings, url: str, stop: Event | None = None) -> None:
    """Watch the store at ``url`` until ``stop`` or a signal."""
    stop = stop or stop_on_signals()
    every, city, rules = shards(settings.shards), load(settings.city), rules_for(settings)
    run_each(
        lambda _: Watcher(connect(url), every, rules, township_of(city)).run(stop), every[:1], stop
    )
