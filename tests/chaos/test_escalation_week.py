"""A simulated week with kill -9 of clock and projector: every step is notified exactly once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
from collections import Counter
from itertools import islice

import msgspec
import pytest
import redis

from dashboard.config.cities import load
from dashboard.config.rules.book import rules_for
from dashboard.config.settings import Settings
from dashboard.core.lifecycle import due
from dashboard.core.lifecycle.late import replay
from dashboard.core.lifecycle.notify import Notifier
from dashboard.core.lifecycle.replay import Item
from dashboard.core.model.actions import Action
from dashboard.core.model.notices import Notice
from dashboard.core.model.rules import HOUR
from data_sources.intake.simulator.merge import lives
from data_sources.store import domain_clock
from data_sources.store.actions import ActionLog
from tests.support.core.shorthand import DAY, ms
from tests.support.processes import ROOT, gridwall, wait_until
from tests.support.stores.engine import G0

EVENTS, KILLS = 20_000, 14
START = ms("2026-03-02 00:00")
END = START + 7 * DAY
#: notices of actions and of time alike, never withdrawn here, since no action comes late
NOTICES = ("dispatched", "step", "alarm", "onsite_lapsed")


def spawn(part: str, url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        gridwall(part, "--city", "chifeng"),
        cwd=ROOT,
        env={**os.environ, "GRIDWALL_REDIS_URL": url},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def week() -> list[list[Action]]:
    """The lives of a week, each up to its end."""
    city, rules = load("chifeng"), rules_for(Settings(city="chifeng"))
    rate = EVENTS / (7 * 24 * 3600)
    found = list(islice(lives(city, rules, rate * 1.1, 11, START, END), EVENTS))
    return [[a for a in actions if a.ts < END] for actions in found]


def expected(stories: list[list[Action]]) -> Counter[str]:
    """What each event's story tells once time has come to the end of the week."""
    rules = rules_for(Settings(city="chifeng"))
    out: Counter[str] = Counter()
    for actions in stories:
        replayed = replay(rules, [Item(f"{n}-1", a, a.ts) for n, a in enumerate(actions, 1)])
        assert replayed.state is not None
        rest = Notifier(rules)
        due.advance(rest, replayed.state, END)
        out.update(n.id for n in (*replayed.notices, *rest.notices) if n.what in NOTICES)
    return out


def outbox(r: redis.Redis) -> list[Notice]:
    entries = r.xrange(G0.outbox)
    assert isinstance(entries, list)
    return [msgspec.json.decode(fields[b"n"], type=Notice) for _, fields in entries]


@pytest.mark.chaos
@pytest.mark.slow
@pytest.mark.timeout(420)
def test_every_step_exactly_once(redis_url: str, redis_client: redis.Redis) -> None:
    rng, log, stories = random.Random(7), ActionLog(redis_client), week()
    assert len(stories) == EVENTS
    actions = sorted((a for story in stories for a in story), key=lambda a: (a.ts, a.action_id))
    parts = {name: spawn(name, redis_url) for name in ("projector", "clock")}
    hours = (END - START) // HOUR
    fatal = set(rng.sample(range(hours), KILLS))
    position = 0
    try:
        for hour in range(1, hours + 1):
            until, first = START + hour * HOUR, position
            while position < len(actions) and actions[position].ts < until:
                position += 1
            log.append(actions[first:position])
            domain_clock.publish(redis_client, mode="replay", virtual_ms=until, speed=0.0)
            if hour - 1 in fatal:
                name = rng.choice(("clock", "clock", "projector"))
                parts[name].kill()
                parts[name].wait()
                parts[name] = spawn(name, redis_url)
            if hour % 24 == 0:  # the parts keep within a day of the feed
                wait_until(lambda: log.lag() < 5000, 60)
        domain_clock.publish(redis_client, mode="replay", virtual_ms=END, speed=0.0, ended=True)

        def settled() -> bool:
            return log.lag() == 0 and not redis_client.zcount(G0.deadlines, "-inf", END)

        wait_until(settled, 120)
    finally:
        for process in parts.values():
            process.send_signal(signal.SIGTERM)
        for process in parts.values():
            process.wait(15)
    found = outbox(redis_client)
    written = Counter(notice.id for notice in found if notice.what in NOTICES)
    assert not [notice for notice in found if notice.what == "withdrawn"]
    assert written.most_common(1)[0][1] == 1, "a notice was written twice"
    want = expected(stories)
    assert written == want
    assert sum(1 for notice in found if notice.what == "step") > EVENTS / 4
