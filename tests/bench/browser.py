"""Wire and browser: what one real tab receives and computes, and how soon it shows a number."""

from __future__ import annotations

from tests.bench.bench import Bench
from tests.bench.table import Line

TITLE = "wire and browser, one tab, 50 events/s"


def measure(bench: Bench) -> list[Line]:
    ours, plain = bench.tab, bench.plain_tab
    return [
        Line("on the wire per viewer-minute", ours.kb_a_minute, "KB", most=120,
             comparison=plain.kb_a_minute),
        Line("browser CPU per minute", ours.cpu_a_minute, "CPU·s", most=3,
             comparison=plain.cpu_a_minute),
        Line("first number, warm server", ours.first_s, "s", most=1, comparison=plain.first_s),
        Line("loaded until then", ours.first_kb, "KB", most=1500, comparison=plain.first_kb),
    ]  # fmt: skip
