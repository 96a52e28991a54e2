"""A served app with something of everything, for fuzzers: people, events, a brief, a screen."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import redis

from dashboard.core.model.actions import Action, Kind
from dashboard.web.people.model import Person, Role
from dashboard.web.people.record import line
from dashboard.web.security.access import SESSION
from data_sources.accounts.people import Account, People
from data_sources.accounts.sessions import Sessions
from data_sources.store.actions import ActionLog
from tests.support.processes import ROOT, gridwall
from tests.support.served import served_apart
from tests.support.stores.engine import fold_all, life, parts_live

OURS = {"X-Gridwall": "1"}
TOKEN = "an-admin-token-for-fuzzers"


def plant(r: redis.Redis) -> None:
    """Thirty events of every state, and one that is only a comment."""
    log, now = ActionLog(r), time.time_ns() // 1_000_000 - 3 * 3_600_000
    for n in range(30):
        log.append(life(f"e-{n}", now + n * 60_000, close=n % 2 == 0, category="gas-leak"))
    log.append(
        [Action(action_id="parked:c", event_id="parked", kind=Kind.COMMENT, ts=now, text="waiting")]
    )
    fold_all(r)
    parts_live(r)


def signed_in(r: redis.Redis, address: str, role: Role = Role.ADMINISTRATOR) -> httpx.Client:
    """A client with a session of this role."""
    people = People(r)
    by = Person("test", Role.ADMINISTRATOR)
    account = people.get(f"fuzz-{role}") or people.add(
        Account(name=f"fuzz-{role}", role=role), line(by, "account-added")
    )
    client = httpx.Client(base_url=address, timeout=30, headers=OURS)
    client.cookies.set(SESSION, Sessions(r).start(account))
    return client


@contextmanager
def folding(url: str) -> Iterator[None]:
    """The projector and the clock at work, as processes of their own."""
    env = {**os.environ, "GRIDWALL_REDIS_URL": url, "GRIDWALL_CITY": "chifeng"}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": env, "cwd": ROOT}
    parts = [subprocess.Popen(gridwall(name), **quiet) for name in ("projector", "clock")]  # type: ignore[call-overload]
    try:
        yield
    finally:
        for part in parts:
            part.terminate()
        for part in parts:
            part.wait(20)


@contextmanager
def fuzzed(url: str, r: redis.Redis, **more: Any) -> Iterator[tuple[str, httpx.Client]]:
    """The address of the app, and an administrator of it."""
    plant(r)
    with served_apart(url, admin_token=TOKEN, **more) as address:
        client = signed_in(r, address)
        end = time.monotonic() + 30
        while client.get("/api/v1/queue").status_code != 200:
            assert time.monotonic() < end
            time.sleep(0.1)
        yield address, client
