"""Prepare the Chifeng pack's base-counts.csv.gz, once: made-up counts of each grid.

In: the pack's places.csv.gz (its households are kept). Out: residents, units and places by kind of
every grid, MADE UP, the same at every run; in towns more shops and firms, in villages fewer. One
grid in two hundred is left out, as no register is whole. Nothing about a person.

    python tools/prepare_base_counts.py dashboard/config/cities/chifeng
"""

from __future__ import annotations

import csv
import gzip
import io
import random
import sys
from pathlib import Path

SEED = 1504
COLUMNS = (
    *("code", "households", "residents", "units", "schools", "clinics", "shops", "restaurants"),
    *("hotels", "markets", "factories", "construction_sites", "care_homes", "public_toilets"),
    "as_of",
)
#: per 1,000 households: in towns, in villages
RATES = {
    "units": (42, 9), "schools": (1.6, 1.1), "clinics": (2.2, 1.6), "shops": (55, 14),
    "restaurants": (24, 4), "hotels": (2.6, 0.5), "markets": (0.7, 0.4), "factories": (1.2, 0.8),
    "construction_sites": (1.1, 0.5), "care_homes": (0.4, 0.2), "public_toilets": (1.8, 0.9),
}  # fmt: skip


def rows(places: list[dict[str, str]]) -> list[list[str]]:
    """A row for each grid."""
    chance, out = random.Random(SEED), []
    for place in places:
        if place["tier"] != "grid":
            continue
        homes, town = int(place["households"]), "社区" in place["zh"]
        counts = {"residents": round(homes * chance.uniform(2.1, 3.1))}
        for name, (urban, rural) in RATES.items():
            mean = homes / 1000 * (urban if town else rural)
            counts[name] = max(0, round(chance.gauss(mean, mean**0.5)))
        if chance.random() < 0.005:
            continue
        values = (str(counts[name]) for name in COLUMNS[2:-1])
        out.append([place["code"], str(homes), *values, "2026-10-31"])
    return out


def main() -> None:
    """Write the file."""
    pack = Path(sys.argv[1])
    with gzip.open(pack / "places.csv.gz", "rt", encoding="utf-8") as file:
        places = list(csv.DictReader(file))
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *rows(places)])
    data = gzip.compress(text.getvalue().encode(), 9, mtime=0)
    (pack / "base-counts.csv.gz").write_bytes(data)


if __name__ == "__main__":
    main()
