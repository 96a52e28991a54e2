"""What a run of days leaves behind: its plan, a line a mark, and the table made of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

HOUR_S = 3600.0
#: rows of the table: the hours so far are put together into at most so many
ROWS = 12


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for; the same for every start of a run."""

    hours: float
    #: events a second
    rate: float
    #: what was run, and where: a version, and the machine's cores
    version: str
    cores: int


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen between two moments of one start; all counts are of that time alone."""

    #: number of the start, from 1
    start: int
    #: when it ended, s since 1970
    at: float
    #: how long it was, s of the monotonic clock
    seconds: float
    #: reports that the intake has acknowledged
    reported: int
    #: reports acknowledged in all starts, and what the wall had counted after the last of them
    acknowledged: int
    counted: int
    #: values that the auditor's recount found different; None before its first recount
    differences: int | None
    open: int
    #: MB: the page's heap after a collection, the web worker, every process of the server
    heap_mb: float
    worker_mb: float
    server_mb: float
    nodes: int
    listeners: int
    #: s of processor time: the server's processes, the browser's
    server_cpu_s: float
    browser_cpu_s: float
    #: changes of the number on the page, and the page's state
    frames: int
    state: str
    #: ms from an acknowledged batch to its number on the page
    pixel_p50: float | None
    pixel_p95: float | None

    @property
    def wrong(self) -> int:
        """How far the wall's count is from the acknowledged reports."""
        return abs(self.counted - self.acknowledged)


class Run:
    """A run's directory; one process at a time works in it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self._marks = directory / "marks.jsonl"

    def plan(self, wanted: Plan) -> Plan:
        """The plan of this run: as stored, or ``wanted``, which is stored."""
        path = self.directory / "plan.json"
        if path.exists():
            return msgspec.json.decode(path.read_bytes(), type=Plan)
        path.write_bytes(msgspec.json.encode(wanted))
        return wanted

    def marks(self) -> list[Mark]:
        """Every mark; a line that was being written when the machine stopped is left out."""
        found = []
        for line in self._marks.read_bytes().splitlines() if self._marks.exists() else ():
            try:
                found.append(msgspec.json.decode(line, type=Mark))
            except msgspec.DecodeError:
                continue
        return found

    def add(self, mark: Mark) -> None:
        """Store a mark; it is on the disk when this returns."""
        with self._marks.open("ab") as out:
            if out.tell() and not self._marks.read_bytes().endswith(b"\n"):
                out.write(b"\n")
            out.write(msgspec.json.encode(mark) + b"\n")
            out.flush()
            os.fsync(out.fileno())


def seconds_of(marks: Iterable[Mark]) -> float:
    """How long the run has really run."""
    return sum(mark.seconds for mark in marks)


def table(plan: Plan, marks: Sequence[Mark]) -> str:
    """Markdown: what has been run so far, in one line, and a row for each part of it."""
    if not marks:
        return "Nothing has been run yet."
    ran, starts = seconds_of(marks), len({mark.start for mark in marks})
    reported = sum(mark.reported for mark in marks)
    worst = max(mark.wrong for mark in marks)
    live = sum(mark.seconds for mark in marks if mark.state == "live") / ran
    recounts = [mark.differences for mark in marks if mark.differences is not None]
    recounted = f"at most {max(recounts)}" if recounts else "not recounted yet"
    head = (
        f"**{hours(ran)} of {plan.hours:g} h so far**, {starts} start{'s' * (starts != 1)}, at "
        f"{plan.rate:g} events a second on {plan.cores} cores, version {plan.version}: "
        f"{reported:,} events. The wall's count was off by at most {worst}; values that the "
        f"recount found different: {recounted}; the wall was live at {live:.1%} of the time."
    )
    lines = [
        head,
        "",
        "| hours | events | wall off by | recount differs in | page heap, MB | DOM nodes; listeners"
        " | web worker; all of the server, MB | server; browser, share of a core"
        " | numbers drawn a minute | event → pixel p50; p95, ms | wall live |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    begun = 0.0
    for part in _parts(marks):
        length = seconds_of(part)
        lines.append(_row(begun, begun + length, part))
        begun += length
    return "\n".join(lines)


def _parts(marks: Sequence[Mark]) -> list[list[Mark]]:
    """The marks in order, in at most ``ROWS`` parts of about the same length."""
    each = seconds_of(marks) / ROWS
    parts: list[list[Mark]] = [[]]
    so_far = 0.0
    for mark in marks:
        if parts[-1] and so_far >= each * len(parts):
            parts.append([])
        parts[-1].append(mark)
        so_far += mark.seconds
    return parts


def _row(begin: float, end: float, part: Sequence[Mark]) -> str:
    length, last = seconds_of(part), part[-1]
    p50 = [mark.pixel_p50 for mark in part if mark.pixel_p50 is not None]
    p95 = [mark.pixel_p95 for mark in part if mark.pixel_p95 is not None]
    found = [mark.differences for mark in part if mark.differences is not None]
    server, browser = (
        sum(getattr(mark, name) for mark in part) / length
        for name in ("server_cpu_s", "browser_cpu_s")
    )
    live = sum(mark.seconds for mark in part if mark.state == "live") / length
    cells = [
        f"{hours(begin)}–{hours(end)}",
        f"{sum(mark.reported for mark in part):,}",
        str(max(mark.wrong for mark in part)),
        str(max(found)) if found else "–",
        f"{last.heap_mb:.1f}",
        f"{last.nodes:,}; {last.listeners:,}",
        f"{last.worker_mb:.0f}; {last.server_mb:.0f}",
        f"{server:.2f}; {browser:.2f}",
        f"{60 * sum(mark.frames for mark in part) / length:.0f}",
        f"{sorted(p50)[len(p50) // 2]:.0f}; {max(p95):.0f}" if p50 else "–",
        f"{live:.0%}",
    ]
    return f"| {' | '.join(cells)} |"


def hours(seconds: float) -> str:
    """1.25 as hours are written in the table."""
    return f"{seconds / HOUR_S:.2f}"
