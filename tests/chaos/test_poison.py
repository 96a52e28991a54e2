"""The worst actions that a source may send are accepted, and 100 normal reports behind them shown.

A web server and a projector run as processes of their own. `GRIDWALL_TEST_POISON` says how many
actions (2,000 by default, 10,000 in `make chaos`). Meanwhile `/healthz` is asked all the time; at
the end the audit recounts the store.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from threading import Event, Thread
from typing import Any

import httpx
import pytest
import redis

from dashboard.config.rules.book import rules_of
from data_sources.audit.inspection import audit
from data_sources.fold.clock import DeadlineClock
from data_sources.fold.linker import Linker
from data_sources.past.keeper import Keeper
from data_sources.store.actions import ActionLog
from data_sources.store.aside import newest
from data_sources.store.connection import connect
from tests.support.processes import ROOT, gridwall, wait_until
from tests.support.served import TOKEN, served_apart
from tests.support.stores.engine import G0

#: how many; 0: only `make chaos` runs it
MOST = int(os.environ.get("GRIDWALL_TEST_POISON", "0"))
NORMAL = 100
HOUR, DAY, YEAR = 3_600_000, 86_400_000, 31_556_952_000
LEVELS = ("blue", "yellow", "orange", "red")
#: what takes most room, is printable, and is no letter of a name
ODD = ("é", "🔥", "字", "/", "?#&", "|", ":", "~", "%2F", "<b>", '"', "\\", "{}")

Sent = dict[str, Any]


class Poison:
    """Actions by the worst rules; each rule gives some events' actions, in the order of arrival."""

    def __init__(self, now: int) -> None:
        self._now, self._rng = now, random.Random(7)
        self._number = 0

    def actions(self, count: int) -> list[Sent]:
        """So many, of all rules in turn."""
        rules = [
            self.ages, self.long_ids, self.unknown_codes, self.one_event, self.circle, self.chain,
            self.one_moment, self.for_ever, self.backwards, self.terms, self.texts, self.repeats,
        ]  # fmt: skip
        out: list[Sent] = []
        while len(out) < count:
            for rule in rules:
                out += rule()
        return out[:count]

    def _act(self, event: str, kind: str, ts: int, **more: Any) -> Sent:
        self._number += 1
        name = more.pop("action_id", f"p{self._number}")
        return {"action_id": name, "event_id": event, "kind": kind, "ts": ts, **more}

    def _event(self) -> str:
        self._number += 1
        return f"x{self._number}"

    def _life(self, event: str, at: int, *kinds: str, **more: Any) -> list[Sent]:
        """A report, a registration and a dispatch from ``at`` (ms), and steps of these kinds."""
        level = self._rng.choice(LEVELS)
        where = {"level": level, "category": "noise", "place": ["150402"], **more}
        out = [
            self._act(event, "report", at, **where),
            self._act(event, "register", at + 1),
            self._act(event, "dispatch", at + 2, department="zj"),
        ]
        out += [
            self._act(event, kind, at + 1000 * n, department="zj" if kind == "dispatch" else "")
            for n, kind in enumerate(kinds, start=1)
        ]
        return out

    def ages(self) -> list[Sent]:
        """As old as is plausible, and as new."""
        return [
            one
            for age in (5 * YEAR, YEAR, 40 * DAY, DAY, HOUR, -4 * 60_000)
            for one in self._life(self._event(), self._now - age, "accept", "handle", "close")
        ]

    def long_ids(self) -> list[Sent]:
        """Ids of 200 characters that no address and no file name can hold."""
        event = (self._event() + self._rng.choice(ODD) * 200)[:200]
        out = self._life(event, self._now - 30 * DAY, "suspend", "resume", "urge")
        for one in out:
            one["action_id"] = (one["action_id"] + self._rng.choice(ODD) * 200)[:200]
        return out

    def unknown_codes(self) -> list[Sent]:
        """Codes of 200 characters that the city does not know, another one each time."""
        out = []
        for _ in range(10):
            event = self._event()
            code = (event + self._rng.choice(ODD) * 200)[:200]
            more = {"category": code, "place": [code] * 4, "lat": self._rng.uniform(-89, 89)}
            out += self._life(event, self._now - HOUR, lon=self._rng.uniform(-179, 179), **more)
            out[-1]["department"] = code
        return out

    def one_event(self) -> list[Sent]:
        """Hundreds of actions of one event, each earlier than the one before."""
        event, at = "the-one", self._now - 300 * DAY
        out = [] if self._number > 500 else self._life(event, at)
        kinds = ("handle", "rework", "urge", "dispatch", "return", "check_in")
        for number in range(300):
            ts = self._now - HOUR - 60_000 * (self._number % 100_000)
            kind = kinds[number % len(kinds)]
            department = f"d{number % 2}" if kind == "dispatch" else ""
            out.append(self._act(event, kind, max(ts, at), department=department))
        return out

    def circle(self) -> list[Sent]:
        """Merged in a circle, with actions for each."""
        events = [self._event() for _ in range(4)]
        out = [one for e in events for one in self._life(e, self._now - 2 * DAY)]
        for number, event in enumerate(events):
            target = events[(number + 1) % len(events)]
            out.append(self._act(event, "merge", self._now - DAY, target=target))
        return out + [self._act(event, "urge", self._now - HOUR) for event in events]

    def chain(self) -> list[Sent]:
        """Merged one into the next, and actions for the first."""
        events = [self._event() for _ in range(12)]
        out = [one for e in events for one in self._life(e, self._now - 2 * DAY)]
        for one, other in pairwise(events):
            out.append(self._act(one, "merge", self._now - DAY, target=other))
        return out + [self._act(events[0], "urge", self._now - HOUR + n) for n in range(5)]

    def one_moment(self) -> list[Sent]:
        """Everything in one millisecond, unlawful ones among them."""
        event, at = self._event(), self._now - 3 * HOUR
        kinds = ("verify", "dispatch", "return", "accept", "reopen", "close", "dispatch", "handle")
        out = self._life(event, at)
        for number in range(40):
            kind = kinds[number % len(kinds)]
            department = f"d{number % 3}" if kind == "dispatch" else ""
            out.append(self._act(event, kind, at + 5, department=department))
        return out

    def for_ever(self) -> list[Sent]:
        """Opened again and again over a year."""
        event, at = self._event(), self._now - 390 * DAY
        out = self._life(event, at)
        for number in range(40):
            ts = at + (number + 1) * 9 * DAY
            for step, kind in enumerate(("handle", "close", "reopen", "dispatch")):
                department = "zj" if kind == "dispatch" else ""
                out.append(self._act(event, kind, ts + step, department=department))
        return out

    def backwards(self) -> list[Sent]:
        """The report comes last, months after the rest."""
        out = self._life(
            self._event(), self._now - 200 * DAY, "accept", "handle", "close", "revisit"
        )
        return out[::-1]

    def terms(self) -> list[Sent]:
        """Due dates and extensions as far as can be, and in the past."""
        event, at = self._event(), self._now - 10 * DAY
        out = self._life(event, at)
        out[-1]["due"] = at + 9 * YEAR
        out += [self._act(event, "extend", at + 5 + n, until=at + n * YEAR) for n in range(1, 9)]
        other = self._life(self._event(), at)
        other[-1]["due"] = at - 4 * YEAR
        return out + other

    def texts(self) -> list[Sent]:
        """Comments as long as can be."""
        event = self._event()
        return self._life(event, self._now - DAY) + [
            self._act(event, "comment", self._now - HOUR - n, text="🔥字" * 250) for n in range(5)
        ]

    def repeats(self) -> list[Sent]:
        """Names that were sent before, with other content."""
        event = self._event()
        out = self._life(event, self._now - DAY)
        return out + [{**one, "ts": one["ts"] + 7} for one in out]


