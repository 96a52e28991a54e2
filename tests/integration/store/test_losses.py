"""Lost data: found, noted, on hold until an operator accepts it, never shown as zero."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest
import redis

from dashboard.config.rules.book import rules_for
from dashboard.config.settings import Settings
from dashboard.core.model.actions import Action
from dashboard.core.model.rules import Rules
from data_sources.audit.inspection import audit
from data_sources.fold.clock import DeadlineClock
from data_sources.fold.projector import Projector
from data_sources.store import losses
from data_sources.store.actions import ActionLog
from data_sources.store.connection import connect
from data_sources.store.keys import LOST, LOST_LOG
from data_sources.store.losses import Loss, Mark, Witness, loss_of
from tests.support.processes import run, wait_until
from tests.support.served import served
from tests.support.stores.engine import G0, fold_all, life

Damage = Callable[[redis.Redis], object]
KNOWN = Mark(position="5-0", read=5, entries=5, trails=(True, True), high=1)


@pytest.mark.parametrize(
    ("now", "kind"),
    [
        (KNOWN, None),
        (Mark(position="5-0", read=5, entries=4, trails=(True, True), high=1), "stream"),
        (Mark(position="5-0", read=5, entries=5, trails=(True, False), high=1), "views"),
        (Mark(entries=5, trails=(True, True)), "views"),
        (Mark(position="4-9", read=5, entries=5, trails=(True, True), high=1), "past"),
        (Mark(), "past"),
        (Mark(accepted=9), None),
        # a commit between two reads is no loss
        (Mark(entries=6, trails=(False, True)), "past"),
        (Mark(position="10-0", read=6, entries=6, trails=(False, True), high=1), None),
    ],
)
def test_what_counts_as_a_loss(now: Mark, kind: str | None) -> None:
    found = loss_of(now, KNOWN)
    assert (found and found.kind) == kind


def test_a_new_store_has_lost_nothing() -> None:
    assert loss_of(Mark()) is None
    assert loss_of(Mark(entries=3)) is None


def test_a_witness_remembers_across_processes(tmp_path: Path) -> None:
    path = tmp_path / "witness.json"
    assert Witness(path).judge("g0", KNOWN) is None
    assert Witness(path).judge("g0", Mark()) is not None
    path.write_bytes(b"broken")
    assert Witness(path).judge("g0", Mark()) is None


def rules_of_city() -> Rules:
    return rules_for(Settings(city="chifeng"))


def reports(count: int, name: str = "e") -> list[Action]:
    """So many events that are only reported, just now."""
    start = round(time.time() * 1000) - 60_000
    return [life(f"{name}-{n}", start)[0] for n in range(count)]


def flush(r: redis.Redis) -> object:
    return r.flushall()


def cut(r: redis.Redis) -> object:
    return r.xtrim(G0.actions, maxlen=2, approximate=False)


def evict_stream(r: redis.Redis) -> object:
    return r.delete(G0.actions)


def evict_trails(r: redis.Redis) -> object:
    return r.delete(G0.trails)


def evict_meta(r: redis.Redis) -> object:
    return r.delete(G0.meta)


@contextmanager
def folding(url: str, rules: Rules) -> Iterator[None]:
    stop = Event()
    clock = DeadlineClock(connect(url), G0, ActionLog(connect(url)))
    parts = [Projector(connect(url), G0, rules), clock]
    threads = [Thread(target=part.run, args=(stop,)) for part in parts]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(10)


@pytest.mark.parametrize("damage", [flush, cut, evict_stream, evict_trails, evict_meta])
@pytest.mark.timeout(240)
def test_a_loss_is_shown_everywhere_until_it_is_accepted(
    damage: Damage, redis_url: str, redis_client: redis.Redis, tmp_path: Path
) -> None:
    r, rules = redis_client, rules_of_city()
    log = ActionLog(r)
    log.append(reports(20))
    with folding(redis_url, rules), served(redis_url, data_dir=tmp_path) as address:
        wait_until(lambda: log.lag() == 0 and int(r.hget(G0.meta, "read") or 0) == 20)
        with httpx.Client(base_url=address, timeout=10) as http:
            wait_until(lambda: http.get("/api/v1/wall").json()["all"]["reported"] == 20)
            time.sleep(1.0)
            damage(r)
            wait_until(lambda: r.hexists(LOST, "g0"), 10)
            ready = http.get("/readyz")
            assert ready.status_code == 503
            assert ready.json()["stop"] == "data"
            assert ready.json()["lost"]["g0"]["kind"] in ("stream", "views", "past")
            wall = http.get("/api/v1/wall")
            assert (wall.status_code, wall.json()["error"]) == (503, "data-lost")
            wait_until(lambda: "gridwall_data_lost_shards 1.0" in http.get("/metrics").text)
            found = audit(r, [G0], rules)
            assert not found.clean
            assert found.lost.keys() == {"g0"}
            # what arrives is kept, and waits
            log.append(reports(3, "later"))
            time.sleep(1.5)
            assert r.hexists(LOST, "g0")
            known = {"GRIDWALL_REDIS_URL": redis_url, "GRIDWALL_DATA_DIR": str(tmp_path)}
            assert run("lost", "--city", "chifeng", **known).returncode == 1
            assert run("lost", "--accept", "--city", "chifeng", **known).returncode == 1
            done = run("lost", "--accept", "--reason", "disk broke", "--city", "chifeng", **known)
            assert done.returncode == 0, done.stderr
            left = r.xlen(G0.actions)
            wait_until(lambda: http.get("/readyz").status_code == 200, 20)
            shown = http.get("/api/v1/wall").json()["all"]["reported"]
            assert shown == left
            assert audit(r, [G0], rules).clean
        record = r.xrange(LOST_LOG)
        assert record[0][1][b"reason"] == b"disk broke"
        assert json.loads(record[0][1][b"loss"])["kind"] in ("stream", "views", "past")
        assert run("lost", "--city", "chifeng", **known).returncode == 0


def test_evicted_keys_are_a_loss(redis_client: redis.Redis) -> None:
    r = redis_client
    losses.note(r, "g0", Loss("evicted", "every key", "3 keys evicted"))
    losses.note(r, "g0", Loss("past", "a", "b"))
    assert losses.noted(r)["g0"].kind == "evicted", "the first stays"


def test_the_audit_counts_what_is_not_folded_yet(redis_client: redis.Redis) -> None:
    rules = rules_of_city()
    log = ActionLog(redis_client)
    log.append(reports(5))
    fold_all(redis_client, rules)
    assert audit(redis_client, [G0], rules).waiting == 0
    log.append(reports(7, "waits"))
    found = audit(redis_client, [G0], rules)
    assert found.clean
    assert found.waiting == 7
    text = "\n".join(found.lines())
    assert "everything" not in text
    assert "7 actions wait to be folded" in text
