"""The projector: actions folded per second, in batches and one at a time, and its memory."""

from __future__ import annotations

from data_sources.fold.projector import BATCH
from tests.bench.bench import Bench
from tests.bench.folding import fold_past, server
from tests.bench.table import Line

TITLE = "projector, five actions an event"
_EVENTS, _SINGLE = 12_000, 1_000


def measure(bench: Bench) -> list[Line]:
    bench.quiet()
    bench.say(f"folding {_EVENTS:,} lives in batches, {_SINGLE:,} one action at a time")
    with server() as url:
        batched = fold_past(url, _EVENTS, batch=BATCH)
    with server() as url:
        single = fold_past(url, _SINGLE, batch=1)
    ratio = batched.rate / single.rate
    return [
        Line(f"folded, batches of {BATCH}", batched.rate, "actions/s"),
        Line("folded, one at a time", single.rate, "actions/s"),
        Line("batches ÷ one at a time", ratio, "×"),
        Line("peak memory of the folding process", batched.peak_mb, "MB"),
    ]
