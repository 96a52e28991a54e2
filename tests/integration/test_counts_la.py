"""After a replay the wall says what pandas counts in the file, to the last row.

The counting here knows nothing of Gridwall: it reads the CSV with pandas and follows the
data's own description of its columns.
"""

from __future__ import annotations

import asyncio
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from dashboard.core.morning import morning
from dashboard.core.wall import Views
from dashboard.settings import Settings
from data_sources.connection import connect_async
from data_sources.keys import shards
from data_sources.reading import Wanted, read_views
from data_sources.wallsite import site_of
from tests.processes import ROOT, run

SAMPLE = ROOT / "dashboard" / "cities" / "la" / "sample.csv.gz"
SHARED = Path(os.environ.get("GRIDWALL_TEST_DATA", ROOT.parent / "shared" / "data"))
FILES = [
    pytest.param(SAMPLE, id="sample"),
    pytest.param(SHARED / "la311-2018-01.csv.gz", id="2018"),
    pytest.param(SHARED / "la311-2020-01.csv.gz", id="2020"),
]

LA = ZoneInfo("America/Los_Angeles")
#: how the file writes times: local, without a zone
TIME = "%m/%d/%Y %I:%M:%S %p"


def counted(file: Path) -> dict[str, Any]:
    """What the file holds, by pandas alone."""
    rows = pd.read_csv(file, dtype=str, keep_default_na=False)
    ended = rows["ClosedDate"] != ""
    state = rows["Status"].where(~((rows["Status"] == "Closed") & ~ended), "Open")
    council = rows["NC"].where(~rows["NC"].isin(["", "0"]))
    is_open = state.isin(["Open", "Pending", "Referred Out"])
    located = (rows["Latitude"] != "") & (rows["Longitude"] != "")
    return {
        "reported": len(rows),
        "closed": int((state == "Closed").sum()),
        "rejected": int((state == "Cancelled").sum()),
        "returned": int((state == "Referred Out").sum()),
        "accepted": int((state == "Pending").sum()),
        "dispatched": int((state == "Open").sum()),
        "open": int(is_open.sum()),
        "located": int(located.sum()),
        "unlocated": int((~located).sum()),
        "no_grid": int(council.isna().sum()),
        "departments": {
            owner: {
                "reported": len(part),
                "open": int(is_open[part.index].sum()),
                "closed": int((state[part.index] == "Closed").sum()),
                "rejected": int((state[part.index] == "Cancelled").sum()),
            }
            for owner, part in rows.groupby("Owner")
        },
        "councils": council.dropna().value_counts().to_dict(),
        "councils_open": council[is_open].dropna().value_counts().to_dict(),
    }


def of_days(file: Path, as_of: str) -> list[dict[str, int]]:
    """What the file says of the day before ``as_of`` and of the day before that."""
    rows = pd.read_csv(file, dtype=str, keep_default_na=False)
    ended = rows["ClosedDate"].where(rows["Status"] == "Closed")
    created = pd.to_datetime(rows["CreatedDate"], format=TIME).dt.date
    closed = pd.to_datetime(ended.replace("", None), format=TIME).dt.date
    days = [(pd.Timestamp(as_of[:10]) - pd.Timedelta(days=back)).date() for back in (1, 2)]
    return [
        {"reported": int((created == day).sum()), "closed": int((closed == day).sum())}
        for day in days
    ]


def told_on(url: str, day: str) -> tuple[dict[str, int], ...]:
    """The same two days as the morning brief of ``day`` tells them, from the views."""
    rules = site_of(Settings(city="la", redis_url=url)).rules
    now = round(datetime.fromisoformat(f"{day}T08:00").replace(tzinfo=LA).timestamp() * 1000)

    async def read() -> Views:
        r = connect_async(url)
        views = await read_views(r, shards(1), rules.local, now, Wanted(tiers=("county",)))
        await r.aclose()
        return views

    none: dict[str, Any] = {"levels": {}, "places": {}, "categories": {}, "queue": []}
    brief = morning(
        rules, now=now, series=asyncio.run(read()).minutes, overdue=0, overdue_before=None,
        queue_total=0, warnings=[], scores=[], **none,
    )  # fmt: skip
    assert brief["reported"] > 500
    return tuple({n: d[n] for n in ("reported", "closed")} for d in (brief, brief["before"]))


@pytest.mark.parametrize("file", FILES)
@pytest.mark.timeout(180)
def test_the_wall_says_what_pandas_counts(file: Path, redis_url: str) -> None:
    if not file.exists():
        pytest.skip(f"{file.name} is not beside the project; the sample holds the 2018 rows")
    want = counted(file)
    env = {"GRIDWALL_REDIS_URL": redis_url, "GRIDWALL_CITY": "la"}
    arguments = ("replay", str(file), "--format", "la311", "--speed", "max", "--json")
    done = run(*arguments, timeout=120, **env)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout.splitlines()[-1])
    rows = want["reported"]
    assert summary.pop("notes") is not None
    assert summary == {"rows": rows, "accepted": rows, "repeated": 0, "dead_letters": 0}

    wall = json.loads(run("state", "--json", **env).stdout)
    for name in ("reported", "open", "closed", "rejected", "located", "unlocated", "no_grid"):
        assert wall["all"][name] == want[name], name
    for status in ("closed", "rejected", "returned", "accepted", "dispatched"):
        assert wall["by_status"][status] == want[status], status
    assert sum(wall["by_status"].values()) == rows
    assert sum(level["reported"] for level in wall["by_level"].values()) == rows
    departments = {
        code: {name: facts[name] for name in ("reported", "open", "closed", "rejected")}
        for code, facts in wall["by_department"].items()
    }
    assert departments == want["departments"]
    councils = {c: f["reported"] for c, f in wall["by_place"].items() if c.isdigit()}
    assert councils == want["councils"]
    still_open = {c: f["open"] for c, f in wall["by_place"].items() if c.isdigit() and f["open"]}
    assert still_open == want["councils_open"]

    yesterday, day_before = of_days(file, wall["as_of"])
    brief = wall["brief"]
    assert {name: brief[name] for name in yesterday} == yesterday
    assert {name: brief["before"][name] for name in day_before} == day_before
    assert (brief["overdue"], brief["red"]) == (wall["all"]["overdue"], 0)
    assert told_on(redis_url, "2018-01-03") == tuple(of_days(file, "2018-01-03"))
    most = sorted(want["councils_open"].values(), reverse=True)[:3]
    assert [brief["places"]["rows"][c]["open"] for c in brief["places"]["order"]] == most

    before = {**wall, "version": 0, "age_ms": 0, "position": 0}
    again = run(*arguments, timeout=120, **env)
    summary = json.loads(again.stdout.splitlines()[-1])
    summary.pop("notes")
    assert summary == {"rows": rows, "accepted": 0, "repeated": rows, "dead_letters": 0}
    wall = json.loads(run("state", "--json", **env).stdout)
    assert {**wall, "version": 0, "age_ms": 0, "position": 0} == before
    spoken = run(*arguments[:-1], timeout=120, **env)
    assert "nothing changed" in spoken.stdout
