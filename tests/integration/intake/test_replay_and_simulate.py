"""Files and simulated days through a real Redis and a real projector, counted from outside."""

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from threading import Event, Thread

import pytest
import redis

from dashboard.config import cities
from dashboard.config.rules.book import rules_for
from dashboard.config.settings import Settings, load
from dashboard.core.model.actions import decode
from dashboard.errors import GridwallError
from data_sources.fold.projector import Projector
from data_sources.intake import replay, simulate, simulator
from data_sources.store import domain_clock, keys
from data_sources.store.actions import ActionLog
from data_sources.store.connection import connect
from tests.support.processes import wait_until
from tests.support.shared_data import SAMPLE, shared

Result = dict[str, int]
Replay = Callable[..., Result]
COUNT = keys.ShardKeys(0).view("count")


@pytest.fixture
def stop(monkeypatch: pytest.MonkeyPatch) -> Event:
    """In place of signals."""
    event = Event()
    for module in (replay, simulate):
        monkeypatch.setattr(module, "stop_on_signals", lambda: event)
    return event


@pytest.fixture
def project(redis_url: str) -> Iterator[Callable[[Settings], None]]:
    """Starts a projector for settings' city."""
    end = Event()
    threads: list[Thread] = []

    def begin(settings: Settings) -> None:
        work = Projector(connect(redis_url), keys.ShardKeys(0), rules_for(settings))
        threads.append(Thread(target=work.run, args=(end,)))
        threads[-1].start()

    yield begin
    end.set()
    for thread in threads:
        thread.join()


@pytest.fixture
def run_replay(
    redis_url: str,
    stop: Event,
    project: Callable[[Settings], None],
    capsys: pytest.CaptureFixture[str],
) -> Replay:
    """Replays a file and returns its summary once all is folded."""
    started: list[bool] = []

    def run(file: Path, name: str = "la311", city: str = "la", speed: str = "max") -> Result:
        settings = load(city=city)
        if not started:
            project(settings)
            started.append(True)
        capsys.readouterr()
        replay.run(settings, redis_url, file, name, speed, None, True)
        folded(redis_url)
        # the projector's thread logs to the same output, perhaps after the summary
        lines = capsys.readouterr().out.splitlines()
        return json.loads([line for line in lines if line.startswith("{")][-1])

    return run


def folded(redis_url: str) -> None:
    """Return once nothing waits to be folded."""
    log = ActionLog(connect(redis_url))
    wait_until(lambda: log.lag() == 0, 30)


def counts(r: redis.Redis, prefix: str) -> dict[str, int]:
    """The counters of the view that begin so."""
    raw = {k.decode(): int(v) for k, v in r.hgetall(COUNT).items()}
    return {k.removeprefix(prefix): v for k, v in raw.items() if k.startswith(prefix)}


def store(r: redis.Redis) -> dict[bytes, int]:
    """How much there is of everything that a repeat must not add to."""
    return {key: r.xlen(key) for key in r.scan_iter(_type="stream")}


def test_the_sample_counts_what_its_rows_say(run_replay: Replay, redis_client: redis.Redis) -> None:
    first = run_replay(SAMPLE)
    expected = {"rows": 10_000, "accepted": 10_000, "repeated": 0, "dead_letters": 0}
    assert {name: first[name] for name in expected} == expected
    status = {k: v for k, v in counts(redis_client, "status|").items() if v}
    assert status == {"closed": 9711, "rejected": 280, "returned": 9}
    assert counts(redis_client, "all|")["unlocated"] == 1102
    assert counts(redis_client, "department|")["BOS|reported"] == 7635
    feed, _ = domain_clock.read(redis_client)
    assert (feed.mode, feed.ended, feed.virtual) == ("replay", True, 1_570_486_852_000)

    before, numbers = store(redis_client), redis_client.hgetall(COUNT)
    again = run_replay(SAMPLE)
    assert (again["accepted"], again["repeated"]) == (0, 10_000)
    assert (store(redis_client), redis_client.hgetall(COUNT)) == (before, numbers)


def test_the_other_year(run_replay: Replay, redis_client: redis.Redis) -> None:
    run_replay(shared("la311-2020-01.csv.gz"))
    status = {k: v for k, v in counts(redis_client, "status|").items() if v}
    assert status == {
        "closed": 9705, "rejected": 244, "returned": 2, "accepted": 15, "dispatched": 34
    }  # fmt: skip


def test_boston(run_replay: Replay, redis_client: redis.Redis) -> None:
    result = run_replay(shared("boston311-100.csv"), "boston311", "boston")
    assert (result["accepted"], result["dead_letters"]) == (100, 0)
    assert counts(redis_client, "status|")["closed"] == 85


