"""What a run of days keeps: hours add up over its starts, and no more is shown than was run."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from tests.soak.days import _latencies
from tests.soak.ledger import ROWS, Mark, Plan, Run, seconds_of, table

PLAN = Plan(hours=72, rate=20, version="abc1234", cores=2)
MARK = Mark(
    start=1, at=0.0, seconds=60.0, reported=1200, acknowledged=1200, counted=1200, differences=None,
    open=400, heap_mb=12.0, worker_mb=120.0, server_mb=400.0, nodes=4000, listeners=300,
    server_cpu_s=12.0, browser_cpu_s=24.0, frames=120, state="live", pixel_p50=100.0,
    pixel_p95=200.0,
)  # fmt: skip


def test_a_run_goes_on_where_it_was(tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    assert run.plan(PLAN) == PLAN
    assert run.marks() == []
    run.add(MARK)
    # the machine stopped within a line
    with (tmp_path / "run" / "marks.jsonl").open("ab") as out:
        out.write(b'{"start":1,"at":9')
    again = Run(tmp_path / "run")
    assert again.plan(replace(PLAN, hours=1, rate=1)) == PLAN, "the first start's"
    assert again.marks() == [MARK]
    second = replace(MARK, start=2, differences=0)
    again.add(second)
    assert Run(tmp_path / "run").marks() == [MARK, second]
    assert seconds_of(again.marks()) == 120


def test_the_table_has_the_hours_so_far_and_the_worst_of_each_part() -> None:
    assert table(PLAN, []) == "Nothing has been run yet."
    marks = [
        replace(MARK, start=1 + n // 100, acknowledged=1200 * (n + 1), counted=1200 * (n + 1))
        for n in range(150)
    ]
    marks[70] = replace(marks[70], counted=marks[70].counted - 3, state="stale", differences=2)
    marks[-1] = replace(marks[-1], heap_mb=13.5, differences=0)
    head, _, _, _, *rows = table(PLAN, marks).splitlines()
    assert head.startswith(
        "**2.50 of 72 h so far**, 2 starts, at 20 events a second on 2 cores, version abc1234: "
        "180,000 events. The wall's count was off by at most 3; values that the recount found "
        "different: at most 2; the wall was live at 99.3% of the time."
    )
    assert len(rows) == ROWS
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert (cells[0][0], cells[-1][0].split("–")[1]) == ("0.00–0.22", "2.50")
    assert sum(int(row[1].replace(",", "")) for row in cells) == 180_000
    assert sorted(row[2] for row in cells) == ["0"] * (ROWS - 1) + ["3"]
    assert cells[-1][3:6] == ["0", "13.5", "4,000; 300"]
    assert cells[-1][7:] == ["0.20; 0.40", "120", "100; 200", "100%"]


def test_the_time_to_the_pixel_begins_with_the_acknowledgement() -> None:
    seen = [(1000.0, 50), (1400.0, 54), (2500.0, 58)]
    acknowledged = [(1.2, 2), (1.3, 4), (2.4, 6), (2.6, 99)]
    assert _latencies(seen, acknowledged, 50) == [200.0, 100.0, 100.0]
    assert _latencies([*seen, (3000.0, 1)], acknowledged, 50) == [], "today began again"
