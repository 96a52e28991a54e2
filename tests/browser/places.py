"""What a wall's fixed data say of places: the head, shaded areas, alerts and departments."""

from __future__ import annotations

import random
from typing import Any

from dashboard.config.cities import City


def _codes(city: City) -> list[str]:
    return [feature["properties"]["code"] for feature in city.areas["features"]]


def place(city: City) -> dict[str, Any]:
    """The whole city, as a place."""
    return {
        "code": "",
        "tier": "city",
        "name": {"zh": city.zh, "en": city.en},
        "parent": "",
        "households": _homes(city, "") or None,
        "path": [],
    }


def head(city: City, source: str) -> dict[str, Any]:
    about = {"area": "", "place": place(city), "scores": "d", "names": {}}
    return {"city": city.id, "source": source, **about}


def _homes(city: City, code: str) -> int:
    own = city.places[code].households or 0 if code else 0
    return own + sum(_homes(city, child) for child in city.children.get(code, ()))


def areas(city: City, where: list[str]) -> dict[str, Any]:
    rows = {}
    for code in _codes(city):
        n, homes = where.count(code), _homes(city, code)
        rate = round(1000 * n / homes, 2) if homes else None
        rows[code] = {
            "open": n,
            "overdue": n // 18 if n > 40 else 0,
            "response_overdue": n // 18 if n > 40 else 0,
            "rate": rate,
        }
    return rows


def children(areas: dict[str, Any]) -> list[dict[str, Any]]:
    top = sorted(areas, key=lambda code: -areas[code]["open"])[:12]
    return [
        {
            "code": c,
            "open": areas[c]["open"],
            "overdue": areas[c]["overdue"],
            "response_overdue": areas[c]["response_overdue"],
        }
        for c in top
    ]


def placed(city: City, code: str) -> dict[str, Any]:
    """What differs in one place's stream: which place it is and the places inside it."""
    one, path = city.places[code], [c for c in city.path(code) if c]
    about = {"code": code, "tier": one.tier, "name": {"zh": one.zh, "en": one.en}}
    row = {"parent": one.parent, "households": _homes(city, code), "path": path}
    below = {
        child: {"open": 7 * n % 40, "overdue": n % 3, "response_overdue": n % 3, "rate": None}
        for n, child in enumerate(city.children.get(code, ()))
    }
    return {"head": {"area": code, "place": {**about, **row}}, "areas": below}


def alerts(city: City, points: dict[str, Any], where: list[str]) -> dict[str, Any]:
    """Three red and five orange ones, the newest first."""
    rows = {}
    for level, most in (("red", 3), ("orange", 5)):
        ids = sorted((i for i in points if points[i][2] == level), key=lambda i: -points[i][3])
        fitting = [c for c, what in city.categories.items() if what.level == level]
        for n, event in enumerate(ids[:most]):
            category = (fitting or list(city.categories))[n % max(1, len(fitting))]
            lon, lat, _, ts = points[event][:4]
            county = where[int(event[1:])]
            rows[event] = {
                "event_id": event,
                "level": level,
                "category": category,
                "department": city.categories[category].department,
                "county": county,
                "area": county,
                "place": county,
                "ts": ts,
                "lon": lon,
                "lat": lat,
            }
    return {"order": list(rows), "rows": rows}


def departments(city: City, kind: str) -> dict[str, Any]:
    rng = random.Random(11)
    rows = {}
    for code in city.departments:
        n = rng.randrange(20, 260) * (1000 if kind == "overflow" else 1)
        closed = 30 * n + rng.randrange(50)
        rows[code] = {
            "open": n,
            "overdue": n // 9,
            "response_overdue": n // 9,
            "reported": closed + n,
            "closed": closed,
        }
    order = sorted(rows, key=lambda c: (-rows[c]["overdue"], -rows[c]["open"], c))
    return {"known": True, "order": order, "rows": rows}
