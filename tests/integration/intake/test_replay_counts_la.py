"""After a replay the wall shows what pandas counts in the file, to the last row.

The counting here knows nothing of Gridwall: it reads the CSV with pandas and follows the
data's own description of its columns.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.support.processes import ROOT, run

SAMPLE = ROOT / "dashboard" / "config" / "cities" / "la" / "sample.csv.gz"
SHARED = Path(os.environ.get("GRIDWALL_TEST_DATA", ROOT.parent / "shared" / "data"))
FILES = [
    pytest.param(SAMPLE, id="sample"),
    pytest.param(SHARED / "la311-2020-01.csv.gz", id="2020"),
]


#: councils that were founded after the city's list was made: counted as one
UNLISTED, UNKNOWN = ("65", "117", "123"), "unknown-la311"


def as_listed(councils: dict[str, int]) -> dict[str, int]:
    """Counts of councils, those that the city does not list as one."""
    out = {code: n for code, n in councils.items() if code not in UNLISTED}
    unknown = sum(councils.get(code, 0) for code in UNLISTED)
    return {**out, UNKNOWN: unknown} if unknown else out


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


@pytest.mark.parametrize("file", FILES)
@pytest.mark.timeout(180)
def test_the_wall_shows_what_pandas_counts(file: Path, redis_url: str) -> None:
    if not file.exists():
        pytest.skip(f"{file.name} is not beside the project; the sample holds rows of 2018")
    want = counted(file)
    env = {"GRIDWALL_REDIS_URL": redis_url, "GRIDWALL_CITY": "la"}
    arguments = ("replay", str(file), "--format", "la311", "--speed", "max", "--json")
    done = run(*arguments, timeout=120, **env)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout.splitlines()[-1])
    rows = want["reported"]
    assert summary.pop("notes") is not None
    found = {"changed": 0, "dead_letters": 0, "encoding": "UTF-8"}
    assert set(summary.pop("dates").values()) == {"month-first"}
    assert summary == {"rows": rows, "accepted": rows, "repeated": 0, **found}

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
    places = {c: f for c, f in wall["by_place"].items() if c.isdigit() or c == UNKNOWN}
    assert {c: f["reported"] for c, f in places.items()} == as_listed(want["councils"])
    still_open = {c: f["open"] for c, f in places.items() if f["open"]}
    assert still_open == as_listed(want["councils_open"])

    before = {**wall, "version": 0, "age_ms": 0, "position": 0}
    again = run(*arguments, timeout=120, **env)
    summary = json.loads(again.stdout.splitlines()[-1])
    summary.pop("notes")
    assert set(summary.pop("dates").values()) == {"month-first"}
    assert summary == {"rows": rows, "accepted": 0, "repeated": rows, **found}
    wall = json.loads(run("state", "--json", **env).stdout)
    assert {**wall, "version": 0, "age_ms": 0, "position": 0} == before
    spoken = run(*arguments[:-1], timeout=120, **env)
    assert "nothing changed" in spoken.stdout
