"""Fan-out: what a web worker spends on 1, 10 and 200 clients of the stream.

The 200 are on the worker that takes the events in as well; 1 and 10 are on a second one that
serves walls only, as plain Dash does, so that only the cost of a viewer is measured.
"""

from __future__ import annotations

from tests.bench.audience import listen
from tests.bench.bench import Bench
from tests.bench.table import Line

TITLE = "fan-out, 50 events/s"
MANY = 200


def measure(bench: Bench) -> list[Line]:
    seconds = min(12.0, bench.options.seconds / 2)
    system, _ = bench.gridwall, bench.feed
    bench.say(f"{MANY} clients of the stream")
    many = listen("stream", system.port, system.web(), MANY, seconds)
    port, worker = system.second_web()
    found = {}
    for clients in (1, 10):
        bench.say(f"{clients} clients of the stream")
        found[clients] = listen("stream", port, worker, clients, seconds)
    plain = bench.plain
    bench.say("10 tabs of plain Dash")
    tabs = listen("poll", plain.port, plain.web(), 10, seconds)
    one, ten = found[1], found[10]
    tenth = max(0.0, ten.cpu / ten.seconds - one.cpu / one.seconds) / 9 * 60
    first = one.cpu_each_minute
    return [
        Line(f"web worker with {MANY} clients and the intake, share of a core",
             many.core_share, "", most=0.25),
        Line(f"KB per client-minute, {MANY} clients", many.kb_each_minute, "KB", most=120,
             comparison=tabs.kb_each_minute),
        Line("CPU per viewer-minute, 1 viewer", first, "CPU·s"),
        Line("CPU per viewer-minute, 10 viewers", ten.cpu_each_minute, "CPU·s", most=0.1,
             comparison=tabs.cpu_each_minute,
             note=f"(plain: {tabs.refreshes_each_minute:.0f} of 60 refreshes a minute)"),
        Line("the tenth viewer as a share of the first", tenth / first, "", most=0.1),
    ]  # fmt: skip
