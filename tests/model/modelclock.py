"""The naive model's clocks: lists of spans, working hours a list of windows, UTC+8."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta
from typing import Any

from chinese_calendar import is_workday

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
EIGHT = 8 * HOUR
SHARES = (0.5, 0.8, 1.0, 1.5)


def _windows() -> list[tuple[int, int]]:
    day, out = date(2017, 12, 1), []
    while day < date(2021, 12, 31):
        if is_workday(day):
            midnight = (day - date(1970, 1, 1)).days * DAY - EIGHT
            out.append((midnight + 8 * HOUR + 30 * MINUTE, midnight + 17 * HOUR + 30 * MINUTE))
        day += timedelta(days=1)
    return out


WINDOWS = _windows()
_STARTS = [start for start, _ in WINDOWS]


def passed(working: bool, start: int, end: int) -> int:
    """Clock time between two moments."""
    if not working:
        return max(0, end - start)
    total, index = 0, max(0, bisect_right(_STARTS, start) - 1)
    while index < len(WINDOWS) and WINDOWS[index][0] < end:
        opens, closes = WINDOWS[index]
        total += max(0, min(end, closes) - max(start, opens))
        index += 1
    return total


def reached(working: bool, start: int, amount: int) -> int:
    """The first moment at which ``amount`` of clock time has passed since ``start``."""
    if amount <= 0 or not working:
        return start + max(0, amount)
    index = max(0, bisect_right(_STARTS, start) - 1)
    while True:
        opens, closes = WINDOWS[index]
        room = max(0, closes - max(start, opens))
        if room >= amount:
            return max(start, opens) + amount
        amount -= room
        index += 1


def new_clock(limit: int, at: int, working: bool, *, given: bool = False) -> dict[str, Any]:
    spans = [[at, None]]
    return {"limit": limit, "working": working, "spans": spans, "steps": 0, "given": given}


def used(clock: dict[str, Any], at: int) -> int:
    return int(clock.get("carried", 0)) + sum(
        passed(clock["working"], start, at if end is None else end) for start, end in clock["spans"]
    )


def runs(clock: dict[str, Any] | None) -> bool:
    return clock is not None and clock["spans"][-1][1] is None


def step_at(clock: dict[str, Any] | None) -> int | None:
    """When the next step of a running clock falls due."""
    if clock is None or not runs(clock) or clock["steps"] == 4:
        return None
    since = clock["spans"][-1][0]
    before = used({**clock, "spans": clock["spans"][:-1]}, since)
    left = round(clock["limit"] * SHARES[clock["steps"]]) - before
    return reached(clock["working"], since, left)


def halt(clock: dict[str, Any] | None, at: int) -> None:
    if clock is not None and runs(clock):
        clock["spans"][-1][1] = at
