"""A nightly export after the one before it, through a real Redis: six cases changed overnight."""

import json
from pathlib import Path
from threading import Event

import pytest
import redis

from dashboard.config.rules.book import rules_for
from dashboard.config.settings import load
from dashboard.core.model.state import EventState
from data_sources.fold.projector import Projector
from data_sources.intake import replay
from data_sources.store import keys
from data_sources.store.actions import ActionLog
from data_sources.store.connection import connect
from tests.support.bostonfile import CASES, boston

NIGHT = {
    "reopened": {"closed_dt": "", "case_status": "Open"},
    "passed on": {"department": "PWDx"},
    "another type": {"type": "Street Light Outages"},
    "moved": {"neighborhood": "Roxbury", "latitude": "42.3000", "longitude": "-71.1000"},
    "closed": {"closed_dt": "2022-02-01 10:00:00", "case_status": "Closed"},
    "another target": {"target_dt": "2022-12-31 08:30:00"},
}
NEXT = {name: {**CASES[name], **fields} for name, fields in NIGHT.items()}


class Imports:
    """Replays files and folds them."""

    def __init__(self, url: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.url, self._capsys = url, capsys
        self.settings = load(city="boston")
        self._projector = Projector(connect(url), keys.ShardKeys(0), rules_for(self.settings))
        assert self._projector.acquire()

    def __call__(self, file: Path) -> tuple[int, int, int, int, int]:
        self._capsys.readouterr()
        replay.run(self.settings, self.url, file, "boston311", "max", None, True)
        while self._projector.fold_once():
            continue
        done = json.loads(self._capsys.readouterr().out.splitlines()[-1])
        names = ("rows", "accepted", "repeated", "dead_letters", "changed")
        return tuple(done[name] for name in names)  # type: ignore[return-value]

    def state(self, name: str) -> EventState:
        log = ActionLog(connect(self.url), 1, rules_for(self.settings))
        event_id = f"boston-{CASES[name]['case_enquiry_id']}"
        state = log.states([event_id])[event_id]
        assert state is not None
        return state


@pytest.fixture
def imports(
    redis_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Imports:
    monkeypatch.setattr(replay, "stop_on_signals", Event)
    return Imports(redis_url, capsys)


def test_six_cases_that_changed_overnight(
    imports: Imports, redis_client: redis.Redis, tmp_path: Path
) -> None:
    first = boston(tmp_path, *CASES.values())
    assert imports(first) == (6, 6, 0, 0, 0)
    assert imports(first) == (6, 0, 6, 0, 0)
    night = boston(tmp_path, *NEXT.values(), name="night.csv")
    assert imports(night) == (6, 6, 0, 0, 6)

    assert (imports.state("reopened").status, imports.state("reopened").reopens) == (
        "dispatched", 1
    )  # fmt: skip
    assert imports.state("passed on").department == "PWDx"
    assert imports.state("another type").category == "street-light-outages"
    moved = imports.state("moved")
    assert (moved.place[0], moved.lat, moved.lon) == ("roxbury", 42.3, -71.1)
    closed = imports.state("closed")
    assert (closed.status, closed.closed_at) == ("closed", 1_643_727_600_000)
    clock = imports.state("another target").handle
    assert clock is not None
    assert clock.given
    assert clock.since is not None
    assert clock.since + clock.limit - clock.spent == 1_672_493_400_000

    # all of it on record, nothing refused, and the next nights say nothing new
    assert not redis_client.exists(keys.ShardKeys(0).rejected)
    entries = redis_client.xlen(keys.ShardKeys(0).actions)
    assert imports(night) == (6, 0, 6, 0, 0)
    assert redis_client.xlen(keys.ShardKeys(0).actions) == entries
    # a row that goes back to what it was is a change again
    assert imports(first)[1:3] == (6, 0)
    assert imports.state("passed on").department == "BTDT"
    assert imports.state("closed").open


def test_an_event_that_left_for_the_archive_is_compared_too(
    imports: Imports, redis_client: redis.Redis, tmp_path: Path
) -> None:
    imports(boston(tmp_path, *CASES.values()))
    event_id = imports.state("reopened").event_id
    # what archiving does to a state: it leaves the store, the trail and the actions stay
    redis_client.hdel(keys.ShardKeys(0).events, event_id)
    redis_client.hset(keys.ShardKeys(0).meta, "archives", 0)
    assert imports(boston(tmp_path, *CASES.values())) == (6, 0, 6, 0, 0)
