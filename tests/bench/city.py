"""A made-up city's load: events with a short life, posted as a real intake would.

`Feed` posts 50 new events a second in a thread of its own and notes when the server had
acknowledged how many reports; each event lives about 20 s, so about 1,000 are open.
"""

from __future__ import annotations

import heapq
import http.client
import json
import random
import threading
import time
from typing import Any

from dashboard.config.cities import load

EVENTS_A_SECOND = 50
DEPARTMENTS = [f"d{n:02d}" for n in range(1, 61)]
_SLOT_S = 0.1
#: seconds after the report
_LIFE = {"register": 2.0, "dispatch": 4.0, "handle": 16.0, "close": 20.0}
#: far more that is urgent than a city has: an orange one every 4 s, a red one every 4 minutes
_LEVELS = ["blue"] * 9000 + ["yellow"] * 2939 + ["orange"] * 60 + ["red"]


class Maker:
    """Makes reports and what follows them, from a seed."""

    def __init__(self, city: str = "chifeng", seed: int = 1) -> None:
        pack = load(city)
        self._random = random.Random(seed)
        self._run = f"{time.time_ns() // 1_000_000:x}"
        self._count = 0
        self._grids = [p.code for p in pack.places.values() if p.tier == "grid"][:3000]
        self._parents = {p.code: p.parent for p in pack.places.values()}
        self._categories = list(pack.categories)
        self._bounds = pack.bounds
        self._later: list[tuple[float, int, dict[str, Any]]] = []

    def report(self, now: float) -> dict[str, Any]:
        """A report as of ``now`` (seconds); the rest of its life is put aside."""
        pick = self._random
        self._count += 1
        event_id = f"B{self._run}-{self._count}"
        (south, west), (north, east) = self._bounds
        for kind, after in _LIFE.items():
            at = now + after * pick.uniform(0.9, 1.1)
            step = {"action_id": f"{event_id}:{kind}", "event_id": event_id, "kind": kind}
            if kind == "dispatch":
                step["department"] = pick.choice(DEPARTMENTS)
            heapq.heappush(self._later, (at, self._count, step))
        return {
            "action_id": f"{event_id}:report",
            "event_id": event_id,
            "kind": "report",
            "ts": round(now * 1000),
            "level": pick.choice(_LEVELS),
            "category": pick.choice(self._categories),
            "channel": "handheld",
            "place": self._place(),
            "lat": round(pick.triangular(south, north), 5),
            "lon": round(pick.triangular(west, east), 5),
        }

    def due(self, now: float) -> list[dict[str, Any]]:
        """The steps that have come due."""
        out = []
        while self._later and self._later[0][0] <= now:
            at, _, step = heapq.heappop(self._later)
            out.append({**step, "ts": round(at * 1000)})
        return out

    def _place(self) -> list[str]:
        code = self._random.choice(self._grids)
        path = [code]
        while parent := self._parents.get(path[0]):
            path.insert(0, parent)
        return path[-4:]


class Feed:
    """Posts to a running system until stopped; use as a context manager."""

    def __init__(
        self,
        port: int,
        token: str,
        reported: int,
        *,
        rate: float = EVENTS_A_SECOND,
        patient: bool = False,
    ) -> None:
        """``patient``: goes on when the server was away, without what it could not post then."""
        self._port, self._token = port, token
        self._each, self._patient = round(rate * _SLOT_S), patient
        self._maker = Maker()
        self._stop = threading.Event()
        #: while it is set nothing is posted; the events under way go on later
        self.held = threading.Event()
        self._thread = threading.Thread(target=self._run, name="feed")
        #: (time of the acknowledgement in s, reports acknowledged by then)
        self.acknowledged: list[tuple[float, int]] = []
        self.reported = reported
        self.problems: list[str] = []

    def __enter__(self) -> Feed:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        if self.problems:
            raise RuntimeError(f"the feed stopped: {self.problems[0]}")

    def _run(self) -> None:
        link = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        due = time.monotonic()
        try:
            while not self._stop.is_set():
                try:
                    if not self.held.is_set():
                        self._post(link)
                except (OSError, http.client.HTTPException, RuntimeError):
                    link.close()
                    if not self._patient:
                        raise
                    self._stop.wait(0.5)
                due = max(due + _SLOT_S, time.monotonic() - 1.0)
                self._stop.wait(max(0.0, due - time.monotonic()))
        except (OSError, http.client.HTTPException, RuntimeError) as error:
            self.problems.append(str(error))
        finally:
            link.close()

    def _post(self, link: http.client.HTTPConnection) -> None:
        now = time.time()
        batch = [self._maker.report(now) for _ in range(self._each)] + self._maker.due(now)
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        link.request("POST", "/api/v1/actions", json.dumps(batch[:1000]), headers)
        answer = link.getresponse()
        body = answer.read()
        if answer.status != 200 or json.loads(body)["accepted"] != len(batch[:1000]):
            raise RuntimeError(f"intake answered {answer.status}: {body[:300]!r}")
        self.reported += self._each
        self.acknowledged.append((time.time(), self.reported))
