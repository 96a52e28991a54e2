"""Every view of the naive model, counted again from nothing."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

from tests.model.model import City
from tests.model.modelclock import DAY, EIGHT, HOUR, MINUTE, runs
from tests.model.modelscores import day_of, scores, standings
from tests.model.modeltime import is_late, moment

TIERS = ("county", "township", "community", "grid")
RANKS = ("blue", "yellow", "orange", "red")
#: what is counted by ten minutes for counties and townships, in this order
SERIES = (
    *("reported", "closed", "ended", "late_in", "late_out", "decided", "on_time"),
    *("slow_in", "slow_out"),
)
Counts = dict[tuple[str, str | int], int]


def is_open(event: dict[str, Any]) -> bool:
    return not event["void"] and event["status"] not in ("closed", "rejected", "merged")


def is_overdue(event: dict[str, Any]) -> bool:
    waits = is_open(event) and event["status"] not in ("handled", "verified")
    return waits and is_late(event)


def owes_answer(event: dict[str, Any]) -> bool:
    """The response is overdue: dispatched, or put aside since, and nobody has answered in time."""
    return bool(event["slow"]) and event["slow"][-1][1] is None


def when(at: int) -> tuple[int, int]:
    """Local day (YYYYMMDD) and minute of the day."""
    return day_of(at), (at + EIGHT) % DAY // MINUTE


def tile(lat: float, lon: float, zoom: int) -> str:
    """The textbook's formula of a map tile, for places where people live."""
    angle = math.radians(lat)
    x = (lon + 180) / 360 * 2**zoom
    y = (1 - math.log(math.tan(angle) + 1 / math.cos(angle)) / math.pi) / 2 * 2**zoom
    return f"{math.floor(x)}/{math.floor(y)}"


def grid_of(event: dict[str, Any]) -> str:
    return str(event["place"][3]) if len(event["place"]) == 4 else ""


def count(city: City, zooms: tuple[int, ...]) -> Counts:
    """Every counting view."""
    n: Counter[tuple[str, str | int]] = Counter()
    for name, event in city.events.items():
        if event["void"]:
            continue
        for key, amount in _gauges(event, zooms).items():
            n[key] += amount
        for key, amount in _flows(event).items():
            n[key] += amount
        stood = standings(city.received[name], city.limits)
        for field, amount in scores(event, stood).items():
            n[field] += amount
    return {key: amount for key, amount in n.items() if amount}


def _gauges(event: dict[str, Any], zooms: tuple[int, ...]) -> Counter[tuple[str, str | int]]:
    n: Counter[tuple[str, str | int]] = Counter()
    facts = ["reported"]
    facts += ["open"] if is_open(event) else [event["status"]]
    facts += ["overdue"] if is_overdue(event) else []
    facts += ["response_overdue"] if owes_answer(event) else []
    owners = [f"level|{event['level']}", f"category|{event['category']}"]
    owners += [f"department|{event['department']}"] if event["department"] else []
    places = [pair for pair in zip(TIERS, event["place"], strict=False) if pair[1]]
    for fact in facts:
        for owner in ("all", *owners):
            n["count", f"{owner}|{fact}"] += 1
        for tier, code in places:
            n[f"place:{tier}", f"{code}|{fact}"] += 1
    n["count", f"status|{event['status']}"] += 1
    n["count", f"channel|{event['channel']}|reported"] += 1
    n["count", "all|unlocated" if event["at"][0] is None else "all|located"] += 1
    if not grid_of(event):
        n["count", "all|no_grid"] += 1
    day, minute = when(event["reported"])
    n[f"day:{day}", f"level|{event['level']}|reported"] += 1
    for tier, code in places:
        if tier in ("township", "grid"):
            hour = f"{minute // (HOUR // MINUTE):02}"
            n[f"surge:{tier}:{day}", f"{code}|{event['category']}|{hour}"] += 1
    for tier, code in places:
        if tier in ("county", "township"):
            n[f"levelday:{day}", f"{code}|{event['level']}"] += 1
        for fact in facts:
            if fact in ("open", "overdue", "response_overdue") and is_open(event):
                n[f"levels:{tier}", f"{code}|{event['level']}|{fact}"] += 1
    if is_open(event) and event["at"][0] is not None:
        for zoom in zooms:
            _in_cell(n, f"cells:{zoom}", event, zoom)
        for tier, code in places:
            for zoom in {"county": (12, 14), "township": (14,)}.get(tier, ()):
                _in_cell(n, f"cells:{code}:{zoom}", event, zoom)
    return n


