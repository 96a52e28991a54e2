"""Fixed panels for the wall: the same numbers every time, inside a real city's outlines.

``panels(city, kind)`` gives full payloads for ``live``, ``empty`` and ``overflow`` (names and
numbers as long as they get). Made from a seed, so that two runs draw the same picture.
"""

from __future__ import annotations

import random
from typing import Any

from dashboard.config.cities import City

from .briefs import brief, no_brief, tell_newest
from .places import alerts, areas, children, departments, head, place

#: 23 November 2026, 17:32:08 in Asia/Shanghai
NOW = 1_795_426_328_000
MINUTE = 60_000
HOUR = 60 * MINUTE
LEVELS = ("blue", "yellow", "orange", "red")
SHARES = (0.66, 0.27, 0.055, 0.015)
POINTS = 1000
Panels = dict[str, dict[str, Any]]
Ring = list[list[float]]


def panels(city: City, kind: str = "live", now: int = NOW) -> Panels:
    """Full payloads of every panel."""
    if kind == "empty":
        return _empty(city, now)
    rng = random.Random(7)
    points, where = _points(city, rng, now)
    tell_newest(city, points, where)
    return {
        "head": head(city, "simulated" if city.simulated else "replay"),
        "kpi": _kpi(kind),
        "levels": _levels(points),
        "trend": _trend(rng, now),
        "areas": areas(city, where),
        "points": points,
        "cells": {},
        "places": _places(where),
        "queue": _queue(city, rng, points, where, now, kind),
        "alerts": alerts(city, points, where),
        "departments": departments(city, kind),
        "area": {**place(city), "children": children(areas(city, where))},
        "scores": _scores(city, rng, kind),
        "brief": brief(city, where, now, kind, _surges(city, where, now)),
        "surges": _surges(city, where, now),
        "recent": _recent(city, rng, where, now),
    }


def _rings(geometry: dict[str, Any]) -> list[Ring]:
    shapes = geometry["coordinates"]
    return [s[0] for s in shapes] if geometry["type"] == "MultiPolygon" else [shapes[0]]


def _inside(x: float, y: float, ring: Ring) -> bool:
    hit = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            hit = not hit
    return hit


def _spot(rng: random.Random, ring: Ring) -> tuple[float, float]:
    xs, ys = [p[0] for p in ring], [p[1] for p in ring]
    cx, cy = rng.choice(ring)[0] * 0.2 + sum(xs) / len(xs) * 0.8, sum(ys) / len(ys)
    for _ in range(200):
        x = rng.gauss(cx, (max(xs) - min(xs)) / 5)
        y = rng.gauss(cy, (max(ys) - min(ys)) / 5)
        if _inside(x, y, ring):
            return round(x, 5), round(y, 5)
    return round(ring[0][0], 5), round(ring[0][1], 5)


def _points(city: City, rng: random.Random, now: int) -> tuple[dict[str, Any], list[str]]:
    features = city.areas["features"]
    weights = [rng.paretovariate(1.3) for _ in features]
    points: dict[str, Any] = {}
    where: list[str] = []
    for n in range(POINTS):
        feature = rng.choices(features, weights)[0]
        ring = max(_rings(feature["geometry"]), key=len)
        lon, lat = _spot(rng, ring)
        level = rng.choices(LEVELS, SHARES)[0]
        points[f"e{n:05}"] = [lon, lat, level, now - rng.randrange(4 * 24 * HOUR)]
        where.append(feature["properties"]["code"])
    return points, where


def _kpi(kind: str) -> dict[str, Any]:
    big = 1000 if kind == "overflow" else 1
    return {
        "all": {
            "reported": 41_207 * big,
            "open": 1_106 * big,
            "closed": 39_512,
            "rejected": 480,
            "merged": 109,
            "overdue": 37 * big,
            "response_overdue": 44 * big,
            "located": 1000,
            "unlocated": 106 * big,
            "no_grid": 12,
        },
        "today": {
            "reported": 1_847 * big,
            "closed": 1_790 * big,
            "overdue": 12,
            "response_overdue": 9,
            "on_time_rate": 1.0 if kind == "overflow" else 0.941,
        },
        "yesterday": {
            "reported": 1_739,
            "closed": 1_790,
            "open": 1_147,
            "overdue": 28,
            "response_overdue": 31,
            "on_time_rate": 0.953,
        },
    }


