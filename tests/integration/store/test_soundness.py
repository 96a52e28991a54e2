"""Whether a Redis can be trusted: each risk from a real server with that configuration."""

from __future__ import annotations

from pathlib import Path

import pytest
import redis

from data_sources.store import soundness
from data_sources.store.connection import connect
from data_sources.store.soundness import judge, look
from data_sources.store.trouble import Cause
from tests.support.processes import run
from tests.support.stores.ownserver import free_port, server


@pytest.mark.parametrize(
    ("options", "risks"),
    [
        ({}, ()),
        ({"maxmemory": "100mb", "maxmemory-policy": "allkeys-lru"}, ("eviction",)),
        ({"maxmemory-policy": "volatile-ttl"}, ("eviction",)),
        ({"appendonly": "no"}, ("persistence",)),
        ({"appendonly": "no", "save": "60 1000"}, ("snapshots",)),
    ],
)
def test_policy_and_persistence(
    tmp_path: Path, options: dict[str, str], risks: tuple[str, ...]
) -> None:
    with server(tmp_path, **options) as own, own.client() as r:
        assert look(r).risks == risks


def test_a_replica_and_little_room(tmp_path: Path) -> None:
    with server(tmp_path) as own, own.client() as r:
        r.replicaof("127.0.0.1", str(free_port()))
        found = look(r)
        assert "replica" in found.risks
        assert found.cause is Cause.READ_ONLY
        r.replicaof("NO", "ONE")
        used = int(r.info("memory")["used_memory"])
        r.config_set("maxmemory", str(int(used * 1.1)))
        assert look(r).risks == ("headroom",)
        r.config_set("maxmemory", str(used // 2))
        assert look(r).cause is Cause.MEMORY
        r.config_set("maxmemory", "0")
        assert look(r, tmp_path).disk_free is not None
        assert "disk-low" in judge(dict(r.info()), disk_free=1 << 20).risks


def test_a_server_that_forbids_config_is_judged_by_info(tmp_path: Path) -> None:
    with server(tmp_path) as own, own.client() as r:
        r.acl_setuser("managed", enabled=True, passwords=["+a"], categories=["+@all"])
        r.execute_command("ACL", "SETUSER", "managed", "-config", "~*")
        with connect(f"redis://managed:a@127.0.0.1:{own.port}/0") as managed:
            with pytest.raises(redis.ResponseError):
                managed.config_get("save")
            assert look(managed).risks == ()


@pytest.mark.parametrize(
    ("version", "old"),
    [("6.2.14", True), ("7.0.0", False), ("7.4.1", False), ("8.0.0", False)],
)
def test_versions_of_redis(version: str, old: bool) -> None:
    info = {"redis_version": version, "aof_enabled": 1, "maxmemory_policy": "noeviction"}
    assert ("version" in judge(info).risks) is old


@pytest.mark.parametrize(("version", "old"), [("7.1.9", True), ("7.2.0", False), ("9.1.2", False)])
def test_versions_of_valkey(version: str, old: bool) -> None:
    info = {"redis_version": "7.2.4", "valkey_version": version, "aof_enabled": 1}
    assert ("version" in judge(info).risks) is old


def test_what_may_lose_data_is_refused_at_the_start_unless_accepted(tmp_path: Path) -> None:
    with server(tmp_path, maxmemory_policy="allkeys-lru", appendonly="no") as own:
        known = {"GRIDWALL_REDIS_URL": own.url}
        done = run("projector", timeout=60, **known)
        assert done.returncode == 1
        assert "maxmemory-policy is allkeys-lru" in done.stderr
        assert "neither an append-only file nor snapshots" in done.stderr
        assert "GRIDWALL_ACCEPT_STORE=eviction,persistence" in done.stderr
        done = run("audit", timeout=60, GRIDWALL_ACCEPT_STORE="eviction,persistence", **known)
        assert done.returncode == 0, done.stderr
        done = run("audit", timeout=60, GRIDWALL_ACCEPT_STORE="everything", **known)
        assert done.returncode == 1
        assert "GRIDWALL_ACCEPT_STORE" in done.stderr


def test_every_risk_has_its_words() -> None:
    from dashboard.config.settings import STORE_RISKS
    from dashboard.config.words import catalogue

    for lang in ("zh", "en"):
        for risk in soundness.RISKS:
            assert catalogue(lang)[f"state.risk.{risk}"]
        for found in Cause:
            if found is not Cause.OTHER:
                assert catalogue(lang)[f"trouble.{found}"]
    assert set(soundness.REFUSED) < set(STORE_RISKS)
