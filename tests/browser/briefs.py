"""What the fixed panels tell in words: the newest red mark, and the morning brief."""

from __future__ import annotations

from typing import Any

from dashboard.config.cities import City

HOUR = 3_600_000


def tell_newest(city: City, points: dict[str, Any], where: list[str]) -> None:
    """Give the newest red mark its category, department and place, as the composer does."""
    reds = [event for event in points if points[event][2] == "red"]
    newest = max(reds, key=lambda event: points[event][3])
    county = where[int(newest[1:])]
    area = next(iter(city.children.get(county, ())), county)
    longest = max(city.categories, key=lambda code: len(city.categories[code].en))
    whose = city.categories[longest].department or next(iter(city.departments))
    points[newest] = [*points[newest], longest, whose, area, county]


def brief(
    city: City, where: list[str], now: int, kind: str, surges: dict[str, Any]
) -> dict[str, Any]:
    """The morning brief of the same city: numbers as long as they get where asked."""
    big = 1000 if kind == "overflow" else 1
    category = sorted(city.categories, key=lambda c: -len(city.categories[c].en))
    department = sorted(city.departments, key=lambda c: -len(city.departments[c].en))
    counts = sorted(((where.count(code), code) for code in set(where)), reverse=True)
    county = max(where, key=lambda code: len(city.place_name(code, "en")))
    below = sorted(city.children.get(county, ()), key=lambda c: -len(city.place_name(c, "en")))
    late = {
        f"late{n}": {
            "event_id": f"late{n}",
            "level": level,
            "category": category[n],
            "department": department[n],
            "county": county,
            "area": below[n] if len(below) > n else county,
            "owner": "county",
            "since": now - (6 - n) * 19 * HOUR * (9 if kind == "overflow" else 1),
        }
        for n, level in enumerate(("yellow", "orange", "blue", "blue", "orange"))
    }
    return {
        "day": 20261122,
        "at": now,
        "reported": 1_739 * big,
        "closed": 1_702 * big,
        "on_time_rate": 0.941,
        "overdue": 37 * big,
        "before": {"reported": 1_638, "closed": 1_702, "on_time_rate": 0.953, "overdue": 28},
        "red": 15,
        "orange": 55 * big,
        "longest": {"order": list(late), "rows": late, "looked": 200, "waiting": 200 * big},
        "places": {
            "order": [code for _, code in counts[:3]],
            "rows": {code: {"open": n * big, "overdue": n // 18} for n, code in counts[:3]},
        },
        "categories": {
            "order": category[:3],
            "rows": {c: {"open": 90 * big - n, "overdue": 3} for n, c in enumerate(category[:3])},
        },
        "surges": {"order": ["s1"], "rows": {"s1": surges["rows"]["s1"]}, "total": 2},
        "best": {"department": department[0], "total": 93.6},
        "improved": {"department": department[1], "places": 3},
        "slowest": {"department": department[2], "handling": 76.4},
    }


def no_brief(now: int) -> dict[str, Any]:
    none: dict[str, Any] = {"order": [], "rows": {}}
    day = {"reported": 0, "closed": 0, "on_time_rate": None}
    return {
        "day": 20261122,
        "at": now,
        **day,
        "overdue": 0,
        "before": {**day, "overdue": None},
        "red": 0,
        "orange": 0,
        "longest": {**none, "looked": 0, "waiting": 0},
        "places": none,
        "categories": none,
        "surges": {**none, "total": 0},
        "best": None,
        "improved": None,
        "slowest": None,
    }
