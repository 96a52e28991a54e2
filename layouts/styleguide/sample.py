"""Fixed panels of a made-up city: the same picture every time, as long and as large as it gets.

``panels(kind)``: live, empty (nothing has happened), overflow (ten-digit numbers, names that
don't fit), many (50,000 open, so cells on the map).
"""

from __future__ import annotations

import random
from typing import Any

from layouts.styleguide import boards
from layouts.styleguide.city import COUNTIES, HOUR, LEVELS, MINUTE, NOW, city, listed

BUCKETS, STEP = 144, 10 * MINUTE
#: Corners of the six areas (assets/screens/styleguide.geojson has the same), lon and lat.
CENTRES = dict(
    zip(
        COUNTIES,
        ((0.5, 1.5), (1.5, 1.5), (2.5, 1.5), (0.5, 0.5), (1.5, 0.5), (2.5, 0.5)),
        strict=True,
    )
)
Panels = dict[str, dict[str, Any]]


def panels(kind: str) -> Panels:
    """Full payloads of every panel."""
    if kind == "empty":
        return _empty()
    rng = random.Random(5)
    points = _points(rng)
    return {
        "head": {"city": "sample", "source": "simulated", "area": "", "place": _place()},
        "kpi": _kpi(kind),
        "levels": _levels(kind),
        "trend": _trend(rng),
        "areas": {
            code: {"open": 40 * n * n, "overdue": n, "response_overdue": n, "rate": n / 4}
            for n, code in enumerate(COUNTIES)
        },
        "points": {} if kind == "many" else points,
        "cells": _cells(rng) if kind == "many" else {},
        "places": _places(kind),
        "queue": _queue(kind),
        "alerts": _alerts(points),
        **boards.panels(kind),
        "area": {**_place(), "children": _children(kind)},
    }


def _place() -> dict[str, Any]:
    name = city().name
    return {"code": "", "tier": "city", "name": name, "parent": "", "households": 412_000} | {
        "path": []
    }


def _children(kind: str) -> list[dict[str, Any]]:
    big = 10_000 if kind == "overflow" else 1
    return [
        {
            "code": code,
            "open": 400 * big // (n + 1),
            "overdue": 7 * (5 - n) // 2,
            "response_overdue": 7 * (5 - n) // 2,
        }
        for n, code in enumerate(reversed(COUNTIES))
    ]


def _kpi(kind: str) -> dict[str, Any]:
    """Numbers of one to four digits; of five; of ten."""
    scale = {"many": 45, "overflow": 1_000_000}.get(kind, 1)
    total = {
        "reported": 4_120 * scale,
        "open": 1_111 * scale,
        "overdue": 3_700 * scale,
        "response_overdue": 2_100 * scale,
    }
    today = {
        "reported": 1_847 * scale,
        "closed": 1_790 * scale,
        "overdue": 12 * scale,
        "response_overdue": 9 * scale,
    }
    return {
        "all": {
            **total,
            "closed": 2_900 * scale,
            "rejected": 9,
            "merged": 1,
            "located": 1_000,
            "unlocated": 106,
            "no_grid": 12,
        }
        | ({"overdue": 37, "response_overdue": 44} if kind == "live" else {}),
        "today": {**today, "on_time_rate": 1.0 if kind == "overflow" else 0.941},
        "yesterday": {
            "reported": 1_739 * scale,
            "closed": 1_790 * scale,
            "open": 1_147 * scale,
            "overdue": 28,
            "response_overdue": 31,
            "on_time_rate": 0.953,
        },
    }


def _levels(kind: str) -> dict[str, Any]:
    scale = {"many": 45, "overflow": 1_000}.get(kind, 1)
    opened = (7, 57, 283, 764)
    return {
        level: {
            "open": n * scale,
            "reported": 37 * n,
            "overdue": n // 20,
            "response_overdue": n // 20,
            "today": 2 * n * scale,
        }
        for level, n in zip(LEVELS, opened, strict=True)
    }


