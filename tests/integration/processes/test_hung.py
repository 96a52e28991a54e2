"""What hangs is ended and started again: a child, one of its threads, the engine, the supervisor.

A hung process is a stopped one (SIGSTOP): it neither ends nor works. Nothing here waits less than
the 30 s that the product waits.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from dashboard.processes.pulses import SILENT_S, Silence
from data_sources.engine import server
from data_sources.store.connection import connect
from tests.integration.processes.test_supervisor import (
    data,
    engine_pid,
    pid_of,
    port,
    printed,
    running,
)
from tests.support.processes import wait_until

__all__ = ["data", "port"]

#: until a hung process has been ended and another one runs, s
PATIENCE = SILENT_S + 25


@pytest.mark.timeout(120)
def test_a_stopped_child_a_stuck_thread_and_a_stopped_engine(data: Path, port: int) -> None:
    with running(data, port, "web", "beating", "stuck"):
        url = server.running_url(data / "la")
        assert url is not None
        with connect(url) as r:
            r.set("a", 1)
        engine, child = engine_pid(data), pid_of(data, "while True: pause(Event(), 1)")
        stuck = pid_of(data, "time.sleep(1000)")
        assert engine is not None
        assert child is not None
        os.kill(child, signal.SIGSTOP)
        os.kill(engine, signal.SIGSTOP)
        time.sleep(SILENT_S / 2)
        assert pid_of(data, "while True: pause(Event(), 1)") == child, "ended too early"
        assert engine_pid(data) == engine, "ended too early"
        wait_until(lambda: engine_pid(data) not in (None, engine), PATIENCE)
        wait_until(
            lambda: pid_of(data, "while True: pause(Event(), 1)") not in (None, child), PATIENCE
        )
        wait_until(lambda: pid_of(data, "time.sleep(1000)") not in (None, stuck), PATIENCE)
        wait_until(lambda: server.running_url(data / "la"))
        with connect(url) as r:
            assert r.get("a") == b"1"
        for name in ("beating", "stuck", "engine"):
            wait_until(lambda name=name: f"{name}" in printed(data, port))
        assert "beating 意外退出 ended: silent for" in printed(data, port)
        assert "stuck 意外退出 ended: silent for" in printed(data, port)


@pytest.mark.timeout(120)
def test_a_stopped_and_a_killed_supervisor(data: Path, port: int) -> None:
    with running(data, port, "outer", "web", "steady") as outer:

        def inner() -> int | None:
            path = Path(f"/proc/{outer.pid}/task/{outer.pid}/children")
            found = path.read_text().split()
            return int(found[0]) if found else None

        first = inner()
        assert first is not None
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: inner() not in (None, first), 20)
        wait_until(lambda: printed(data, port).count("/wall") == 2, 30)
        second = inner()
        assert second is not None
        os.kill(second, signal.SIGSTOP)
        wait_until(lambda: inner() not in (None, second), PATIENCE)
        wait_until(lambda: printed(data, port).count("/wall") == 3, 30)
        assert outer.poll() is None
        outer.send_signal(signal.SIGINT)
        assert outer.wait(15) == 0


def test_a_watcher_that_was_suspended_itself_ends_no_one() -> None:
    silence = Silence(30.0, 90.0)
    silence.begin(0.0)
    assert not silence.look(0.5, 0.0)
    assert not silence.look(1.0, 1.0)
    assert not silence.look(1000.0, 1.0), "a jump of the watcher's own clock is one look"
    for second in range(1001, 1029):
        assert not silence.look(float(second), 1.0)
    assert silence.look(1031.0, 1.0) or silence.look(1032.0, 1.0)


def test_one_that_was_started_again_has_as_long_to_start_as_the_first() -> None:
    """A web server that took 31 s to start was ended again and again: its last answer counted."""
    silence = Silence(30.0, 90.0)
    last_answer = 77.0
    silence.begin(100.0)
    for second in range(101, 185):
        assert not silence.look(float(second), last_answer)
    assert not silence.look(185.0, 186.0)
    for second in range(186, 215):
        assert not silence.look(float(second), 186.0)
    assert silence.look(217.0, 186.0) or silence.look(218.0, 186.0)