@contextmanager
def engine(url: str) -> Iterator[str]:
    """The address of a web server over the store at ``url``, with the engine at work."""
    env = {**os.environ, "GRIDWALL_REDIS_URL": url, "GRIDWALL_SHARDS": "1"}
    projector = subprocess.Popen(
        gridwall("projector", "--city", "chifeng"), cwd=ROOT, env=env, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    stop, rules = Event(), rules_of("chifeng", None)
    parts = [
        Thread(target=DeadlineClock(connect(url), G0, ActionLog(connect(url))).run, args=(stop,)),
        Thread(target=Linker(connect(url), [G0], rules).run, args=(stop,)),
        Thread(target=Keeper(connect(url), G0, rules).run, args=(stop,)),
    ]
    for part in parts:
        part.start()
    try:
        with served_apart(url) as base, connect(url) as r:
            wait_until(lambda: r.exists(G0.lease("projector")), 90)
            yield base
        assert projector.poll() is None
        assert all(part.is_alive() for part in parts)
    finally:
        stop.set()
        projector.terminate()
        projector.wait(30)
        for part in parts:
            part.join(30)


class Watch(Thread):
    """Asks `/healthz` and the wall all the time, until it is stopped."""

    def __init__(self, base: str) -> None:
        super().__init__(daemon=True)
        self._base, self._over = base, Event()
        #: how long each answer took, s
        self.health: list[float] = []
        #: (when, reported) of each look at the wall
        self.wall: list[tuple[float, int]] = []
        self._looker = Thread(target=self._look, daemon=True)

    def run(self) -> None:
        self._looker.start()
        with httpx.Client(base_url=self._base, timeout=30) as client:
            while not self._over.wait(0.02):
                began = time.monotonic()
                assert client.get("/healthz").status_code == 200
                self.health.append(time.monotonic() - began)

    def _look(self) -> None:
        with httpx.Client(base_url=self._base, timeout=30) as client:
            while not self._over.wait(0.05):
                answer = client.get("/api/v1/wall")
                self.wall.append((time.monotonic(), answer.json()["all"]["reported"]))

    def stop(self) -> None:
        """End, and wait for the last answers."""
        self._over.set()
        self.join(30)
        self._looker.join(30)


def batches(actions: list[Sent]) -> Iterator[list[Sent]]:
    for start in range(0, len(actions), 150):
        yield actions[start : start + 150]


@pytest.mark.chaos
@pytest.mark.alone
@pytest.mark.skipif(MOST == 0, reason="make chaos runs it: it takes minutes")
@pytest.mark.timeout(900)
def test_normal_reports_behind_poison_are_on_the_wall_within_two_seconds(
    redis_url: str, redis_client: redis.Redis, record_property: Callable[[str, object], None]
) -> None:
    counts: Counter[str] = Counter()
    refused: set[str] = set()
    now = round(time.time() * 1000)
    with engine(redis_url) as base:
        headers = {"authorization": f"Bearer {TOKEN}"}
        watch = Watch(base)
        watch.start()
        with httpx.Client(base_url=base, headers=headers, timeout=60) as client:
            for batch in batches(Poison(now).actions(MOST)):
                answer = client.post("/api/v1/actions", json=batch)
                assert answer.status_code == 200, answer.text
                for one in answer.json()["results"]:
                    counts[one["result"]] += 1
                    if one["result"] == "invalid":
                        refused.add(f"{one['field']}: {one['reason']}")
            sent: list[float] = []
            for number in range(NORMAL):
                report = {
                    "action_id": "report", "event_id": f"normal-{number}", "kind": "report",
                    "ts": round(time.time() * 1000), "level": "yellow", "category": "noise",
                    "place": ["150402"],
                }  # fmt: skip
                answer = client.post("/api/v1/actions", json=report)
                assert answer.json()["accepted"] == 1, answer.text
                sent.append(time.monotonic())
                time.sleep(0.05)
        log = ActionLog(redis_client)
        wait_until(lambda: log.lag() == 0, 120)
        time.sleep(1.5)
        watch.stop()
        last = watch.wall[-1][1]
        first = last - NORMAL
        waits = [
            next(at for at, reported in watch.wall if reported >= first + n) - sent[n - 1]
            for n in range(1, NORMAL + 1)
        ]
        p99 = statistics.quantiles(watch.health, n=100)[98]
        seen = (
            f"{MOST} actions {dict(counts)}; on the wall after {max(waits):.2f} s at most, "
            f"{statistics.median(waits):.2f} s in the middle; /healthz p99 {p99 * 1000:.0f} ms of "
            f"{len(watch.health)}"
        )
        record_property("seen", seen)
        sys.stdout.write(f"\n{seen}\n")
        found = [one for one in newest(redis_client, [G0], 100) if one.part != "linker"]
        assert found == [], "nothing that a source may send has to be set aside"
    assert refused == set(), "all of it is what a source may send"
    assert counts["accepted"] > MOST * 0.9
    report = audit(redis_client, [G0], rules_of("chifeng", None))
    assert report.clean, report.differences[:10]
    assert max(waits) <= 2.0
    assert p99 <= 0.1
