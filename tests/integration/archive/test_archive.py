"""The archive against a real Redis: the same answers before, while and after events leave."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from dashboard.core.model.actions import Action, Kind
from dashboard.core.questions.ask import Ask, span
from data_sources.archive import archiver
from data_sources.archive.archiver import Archiver
from data_sources.archive.files import listing_of
from data_sources.archive.listing import parse
from data_sources.audit.inspection import audit
from data_sources.desk.copy.reader import Reader
from data_sources.desk.desk import Desk
from data_sources.desk.figures import breakdown, kpis
from data_sources.desk.series import series
from data_sources.errors import ArchiveUnreadable, LeaseLost
from data_sources.fold.rebuild import rebuild
from data_sources.records.ledger import Ledgers
from data_sources.store.actions import ActionLog, archived_states
from data_sources.store.connection import connect
from data_sources.store.keys import shards
from tests.support.processes import wait_until
from tests.support.stores.archives import END, archive, desk_of, whole
from tests.support.stores.audited import every_outcome, stories
from tests.support.stores.desks import asked, rows_of
from tests.support.stores.engine import RULES, T0, dump, life, settle

SHARDS = 2
PARTS = shards(SHARDS)


@pytest.fixture
def store(redis_client: redis.Redis) -> redis.Redis:
    """Random stories, most of them ended; late, repeated, refused, merged and reopened."""
    ActionLog(redis_client, SHARDS).append(
        [
            *every_outcome(),
            *stories(5, 12),
            *(a for n in range(60) for a in life(f"w{n}", T0 + n * 40_000_000, close=n % 5 > 0)),
        ]
    )
    settle(redis_client, count=SHARDS)
    return redis_client


def act(event_id: str, kind: str, ts: int, **more: str) -> Action:
    name = f"{event_id}:{kind}:{ts}"
    return Action(action_id=name, event_id=event_id, kind=Kind(kind), ts=ts, **more)


def asks(seed: int, count: int = 10) -> list[Ask]:
    rng = random.Random(seed)
    return [
        Ask(
            area=rng.choice(("", "", "150402", "150402001", "150402001001001")),
            department=rng.choice(("", "", "D1")),
            category=rng.choice(("", "", "c1")),
            level=rng.choice(("", "", "blue", "red,orange")),
            status=rng.choice(("", "", "ended", "closed")),
            range=rng.choice(("2023", "2023-11", "2018", "2018-03", "2023-11-14..2023-12-05")),
        )
        for _ in range(count)
    ]


def answers(reader: Reader) -> list[object]:
    """What the pages ask, for ten random addresses; and every row there is."""
    found: list[object] = []
    for ask in asks(3):
        when = span(ask, RULES, reader.now_ms)
        found += [kpis(reader, ask, when), series(reader, ask, when)]
        found.append(breakdown(reader, ask, when, by="category"))
    return [rows_of(reader), *found]


@pytest.fixture
def desk(store: redis.Redis, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(store, tmp_path, SHARDS)
    yield made
    made.close()


def test_the_answers_stay_the_same(store: redis.Redis, desk: Desk, tmp_path: Path) -> None:
    """Before, while (a unit at a time) and after; and for a desk that comes later."""
    before = asked(desk, store, SHARDS, answers).value
    names = whole(store, tmp_path, SHARDS)
    seen, stop = [], threading.Event()

    def look() -> None:
        while not stop.is_set():
            desk.refresh()
            seen.append(desk.ask("", answers).value)

    watcher = threading.Thread(target=look)
    watcher.start()
    moved = archive(store, tmp_path, SHARDS, unit=20)
    stop.set()
    watcher.join()
    assert moved > 50
    assert sum(store.hlen(keys.events) for keys in PARTS) == len(names) - moved
    assert asked(desk, store, SHARDS, answers).value == before
    assert seen
    assert all(one == before for one in seen)
    assert desk.loads == 1
    later = desk_of(store, tmp_path, SHARDS)
    assert asked(later, store, SHARDS, rows_of).value == before[0]
    later.close()
    assert whole(store, tmp_path, SHARDS) == names
    assert set(names.values()) == {1}
    assert audit(store, PARTS, RULES, archive=tmp_path).clean


def test_many_units_of_a_month_become_one(store: redis.Redis, desk: Desk, tmp_path: Path) -> None:
    before = asked(desk, store, SHARDS, rows_of).value
    archive(store, tmp_path, SHARDS, unit=2, grace_s=0)
    for keys in PARTS:
        listing = listing_of(store, keys)
        assert all(len(units) <= 8 for units in listing.months.values())
        listed = sum(len(unit.files) for unit in listing.units.values())
        assert len(list((tmp_path / keys.name).glob("*/*"))) == listed
    assert asked(desk, store, SHARDS, rows_of).value == before


def test_an_action_brings_an_event_back(store: redis.Redis, desk: Desk, tmp_path: Path) -> None:
    """Reopened, commented on, refused, repeated: as if it had never left, and once."""
    log = ActionLog(store, SHARDS, RULES)
    state = log.states(["w1"])["w1"]
    archive(store, tmp_path, SHARDS)
    assert not store.hexists(log.keys_of("w1").events, "w1")
    assert log.states(["w1"])["w1"] == state
    assert log.known(life("w1")) == [True] * 7
    late = T0 + 90 * 86_400_000
    log.append(life("w1"))  # repeats bring no event back
    settle(store, count=SHARDS)
    assert not store.hexists(log.keys_of("w1").events, "w1")
    log.append(
        [
            act("w1", "reopen", late),
            act("w2", "accept", late),  # refused: it has ended
            act("w3", "dispatch", T0 + 3 * 40_000_000 + 150_000, department="D9"),  # came late
        ]
    )
    settle(store, count=SHARDS)
    back = [e for e in ("w1", "w2", "w3") if store.hexists(log.keys_of(e).events, e)]
    assert back == ["w1", "w2", "w3"]
    assert set(whole(store, tmp_path, SHARDS).values()) == {1}
    assert any(listing_of(store, keys).voids for keys in PARTS)
    assert audit(store, PARTS, RULES, archive=tmp_path).clean
    before = asked(desk, store, SHARDS, rows_of).value
    # the files without them, and the ended ones filed again
    archive(store, tmp_path, SHARDS)
    assert not any(listing_of(store, keys).voids for keys in PARTS)
    assert asked(desk, store, SHARDS, rows_of).value == before
    assert log.states(["w1"])["w1"].status == "reopened" or log.states(["w1"])["w1"].open
    assert not store.hexists(log.keys_of("w2").events, "w2")
    assert set(whole(store, tmp_path, SHARDS).values()) == {1}


def test_folding_over_an_archive_is_folding(redis_client: redis.Redis, tmp_path: Path) -> None:
    """Archived after every batch, the store's views come to what they come to without."""
    actions = [*every_outcome(), *stories(9, 10)]
    log = ActionLog(redis_client)
    views = []
    for archiving in (False, True):
        redis_client.flushall()
        for start in range(0, len(actions), 80):
            log.append(actions[start : start + 80])
            settle(redis_client)
            if archiving:
                archive(redis_client, tmp_path)
        assert audit(redis_client, shards(1), RULES, archive=tmp_path).clean
        rebuild(redis_client, shards(1)[0], RULES)
        assert not redis_client.exists(shards(1)[0].archived)
        found = dump(redis_client)
        views.append({k: v for k, v in found.items() if k.split(":")[1] in ("events", "view")})
    assert views[0] == views[1]


