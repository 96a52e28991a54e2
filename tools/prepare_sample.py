"""Prepare the Los Angeles pack's sample.csv.gz and places.csv, once, by hand.

In: a file of MyLA311 service requests (CSV, plain or .gz) and the pack's areas.geojson.
Out: every row of it with only the columns that Gridwall reads and coordinates cut to five
decimals (a metre); and the place tree: area planning commissions (tier county) and
neighborhood councils (tier grid), a council under the commission most of its rows name.

    python tools/prepare_sample.py FILE dashboard/config/cities/la
"""

# ruff: noqa: T201 (a script for a terminal)

from __future__ import annotations

import csv
import gzip
import json
import re
import sys
from pathlib import Path

import pandas as pd

COLUMNS = [
    "SRNumber", "CreatedDate", "UpdatedDate", "Owner", "RequestType", "Status",
    "RequestSource", "ServiceDate", "ClosedDate", "Latitude", "Longitude", "APC", "NC",
]  # fmt: skip
COMMISSIONS_ZH = {
    "central": "中区",
    "east-los-angeles": "东区",
    "harbor": "港区",
    "north-valley": "北谷区",
    "south-los-angeles": "南区",
    "south-valley": "南谷区",
    "west-los-angeles": "西区",
}
#: councils founded after the sample's rows were written
NEWER = {"127": "west-los-angeles", "128": "central"}


def cut(number: str) -> str:
    """Five decimals; a blank stays blank."""
    return f"{float(number):.5f}" if number.strip() else number


def commission(name: str) -> str:
    """North Valley APC -> north-valley."""
    return re.sub(r"\W+", "-", name.removesuffix(" APC").lower())


def sample(rows: pd.DataFrame, target: Path) -> None:
    """The rows as they came, in the order they came."""
    kept = rows[COLUMNS].assign(
        Latitude=rows["Latitude"].map(cut), Longitude=rows["Longitude"].map(cut)
    )
    text = kept.to_csv(index=False, lineterminator="\n")
    # No name and no time inside, so that the same rows make the same bytes.
    target.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{target}: {len(kept)} rows, {target.stat().st_size // 1024} KB")


def places(rows: pd.DataFrame, areas: Path, target: Path) -> None:
    """One line a place: code, parent, tier, zh, en."""
    named = rows[rows["APC"].str.strip() != ""]
    mode = named.groupby("NC")["APC"].agg(lambda names: names.mode().iloc[0]).map(commission)
    english = {commission(n): n.removesuffix(" APC") for n in sorted(named["APC"].unique())}
    lines = [[code, "", "county", COMMISSIONS_ZH[code], en] for code, en in english.items()]
    for feature in json.loads(areas.read_text("utf-8"))["features"]:
        known = feature["properties"]
        parent = mode.get(known["code"]) or NEWER[known["code"]]
        lines.append([known["code"], parent, "grid", known["zh"], known["en"]])
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([["code", "parent", "tier", "zh", "en"], *lines])
    print(f"{target}: {len(lines)} places")


def main(source: str, pack: str) -> None:
    """Both files."""
    rows = pd.read_csv(source, dtype=str, keep_default_na=False)
    sample(rows, Path(pack) / "sample.csv.gz")
    places(rows, Path(pack) / "areas.geojson", Path(pack) / "places.csv")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
