"""Each part killed, and each part hung (SIGSTOP), under load: that it recovers by itself."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.chaos.faults.stand import Stand, note, note_kept

pytestmark = [pytest.mark.alone, pytest.mark.timeout(300)]
whole = pytest.mark.skipif(
    os.environ.get("GRIDWALL_CHAOS") != "all", reason="make chaos runs it: it takes minutes"
)
PARTS = ["projector", "clock", "background", "courier", "web", "worker", "engine", "supervisor"]
WAYS = ["killed", "hung"]
#: silent for 30 s, 5 s between TERM and KILL, and a start on a machine that is busy
HUNG_S = 110


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Stand]:
    with Stand(tmp_path_factory.mktemp("parts"), browser) as running:
        yield running


def replaced(stand: Stand, part: str, before: int) -> bool:
    """Whether another process plays the part."""
    try:
        return stand.pid_of(part) != before
    except (StopIteration, IndexError, OSError):
        return False


@whole
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("how", WAYS)
def test_a_part(stand: Stand, part: str, how: str) -> None:
    seen, before = stand.watch(), stand.pid_of(part)
    known = len(stand.sender.acknowledged)
    os.kill(before, signal.SIGKILL if how == "killed" else signal.SIGSTOP)
    seen.until(lambda _state, _ready: replaced(stand, part, before), HUNG_S)
    seen.well(HUNG_S)
    seen.until(lambda _s, _r: len(stand.sender.acknowledged) > known + 3, 60)
    took = time.monotonic() - seen.began
    assert seen.wrong == []
    signal_name = "SIGKILL" if how == "killed" else "SIGSTOP"
    note(f"{part} {how}", f"{signal_name} to it", seen, f"{took:.0f} s", "")


@whole
def test_nothing_was_lost_by_any_of_it(stand: Stand) -> None:
    seen = stand.watch()
    seen.well(60)
    note_kept([f"{part} {how}" for how in WAYS for part in PARTS], stand.settle(seen))


def test_a_killed_projector(tmp_path: Path, browser: Browser) -> None:
    with Stand(tmp_path, browser) as s:
        seen, before = s.watch(), s.pid_of("projector")
        os.kill(before, signal.SIGKILL)
        seen.until(lambda _s, _r: replaced(s, "projector", before), 30)
        seen.well(60)
        s.settle(seen)
