"""The morning brief after a replay shows for two days what pandas counts in the file."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from dashboard.config.settings import Settings
from dashboard.core.wall.morning import morning
from dashboard.core.wall.state import Views
from data_sources.live.city_reader import Wanted, read_views
from data_sources.live.wiring import site_of
from data_sources.store.connection import connect_async
from data_sources.store.keys import shards
from tests.support.processes import ROOT, run

SAMPLE = ROOT / "dashboard" / "config" / "cities" / "la" / "sample.csv.gz"
LA = ZoneInfo("America/Los_Angeles")
#: how the file writes times: local, without a zone
TIME = "%m/%d/%Y %I:%M:%S %p"
#: every so many rows are enough, and quicker
EVERY = 5


def of_days(file: Path, as_of: str) -> list[dict[str, int]]:
    """The file's counts for the day before ``as_of`` and for the day before that."""
    rows = pd.read_csv(file, dtype=str, keep_default_na=False)
    ended = rows["ClosedDate"].where(rows["Status"] == "Closed")
    created = pd.to_datetime(rows["CreatedDate"], format=TIME).dt.date
    closed = pd.to_datetime(ended.replace("", None), format=TIME).dt.date
    days = [(pd.Timestamp(as_of[:10]) - pd.Timedelta(days=back)).date() for back in (1, 2)]
    return [
        {"reported": int((created == day).sum()), "closed": int((closed == day).sum())}
        for day in days
    ]


def counts_in_brief(url: str, day: str) -> tuple[dict[str, int | None], ...]:
    """The same two days as the morning brief of ``day`` tells them, from the views."""
    rules = site_of(Settings(city="la", redis_url=url)).rules
    now = round(datetime.fromisoformat(f"{day}T08:00").replace(tzinfo=LA).timestamp() * 1000)

    async def read() -> Views:
        r = connect_async(url)
        views = await read_views(r, shards(1), rules.local, now, Wanted(tiers=("county",)))
        await r.aclose()
        return views

    none: dict[str, Any] = {"red": 0, "orange": 0, "places": {}, "categories": {}, "queue": []}
    brief = morning(
        rules, now=now, series=asyncio.run(read()).minutes, overdue=0, overdue_before=None,
        response_overdue=0, response_overdue_before=None, queue_total=0, warnings=[], scores=[],
        **none,
    )  # fmt: skip
    assert (brief.reported or 0) > 500
    return tuple({"reported": d.reported, "closed": d.closed} for d in (brief, brief.before))


@pytest.mark.timeout(180)
def test_the_brief_shows_what_pandas_counts(redis_url: str, tmp_path: Path) -> None:
    file = tmp_path / "part.csv"
    pd.read_csv(SAMPLE, dtype=str, keep_default_na=False).iloc[::EVERY].to_csv(file, index=False)
    env = {"GRIDWALL_REDIS_URL": redis_url, "GRIDWALL_CITY": "la"}
    arguments = ("replay", str(file), "--format", "la311", "--speed", "max", "--json")
    done = run(*arguments, timeout=120, **env)
    assert done.returncode == 0, done.stderr
    assert counts_in_brief(redis_url, "2018-01-03") == tuple(of_days(file, "2018-01-03"))
