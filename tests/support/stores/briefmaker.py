"""A store with a month of Chifeng in it, and a maker of briefs as a process of its own that takes
its time: ``python -m tests.support.stores.briefmaker URL``."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from threading import Event
from zoneinfo import ZoneInfo

import redis

from dashboard.config import cities
from dashboard.config.rules.book import rules_of
from dashboard.config.settings import Settings
from dashboard.core.model.rules import Rules
from data_sources.briefs.maker import Maker
from data_sources.intake.simulator import lives
from data_sources.store.actions import ActionLog
from data_sources.store.domain_clock import publish
from data_sources.store.workers import stop_on_signals
from tests.support.stores.engine import settle

ZONE = ZoneInfo("Asia/Shanghai")
LEASE_MS = 1500
#: how long each step takes in the slow process
STEP_S = 0.15


def at(*when: int) -> int:
    return round(datetime(*when, tzinfo=ZONE).timestamp() * 1000)  # type: ignore[misc,arg-type]


#: a Monday that is the first of a month, before and after what it makes due
BEFORE, AFTER = at(2026, 6, 1, 7, 0), at(2026, 6, 1, 7, 31)


def set_time(r: redis.Redis, now: int) -> None:
    """Stop the domain's clock at ``now`` (ms)."""
    publish(r, mode="replay", virtual_ms=now, speed=0, ended=True)


def filled(r: redis.Redis) -> Rules:
    """Fill April's last days and May with some hundred events; the clock is before the due time."""
    rules, city = rules_of("chifeng", None), cities.load("chifeng")
    made = lives(city, rules, 0.00004, 20260501, at(2026, 4, 26), BEFORE)
    actions = sorted((a for one in made for a in one if a.ts < BEFORE), key=lambda a: a.ts)
    ActionLog(r, 1).append(actions)
    settle(r, rules, 1, batch=1000)
    set_time(r, BEFORE)
    return rules


def maker(url: str, stop: Event | None = None, *, slow: bool = False) -> Maker:
    def stepped(_: float) -> None:
        time.sleep(STEP_S if slow else 0)

    settings = Settings(city="chifeng", redis_url=url)
    return Maker(settings, url, stop or Event(), stepped=stepped, lease_ms=LEASE_MS)


if __name__ == "__main__":
    maker(sys.argv[1], stop_on_signals(), slow=True).run()