def _trend(rng: random.Random) -> dict[str, Any]:
    t0 = NOW // STEP * STEP - (BUCKETS - 1) * STEP
    lines: dict[str, Any] = {"t0": t0, "step": STEP}
    for name in ("reported", "closed", "yesterday"):
        lines[name] = {}
        for i in range(BUCKETS):
            hour = ((t0 + i * STEP) // HOUR + 8) % 24
            usual = 4 if hour < 6 else 26 - abs(hour - 13)
            lines[name][str(i)] = max(0, round(rng.gauss(usual, 3)))
    lines["reported"]["140"] = 51
    lines["minute"] = NOW - NOW % 60_000
    lines["minutes"] = {str(n): rng.choice((0, 1, 1, 2, 3, 4, 7)) for n in range(60)}
    return lines


def _spot(rng: random.Random, code: str) -> tuple[float, float]:
    lon, lat = CENTRES[code]
    return (
        round(116 + lon + rng.uniform(-0.42, 0.42), 4),
        round(41 + lat + rng.uniform(-0.42, 0.42), 4),
    )


def _points(rng: random.Random) -> dict[str, Any]:
    points = {}
    for n in range(180):
        county = rng.choice(COUNTIES)
        level = "red" if n < 3 else "orange" if n < 20 else rng.choice(("yellow", "blue", "blue"))
        facts = ["fire" if level == "red" else "road", "yj", county, county]
        points[f"e{n:03}"] = [*_spot(rng, county), level, NOW - n * MINUTE, *facts]
    return points


def _alerts(points: dict[str, Any]) -> dict[str, Any]:
    """The red events, none accepted yet."""
    names = ("lon", "lat", "level", "ts", "category", "department", "area", "county")
    rows = {}
    for key, point in points.items():
        row = dict(zip(names, point, strict=True))
        if row["level"] == "red":
            rows[key] = {
                "event_id": key,
                "place": row["area"],
                "step": 1,
                "owner": "county",
                **row,
            }
    return listed(rows)


def _cells(rng: random.Random) -> dict[str, Any]:
    cells = {}
    for x in range(24):
        for y in range(16):
            lon, lat = 116 + (x + 0.5) / 8, 43 - (y + 0.5) / 8
            n = int(rng.paretovariate(0.9) * 14)
            cells[f"{x}/{y}"] = [lon, lat, n, n // 3, n // 30, n // 90]
    return cells


def _places(kind: str) -> dict[str, Any]:
    big = 1_000 if kind == "overflow" else 1
    counts = (141, 106, 91, 76, 74, 40)
    order = ("990106", *COUNTIES[:5])
    return listed(
        {
            code: {
                "open": n * big,
                "overdue": (n // 18 if n > 80 else 0) * big,
                "response_overdue": (n // 18 if n > 80 else 0) * big,
            }
            for code, n in zip(order, counts, strict=True)
        }
    )


def _queue(kind: str) -> dict[str, Any]:
    """Every state of a row once: level, clock, step of the ladder, acknowledged or not."""
    owners = ("handler", "department", "township", "county", "city")
    states = (
        # level, category, department, area, used, step, clock, acknowledged
        ("red", "fire", "yj", "990106001", 1.62, 4, "handle", False),
        ("red", "fire", "yj", "990101001", 0.31, 1, "respond", True),
        ("orange", "road", "zj", "990102001", 1.12, 3, "handle", False),
        ("orange", "house", "zj", "990103", 0.97, 2, "respond", False),
        ("orange", "long", "long", "990106001", 0.84, 2, "handle", True),
        ("yellow", "pipe", "sw", "990104", 1.04, 3, "handle", False),
        ("yellow", "dust", "hb", "990105", 0.55, 1, "handle", False),
        ("blue", "stall", "cg", "990101001", 0.51, 1, "respond", False),
        ("blue", "stall", "cg", "990102001", 0.1, 0, "handle", True),
        ("blue", "stall", "", "", 0.0, 0, "respond", False),
    )
    long = kind == "overflow"
    rows = {}
    for n, (level, category, department, area, used, step, clock, seen) in enumerate(states):
        left = round((1 - used) * (2 if n < 2 else 72) * HOUR * (40 if long else 1))
        rows[f"q{n}"] = {
            "event_id": f"q{n}",
            "level": level,
            "status": "accepted",
            "category": "long" if long else category,
            "department": "long" if long else department,
            "place": area,
            "area": "990106001" if long else area,
            "county": "990106" if long else area[:6],
            "clock": clock,
            "due": None if n == len(states) - 1 else NOW + left,
            "used": used,
            "step": step,
            "owner": owners[step],
            "acknowledged": seen,
        }
    big = 1_000_000 if long else 1
    return {**listed(rows), "total": 126 * big, "overdue": 37 * big, "response_overdue": 44 * big}


def _empty() -> Panels:
    zero = {
        "reported": 0,
        "open": 0,
        "closed": 0,
        "rejected": 0,
        "merged": 0,
        "overdue": 0,
        "response_overdue": 0,
    }
    none: dict[str, Any] = {"order": [], "rows": {}}
    flat = {str(i): 0 for i in range(BUCKETS)}
    t0 = NOW // STEP * STEP - (BUCKETS - 1) * STEP
    day = {"reported": 0, "closed": 0, "overdue": 0, "response_overdue": 0, "on_time_rate": None}
    return {
        "head": {"city": "sample", "source": "live", "area": "", "place": _place()},
        "kpi": {
            "all": {**zero, "located": 0, "unlocated": 0, "no_grid": 0},
            "today": day,
            "yesterday": {},
        },
        "levels": {
            level: {"open": 0, "reported": 0, "overdue": 0, "response_overdue": 0, "today": 0}
            for level in LEVELS
        },
        "trend": {
            "t0": t0,
            "step": STEP,
            "reported": flat,
            "yesterday": flat,
            "minute": NOW - NOW % 60_000,
            "minutes": {str(n): 0 for n in range(60)},
        },
        "areas": {},
        "points": {},
        "cells": {},
        "places": none,
        "queue": {**none, "total": 0, "overdue": 0, "response_overdue": 0},
        "alerts": none,
        "departments": {"known": True, **none},
        "area": {**_place(), "children": []},
        "scores": {"period": "2026-11", **none},
        "brief": {
            "day": 20261122,
            "at": NOW - NOW % MINUTE,
            **day,
            "before": {},
            "red": 0,
            "orange": 0,
            "longest": {**none, "looked": 0, "waiting": 0},
            "places": none,
            "categories": none,
            "surges": {**none, "total": 0},
            "best": None,
            "improved": None,
            "slowest": None,
        },
        "surges": none,
        "recent": none,
    }
