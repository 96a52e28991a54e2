"""A city's pack from its file, and the cases that its mapping makes of the rows."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dashboard.config import cities
from dashboard.config.mappings import full_mapping, mapping_text, read_mapping
from dashboard.core.model.actions import Kind
from data_sources.intake.cityfile.look import look
from data_sources.intake.cityfile.mapped import mapped_format, read_mapped
from data_sources.intake.cityfile.pack import name_of, write_pack, zone_of
from data_sources.intake.formats import Case, life
from data_sources.intake.plan import Content
from data_sources.intake.spool import Spool
from tests.unit.data_sources.intake.cityfile.kinds import KINDS, rows

UNWATCHED = lambda _what, _size: lambda _done: None  # noqa: E731


def cases_of(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, data: bytes, zone: str = ""
) -> tuple[list[Case], Content, cities.City]:
    file = folder / name
    file.write_bytes(data)
    found = look([file], None)
    city = f"{name_of(file)}-pack"
    monkeypatch.setenv("GRIDWALL_CITIES", str(folder / "packs"))
    maps = write_pack(found, folder / "packs" / city, zone or zone_of(found), "Some City")
    form = mapped_format(city, "snapshot")
    with Spool() as spool:
        content = read_mapped([file], [full_mapping(m) for m in maps], form, spool, UNWATCHED, None)
        return [case for batch in spool.cases(100) for case in batch], content, cities.load(city)


def test_a_pack_names_what_the_file_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cases, content, city = cases_of(
        tmp_path, monkeypatch, "chinese.csv", KINDS["chinese.csv"][0], "Asia/Shanghai"
    )
    assert (content.rows, content.doubled, content.letters, len(cases)) == (5, 1, 0, 4)
    assert [case.outcome for case in cases] == ["closed", "open", "rejected", "open"]
    first = cases[0]
    assert city.department_name(first.department, "zh") == "城管局"
    assert city.category_name(first.category, "zh") == "占道经营"
    assert [city.place_name(code, "zh") for code in first.place[:2]] == ["红山区", "西屯街道"]
    assert city.path(first.place[1])[:2] == first.place[:2]
    # lights and noise are yellow by the words of their names, the rest is blue
    assert city.categories["路灯不亮"].level == "yellow"
    assert city.categories["占道经营"].level == "blue"


def test_the_zone_is_that_of_the_positions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cases, _, city = cases_of(tmp_path, monkeypatch, "german.csv", KINDS["german.csv"][0])
    assert city.zone == "Europe/Berlin"
    opened = datetime(2024, 3, 1, 9, 5, tzinfo=ZoneInfo("Europe/Berlin"))
    assert cases[0].reported == opened.timestamp() * 1000
    # a day without a time is taken at its middle
    assert datetime.fromtimestamp(cases[0].ended / 1000, city.tz).hour == 12


EXPORTED = rows(
    "Type,Status,Opened timestamp,Close date,Latitude,Longitude",
    # exported in a zone nine hours ahead of the city: opened at 15:46 of the 23rd, city time
    "Noise,Close,2024-01-24T01:46:04+02:00,2024-01-23,49.27,-123.07",
    "Noise,Close,2024-01-24T01:46:04+02:00,2024-01-23,49.27,-123.07",
    "Noise,Open,2024-01-25T01:46:04+02:00,,49.27,-123.07",
)


def test_a_day_in_city_time_is_not_before_a_time_of_another_zone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases, _, city = cases_of(tmp_path, monkeypatch, "exported.csv", EXPORTED.encode())
    assert city.zone == "America/Vancouver"
    assert not any(case.unmeasured for case in cases)
    assert cases[0].ended == cases[0].reported
    # without an id, the same row twice is two events, with names that stay the same
    assert len({case.event_id for case in cases}) == 3
    again, _, _ = cases_of(tmp_path, monkeypatch, "exported.csv", EXPORTED.encode())
    assert [case.event_id for case in again] == [case.event_id for case in cases]


def test_without_a_state_an_event_is_reported_and_nothing_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = rows("id,date_created,category,lat,lon", "1,2024-03-01,Litter,47.66,9.17")
    cases, _, city = cases_of(tmp_path, monkeypatch, "konstanz.csv", data.encode())
    assert [action.kind for action in life(cases[0], city)] == [Kind.REPORT]
    # on every wall and on every page
    assert "reported only" in city.title("en")
    assert "只计上报" in city.name("zh")


CHANGED = rows(
    "Case ID,Created,Updated,Status,Type",
    "1,2024-03-01 09:00:00,2024-03-03 09:00:00,Closed,Tree",
    "1,2024-03-01 09:00:00,2024-03-02 09:00:00,In Progress,Tree",
    "2,2024-03-04 09:00:00,2024-03-04 09:00:00,Open,Tree",
    "3,not yet,2024-03-04 09:00:00,Open,Tree",
    *(f"{n},2024-03-0{n} 09:00:00,2024-03-09 09:00:00,Open,Tree" for n in range(4, 8)),
)


def test_of_several_rows_the_one_changed_last_counts_and_a_row_without_a_time_is_set_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "changed.csv"
    file.write_text(CHANGED)
    counts = look([file], None).counts
    assert (counts.events, counts.closed, counts.open) == (7, 1, 6)
    cases, content, _ = cases_of(tmp_path, monkeypatch, "changed.csv", CHANGED.encode(), "UTC")
    assert [case.outcome for case in cases] == ["closed"] + ["open"] * 5
    assert (content.rows, content.doubled, content.letters) == (8, 1, 1)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "french.csv"
    file.write_bytes(KINDS["french.csv"][0])
    mapping = look([file], None).tallies[0].mapping
    written = tmp_path / "mapping.toml"
    written.write_text(mapping_text(mapping))
    read_mapping(written).check(look([file], None).surveys[0].columns)
    assert full_mapping(written) == mapping


def test_a_pack_that_is_there_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "dutch.csv"
    file.write_bytes(KINDS["dutch.csv"][0])
    found = look([file], None)
    folder = tmp_path / "packs" / "utrecht"
    write_pack(found, folder, "Europe/Amsterdam", "Utrecht")
    city = folder / "city.toml"
    changed = city.read_text().replace('zh = "Utrecht"', 'zh = "乌得勒支"', 1)
    city.write_text(changed)
    write_pack(found, folder, "Europe/Amsterdam", "Utrecht")
    assert city.read_text() == changed


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("chinese.csv", "Asia/Shanghai"),
        ("big5.csv", "Asia/Taipei"),
        ("japanese.csv", "Asia/Tokyo"),
        ("korean.csv", "Asia/Seoul"),
        ("swiss.csv", "Europe/Zurich"),
        ("portuguese.csv", ""),
    ],
)
def test_the_zone_is_that_of_the_script_where_there_is_only_one(
    tmp_path: Path, name: str, zone: str
) -> None:
    file = tmp_path / name
    file.write_bytes(KINDS[name][0])
    assert zone_of(look([file], None)) == zone
