"""The frames of ``deskcount`` from the action log alone, by the naive model: neither the fold
nor the states it keeps have any part in them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
import redis

from dashboard.core.model.actions import decode
from data_sources.store.keys import shards
from tests.model import modelclock
from tests.model.model import City
from tests.model.modelscores import standings
from tests.support.counts.deskcount import ENDED, FOREVER, TIERS

_SAME = ("status", "level", "category", "channel", "department", "returns")
_MOMENTS = ("dispatched", "accepted", "handled", "ended")


def weekdays(monkeypatch: pytest.MonkeyPatch, zone: ZoneInfo, first: date, days: int) -> None:
    """Working hours of the model are Monday to Friday in ``zone``, not China's."""
    windows = []
    for day in (first + timedelta(days=n) for n in range(days)):
        if day.weekday() < 5:
            hours = [datetime(day.year, day.month, day.day, h, 30, tzinfo=zone) for h in (8, 17)]
            opens, closes = (round(hour.timestamp() * 1000) for hour in hours)
            windows.append((opens, closes))
    monkeypatch.setattr(modelclock, "WINDOWS", windows)
    monkeypatch.setattr(modelclock, "_STARTS", [opens for opens, _ in windows])


def frames(r: redis.Redis, parts: int, until: int) -> dict[str, pd.DataFrame]:
    """Events, spans and tallies at ``until``, from every action that ever came."""
    rows: dict[str, list[Any]] = {"events": [], "late": [], "slow": [], "ends": [], "tallies": []}
    for keys in shards(parts):
        city = City()
        city.take(*(decode(fields[b"a"]) for _, fields in r.xrange(keys.actions)))
        for name, event in city.events.items():
            city.tick(event, until)
            _add(rows, name, event, standings(city.received[name]))
    columns = ["event_id", "at", "to", "measure", "amount", "standing"]
    return {
        "events": pd.DataFrame(rows["events"]).set_index("event_id", drop=False),
        "late": pd.DataFrame(rows["late"], columns=["event_id", "since", "until"]),
        "slow": pd.DataFrame(rows["slow"], columns=["event_id", "since", "until"]),
        "ends": pd.DataFrame(rows["ends"], columns=["event_id", "since", "until"]),
        "tallies": pd.DataFrame(rows["tallies"], columns=columns),
    }


def _add(rows: dict[str, list[Any]], name: str, event: dict[str, Any], stood: Any) -> None:
    place = [*event["place"], *[""] * len(TIERS)]
    clock = event["handle"]
    running = modelclock.runs(clock)
    timed = clock is not None and not event["unmeasured"]
    rows["events"].append(
        {
            "event_id": name,
            **{field: event[field] for field in _SAME},
            **dict(zip(TIERS, place, strict=False)),
            "reported_at": event["reported"],
            **{f"{field}_at": event[field] or 0 for field in _MOMENTS},
            "limit": clock["limit"] if clock else None,
            "since": clock["spans"][-1][0] if running else None,
            "spent": modelclock.used(clock, until_of(clock)) if timed else None,
        }
    )
    rows["late"] += [(name, since, until or FOREVER) for since, until in event["late"]]
    rows["slow"] += [(name, since, until or FOREVER) for since, until in event["slow"]]
    rows["ends"] += [(name, since, until) for since, until in event["endings"]]
    if event["status"] in ENDED:
        rows["ends"].append((name, event["ended"], FOREVER))
    rows["tallies"] += [
        (name, at, department, measure, amount, standing)
        for (at, department, measure, amount), standing in stood
    ]


def until_of(clock: dict[str, Any]) -> int:
    """The end of a clock's last span; for one that runs, what it had used before."""
    start, end = clock["spans"][-1]
    return int(start if end is None else end)
