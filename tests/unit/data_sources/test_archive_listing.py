"""The archive's listing: which rows count, and which units become one."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from dashboard.core.model.actions import Level, Status
from dashboard.core.model.rules import default_rules
from dashboard.core.model.state import EventState
from data_sources.archive.listing import FEW, LARGE, LARGEST, File, Unit, parse, paths, to_merge
from data_sources.store.filing import month_of, void


def unit(month: str = "2018-01", number: int = 1, events: int = 10, *tables: str) -> Unit:
    files = {table: File(events, 100, "00") for table in (tables or ("events", "states"))}
    return Unit(month=month, events=events, first=1, last=2, files=files, number=number)


def listed(*units: tuple[str, Unit], **voids: int) -> dict[str, str]:
    return {name: msgspec.json.encode(one).decode() for name, one in units} | {
        void(*name.split("/", 1)): str(number) for name, number in voids.items()
    }


@pytest.mark.parametrize("event_id", ["e1", "a/b", "!x", "网格'1"])
def test_a_void_row_counts_only_in_later_units(event_id: str) -> None:
    raw = listed(
        ("2018-01/a", unit(number=3)),
        ("2018-01/b", unit(number=7)),
        ("2018-02/c", unit("2018-02", number=4)),
        **{f"2018-01/{event_id}": 5},
    )
    listing = parse(raw)
    assert listing.voids == {("2018-01", event_id): 5}
    gone = {name: listing.voids_of(one) for name, one in listing.units.items()}
    assert gone == {"2018-01/a": (event_id,), "2018-01/b": (), "2018-02/c": ()}


def test_files_by_table_and_by_what_is_void() -> None:
    raw = listed(
        ("2018-01/a", unit("2018-01", 1, 10, "events", "late", "states")),
        ("2018-01/b", unit(number=2)),
        ("2018-01/c", unit(number=9)),
        **{"2018-01/e": 2},
    )
    found = paths(Path("/x"))({"g0": raw, "g1": {}})
    assert {table: [tuple(part) for part in parts] for table, parts in found.items()} == {
        "events": [
            (("/x/g0/2018-01/a.events.parquet", "/x/g0/2018-01/b.events.parquet"), ("e",)),
            (("/x/g0/2018-01/c.events.parquet",), ()),
        ],
        "late": [(("/x/g0/2018-01/a.late.parquet",), ("e",))],
    }


def test_small_units_become_one() -> None:
    few = {f"u{n}": unit(events=10) for n in range(FEW)}
    assert to_merge(few) == ()
    many = few | {"v": unit(events=5), "w": unit(events=LARGE)}
    chosen = to_merge(many)
    assert set(chosen) == set(many) - {"w"}
    large = {f"u{n}": unit(events=LARGE - 1) for n in range(FEW + 1)}
    assert len(to_merge(large)) * (LARGE - 1) <= LARGEST
    assert len(to_merge(large)) == 2


def test_an_event_is_filed_by_the_local_month_of_its_end() -> None:
    state = EventState(
        event_id="e",
        status=Status.CLOSED,
        level=Level.BLUE,
        reported_at=1,
        updated_at=1,
        ended_at=1_517_414_400_000,  # 2018-02-01 00:00 in Shanghai
    )
    local = default_rules(ZoneInfo("Asia/Shanghai")).local
    assert month_of(local, state) == "2018-02"
    assert month_of(local, msgspec.structs.replace(state, ended_at=state.ended_at - 1)) == "2018-01"
