"""`gridwall replay` as a program: what it prints, its exit code, and its wait for the fold."""

import gzip
import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from dashboard.core.model.actions import Action, Kind
from dashboard.processes.connect import UnfoldedError, folded, wait_folded
from data_sources.store import losses
from data_sources.store.actions import ActionLog
from data_sources.store.connection import connect
from data_sources.store.keys import ShardKeys
from tests.support.bostonfile import CASES, boston
from tests.support.processes import ROOT, run

SAMPLE = ROOT / "dashboard" / "config" / "cities" / "la" / "sample.csv.gz"


def replay(tmp_path: Path, file: Path, *more: str) -> tuple[int, dict, str]:
    """The exit code, the last line of stdout, and stderr."""
    done = run(
        "replay", str(file), "--format", "boston311", "--json", *more,
        GRIDWALL_DATA_DIR=str(tmp_path / "data"),
    )  # fmt: skip
    lines = done.stdout.splitlines()
    return done.returncode, json.loads(lines[-1]) if lines else {}, done.stderr


def test_day_first_dates_and_chinese_rows(tmp_path: Path) -> None:
    row = {**CASES["moved"], "open_dt": "31/01/2022 08:05:00", "neighborhood": "波士顿"}
    code, result, errors = replay(tmp_path, boston(tmp_path, row, encoding="gb18030"))
    assert (code, errors) == (0, "")
    assert result["accepted"] == 1
    assert (result["encoding"], result["dates"]) == ("GB18030", {"open_dt": "day-first"})


def test_a_row_that_cannot_be_read_is_no_success(tmp_path: Path) -> None:
    bad = {**CASES["closed"], "case_status": "Frozen"}
    code, result, errors = replay(tmp_path, boston(tmp_path, CASES["moved"], bad))
    assert (code, errors) == (1, "")
    counts = ("rows", "accepted", "repeated", "dead_letters")
    assert [result[name] for name in counts] == [2, 1, 0, 1]


def test_dates_that_can_be_read_in_two_ways_are_asked(tmp_path: Path) -> None:
    row = {**CASES["moved"], "open_dt": "03/04/2022 08:05:00"}
    file = boston(tmp_path, row)
    code, result, errors = replay(tmp_path, file)
    assert (code, result) == (1, {})
    assert len(errors.splitlines()) == 1
    assert "--dates day-first or --dates month-first" in errors
    code, result, _ = replay(tmp_path, file, "--dates", "month-first")
    assert (code, result["accepted"]) == (0, 1)


def _entries(log: ActionLog, count: int) -> None:
    log.append(
        [
            Action(action_id=f"e{n}:escalate:1", event_id=f"e{n}", kind=Kind.ESCALATE, ts=1)
            for n in range(count)
        ]
    )


def test_deadlines_taken_are_progress(redis_url: str) -> None:
    """Each deadline that is taken adds an action, so the backlog does not shrink for long."""
    r = connect(redis_url)
    keys, log = ShardKeys(0), ActionLog(r)
    _entries(log, 10)

    def fold() -> None:
        # a fold slower than the clock: 25 more are written than are folded, then it catches up
        for _ in range(30):
            r.hincrby(keys.meta, "read", 1)
            _entries(log, 2)
            time.sleep(0.05)
        while log.lag():
            r.hincrby(keys.meta, "read", 1)
            time.sleep(0.005)

    folder = threading.Thread(target=fold)
    folder.start()
    try:
        wait_folded(log.lag, log.folded, patience_s=0.6)
    finally:
        folder.join()
    assert log.lag() == 0


def test_a_fold_that_has_stopped_is_reported(redis_url: str) -> None:
    log = ActionLog(connect(redis_url))
    _entries(log, 3)
    with pytest.raises(UnfoldedError, match=r"3 actions or deadlines wait.*none has been"):
        wait_folded(log.lag, log.folded, patience_s=0.3)


def test_lost_data_are_named_not_waited_for(redis_url: str, tmp_path: Path) -> None:
    r = connect(redis_url)
    losses.note(r, "g0", losses.Loss("past", "folded up to 9-0", "folded up to 0-0"))
    file = tmp_path / "part.csv"
    file.write_bytes(b"".join(gzip.decompress(SAMPLE.read_bytes()).splitlines(keepends=True)[:4]))
    env = {"GRIDWALL_REDIS_URL": redis_url, "GRIDWALL_CITY": "la"}
    done = run("replay", str(file), "--format", "la311", timeout=60, **env)
    assert done.returncode == 1
    assert "data were lost in g0" in done.stderr
    assert ActionLog(r).lag() > 0  # taken in all the same, to be folded later


def test_an_ended_process_is_named(redis_url: str) -> None:
    ended = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
    ended.wait()
    with pytest.raises(UnfoldedError, match=r"the projector ended \(exit code 3\)"):
        folded(connect(redis_url), 1, {"projector": ended})
