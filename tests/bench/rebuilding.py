"""Rebuild and audit while a wall is live: rate, memory, how long the wall did not change."""

from __future__ import annotations

import time

from data_sources.audit import audit
from data_sources.store.connection import connect
from tests.bench.bench import Bench
from tests.bench.folding import server
from tests.bench.table import Line
from tests.support.stores.rebuildwatch import (
    G0,
    PER_EVENT,
    fill,
    finish,
    live,
    rules,
    start_rebuild,
    used_mb,
)

TITLE = "rebuild of a live wall's views"
#: `--events` counts events; this row's budget is in actions
_MOST = 1_000_000


def measure(bench: Bench) -> list[Line]:
    bench.quiet()
    actions = min(_MOST, bench.options.events * PER_EVENT)
    with server() as url, connect(url) as r:
        bench.say(f"folding {actions:,} actions")
        events = fill(url, actions)
        before = used_mb(r)
        bench.say("rebuilding them, live")
        with live(url, events) as watch:
            made = finish(start_rebuild(url), 120 + actions / 500)
        bench.say("counting them again")
        began = time.process_time()
        report = audit(r, [G0], rules())
        counted = time.process_time() - began
    return [
        Line("rebuilt", made["actions"], "actions"),
        Line("rebuilt a second", made["rate"], "actions/s"),
        Line("peak memory of the rebuilding process", made["memory_mb"], "MB"),
        Line("server's memory meanwhile ÷ before", made["server_mb"] / before, "×"),
        Line("commits held back for the swap", made["held_ms"], "ms"),
        Line("longest time without a new version", watch.stood * 1000, "ms"),
        Line("wrong totals shown", len(watch.wrong), "", most=0, note=f"{watch.reads:,} reads"),
        Line("differences found by an audit", report.count, "", most=0),
        Line("audited per second of processor time", report.actions / counted, "actions"),
    ]
