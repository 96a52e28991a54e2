"""A live store for rebuilds: fed, folded and watched, while another process rebuilds it.

`python -m tests.support.stores.rebuildwatch URL` is that process: it prints what the rebuild took
as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from threading import Event, Thread
from typing import Any, cast

import msgspec
import redis

from dashboard.config.rules.book import fingerprint, rules_for
from dashboard.config.settings import Settings
from dashboard.core.model.actions import Action, Kind
from dashboard.core.model.rules import Rules
from data_sources.fold.rebuild import rebuild
from data_sources.live.city_reader import Wanted, read_views
from data_sources.store.actions import ActionLog
from data_sources.store.connection import connect, connect_async
from data_sources.store.keys import ShardKeys
from tests.bench.folding import fold_past
from tests.bench.past import lives
from tests.support.processes import ROOT, gridwall, wait_until

G0 = ShardKeys(0)
CITY = "chifeng"
_STEPS = (Kind.REGISTER, Kind.DISPATCH, Kind.HANDLE, Kind.CLOSE)
#: actions an event of the past has
PER_EVENT = 1 + len(_STEPS)
_COUNTED = {"report": "reported", "close": "closed"}
_ROUND_S = 0.05
_PER_ROUND = 4


def rules() -> Rules:
    return rules_for(Settings(city=CITY))


def fill(url: str, actions: int) -> int:
    """Append and fold so many actions of whole lives; returns how many events that are."""
    events = actions // PER_EVENT
    fold_past(url, events, batch=2000)
    with connect(url) as r:
        r.hset(G0.meta, "rules", fingerprint(rules()))
    return events


@dataclass
class Watch:
    """What a wall would have shown, compared with the truth at the position it shows."""

    events: int
    reads: int = 0
    #: (total, shown, true)
    wrong: list[tuple[str, int, int]] = field(default_factory=list)
    #: longest time between two reads that both moved on, s
    stood: float = 0.0
    versions: int = 0

    async def look(self, url: str, stop: Event) -> None:
        """Read as a composer does, again and again."""
        r, local = connect_async(url), rules().local
        wanted = Wanted(("county",), marks=False, scores=False)
        truth = {"reported": self.events, "closed": self.events}
        position, version, moved = "", 0, time.monotonic()
        while not stop.is_set():
            shown = await read_views(r, [G0], local, round(time.time() * 1000), wanted)
            now = shown.position[G0.name]
            for kind in await _kinds(r, position, now) if position else ():
                if kind in _COUNTED:
                    truth[_COUNTED[kind]] += 1
            position = now
            counties = shown.places["county"]
            placed = sum(n for name, n in counties.items() if name.endswith("|reported"))
            totals = {
                "reported": shown.count["all|reported"],
                "closed": shown.count["all|closed"],
                "of the counties": placed,
            }
            for name, n in totals.items():
                true = truth.get(name, truth["reported"])
                if n != true:
                    self.wrong.append((name, n, true))
            assert shown.version >= version, "the version went back"
            if shown.version > version:
                self.versions += 1
                self.stood = max(self.stood, time.monotonic() - moved)
                version, moved = shown.version, time.monotonic()
            self.reads += 1
            await asyncio.sleep(0.005)
        await r.aclose()


async def _kinds(r: Any, after: str, until: str) -> list[str]:
    """The kinds of the actions between two positions."""
    out = []
    for _, fields in await r.xrange(G0.actions, f"({after}", until):
        out.append(str(msgspec.json.decode(fields[b"a"], type=Action).kind))
    return out


def _feed(url: str, stop: Event) -> None:
    """Whole lives, about 400 actions a second."""
    with connect(url) as r:
        log, number = ActionLog(r), 0
        (template, *_) = lives(1, 0, 1)
        while not stop.wait(_ROUND_S):
            actions = []
            for _ in range(_PER_ROUND):
                number += 1
                name, now = f"now-{number}", round(time.time() * 1000)
                values = {"event_id": name, "action_id": f"{name}:report", "ts": now}
                actions.append(msgspec.structs.replace(template, **values))
                for step, kind in enumerate(_STEPS, 1):
                    department = "D1" if kind is Kind.DISPATCH else ""
                    actions.append(
                        Action(
                            action_id=f"{name}:{kind}",
                            event_id=name,
                            kind=kind,
                            ts=now + step,
                            department=department,
                        )
                    )
            log.append(actions)


@contextmanager
def live(url: str, events: int) -> Iterator[Watch]:
    """A projector, a feed and a watching wall on a filled store; ends them all."""
    env = {**os.environ, "GRIDWALL_REDIS_URL": url}
    quiet: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    projector = subprocess.Popen(gridwall("projector", "--city", CITY), cwd=ROOT, env=env, **quiet)
    stop, watch = Event(), Watch(events)
    failed: list[BaseException] = []

    def look() -> None:
        try:
            asyncio.run(watch.look(url, stop))
        except BaseException as error:
            failed.append(error)
            raise

    threads = [Thread(target=look), Thread(target=_feed, args=(url, stop))]
    try:
        with connect(url) as r:
            wait_until(lambda: r.exists(G0.lease("projector")), 30)
            threads[0].start()
            wait_until(lambda: watch.reads or failed, 30)
            threads[1].start()
            yield watch
    finally:
        stop.set()
        for thread in threads:
            if thread.ident is not None:
                thread.join()
        projector.send_signal(signal.SIGTERM)
        projector.wait(15)
    assert not failed, failed


def start_rebuild(url: str) -> subprocess.Popen[str]:
    """The rebuild in a process of its own."""
    argv = [sys.executable, "-m", "tests.support.stores.rebuildwatch", url]
    return subprocess.Popen(
        argv,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str], timeout: float) -> dict[str, Any]:
    """What a rebuild that runs will have taken."""
    out, err = process.communicate(timeout=timeout)
    assert process.returncode == 0, err[-2000:]
    return cast(dict[str, Any], json.loads(out.splitlines()[-1]))


def used_mb(r: redis.Redis, name: str = "used_memory") -> float:
    """Memory of the server."""
    return float(r.info("memory")[name]) / 1e6


def main() -> None:
    with connect(sys.argv[1]) as r:
        made = rebuild(r, G0, rules(), parts=[G0])
    sys.stdout.write(json.dumps({**asdict(made), "rate": made.rate, "closed_changes": []}))


if __name__ == "__main__":
    main()
