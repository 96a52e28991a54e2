"""The file of base counts per grid: what is read, and each mistake with its line and field."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from dashboard.config.cities import load
from dashboard.config.cities.base_counts import COLUMNS, base_counts
from dashboard.config.reading import ConfigError
from dashboard.core.questions.grid.base_counts import AreaCounts, BaseCounts, GridCounts

CITY = load("chifeng")
GRID, NEXT = "150402001001001", "150402001001002"
COMMUNITY = "150402001001"


def wrong(tmp_path: Path, text: str) -> list[tuple[int, str, str]]:
    file = tmp_path / "counts.csv"
    file.write_text(text)
    with pytest.raises(ConfigError) as found:
        base_counts(CITY, file)
    assert "counts.csv" in str(found.value)
    return [(one.line, one.path, one.reason) for one in found.value.mistakes]


def test_the_shipped_file_is_whole_and_simulated() -> None:
    base = base_counts(CITY)
    grid = base.grid(GRID)
    assert (grid.households, grid.places["shops"]) == (399, 27)
    assert base.simulated
    own = [p for p in CITY.places.values() if p.tier == "grid"]
    whole = base.area("")
    assert (whole.grids, whole.recorded) == (len(own), len(own))
    assert whole.households == sum(p.households or 0 for p in own)
    # a grid that the file leaves out has the households of the city's list, and nothing else
    left = next(p for p in own if base.grid(p.code).units is None)
    assert base.grid(left.code).households == left.households
    assert base.grid(left.code).places == {}


def test_what_a_file_says_and_what_it_leaves_open(tmp_path: Path) -> None:
    file = tmp_path / "counts.csv.gz"
    text = f"\ufeffcode,households,schools,as_of\n{GRID},400,,2026-01-31\n\n{NEXT},,0,\n"
    file.write_bytes(gzip.compress(text.encode()))
    base = base_counts(CITY, file)
    assert base.grid(GRID).households == 400
    assert str(base.grid(GRID).as_of) == "2026-01-31"
    assert base.grid(GRID).places == {}  # an empty cell is not 0
    assert base.grid(NEXT).places == {"schools": 0}
    assert base.grid(NEXT).households == CITY.places[NEXT].households


def test_a_city_without_counts_says_so() -> None:
    base = base_counts(load("la"))
    code = next(iter(load("la").places))
    assert base.area(code).households is None
    assert base.area(code).per_1000(5) is None
    assert base.households() == {}


@pytest.mark.parametrize(
    "head",
    [
        *("name", "resident_name", "phone", "head", "ID card", "id_no", "contact2", "birth_date"),
        *("姓名", "户主", "联系电话", "身份证号", "家庭住址", "网格员姓名", "lat", "remark"),
    ],
)
def test_a_column_about_persons_is_refused(tmp_path: Path, head: str) -> None:
    found = wrong(tmp_path, f"code,{head}\n{GRID},1\n")
    assert [(line, path) for line, path, _ in found] == [(1, head)]
    assert "persons" in found[0][2]


def test_each_mistake_is_named_with_line_and_field(tmp_path: Path) -> None:
    found = wrong(
        tmp_path,
        "code,households,units,as_of\n"
        f"{GRID},12,3,2026-01-31\n"
        f"{GRID},1.5,-3,yesterday\n"
        f"{COMMUNITY},13800138000,Wang,\n"
        f"{NEXT},1\n",
    )
    assert sorted((line, path) for line, path, _ in found) == sorted([
        (3, "code"), (3, "households"), (3, "units"), (3, "as_of"),
        (4, "code"), (4, "households"), (4, "units"), (5, ""),
    ])  # fmt: skip


def test_columns_that_are_not_known_or_twice(tmp_path: Path) -> None:
    found = wrong(tmp_path, "household,units,units\n")
    assert {(path, line) for line, path, _ in found} == {
        ("household", 1), ("units", 1), ("code", 1),
    }  # fmt: skip
    assert "households" in next(reason for _, path, reason in found if path == "household")
    assert "code" in COLUMNS


def test_no_file_and_no_text(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        base_counts(CITY, tmp_path / "none.csv")
    file = tmp_path / "bytes.csv"
    file.write_bytes(b"code\xff\n")
    with pytest.raises(ConfigError, match="cannot be read"):
        base_counts(CITY, file)


def test_rates_need_the_households_of_every_grid() -> None:
    paths = {grid: ("T1", grid) for grid in ("g1", "g2")} | {"g3": ("T2", "g3")}
    counts = {
        "g1": GridCounts(code="g1", households=150),
        "g2": GridCounts(code="g2", households=50),
    }
    base = BaseCounts(counts, paths)
    assert base.area("T1") == AreaCounts(grids=2, recorded=2, households=200)
    assert base.area("T1").per_1000(5) == 25.0
    assert base.area("T1").per_1000(0) == 0.0
    assert base.area("") == AreaCounts(grids=3, recorded=2, households=200)
    assert base.area("").per_1000(5) is None  # one of three is not recorded
    assert base.area("T2").per_1000(5) is None
    assert base.households() == {"T1": 200, "g1": 150, "g2": 50}
    empty = BaseCounts({"g3": GridCounts(code="g3", households=0)}, {"g3": ("T2", "g3")})
    assert empty.area("T2").per_1000(5) is None
