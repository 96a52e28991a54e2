"""The wall cut into panels, and what changes in a panel from one moment to the next. Pure.

Payloads are objects of objects (rows by id, an order beside them), so that a change is a
small merge patch (RFC 7396).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from dashboard.core.minutes import TREND_BUCKETS, TREND_STEP_MIN
from dashboard.core.wall import Wall

Panel = dict[str, Any]
_PLACES_SHOWN = 8
_BUCKETS = tuple(str(n) for n in range(TREND_BUCKETS))


def panels(wall: Wall, top_places: dict[str, dict[str, int]]) -> dict[str, Panel]:
    """Every panel's payload by name; ``top_places`` is where 'top places' are taken from."""
    return {
        "head": {"city": wall.city, "source": wall.source, "version": wall.version},
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
        "scores": {
            "period": wall.scores_period,
            "order": [score.department for score in wall.scores],
            "rows": {s.department: _rounded(msgspec.to_builtins(s)) for s in wall.scores},
        },
        "surges": {
            "order": [row["id"] for row in wall.warnings],
            "rows": {row["id"]: row for row in wall.warnings},
        },
        "recent": {
            "order": [row["seq"] for row in wall.recent],
            "rows": {row["seq"]: row for row in wall.recent},
        },
    }


def _trend(wall: Wall) -> Panel:
    first = wall.trend[0]["t"]
    series = {
        name: dict(zip(_BUCKETS, [bucket[name] for bucket in wall.trend], strict=True))
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
