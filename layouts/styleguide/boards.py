"""Fixed payloads of the boards: departments, scores, brief, surges, last actions."""

from __future__ import annotations

from typing import Any

from layouts.styleguide.city import COUNTIES, HOUR, LEVELS, MINUTE, NOW, city, listed


def panels(kind: str) -> dict[str, dict[str, Any]]:
    """The payloads by panel."""
    return {
        "departments": _departments(kind),
        "scores": _scores(kind),
        "brief": _brief(kind),
        "surges": _surges(),
        "recent": _recent(),
    }


def _departments(kind: str) -> dict[str, Any]:
    big = 1_000 if kind == "overflow" else 1
    rows = {
        code: {
            "open": 90 - 10 * n,
            "overdue": max(0, 7 - n),
            "response_overdue": max(0, 7 - n),
            "reported": 1400 * big,
            "closed": 900,
        }
        for n, code in enumerate(city().departments)
    }
    return {"known": True, **listed(rows)}


def _scores(kind: str) -> dict[str, Any]:
    """Ranked ones, one with too few events, one without data for an indicator, one with none."""
    rows: dict[str, Any] = {}
    for n, code in enumerate(city().departments):
        total = 95.5 - 3.2 * n
        full = kind == "overflow"
        rows[code] = {
            "department": code,
            "dispatch": 100.0 if full else total - 2,
            "handling": 100.0 if full else total + 1,
            "outcome": 100.0 if full else total,
            "total": 100.0 if full else round(total, 1),
            "shrunk": 100.0 if full else round(total - 0.4, 1),
            "low": round(total - 4 - n, 1),
            "high": min(100.0, round(total + 3, 1)),
            "n": 123_456 if full else 1400 - 170 * n,
            "rank": n + 1,
            "rank_change": (0, 2, -1, 0, 12, -3, 0, 0)[n],
        }
    own = {"way": "up", "rule": "own", "rank_before": 4, "points": 3.9, "indicator": "handling"}
    own |= {"indicator_points": 4.4, "component": "handling.measured", "cause": "value"}
    codes = list(rows)
    rows[codes[1]]["moved"] = own | {"value_before": 81.0, "value": 92.0, "missed": 7}
    rows[codes[2]]["moved"] = {"way": "down", "rule": "others", "rank_before": 2, "points": 0.0}
    few = {"rank": None, "rank_change": None, "low": None, "high": None}
    rows["long"].update({**few, "n": 3, "outcome": None})
    rows["mz"].update({**few, "n": 0} | dict.fromkeys(("dispatch", "handling", "outcome", "total")))
    rows["mz"]["shrunk"] = None
    return {"period": "2026-11", **listed(rows)}


def _surges() -> dict[str, Any]:
    rows = {}
    for n, (area, category) in enumerate(
        (("990106001", "long"), ("990101", "pipe"), ("990104", "dust"))
    ):
        rows[f"s{n}"] = {
            "id": f"s{n}",
            "tier": "township",
            "place": area,
            "area": area,
            "category": category,
            "raised_at": NOW - (n + 1) * 600_000,
            "observed": 17 - 4 * n,
            "expected": (1.2, 0.0, 1.2)[n],
            "folded": (9, 0, 0)[n],
        }
    return listed(rows)


def _recent() -> dict[str, Any]:
    kinds = ("report", "dispatch", "accept", "close", "escalate", "handle")
    return listed(
        {
            str(90 - n): {
                "seq": 90 - n,
                "ts": NOW - n * 1700,
                "event_id": f"e{n:03}",
                "kind": kind,
                "level": LEVELS[n % 4],
                "category": "road",
                "department": "zj",
                "area": COUNTIES[n],
                "status": "accepted",
            }
            for n, kind in enumerate(kinds)
        }
    )


def _brief(kind: str) -> dict[str, Any]:
    big = 1_000_000 if kind == "overflow" else 1
    late = {
        f"q{n}": {
            "event_id": f"q{n}",
            "level": level,
            "category": "long" if n == 1 else "road",
            "department": "long" if n == 1 else "zj",
            "county": "990106",
            "area": "990106001",
            "owner": "city",
            "since": NOW - (n + 1) * 7 * HOUR,
        }
        for n, level in enumerate(("red", "orange", "yellow"))
    }
    top = {
        "places": {
            c: {"open": 300 // (n + 1), "overdue": n, "response_overdue": n}
            for n, c in enumerate(COUNTIES[:3])
        },
        "categories": {
            "long": {"open": 210, "overdue": 3, "response_overdue": 3},
            "pipe": {"open": 90, "overdue": 0, "response_overdue": 0},
        },
    }
    return {
        "day": 20261122,
        "at": NOW - NOW % MINUTE,
        "reported": 1_847 * big,
        "closed": 1_790 * big,
        "on_time_rate": 0.941,
        "overdue": 37 * big,
        "response_overdue": 44 * big,
        "before": {
            "reported": 1_739 * big,
            "closed": 1_790 * big,
            "on_time_rate": 0.953,
            "overdue": 28 * big,
            "response_overdue": 28 * big,
        },
        "red": 7,
        "orange": 57,
        "longest": {**listed(late), "looked": 200, "waiting": 320},
        "places": listed(top["places"]),
        "categories": listed(top["categories"]),
        "surges": {**_surges(), "total": 3},
        "best": {"department": "cg", "total": 95.1},
        "improved": {"department": "hb", "places": 12},
        "slowest": {"department": "long", "handling": 61.2},
    }