def test_a_rebuild_brings_all_back(store: redis.Redis, desk: Desk, tmp_path: Path) -> None:
    before = asked(desk, store, SHARDS, rows_of).value
    archive(store, tmp_path, SHARDS)
    for keys in PARTS:
        rebuild(store, keys, RULES, parts=PARTS)
    assert asked(desk, store, SHARDS, rows_of).value == before
    assert audit(store, PARTS, RULES, archive=tmp_path).clean
    archive(store, tmp_path, SHARDS)
    assert asked(desk, store, SHARDS, rows_of).value == before


@pytest.mark.parametrize("how", ["gone", "cut"])
def test_a_damaged_file_is_reported(store: redis.Redis, tmp_path: Path, how: str) -> None:
    """Without the file the desk refuses, the audit reports it, and rebuilds restore its events."""
    whole_desk = desk_of(store, tmp_path, SHARDS)
    before = asked(whole_desk, store, SHARDS, rows_of).value
    whole_desk.close()
    archive(store, tmp_path, SHARDS)
    for path in tmp_path.glob("*/*/*.parquet"):
        raw = path.read_bytes()
        if how == "gone":
            path.unlink()
        else:
            path.write_bytes(raw[: len(raw) // 2])
    desk = desk_of(store, tmp_path, SHARDS)
    with pytest.raises(ArchiveUnreadable, match=r"g[01]/20\d\d-\d\d/\w+[.]"):
        asked(desk, store, SHARDS, rows_of)
    report = audit(store, PARTS, RULES, archive=tmp_path)
    assert "archive" in {difference.kind for difference in report.differences}
    assert ActionLog(store, SHARDS, RULES).states(["w1"])["w1"] is not None
    for keys in PARTS:
        rebuild(store, keys, RULES, parts=PARTS)

    def readable() -> bool:
        """False while the desk still has the listing of a shard that was rebuilt last."""
        desk.refresh()
        try:
            asked(desk, store, SHARDS, rows_of)
        except ArchiveUnreadable:
            return False
        return True

    wait_until(readable, 30)
    assert asked(desk, store, SHARDS, rows_of).value == before
    desk.close()


def test_two_archivers_at_once(store: redis.Redis, redis_url: str, tmp_path: Path) -> None:
    """The second waits; one that lost its lease meanwhile can do nothing."""
    keys, names = PARTS[0], whole(store, tmp_path, SHARDS)
    first, second = (Archiver(connect(redis_url), keys, RULES, tmp_path) for _ in range(2))
    assert first.acquire()
    assert not second.acquire()
    store.delete(keys.lease("archiver"))
    assert second.acquire()
    failed = []

    def work(one: Archiver) -> None:
        try:
            one.archive(END)
        except LeaseLost as error:
            failed.append(type(error).__name__)

    threads = [threading.Thread(target=work, args=(one,)) for one in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == ["LeaseLost"]
    assert whole(store, tmp_path, SHARDS) == names
    second.release()
    archive(store, tmp_path, SHARDS, grace_s=0)
    archiver.sweep(tmp_path, keys.name, listing_of(store, keys), 0)
    listed = sum(len(unit.files) for unit in listing_of(store, keys).units.values())
    assert len(list((tmp_path / keys.name).glob("*/*"))) == listed


def test_a_full_disk_leaves_everything(store: redis.Redis, tmp_path: Path) -> None:
    names = whole(store, tmp_path, SHARDS)
    (tmp_path / "g0").write_text("a file where the directory should be")
    with pytest.raises(OSError, match="g0"):
        archive(store, tmp_path, SHARDS)
    assert not store.exists(PARTS[0].archived)
    (tmp_path / "g0").unlink()
    assert archive(store, tmp_path, SHARDS) > 50
    assert whole(store, tmp_path, SHARDS) == names


def test_other_places_know_archived_events(store: redis.Redis, tmp_path: Path) -> None:
    """A grid's ledger, and states computed again from actions."""
    grid = "150402001001001"
    ledgers = Ledgers(store, SHARDS, RULES.local, rules=RULES)
    before = ledgers.page(grid, None, None, 200)
    states = ActionLog(store, SHARDS).states([f"w{n}" for n in range(60)])
    archive(store, tmp_path, SHARDS)
    assert ledgers.page(grid, None, None, 200) == before
    for keys in PARTS:
        mine = [e for e in states if ActionLog(store, SHARDS).keys_of(e) == keys]
        assert archived_states(store, keys, RULES, mine) == {e: states[e] for e in mine}
    raw = store.hgetall(PARTS[0].archived)
    assert parse({k.decode(): v.decode() for k, v in raw.items()}).units
