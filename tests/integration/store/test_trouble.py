"""Which cause an error of Redis has: each from a real server that really is in that trouble."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

import pytest
import redis

from data_sources.store.connection import connect
from data_sources.store.keys import shards
from data_sources.store.lease import Lease
from data_sources.store.trouble import Cause, cause, passes
from tests.support.stores.ownserver import free_port, server


def caught(work: object) -> BaseException:
    assert callable(work)
    with pytest.raises((redis.RedisError, OSError)) as found:
        work()
    return found.value


def test_out_of_memory_in_a_command_a_script_and_a_transaction(tmp_path: Path) -> None:
    with server(tmp_path, maxmemory="1") as own, own.client() as r:
        assert cause(caught(lambda: r.set("a", "x"))) is Cause.MEMORY
        lease = Lease(r, shards(1)[0], "projector")
        assert cause(caught(lease.acquire)) is Cause.MEMORY
        pipe = r.pipeline(transaction=True)
        pipe.set("a", 1)
        assert cause(caught(pipe.execute)) is Cause.MEMORY


def test_a_replica(tmp_path: Path) -> None:
    with server(tmp_path) as own, own.client() as r:
        r.replicaof("127.0.0.1", str(free_port()))
        assert cause(caught(lambda: r.set("a", "x"))) is Cause.READ_ONLY


def test_passwords_and_rights(tmp_path: Path) -> None:
    with server(tmp_path, password="right") as own:
        for wrong in ("", ":wrong@", "stranger:wrong@"):
            with connect(f"redis://{wrong}127.0.0.1:{own.port}/0") as r:
                assert cause(caught(r.ping)) is Cause.PASSWORD
        with own.client() as r:
            r.acl_setuser("reader", enabled=True, passwords=["+a"], keys=["*"], commands=["+get"])
        with connect(f"redis://reader:a@127.0.0.1:{own.port}/0") as r:
            error = caught(lambda: r.set("a", 1))
            assert cause(error) in (Cause.RIGHTS, Cause.PASSWORD)


def test_a_cluster_without_its_slots(tmp_path: Path) -> None:
    bus = str(free_port())  # without it, the port plus 10,000, which may be too high
    with server(tmp_path, cluster_enabled="yes", cluster_port=bus) as own, own.client() as r:
        assert cause(caught(lambda: r.set("a", 1))) is Cause.MOVED


def test_a_script_without_end(tmp_path: Path) -> None:
    with server(tmp_path, busy_reply_threshold="50") as own, own.client() as r:

        def spin() -> None:
            with own.client() as other, pytest.raises(redis.RedisError):
                other.eval("while true do end", 0)

        thread = threading.Thread(target=spin)
        thread.start()
        time.sleep(0.5)
        assert cause(caught(lambda: r.set("a", 1))) is Cause.BUSY
        r.script_kill()
        thread.join(10)


def test_no_more_connections(tmp_path: Path) -> None:
    with server(tmp_path, maxclients="2") as own, own.client() as a, own.client() as b:
        a.ping()
        b.ping()
        with connect(own.url) as c:
            assert cause(caught(c.ping)) is Cause.CROWDED


def test_nothing_listens() -> None:
    with connect(f"redis://127.0.0.1:{free_port()}") as r:
        assert cause(caught(r.ping)) is Cause.REFUSED


def test_a_link_that_swallows_is_left_after_one_timeout() -> None:
    """Every retry waited for its own timeout: 32 s for one call of 5 s."""
    with socket.socket() as hole:
        hole.bind(("127.0.0.1", 0))
        hole.listen(16)
        with connect(f"redis://127.0.0.1:{hole.getsockname()[1]}", timeout=1.0) as r:
            began = time.monotonic()
            error = caught(r.ping)
            assert time.monotonic() - began < 2.5
            assert cause(error) is Cause.SILENT


def test_a_mistake_of_the_program_does_not_pass(redis_client: redis.Redis) -> None:
    redis_client.set("text", "x")
    error = caught(lambda: redis_client.hget("text", "a"))
    assert cause(error) is Cause.OTHER
    assert not passes(error)
    script = redis_client.register_script("return redis.call('NO-SUCH-COMMAND')")
    assert not passes(caught(script))
