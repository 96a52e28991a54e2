"""The wall cut into panels, and what changes in a panel from one moment to the next. Pure.

Payloads are objects of objects (rows by id, an order beside them), so that a change is a
small merge patch (RFC 7396).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from dashboard.core.model.scope import CITY, Scope
from dashboard.core.wall.minutes import TREND_BUCKETS, TREND_STEP_MIN
from dashboard.core.wall.state import Wall

Panel = dict[str, Any]
_PLACES_SHOWN = 8
_BUCKETS = tuple(str(n) for n in range(TREND_BUCKETS))


def panels(
    wall: Wall, top_places: dict[str, dict[str, int]], scope: Scope = CITY
) -> dict[str, Panel]:
    """Every panel's payload by name; ``top_places`` is where 'top places' are taken from."""
    return {
        "head": _head(wall, scope),
        "kpi": {"all": wall.all, "today": wall.today, "yesterday": wall.yesterday},
        "levels": {level: dict(facts) for level, facts in wall.by_level.items()},
        "trend": _trend(wall),
        "areas": wall.map["areas"],
        "points": wall.map["points"],
        "cells": wall.map["cells"],
        "places": _places(top_places),
        "queue": {
            "order": [row["event_id"] for row in wall.queue],
            "rows": {row["event_id"]: row for row in wall.queue},
            "total": wall.queue_total,
            "overdue": wall.all["overdue"],
        },
        "alerts": _rows("event_id", wall.alerts),
        "scores": {
            "period": wall.scores_period,
            "order": [score.department for score in wall.scores],
            "rows": {s.department: _rounded(msgspec.to_builtins(s)) for s in wall.scores},
        },
        "departments": _departments(wall, scope),
        "brief": wall.brief or {},
        "area": {**wall.place, "children": wall.children},
        "surges": _rows("id", wall.warnings),
        "recent": _rows("seq", wall.recent),
    }


def _head(wall: Wall, scope: Scope) -> Panel:
    return {
        "city": wall.city,
        "source": wall.source,
        "version": wall.version,
        "area": scope.code,
        "place": wall.place,
        "scores": wall.scores_of,
        "names": {code: dict(name) for code, name in scope.names.items()},
    }


def _rows(key: str, rows: list[dict[str, Any]]) -> Panel:
    return {"order": [row[key] for row in rows], "rows": {row[key]: row for row in rows}}


def _departments(wall: Wall, scope: Scope) -> Panel:
    """Departments of the whole city, by code; of a place they are not counted."""
    facts = ("open", "overdue", "reported", "closed")
    rows = {c: {k: f[k] for k in facts} for c, f in wall.by_department.items()}
    # by code: the screen orders by score, and an order that moves is a patch every tick
    return {"known": scope.whole, "order": sorted(rows), "rows": rows}


def _trend(wall: Wall) -> Panel:
    first = wall.trend[0]["t"]
    series: Panel = {
        name: {
            n: at[name] for n, at in zip(_BUCKETS, wall.trend, strict=True) if at[name] is not None
        }
        for name in ("reported", "closed", "yesterday")
    }
    start = round(datetime.fromisoformat(first).timestamp() * 1000)
    return {"t0": start, "step": TREND_STEP_MIN * 60_000, **series}


def _places(rows: dict[str, dict[str, int]]) -> Panel:
    top = sorted(rows.items(), key=lambda item: (-item[1]["open"], -item[1]["overdue"], item[0]))
    top = [(code, facts) for code, facts in top if facts["open"]][:_PLACES_SHOWN]
    return {
        "order": [code for code, _ in top],
        "rows": {code: {"open": f["open"], "overdue": f["overdue"]} for code, f in top},
    }


def _rounded(row: Panel) -> Panel:
    """A tenth of a point is what a screen shows; more would only make patches."""
    return {k: round(v, 1) if isinstance(v, float) else v for k, v in row.items()}


def merge_patch(old: Panel, new: Panel) -> Panel:
    """The RFC 7396 patch that makes ``new`` of ``old``; empty if they are equal.

    A null in ``new`` stands for 'no data' and can't be told from 'removed' in a patch;
    readers treat a missing field as no data, so both mean the same here.
    """
    patch: Panel = {}
    for key, value in new.items():
        before = old.get(key)
        if value is before:
            continue
        if isinstance(value, dict) and isinstance(before, dict):
            if value != before and (inner := merge_patch(before, value)):
                patch[key] = inner
        elif value != before or (key not in old and value is not None):
            patch[key] = value
    for key in old.keys() - new.keys():
        patch[key] = None
    return patch
