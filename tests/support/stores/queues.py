"""A served queue with people in it: events as the desk has them, a projector that keeps folding,
and four persons that a proxy's header names."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import redis

from dashboard.core.model.actions import Action, Level
from dashboard.core.model.rules import Rules
from data_sources.accounts.log import Line
from data_sources.accounts.people import Account, People
from data_sources.fold.projector import Projector
from data_sources.store.actions import ActionLog
from data_sources.store.connection import connect
from tests.support.served import served
from tests.support.stores.engine import G0, RULES, life, parts_live

HEADER = "X-Who"
PROXY = {"proxy_header": HEADER, "proxy_addresses": "127.0.0.1"}
#: 红山区 and 元宝山区
HONGSHAN, YUANBAOSHAN = "150402", "150403"
PEOPLE = (
    ("li", "operator", ""),
    ("wang", "operator", HONGSHAN),
    ("zhao", "viewer", ""),
    ("qian", "manager", ""),
    ("sun", "manager", HONGSHAN),
)
MINUTE = 60_000


def open_events(now: int, count: int) -> list[Action]:
    """Accepted events ``e000``… reported in turn, the last an hour ago; every 4th is elsewhere."""
    levels = (Level.RED, Level.ORANGE, Level.YELLOW, Level.BLUE)
    actions = []
    for n in range(count):
        county = YUANBAOSHAN if n % 4 == 3 else HONGSHAN
        township = f"{county}001"
        place = (county, township, f"{township}001", f"{township}001001")
        start = now - 60 * MINUTE - (count - n) * 1000
        level = levels[min(n, 3)]
        actions += life(f"e{n:03}", start, close=False, level=level, place=place)
    return actions


def arrive(r: redis.Redis) -> None:
    """These people have accounts."""
    people = People(r)
    for name, role, area in PEOPLE:
        account = Account(name=name, role=role, area=area)
        people.add(account, Line("test", "command", "add_person", name))


@contextmanager
def folding(url: str, rules: Rules = RULES) -> Iterator[None]:
    """A projector at work, in a thread."""
    over = threading.Event()

    def work() -> None:
        with connect(url) as r:
            Projector(r, G0, rules).run(over)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(10)


@contextmanager
def queue(url: str, r: redis.Redis, count: int = 40) -> Iterator[Callable[[str], httpx.Client]]:
    """Gives a client for each person."""
    arrive(r)
    ActionLog(r).append(open_events(int(time.time() * 1000), count))
    parts_live(r)
    clients: dict[str, httpx.Client] = {}
    with folding(url), served(url, **PROXY) as address:

        def client(name: str) -> httpx.Client:
            if name not in clients:
                own = {HEADER: name, "X-Gridwall": "1", "Origin": address}
                clients[name] = httpx.Client(base_url=address, headers=own, timeout=20)
            return clients[name]

        wait_for(lambda: client("li").get("/api/v1/queue").json().get("total") == count)
        yield client
        for one in clients.values():
            one.close()


def wait_for(done: Callable[[], bool], seconds: float = 20) -> None:
    """Until it is so; fails after ``seconds``."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.05)