def test_bad_rows_are_kept_aside_once(
    run_replay: Replay, redis_client: redis.Redis, tmp_path: Path
) -> None:
    header, *lines = gzip.decompress(SAMPLE.read_bytes()).decode().splitlines()[:8]
    lines[1] = lines[1].replace("Closed", "Frozen")
    lines[2] += ",one,too,many"
    file = tmp_path / "bad.csv"
    file.write_text("\n".join([header, *lines, lines[0]]), "utf-8")
    expected = {"rows": 8, "accepted": 5, "repeated": 1, "dead_letters": 2}
    result = run_replay(file)
    assert {name: result[name] for name in expected} == expected
    letters = [fields for _, fields in redis_client.xrange(keys.DEAD_LETTERS)]
    assert [(x[b"line"], x[b"field"]) for x in letters] == [(b"3", b"Status"), (b"4", b"line")]
    again = run_replay(file)
    assert (again["accepted"], again["repeated"], again["dead_letters"]) == (0, 6, 2)
    assert redis_client.xlen(keys.DEAD_LETTERS) == 2

    # The corrected file: only what was wrong is new.
    lines[1] = lines[1].replace("Frozen", "Closed")
    file.write_text("\n".join([header, *lines]), "utf-8")
    mended = run_replay(file)
    assert (mended["accepted"], mended["repeated"], mended["dead_letters"]) == (1, 5, 1)


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n"])
def test_a_wrong_file_leaves_the_store_untouched(
    content: str, redis_url: str, redis_client: redis.Redis, stop: Event, tmp_path: Path
) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text(content)
    with pytest.raises(GridwallError, match=r"wrong\.csv"):
        replay.run(load(city="la"), redis_url, file, "la311", "max", None, True)
    with pytest.raises(GridwallError, match="--city boston"):
        replay.run(load(city="la"), redis_url, SAMPLE, "boston311", "max", None, True)
    with pytest.raises(GridwallError, match="--from='noon'"):
        replay.run(load(city="la"), redis_url, SAMPLE, "la311", "10", "noon", True)
    assert not redis_client.keys("*")


def test_a_stopped_replay_goes_on_where_it_was(
    run_replay: Replay, redis_url: str, redis_client: redis.Redis, stop: Event
) -> None:
    settings = load(city="la")

    def stop_once_paced() -> None:
        wait_until(lambda: domain_clock.read(redis_client)[0].speed == 3600.0, 60)
        stop.wait(0.5)
        stop.set()

    Thread(target=stop_once_paced).start()
    with pytest.raises(GridwallError, match="stopped before its end"):
        replay.run(settings, redis_url, SAMPLE, "la311", "3600", "2018-01-02 08:00", True)
    feed, _ = domain_clock.read(redis_client)
    assert (feed.mode, feed.speed, feed.ended) == ("replay", 3600.0, False)
    assert feed.virtual >= 1_514_908_800_000  # 2 January 08:00 in Los Angeles
    stop.clear()
    run_replay(SAMPLE)
    assert counts(redis_client, "status|")["closed"] == 9711
    assert redis_client.xlen(keys.ShardKeys(0).actions) == 49_711


def test_a_simulation_started_again_tells_each_action_once(
    project: Callable[[Settings], None], redis_url: str, redis_client: redis.Redis, stop: Event
) -> None:
    settings, city = load(city="chifeng"), cities.load("chifeng")
    project(settings)

    def ms(*when: int) -> int:
        return round(datetime(2026, 1, *when, tzinfo=city.tz).timestamp() * 1000)

    for start, seconds in (
        ("2026-01-12 10:00", 1200.0),
        ("2026-01-12 09:00", 600.0),  # time never goes back: from 10:20 to 10:30
        ("2026-01-13 14:00", 600.0),  # down for longer than the past that is sent
    ):
        simulate.run(
            settings, redis_url, 0.05, 7, start=start, duration=seconds, speed=1200.0,
            backfill_days=0.5,
        )  # fmt: skip
        folded(redis_url)

    end = ms(13, 14, 10)
    spans = ((ms(11, 12), ms(12, 10, 30)), (ms(12, 12), end))
    expected = {
        action.action_id
        for born in spans
        for life in simulator.lives(city, rules_for(settings), 0.05, 7, *born)
        for action in life
        if action.ts <= end
    }
    entries = redis_client.xrange(keys.ShardKeys(0).actions)
    written = [decode(fields[b"a"]).action_id for _, fields in entries]
    assert len(written) == len(set(written))
    assert set(written) == expected
    assert not redis_client.exists(keys.ShardKeys(0).rejected)
    feed, _ = domain_clock.read(redis_client)
    assert (feed.mode, feed.ended, feed.virtual) == ("simulated", True, end)
