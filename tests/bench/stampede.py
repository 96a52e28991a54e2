"""Stampede: the web process dies under 500 walls; how they come back, and at what cost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter

from tests.bench import usage
from tests.bench.bench import Bench
from tests.bench.running import get
from tests.bench.table import Line
from tests.support.processes import ROOT, wait_until

TITLE = "stampede: restart of the web process, 50 events/s"
WALLS = 500
WATCHED_S = 30.0


def measure(bench: Bench) -> list[Line]:
    _ = bench.lasting_feed
    system = bench.gridwall
    bench.say(f"{WALLS} walls")
    argv = [sys.executable, "-m", "tests.bench.returners", str(system.port), str(WALLS)]
    walls = subprocess.Popen(
        argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert walls.stdin is not None
    assert walls.stdout is not None
    try:
        assert walls.stdout.readline().strip() == "ready"
        time.sleep(5)
        worker = system.web()
        steady = _share(worker, 5.0)
        bench.say("kill -9 of the web process")
        for pid in (system.web_master(), *worker):
            os.kill(pid, signal.SIGKILL)
        walls.stdin.write("\n")
        walls.stdin.flush()
        walls.stdout.readline()
        wait_until(lambda: get(system.port, "/healthz")[0] == 200, 60)
        returned = time.time()
        worker = system.web()
        spent = usage.cpu_seconds(worker)
        time.sleep(WATCHED_S)
        spent = usage.cpu_seconds(worker) - spent
        walls.stdin.write("\n")
        walls.stdin.flush()
        seen = json.loads(walls.stdout.readline())
    finally:
        walls.kill()
        walls.communicate()
    back = sorted(at - returned for at in seen["back"])
    accepted = Counter(int(at - returned) for at in seen["connected"] if at >= returned)
    return [
        Line("walls back with a full frame", len(back), "", least=WALLS),
        Line("from the server's return until half are back", back[len(back) // 2], "s"),
        Line("from the server's return until all are back", back[-1], "s", most=15),
        Line("most connections accepted in one second", max(accepted.values()), ""),
        Line(f"web worker in those {WATCHED_S:.0f} s, share of a core", spent / WATCHED_S, "",
             comparison=steady, compared_with="before"),
        Line("frames read", seen["frames"], ""),
        Line("frames that did not follow on what was held", seen["gaps"], "", most=0),
    ]  # fmt: skip


def _share(pids: list[int], seconds: float) -> float:
    before = usage.cpu_seconds(pids)
    time.sleep(seconds)
    return (usage.cpu_seconds(pids) - before) / seconds
