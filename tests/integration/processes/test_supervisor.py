"""The supervisor with a real engine and stand-in children: starts, restarts, stops, leaves none."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from data_sources.engine import server
from data_sources.store.connection import connect
from tests.support.processes import ROOT, living, wait_until

Running = subprocess.Popen[str]


@pytest.fixture
def port() -> int:
    """A port that is free right now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def command(port: int, *children: str) -> list[str]:
    return [sys.executable, "-m", "tests.support.stub_up", str(port), *children]


@contextmanager
def running(data: Path, port: int, *children: str) -> Iterator[Running]:
    """`up` with these children, ready; stopped at the end if the test did not."""
    log = data.parent / f"up-{port}.txt"
    with log.open("w") as out:
        process = subprocess.Popen(
            command(port, *children),
            cwd=ROOT,
            env={**os.environ, "GRIDWALL_DATA_DIR": str(data)},
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
        )
    try:
        wait_until(lambda: "/wall" in log.read_text() or process.poll() is not None, 20)
        assert process.poll() is None, log.read_text()
        yield process
    finally:
        process.terminate()
        process.wait(15)
        wait_until(lambda: not living(data))


def printed(data: Path, port: int) -> str:
    return (data.parent / f"up-{port}.txt").read_text()


def pid_of(data: Path, part: str) -> int | None:
    """The child whose command contains `part`."""
    return next((pid for pid, command in living(data).items() if part in command), None)


def engine_pid(data: Path) -> int | None:
    """The engine's server: it names its socket, or calls itself after it."""
    for pid in living(data):
        exe = Path(f"/proc/{pid}/exe")
        try:
            if exe.resolve().name in ("valkey-server", "redis-server", "redis-check-rdb"):
                return pid
        except OSError:
            continue
    return None


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_it_prints_the_address_and_stops_on_term(data: Path, port: int) -> None:
    with running(data, port, "web", "steady") as up:
        assert f"http://127.0.0.1:{port}/wall" in printed(data, port)
        up.send_signal(signal.SIGTERM)
        assert up.wait(10) == 0
        assert living(data) == {}


def test_interrupt_stops_children_that_will_not_listen(data: Path, port: int) -> None:
    with running(data, port, "web", "deaf", "parent") as up:
        wait_until(lambda: pid_of(data, "sleep 1000"))
        began = time.monotonic()
        up.send_signal(signal.SIGINT)
        assert up.wait(10) == 0
        assert time.monotonic() - began < 10
        assert living(data) == {}


def test_killed_supervisor_leaves_nothing(data: Path, port: int) -> None:
    with running(data, port, "web", "deaf") as up:
        assert len(living(data)) == 4
        up.kill()
        up.wait()
        wait_until(lambda: not living(data), 5)


def test_it_can_be_started_at_once_after_a_kill(data: Path, port: int) -> None:
    with running(data, port, "web") as up:
        up.kill()
        up.wait()
        with running(data, port, "web"):
            pass


def test_killed_engine_comes_back_with_its_data(data: Path, port: int) -> None:
    with running(data, port, "web"):
        url = server.running_url(data / "la")
        assert url is not None
        with connect(url) as r:
            r.set("a", 1)
        before = engine_pid(data)
        assert before is not None
        os.kill(before, signal.SIGKILL)
        wait_until(lambda: engine_pid(data) not in (None, before))
        wait_until(lambda: server.running_url(data / "la"))
        with connect(url) as r:
            assert r.get("a") == b"1"
        assert "engine ended" in printed(data, port)


def test_killed_child_is_started_again_with_its_group(data: Path, port: int) -> None:
    with running(data, port, "web", "parent"):
        wait_until(lambda: pid_of(data, "sleep 1000"))
        grandchild, before = pid_of(data, "sleep 1000"), pid_of(data, "subprocess.Popen")
        assert before is not None
        os.kill(before, signal.SIGKILL)
        wait_until(lambda: pid_of(data, "subprocess.Popen") not in (None, before))
        wait_until(lambda: pid_of(data, "sleep 1000") not in (None, grandchild))
        assert sum("sleep 1000" in c for c in living(data).values()) == 1


@pytest.mark.parametrize("feed", ["once", "wrong"])
def test_finished_feed_is_left_alone(data: Path, port: int, feed: str) -> None:
    with running(data, port, "web", feed):
        expected = "finished  once" if feed == "once" else "wrong 意外退出 ended: exit code 2\n"
        wait_until(lambda: expected in printed(data, port))
        time.sleep(1.0)
        assert printed(data, port).count(expected) == 1


def test_child_that_never_comes_up_ends_it_with_its_last_words(data: Path, port: int) -> None:
    done = subprocess.run(
        command(port, "broken", "steady"),
        cwd=ROOT,
        env={**os.environ, "GRIDWALL_DATA_DIR": str(data)},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 1
    assert "broken does not come up (exit code 3): the reason why" in done.stderr
    assert "broken | the reason why" in done.stdout
    assert living(data) == {}


def test_second_up_names_the_directory_and_the_process(data: Path, port: int) -> None:
    with running(data, port, "web") as first:
        second = subprocess.run(
            command(port, "web"),
            cwd=ROOT,
            env={**os.environ, "GRIDWALL_DATA_DIR": str(data)},
            capture_output=True,
            text=True,
            timeout=30,
        )
        assert second.returncode == 1
        assert len(second.stderr.splitlines()) == 1
        assert str(data / "la") in second.stderr
        assert f"process {first.pid}" in second.stderr
        assert first.poll() is None


def test_attached_supervisor_takes_over_the_engine(data: Path, port: int) -> None:
    owner = server.Engine(data / "la")
    owner.open()
    try:
        with running(data, port, "web"):
            assert "already running" in printed(data, port)
            owner.close()
            wait_until(lambda: server.running_url(data / "la"))
            assert "engine ended" in printed(data, port)
    finally:
        owner.close()


def test_taken_port_is_found_before_anything_starts(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = int(taken.getsockname()[1])
        done = subprocess.run(
            command(number, "web"),
            cwd=ROOT,
            env={**os.environ, "GRIDWALL_DATA_DIR": str(data)},
            capture_output=True,
            text=True,
            timeout=30,
        )
    assert done.returncode == 1
    assert f"port {number} on 127.0.0.1 cannot be used" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (data / "la" / "redis").exists()
