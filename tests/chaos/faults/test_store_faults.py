"""What may happen to Redis, under load: named on the wall, never ready while old, nothing lost.

`make chaos` runs all of it (about half an hour) and puts the rows of docs/operating.md down; the
continuous integration runs the few that are marked short.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis
from playwright.sync_api import Browser

from tests.chaos.faults.link import Link
from tests.chaos.faults.stand import PASSWORD, Stand, note
from tests.support.processes import run, wait_until
from tests.support.stores.ownserver import OwnServer, server

pytestmark = [pytest.mark.alone, pytest.mark.timeout(420)]
whole = pytest.mark.skipif(
    os.environ.get("GRIDWALL_CHAOS") != "all", reason="make chaos runs it: it takes minutes"
)
#: for a machine that does other work as well
WELL_S = 60


@contextmanager
def stand(own: OwnServer, tmp_path: Path, browser: Browser, port: int = 0) -> Iterator[Stand]:
    url = own.url if not port else own.url.replace(f":{own.port}", f":{port}")
    with Stand(tmp_path / "stand", browser, url) as running:
        yield running


@dataclass(frozen=True)
class Linked:
    """A stand whose Redis, with a password, is behind a link."""

    own: OwnServer
    link: Link
    stand: Stand


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Linked]:
    directory = tmp_path_factory.mktemp("linked")
    with (
        server(directory / "redis", PASSWORD) as own,
        Link(own.port) as link,
        stand(own, directory, browser, link.port) as s,
    ):
        yield Linked(own, link, s)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Linked]:
    """The same without a password."""
    directory = tmp_path_factory.mktemp("plain")
    with (
        server(directory / "redis") as own,
        Link(own.port) as link,
        stand(own, directory, browser, link.port) as s,
    ):
        yield Linked(own, link, s)


def stopped(state: str, ready: bool) -> bool:
    """The wall shows that something has stopped, and the server is not ready."""
    return state == "engine-stopped" and not ready


def test_out_of_memory(linked: Linked) -> None:
    own, s = linked.own, linked.stand
    with own.client() as r:
        seen = s.watch()
        r.config_set("maxmemory", str(int(r.info("memory")["used_memory"]) - 1_000_000))
        seen.until(stopped, 30)
        seen.during(20)
        assert "503 redis memory" in seen.ready
        assert seen.ready.count("200") <= 1
        assert any("out of memory" in one for one in seen.banners)
        r.config_set("maxmemory", "0")
        took = seen.well(WELL_S)
        assert "503 memory" in s.sender.answers
        kept = s.settle(seen)
        note("out of memory", "maxmemory below what is used, for 20 s", seen, f"{took:.0f} s", kept)


@whole
def test_full_disk(tmp_path: Path, browser: Browser) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False).returncode != 0:
        pytest.skip("only root may mount a small disk")
    try:
        with Stand(disk / "stand", browser) as s:
            seen = s.watch()
            _fill(disk / "filler")
            seen.until(stopped, 60)
            seen.during(30)
            assert "503 redis disk" in seen.ready
            (disk / "filler").unlink()
            took = seen.well(WELL_S)
            kept = s.settle(seen)
            note("full disk", "tmpfs of 40 MB with data and logs filled, for 30 s", seen,
                 f"{took:.0f} s", kept)  # fmt: skip
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)


def _fill(path: Path) -> None:
    """Write until the disk is full, to the last block."""
    with path.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue


@whole
def test_stopped_for_twenty_seconds(linked: Linked) -> None:
    own, s = linked.own, linked.stand
    seen = s.watch()
    own.signal(signal.SIGSTOP)
    seen.until(stopped, 15)
    seen.during(20 - (time.monotonic() - seen.began))
    assert any("does not answer" in one for one in seen.banners)
    own.signal(signal.SIGCONT)
    took = seen.well(WELL_S)
    note("Redis stopped", "SIGSTOP for 20 s", seen, f"{took:.0f} s", s.settle(seen))


@whole
def test_slow_link(linked: Linked) -> None:
    link, s = linked.link, linked.stand
    seen = s.watch()
    link.delay_s = 0.1
    seen.during(40)
    link.delay_s = 0.0
    assert set(seen.walls) <= {"live", "ageing"}
    assert seen.ready == ["200"]
    took = seen.well(WELL_S)
    done = "each round trip to Redis 200 ms longer, for 40 s"
    note("200 ms latency", done, seen, f"never down ({took:.0f} s)", s.settle(seen))


@whole
def test_half_open_link(linked: Linked) -> None:
    link, s = linked.link, linked.stand
    seen = s.watch()
    link.swallows = True
    seen.until(stopped, 20)
    seen.during(30)
    link.swallows = False
    took = seen.well(WELL_S)
    done = "connections stay, everything is swallowed, for 30 s"
    note("half-open link", done, seen, f"{took:.0f} s", s.settle(seen))


def test_wrong_password(linked: Linked) -> None:
    _change_password(linked.own, linked.stand, "wrong password")


@whole
def test_missing_password(plain: Linked) -> None:
    _change_password(plain.own, plain.stand, "missing password")


def _change_password(own: OwnServer, s: Stand, name: str) -> None:
    """The server asks for another password than Gridwall gives, or gives none, for 10 s."""
    seen = s.watch()
    with own.client() as r:
        r.config_set("requirepass", "another")
        _cut(r)
        seen.until(stopped, 20)
        seen.during(10)
        r.config_set("requirepass", own.password)
        _cut(r)
    assert "503 redis password" in seen.ready
    assert any("password" in one for one in seen.banners)
    took = seen.well(WELL_S)
    done = "the server asks for another password, for 10 s"
    note(name, done, seen, f"{took:.0f} s", s.settle(seen))


def _cut(r: redis.Redis) -> None:
    """End every connection but this one, so that each signs in again."""
    r.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")


@whole
def test_eviction(plain: Linked) -> None:
    s = plain.stand
    with plain.own.client() as r:
        seen = s.watch()
        before = r.info("stats")["evicted_keys"]
        r.config_set("maxmemory-policy", "allkeys-lru")
        r.config_set("maxmemory", str(int(r.info("memory")["used_memory"]) - 2_000_000))
        wait_until(lambda: r.info("stats")["evicted_keys"] > before, 20)
        r.config_set("maxmemory", "0")
        r.config_set("maxmemory-policy", "noeviction")
        seen.until(lambda state, ready: "engine-stopped/data" in seen.walls and not ready, 30)
        seen.during(15)
        assert any("Data lost" in one for one in seen.banners)
        known = {"GRIDWALL_REDIS_URL": s.url, "GRIDWALL_DATA_DIR": str(s.directory / "data")}
        done = run("lost", "--accept", "--reason", "evicted", "--city", "chifeng", **known)
        assert done.returncode == 0, done.stderr
        took = seen.well(WELL_S)
        kept = s.settle(seen, lost=True)
        note("eviction", "allkeys-lru and a small maxmemory while running", seen,
             f"shown until `gridwall lost --accept`, then {took:.0f} s", kept)  # fmt: skip


FAKE = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")


@whole
@pytest.mark.parametrize("hours", [1, -1])
def test_clock_of_the_server_jumps(
    tmp_path: Path, browser: Browser, hours: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not FAKE.exists():
        pytest.skip("libfaketime (Debian's package faketime) is not installed")
    offset = tmp_path / "offset"
    offset.write_text("+0")
    with monkeypatch.context() as env:
        # the server's clock is the one that all processes share, so only it is moved
        env.setenv("LD_PRELOAD", str(FAKE))
        env.setenv("FAKETIME_TIMESTAMP_FILE", str(offset))
        env.setenv("FAKETIME_NO_CACHE", "1")
        env.setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        context = server(tmp_path / "redis")
        own = context.__enter__()
    try:
        with stand(own, tmp_path, browser) as s:
            seen = s.watch()
            offset.write_text(f"{hours * 3600:+d}")
            seen.during(40)
            took = seen.well(WELL_S)
            offset.write_text("+0")
            took = max(took, seen.well(WELL_S))
            kept = s.settle(seen)
            note(f"clock {hours:+d} h", "the server's clock moved, and back after 40 s", seen,
                 f"{took:.0f} s", kept)  # fmt: skip
    finally:
        context.__exit__(None, None, None)
