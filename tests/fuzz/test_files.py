"""Mutated files of open data: each row becomes a case, a repeat or a letter; never a crash."""

from __future__ import annotations

import gzip
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from dashboard import ROOT
from dashboard.errors import GridwallError
from data_sources.intake.dates import Order
from data_sources.intake.plan import FORMATS, format_of, read_file
from data_sources.intake.spool import Spool
from tests.fuzz.mutating import SECONDS, budget, bytes_like

ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "gb18030", "utf-16", "latin-1")
LA = ROOT / "dashboard/config/cities/la/sample.csv.gz"
_BOSTON = """
case_enquiry_id open_dt sla_target_dt closed_dt on_time case_status closure_reason case_title
subject reason type queue department submitted_photo closed_photo location fire_district
pwd_district city_council_district police_district neighborhood neighborhood_services_district
ward precinct location_street_name location_zipcode latitude longitude source
"""
_ROW = """10100{n}|2018-01-0{d} 08:1{n}:00|2018-01-1{d} 08:00:00|2018-01-0{d} 11:2{n}:00|ONTIME
Closed|done|Title|Subject|Reason|Type|Queue|PWDx|||1 Street|1|1|1|A1|Back Bay|1|Ward 5|0501
1 Street|02116|42.35|-71.07|Citizens Connect App"""


def samples() -> dict[str, str]:
    """A few right rows of each format."""
    with gzip.open(LA, "rt", encoding="utf-8") as file:
        la = "".join(islice(file, 12))
    row = _ROW.replace("\n", "|").replace("|", ",")
    head = ",".join(_BOSTON.split())
    boston = "\n".join([head, *(row.format(n=n, d=n % 9 + 1) for n in range(9))])
    return {"la311": la, "boston311": boston}


def test_the_samples_are_of_every_format() -> None:
    assert set(samples()) == set(FORMATS)


@pytest.mark.timeout(SECONDS + 300)
def test_every_row_is_taken_or_named(tmp_path: Path) -> None:
    texts = samples()
    cases = letters = refused = 0
    for number in budget(120):
        rng = Random(number)
        name = rng.choice(sorted(texts))
        raw = bytes_like(rng, texts[name], ENCODINGS)
        packed = rng.random() < 0.1
        path = tmp_path / ("odd.csv.gz" if packed else "odd.csv")
        path.write_bytes(gzip.compress(raw, mtime=0) if packed else raw)
        with Spool() as spool:
            try:
                order = rng.choice((None, None, *Order))
                found = read_file(path, format_of(name), spool, order)
            except GridwallError:
                # the documented class
                refused += 1
                continue
            kept = sum(len(some) for some in spool.cases(100))
        assert kept + found.doubled + found.letters == found.rows, number
        cases += kept
        letters += found.letters
    assert cases > letters > 0
    assert refused > 0
