"""Event → pixel: from the acknowledged write to the number in the page."""

from __future__ import annotations

from tests.bench.bench import Bench
from tests.bench.table import Line

TITLE = "event → pixel, one tab, 50 events/s"


def measure(bench: Bench) -> list[Line]:
    ours, plain = bench.tab, bench.plain_tab
    return [
        Line("median", ours.p50, "ms", most=200, comparison=plain.p50),
        Line("p95", ours.p95, "ms", most=400, comparison=plain.p95),
    ]