def _levels(points: dict[str, Any]) -> dict[str, Any]:
    rows = {}
    for level in LEVELS:
        n = sum(1 for p in points.values() if p[2] == level)
        rows[level] = {
            "open": n,
            "reported": 37 * n,
            "overdue": n // 20,
            "response_overdue": n // 20,
            "today": 2 * n - n // 7,
        }
    return rows


def _trend(rng: random.Random, now: int) -> dict[str, Any]:
    step = 10 * MINUTE
    t0 = now // step * step - 143 * step
    trend: dict[str, Any] = {"t0": t0, "step": step}
    for name in ("reported", "closed", "yesterday"):
        values = {}
        for i in range(144):
            hour = ((t0 + i * step) // HOUR + 8) % 24
            busy = 4 if hour < 6 else 18 + 10 * min(hour - 6, 18 - hour if hour < 18 else 0) / 6
            values[str(i)] = max(0, round(rng.gauss(busy, 3)))
        trend[name] = values
    trend["reported"]["140"] = 51
    trend["reported"]["143"] = 9
    trend["minute"] = now - now % 60_000
    trend["minutes"] = {str(n): rng.choice((0, 0, 1, 1, 2, 3, 4)) for n in range(60)}
    return trend


def _places(where: list[str]) -> dict[str, Any]:
    counts = sorted(((where.count(code), code) for code in set(where)), reverse=True)[:8]
    return {
        "order": [code for _, code in counts],
        "rows": {
            c: {
                "open": n,
                "overdue": n // 18 if n > 40 else 0,
                "response_overdue": n // 18 if n > 40 else 0,
            }
            for n, c in counts
        },
    }


def _queue(
    city: City, rng: random.Random, points: dict[str, Any], where: list[str], now: int, kind: str
) -> dict[str, Any]:
    ids = sorted(points, key=lambda i: (-LEVELS.index(points[i][2]), -points[i][3]))[:24]
    by_length = sorted(city.categories, key=lambda c: -len(city.categories[c].en))
    shares = [1.62, 0.31, 1.12, 0.97, 0.92, 0.84, 0.83, 0.71, 0.66, 0.6, 0.55, 0.52]
    shares += [round(0.5 - n / 100, 2) for n in range(12)]
    owners = ("handler", "department", "township", "county", "city")
    rows = {}
    for n, event in enumerate(ids):
        level = "red" if n < 2 else "orange" if n < 8 else "yellow"
        fitting = [c for c, what in city.categories.items() if what.level == level]
        category = by_length[n % 3] if kind == "overflow" else rng.choice(fitting or by_length)
        county = where[int(event[1:])]
        below = city.children.get(county, ())
        place = rng.choice(below) if below else county
        step = 4 if shares[n] > 1.5 else 3 if shares[n] > 1 else 2 if shares[n] > 0.8 else 1
        length = {"red": 2 * HOUR, "orange": 8 * HOUR, "yellow": 72 * HOUR}[level]
        rows[event] = {
            "event_id": event,
            "level": level,
            "status": "accepted",
            "department": city.categories[category].department or next(iter(city.departments)),
            "place": place,
            "area": place,
            "county": county,
            "category": category,
            "clock": "respond" if n in (3, 5) else "handle",
            "due": now + round((1 - shares[n]) * length * (40 if kind == "overflow" else 1)),
            "used": shares[n],
            "step": step,
            "owner": owners[step],
            "acknowledged": n in (1, 4),
        }
    return {
        "order": ids,
        "rows": rows,
        "total": 37_000 if kind == "overflow" else 126,
        "overdue": 37_000 if kind == "overflow" else 37,
        "response_overdue": 37_000 if kind == "overflow" else 37,
    }


def _scores(city: City, rng: random.Random, kind: str) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    for code in city.departments:
        dispatch, handling, outcome = (round(rng.uniform(74, 98), 1) for _ in range(3))
        rows[code] = {
            "department": code,
            "dispatch": dispatch,
            "handling": 100.0 if kind == "overflow" else handling,
            "outcome": outcome,
            "total": round(0.3 * dispatch + 0.4 * handling + 0.3 * outcome, 1),
            "n": rng.randrange(8, 1400) * (70 if kind == "overflow" else 1),
            "rank_change": rng.choice((-2, -1, 0, 0, 1, 3)),
            "unmeasured": 1300 if kind == "overflow" else 0,
        }
        total, wide = rows[code]["total"], 120 / rows[code]["n"] ** 0.5
        between = {"low": max(0, total - wide), "high": min(100, total + wide)}
        rows[code] |= {"shrunk": total, **{k: round(v, 1) for k, v in between.items()}}
    order = sorted(rows, key=lambda code: -rows[code]["total"])
    for rank, code in enumerate(order, 1):
        rows[code]["rank"] = rank
    for code in order:
        if rows[code]["rank_change"]:
            rows[code]["moved"] = _moved(rows[code], kind)
    few = rows[order[-1]]
    few.update({"rank": None, "n": 3, "outcome": None, "rank_change": None})
    few["moved"] = {"way": "gone", "rule": "cases", "n_before": 7, "n": 3, "needed": 5}
    few["unmeasured"] = max(13, few["unmeasured"])
    return {"period": "2026-11", "order": order, "rows": rows}


def _moved(row: dict[str, Any], kind: str) -> dict[str, Any]:
    """Why a rank moved: what most words are needed for, or that others did."""
    up, was = row["rank_change"] > 0, row["rank"] + row["rank_change"]
    if row["rank"] % 3 == 0:
        return {"way": "up" if up else "down", "rule": "others", "rank_before": was}
    n = 12_345 if kind == "overflow" else 7
    return {
        "way": "up" if up else "down",
        "rule": "own",
        "rank_before": was,
        "points": 1.4 if up else -1.4,
        "indicator": "dispatch",
        "indicator_points": 4.4 if up else -4.4,
        "component": "dispatch.measured" if kind == "overflow" else "handling.measured",
        "cause": "value",
        "value_before": 81.0 if up else 92.0,
        "value": 92.0 if up else 81.0,
        "missed": n,
    }


def _surges(city: City, where: list[str], now: int) -> dict[str, Any]:
    """Two surges; the longest words there are, for what must fit on a line."""
    area = max(where, key=lambda code: len(city.place_name(code, "en")))
    category = max(city.categories, key=lambda code: len(city.category_name(code, "en")))
    one = {"tier": "township", "place": area, "area": area, "category": category}
    row = {**one, "raised_at": now - 600_000, "observed": 17, "expected": 1.2, "folded": 9}
    return {"order": ["s1", "s2"], "rows": {"s1": {**row, "id": "s1"}, "s2": {**row, "id": "s2"}}}


def _recent(city: City, rng: random.Random, where: list[str], now: int) -> dict[str, Any]:
    kinds = ("report", "dispatch", "accept", "close", "escalate", "handle")
    rows = {}
    for n in range(12):
        category = rng.choice(list(city.categories))
        rows[str(900 - n)] = {
            "seq": 900 - n,
            "ts": now - n * 1700,
            "event_id": f"e{n:05}",
            "kind": kinds[n % len(kinds)],
            "level": rng.choices(LEVELS, SHARES)[0],
            "category": category,
            "department": city.categories[category].department,
            "area": rng.choice(where),
            "status": "accepted",
        }
    return {"order": list(rows), "rows": rows}


def _empty(city: City, now: int) -> Panels:
    zero = {
        "reported": 0,
        "open": 0,
        "closed": 0,
        "rejected": 0,
        "merged": 0,
        "overdue": 0,
        "response_overdue": 0,
    }
    step = 10 * MINUTE
    return {
        "head": head(city, "live"),
        "kpi": {
            "all": {**zero, "located": 0, "unlocated": 0, "no_grid": 0},
            "today": {
                "reported": 0,
                "closed": 0,
                "overdue": 0,
                "response_overdue": 0,
                "on_time_rate": None,
            },
            "yesterday": {},
        },
        "levels": {
            level: {"open": 0, "reported": 0, "overdue": 0, "response_overdue": 0, "today": 0}
            for level in LEVELS
        },
        "trend": {
            "t0": now // step * step - 143 * step,
            "step": step,
            **{name: {str(i): 0 for i in range(144)} for name in ("reported", "yesterday")},
            "minute": now - now % 60_000,
            "minutes": {str(n): 0 for n in range(60)},
        },
        "areas": {},
        "points": {},
        "cells": {},
        "places": {"order": [], "rows": {}},
        "queue": {"order": [], "rows": {}, "total": 0, "overdue": 0, "response_overdue": 0},
        "brief": no_brief(now),
        "alerts": {"order": [], "rows": {}},
        "departments": {"known": True, "order": [], "rows": {}},
        "area": {**place(city), "children": []},
        "scores": {"period": "2026-11", "order": [], "rows": {}},
        "surges": {"order": [], "rows": {}},
        "recent": {"order": [], "rows": {}},
    }
