"""Briefs against a real store: their numbers, the schedule, makers that are killed, calling off,
who may do what."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import msgspec
import pytest
import redis

from dashboard import ROOT
from dashboard.cli import briefs as files
from dashboard.config import cities
from dashboard.config.rules.book import rules_of
from dashboard.config.settings import Settings
from dashboard.core.briefs.model import Brief
from dashboard.core.model.notices import Notice
from dashboard.core.questions.ask import Ask
from dashboard.web.answers.errors import Refused
from dashboard.web.pages.briefing import Briefing
from dashboard.web.pages.site import ReviewSite, known_of
from dashboard.web.people.model import Person, Role, acting
from dashboard.web.screens import city_view
from data_sources.briefs.store import TRIES, WAITING, BriefStore, Entry, Full
from data_sources.store.connection import connect
from data_sources.store.keys import ShardKeys
from tests.support.counts import deskcount as count
from tests.support.processes import wait_until
from tests.support.served import served
from tests.support.stores.briefmaker import AFTER, BEFORE, ZONE, filled, maker, set_time

G0 = ShardKeys(0)
WRITE = {"X-Gridwall": "1"}


@pytest.fixture
def store(redis_client: redis.Redis) -> BriefStore:
    """Of a city in which nothing has happened yet."""
    set_time(redis_client, BEFORE)
    return BriefStore(redis_client, G0)


@pytest.fixture
def full(redis_client: redis.Redis, store: BriefStore) -> BriefStore:
    """Of one with a month behind it."""
    filled(redis_client)
    return store


def entry(store: BriefStore, brief_id: str) -> Entry:
    found = store.entry(brief_id)
    assert found is not None
    return found


def notices(r: redis.Redis) -> list[Notice]:
    found = [msgspec.json.decode(f[b"n"], type=Notice) for _, f in r.xrange(G0.outbox)]  # type: ignore[union-attr]
    return [one for one in found if one.what == "brief"]


def made_now(url: str, store: BriefStore, area: str, period: str, at: str) -> Brief:
    work = maker(url)
    assert work.lease.held()
    made = store.ask(area, period, at)
    try:
        work.make(entry(store, made))
    finally:
        work.lease.give_back()
        work._desk.close()
    found = store.brief(made)
    assert found is not None
    return found


def cells(brief: Brief, table: str) -> dict[Any, tuple[Any, ...]]:
    found = next(one for one in brief.tables if one.id == table)
    return {row[0]: row for row in found.rows}


def test_its_numbers_are_those_counted_in_pandas(
    redis_url: str, redis_client: redis.Redis, full: BriefStore
) -> None:
    found = count.frames(redis_client, 1)
    county = str(found["events"].county.mode()[0])
    for area, period, at, first, last in (
        ("", "month", "2026-05", date(2026, 5, 1), date(2026, 5, 31)),
        (county, "week", "2026-W20", date(2026, 5, 11), date(2026, 5, 17)),
        ("", "day", "2026-05-20", date(2026, 5, 20), date(2026, 5, 20)),
    ):
        made = made_now(redis_url, full, area, period, at)
        want = count.figures(found, Ask(area=area), *count.moments(first, last, ZONE))
        rows = cells(made, "indicators")
        for name in ("reported", "closed", "open", "overdue", "decided", "on_time_rate"):
            assert rows[name][2] == pytest.approx(want[name]), (area, at, name)
        assert made.events == want["reported"] > 0
        for code, row in cells(made, "levels").items():
            asked = Ask(area=area, level=code)
            of_level = count.figures(found, asked, *count.moments(first, last, ZONE))
            assert row[1] == of_level["reported"], (at, code)
    volume = made.sentences[0].values["reported"]
    assert volume.value == made.events
    nothing = made_now(redis_url, full, "", "month", "2019-02")
    assert ([one.rule for one in nothing.sentences], nothing.events) == (["records_none"], 0)
    assert made_now(redis_url, full, "", "month", "2026-06").head.running


def slow(url: str) -> subprocess.Popen[bytes]:
    argv = [sys.executable, "-m", "tests.support.stores.briefmaker", url]
    return subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def test_two_makers_and_one_that_is_killed_make_each_brief_once(
    redis_url: str, redis_client: redis.Redis, store: BriefStore
) -> None:
    first = maker(redis_url)
    first.plan()
    assert store.listed() == []
    set_time(redis_client, AFTER)
    workers = [slow(redis_url), slow(redis_url)]
    try:
        wait_until(lambda: any(0 < one.share < 1 for one in store.listed()), 30)
        holder = (redis_client.get(G0.lease("briefs")) or b"").decode().split(":")[1]
        killed = next(one for one in workers if one.pid == int(holder))
        killed.kill()
        killed.wait()
        broken = [one for one in store.listed() if not one.over]
        assert broken
        wait_until(lambda: all(one.over for one in store.listed()), 30)
    finally:
        for one in workers:
            one.kill()
            one.wait()
    first.plan()
    listed = store.listed()
    assert sorted(one.at for one in listed) == ["2026-05", "2026-05-31", "2026-W22"]
    assert {one.state for one in listed} == {"done"}
    assert {one.sent for one in listed} == {1}
    assert sorted(one.event_id for one in notices(redis_client)) == sorted(o.id for o in listed)
    assert max(one.tries for one in listed) == 2


def test_a_brief_that_is_begun_too_often_has_failed(redis_url: str, store: BriefStore) -> None:
    made = store.ask("", "month", "2026-05")
    stop = Event()
    stop.set()
    for _ in range(TRIES + 1):
        # each maker ends in the middle, like one that is killed
        work = maker(redis_url, stop)
        assert work.lease.held()
        assert not (work.tick() and entry(store, made).state == "done")
        work.lease.give_back()
        work._desk.close()
    found = entry(store, made)
    assert (found.state, found.reason) == ("failed", "interrupted")
    assert store.next() is None


def test_called_off_while_it_waits_and_while_it_is_made(redis_url: str, store: BriefStore) -> None:
    waiting = store.ask("", "month", "2026-05")
    assert store.cancel(entry(store, waiting)) == "cancelled"
    assert store.next() is None

    running = store.ask("", "month", "2026-05")
    assert running != waiting
    asked: list[str] = []

    def off(_: float) -> None:
        if not asked:
            asked.append(store.cancel(entry(store, running)))

    work = maker(redis_url)
    work._stepped = off
    assert work.lease.held()
    work.make(entry(store, running))
    work.lease.give_back()
    work._desk.close()
    assert asked == ["asked"]
    assert entry(store, running).state == "cancelled"
    assert store.brief(running) is None
    assert store.cancel(entry(store, running)) == "over"


def test_the_same_is_not_asked_for_twice_and_not_without_end(store: BriefStore) -> None:
    asked = {store.ask("", "month", "2026-05") for _ in range(3)}
    assert len(asked) == 1
    for n in range(WAITING - 1):
        store.ask("", "month", f"19{n + 10}-01")
    with pytest.raises(Full):
        store.ask("", "month", "2026-04")


@pytest.fixture
def site(redis_url: str, full: BriefStore) -> Iterator[str]:
    stop = Event()
    work = maker(redis_url, stop)
    thread = threading.Thread(target=work.run)
    thread.start()
    with served(redis_url) as address:
        yield address
    stop.set()
    thread.join()


def until(what: Callable[[], Any], seconds: float = 20) -> Any:
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


def test_asked_for_read_taken_and_sent_over_http(site: str, redis_client: redis.Redis) -> None:
    with httpx.Client(base_url=site, timeout=20) as client:
        assert client.post("/api/v1/briefs", json={"at": "2026-05"}).status_code == 403
        for invalid in ({"at": "2026-13"}, {"at": "2026-07"}, {"at": "2026-05", "area": "nowhere"}):
            assert client.post("/api/v1/briefs", json=invalid, headers=WRITE).status_code == 422
        answer = client.post("/api/v1/briefs", json={"at": "2026-05"}, headers=WRITE)
        assert answer.status_code == 202
        path = f"/api/v1/briefs/{answer.json()['id']}"
        until(lambda: client.get(path).json()["entry"]["state"] == "done")
        assert client.get(path).json()["brief"]["head"]["at"] == "2026-05"
        starts = {"pdf": b"%PDF", "docx": b"PK", "xlsx": b"PK"}
        for kind, start in starts.items():
            paper = client.get(f"{path}/paper.{kind}?lang=en")
            assert paper.content.startswith(start)
            assert f".en.{kind}" in paper.headers["content-disposition"]
        assert client.get(f"{path}/charts/course.png").content.startswith(b"\x89PNG")
        assert client.post(f"{path}/send", headers=WRITE).json() == {"sent": 1}
        note = notices(redis_client)[-1]
        assert "5月" in note.said[0]
        assert note.link.endswith(path.removeprefix("/api/v1"))
        assert client.get("/api/v1/briefs/none-such").status_code == 404
        whats = [f[b"what"] for _, f in redis_client.xrange("gridwall:people:log")]  # type: ignore[union-attr]
        assert {b"make_brief", b"export_brief", b"send_brief"} <= set(whats)


def test_the_command_writes_all_files(redis_url: str, store: BriefStore, tmp_path: Path) -> None:
    settings = Settings(city="chifeng", redis_url=redis_url)
    made = files.write(settings, redis_url, "", "2026-05", "zh", tmp_path / "out")
    assert [path.suffix for path in made] == [".json", ".pdf", ".docx", ".xlsx"]
    assert all(path.stat().st_size > 100 for path in made)
    with pytest.raises(ValueError, match="no such place"):
        files.write(settings, redis_url, "nowhere", "2026-05", "zh", tmp_path)
    with pytest.raises(ValueError, match="not begun"):
        files.write(settings, redis_url, "", "2030-05", "zh", tmp_path)


def test_who_may_read_and_make_what(redis_url: str, store: BriefStore) -> None:
    city = cities.load("chifeng")
    own, other = list(city.children[""])[:2]
    settings = Settings(city="chifeng", redis_url=redis_url)
    none: Any = None
    with connect(redis_url) as r:
        briefs = Briefing(
            ReviewSite(
                settings=settings,
                city=city,
                view=city_view(city, settings),
                rules=rules_of("chifeng", None),
                known=known_of(city),
                store=r,
                log=none,
                desk=None,
                scores=none,
                stories=none,
                ledgers=none,
            )
        )
        made = {area: store.ask(area, "month", "2026-05") for area in ("", own, other)}
        with acting(Person("m", Role.MANAGER, own), city.path):
            assert [one.area for one in briefs.listed("")] == [own]
            assert briefs.entry(made[own]).area == own
            asked = briefs.ask("", "2026-04")
            assert briefs.entry(asked).area == own
            for area in ("", other):
                with pytest.raises(Refused):
                    briefs.entry(made[area])
                with pytest.raises(Refused):
                    briefs.cancel(made[area])
            with pytest.raises(Refused):
                briefs.ask(other, "2026-04")
        for role in (Role.VIEWER, Role.OPERATOR):
            with acting(Person("v", role), city.path):
                assert len(briefs.listed("")) == 4
                with pytest.raises(Refused):
                    briefs.ask("", "2026-03")
                with pytest.raises(Refused):
                    briefs.send(made[""])