def _in_cell(
    n: Counter[tuple[str, str | int]], view: str, event: dict[str, Any], zoom: int
) -> None:
    """One event more in its tile, and how many 64ths of it the event is to the right and down."""
    name = tile(*event["at"], zoom)
    column, row = map(int, name.split("/"))
    right, down = map(int, tile(*event["at"], zoom + 6).split("/"))
    n[view, f"{name}|{event['level']}"] += 1
    n[view, f"{name}|at"] += (right - 64 * column) * 2**30 + (down - 64 * row)


def _flows(event: dict[str, Any]) -> Counter[tuple[str, str | int]]:
    n: Counter[tuple[str, str | int]] = Counter()
    flows = [("reported", event["reported"], 1)]
    flows += [] if is_open(event) else [("ended", event["ended"], 1)]
    flows += [("closed", event["ended"], 1)] if event["status"] == "closed" else []
    for ended, again in event["endings"]:
        flows += [("ended", ended, 1), ("ended", again, -1)]
    flows += [("late_in", start, 1) for start, _ in event["late"]]
    flows += [("late_out", end, 1) for _, end in event["late"] if end is not None]
    flows += [("slow_in", start, 1) for start, _ in event["slow"]]
    flows += [("slow_out", end, 1) for _, end in event["slow"] if end is not None]
    for at, _department, what, amount in event["facts"]:
        if what.startswith(("decided.", "on_time.")):
            flows.append((what.partition(".")[0], at, amount))
    for what, at, amount in flows:
        day, minute = when(at)
        n[f"minute:{what}:{day}", minute] += amount
        for code in filter(None, event["place"][:2]):
            n[f"slot:{code}:{day}", SERIES.index(what) * 144 + minute // 10] += amount
    return n


def queue(city: City) -> set[str]:
    """The events in the queue: a step taken on a running clock, or red and unanswered."""
    return {
        name
        for name, event in city.events.items()
        if not event["void"]
        and (
            event["alarm"]
            or any(
                runs(clock) and clock["steps"]
                for clock in (event["respond"], event["handle"])
                if clock
            )
        )
    }


def deadlines(city: City) -> dict[str, int]:
    """When time does something next, for each event for which it does."""
    found = {name: moment(event) for name, event in city.events.items() if not event["void"]}
    return {name: at for name, at in found.items() if at is not None}


def points(city: City) -> dict[str, int]:
    """Open events that have a place on the map, with their rank."""
    return {
        f"{event['at'][1]:.5f},{event['at'][0]:.5f},{event['reported']},{name}": (
            RANKS.index(event["level"]) * 10**13 + event["reported"]
        )
        for name, event in city.events.items()
        if is_open(event) and event["at"][0] is not None
    }


def alerts(city: City) -> dict[str, int]:
    """Open red and orange events not acknowledged, with their rank."""
    return {
        name: RANKS.index(event["level"]) * 10**13 + event["reported"]
        for name, event in city.events.items()
        if is_open(event) and event["level"] in ("red", "orange") and not event["acknowledged"]
    }


def of_places(city: City) -> set[tuple[str, str, str]]:
    """(queue, points or alerts, code of a place, event) for every place an event is in."""
    queued, marked, waiting = queue(city), points(city), alerts(city)
    located = {member.split(",", 3)[3] for member in marked}
    kinds = {"queue": queued, "points": located, "alerts": set(waiting)}
    return {
        (kind, code, name)
        for kind, events in kinds.items()
        for name in events
        for code in city.events[name]["place"]
        if code
    }


def ledger(city: City) -> dict[tuple[str, str], int]:
    """(grid, event) → when it was reported."""
    return {
        (grid, name): event["reported"]
        for name, event in city.events.items()
        if (grid := grid_of(event)) and not event["void"]
    }
