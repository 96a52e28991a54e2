"""Every counting view of the naive model, counted again from nothing."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date, timedelta
from typing import Any

from tests.unit.core.model import City
from tests.unit.core.modelclock import DAY, EIGHT, MINUTE


def is_open(event: dict[str, Any]) -> bool:
    return event["status"] not in ("closed", "rejected", "merged")


def is_overdue(event: dict[str, Any]) -> bool:
    waits = is_open(event) and event["status"] not in ("handled", "verified")
    return waits and bool(event["late"]) and event["late"][-1][1] is None


def when(at: int) -> tuple[int, int]:
    """Local day (YYYYMMDD) and minute of the day."""
    days, rest = divmod(at + EIGHT, DAY)
    return int((date(1970, 1, 1) + timedelta(days=days)).strftime("%Y%m%d")), rest // MINUTE


def tile(lat: float, lon: float, zoom: int) -> str:
    """The textbook's formula of a map tile, for places where people live."""
    angle = math.radians(lat)
    x = (lon + 180) / 360 * 2**zoom
    y = (1 - math.log(math.tan(angle) + 1 / math.cos(angle)) / math.pi) / 2 * 2**zoom
    return f"{math.floor(x)}/{math.floor(y)}"


def count(city: City, zooms: tuple[int, ...]) -> dict[tuple[str, str | int], int]:
    """Every counting view, counted again from nothing."""
    n: Counter[tuple[str, str | int]] = Counter()
    for event in city.events.values():
        facts = ["reported"]
        facts += ["open"] if is_open(event) else [event["status"]]
        facts += ["overdue"] if is_overdue(event) else []
        owners = [f"level|{event['level']}", f"category|{event['category']}"]
        owners += [f"department|{event['department']}"] if event["department"] else []
        for fact in facts:
            for owner in ("all", *owners):
                n["count", f"{owner}|{fact}"] += 1
            tiers = ("county", "township", "community", "grid")
            for tier, code in zip(tiers, event["place"], strict=False):
                if code:
                    n[f"place:{tier}", f"{code}|{fact}"] += 1
        n["count", f"status|{event['status']}"] += 1
        n["count", f"channel|{event['channel']}|reported"] += 1
        n["count", "all|unlocated" if event["at"][0] is None else "all|located"] += 1
        if len(event["place"]) < 4 or not event["place"][3]:
            n["count", "all|no_grid"] += 1
        day, _ = when(event["reported"])
        n[f"day:{day}", f"level|{event['level']}|reported"] += 1
        flows = [("reported", event["reported"], 1)]
        flows += [] if is_open(event) else [("ended", event["ended"], 1)]
        flows += [("closed", event["ended"], 1)] if event["status"] == "closed" else []
        for ended, again in event["endings"]:
            flows += [("ended", ended, 1), ("ended", again, -1)]
        flows += [("late_in", start, 1) for start, _ in event["late"]]
        flows += [("late_out", end, 1) for _, end in event["late"] if end is not None]
        for at, department, what, amount in event["facts"]:
            day, _ = when(at)
            n[f"score:{day // 100}", f"{department}|{what}"] += amount
            n[f"scoreday:{day}", f"{department}|{what}"] += amount
            if what in ("decided", "on_time"):
                flows.append((what, at, amount))
        for what, at, amount in flows:
            day, minute = when(at)
            n[f"minute:{what}:{day}", minute] += amount
        if is_open(event) and event["at"][0] is not None:
            for zoom in zooms:
                n[f"cells:{zoom}", f"{tile(*event['at'], zoom)}|{event['level']}"] += 1
    return {key: amount for key, amount in n.items() if amount}
