"""Writes what was found of a city as a pack that people can edit: ``city.toml``, ``mapping.toml``.

In: a `Look`. Out: a directory as `dashboard.config.cities` reads it. A pack that is there already
is left as it is: what its owner has written wins.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import tomlkit
from msgspec.structs import replace
from tzfpy import get_tz

from dashboard.config.cities import TIERS
from dashboard.config.mappings import mapping_text
from dashboard.core.mapping.channels import level_of
from dashboard.core.mapping.model import Mapping
from dashboard.core.model.codes import UNASSIGNED
from data_sources.intake.cityfile.codes import NO_CATEGORY, code_of, place_codes
from data_sources.intake.cityfile.look import Look
from data_sources.intake.cityfile.tally import joined

_HAN = re.compile("[\u4e00-\u9fff]")
_KANA = re.compile("[\u3041-\u30fe]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
#: what is listed of each kind, the most frequent first
_MOST_CATEGORIES, _MOST_DEPARTMENTS, _MOST_PLACES = 400, 200, 3000
#: the share of the events that are loaded before the clock runs
_BEFORE = 0.8
#: s between two reports on the wall, about; the city's time runs so much faster
_EVERY_S, _SLOWEST, _FASTEST = 2.0, 30.0, 3600.0
#: where no position shows the city's extent: the whole earth
_EARTH = [[-60.0, -170.0], [75.0, 170.0]]


def zone_of(look: Look) -> str:
    """The zone of the middle of the city's positions, else that of its script; "" for neither."""
    points = [point for tally in look.tallies for point in tally.points]
    if not points:
        return _zone_of_script(look)
    lat, lon = np.median(np.array(points), axis=0)
    return str(get_tz(float(lon), float(lat)) or "")


def _zone_of_script(look: Look) -> str:
    """The only zone of this script: Chinese of either kind, Japanese, Korean; "" for none."""
    names = [name for tally in look.tallies for name in (*tally.categories, *tally.departments)]
    names += [name for tally in look.tallies for path in tally.places for name in path]
    names += [column for survey in look.surveys for column in survey.columns]
    text = "".join(names)
    if len(_KANA.findall(text)) > 3:
        return "Asia/Tokyo"
    if len(_HANGUL.findall(text)) > 3:
        return "Asia/Seoul"
    han = _HAN.findall(text)
    if len(han) < 10:
        return ""
    known = {codec: sum(_in(mark, codec) for mark in han) for codec in ("gb2312", "big5")}
    return "Asia/Taipei" if known["big5"] > known["gb2312"] else "Asia/Shanghai"


def _in(mark: str, codec: str) -> bool:
    try:
        mark.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def name_of(file: Path) -> str:
    """A city's id from the name of its file."""
    plain = unicodedata.normalize("NFKD", file.name.partition(".")[0].lower())
    found = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")
    return found[:32].strip("-") if found[:1].isalpha() else f"city-{found}"[:32].strip("-")


def write_pack(look: Look, folder: Path, zone: str, title: str) -> list[Path]:
    """Write the pack into ``folder``; returns the mapping files, one for each table."""
    folder.mkdir(parents=True, exist_ok=True)
    mappings = []
    for number, tally in enumerate(look.tallies, 1):
        file = folder / ("mapping.toml" if number == 1 else f"mapping-{number}.toml")
        if not file.exists():
            file.write_text(mapping_text(replace(tally.mapping, zone=zone)), encoding="utf-8")
        mappings.append(file)
    city = folder / "city.toml"
    if not city.exists():
        city.write_text(_city(look, folder.name, zone, title), encoding="utf-8")
    return mappings


def running(look: Look) -> tuple[datetime, float] | None:
    """From which local time the clock runs, and how fast; None without any time."""
    times = _times(look)
    if not len(times):
        return None
    start = float(np.quantile(times, _BEFORE))
    left = times[times > start]
    span = float(times[-1]) - start
    speed = span / max(1.0, len(left) * _EVERY_S)
    begin = datetime.fromtimestamp(start, UTC).replace(tzinfo=None, minute=0, second=0)
    return begin.replace(microsecond=0), round(min(max(speed, _SLOWEST), _FASTEST))


def _times(look: Look) -> Any:
    found = joined([tally.rows.opened for tally in look.tallies])
    return np.sort(found[found > 0])


def _city(look: Look, name: str, zone: str, title: str) -> str:
    doc = tomlkit.document()
    doc.add(tomlkit.comment("由 gridwall open 写成，可以修改。名称、级别、部门、地点都在这里。"))
    doc.add(tomlkit.comment("Written by gridwall open, to be changed: names, levels, places."))
    doc.add(tomlkit.nl())
    only = look.counts.unknown == look.counts.events
    doc.add("id", name)
    # what the file does not tell is on every screen: pages show the name, walls the title
    zh, en = (f"{title}（只计上报）", f"{title} (reported only)") if only else (title, title)
    doc.add("zh", zh)
    doc.add("en", en)
    doc.add("title_zh", f"{zh}文件没有状态" if only else f"{zh} 运行大屏")
    doc.add("title_en", f"{en}: no states in the file" if only else f"{en} wall")
    doc.add("zone", zone)
    doc.add("calendar", "cn" if zone in ("Asia/Shanghai", "Asia/Urumqi") else "weekdays")
    doc.add("simulated", False)
    doc.add("department_closes", True)
    times = _times(look)
    if len(times):
        first = datetime.fromtimestamp(float(np.quantile(times, 0.01)), UTC) - timedelta(days=31)
        doc.add("records_begin", first.date())
    places = sum((tally.places for tally in look.tallies), Counter[tuple[str, ...]]())
    doc.add("area_tier", _narrowest(places))
    doc.add("bounds", _bounds(look))
    departments = sum((t.departments for t in look.tallies), Counter[str]())
    doc.add("departments", _departments(departments))
    doc.add(tomlkit.nl())
    doc.add(tomlkit.comment("级别由类别名中的词推定，请按本市规定修改"))
    doc.add(tomlkit.comment("Levels are assumed from words of the names: change them as you need"))
    categories = sum((t.categories for t in look.tallies), Counter[str]())
    doc.add("categories", _categories(categories, look.tallies[0].mapping))
    doc.add("places", _places(places))
    return tomlkit.dumps(doc)


def _departments(names: Counter[str]) -> Any:
    table = tomlkit.table()
    for name, _ in names.most_common(_MOST_DEPARTMENTS):
        code = code_of(name)
        if code and code not in table:
            table.add(tomlkit.key(code), _inline(zh=name, en=name))
    if UNASSIGNED not in table:
        table.add(UNASSIGNED, _inline(zh="未写明部门", en="Not stated"))
    return table


def _categories(names: Counter[str], mapping: Mapping) -> Any:
    table = tomlkit.table()
    for name, _ in names.most_common(_MOST_CATEGORIES):
        code = code_of(name)
        if code and code not in table:
            level = level_of(name, mapping.level)
            table.add(tomlkit.key(code), _inline(zh=name, en=name, level=level))
    if NO_CATEGORY not in table:
        table.add(NO_CATEGORY, _inline(zh="诉求", en="Request", level="blue"))
    return table


def _places(names: Counter[tuple[str, ...]]) -> Any:
    """Each place once, within the one that it is in most often."""
    parents: dict[tuple[int, str], Counter[str]] = {}
    shown: dict[tuple[int, str], str] = {}
    for path, count in names.most_common():
        codes = place_codes(path)
        above = ""
        for tier, (name, code) in enumerate(zip(path, codes, strict=False)):
            if not code:
                continue
            parents.setdefault((tier, code), Counter())[above] += count
            shown.setdefault((tier, code), name[:-2] if name.endswith(".0") else name)
            above = code
    table = tomlkit.table()
    listed = sorted(parents, key=lambda one: (one[0], -parents[one].total()))[:_MOST_PLACES]
    for tier, code in listed:
        parent = parents[(tier, code)].most_common(1)[0][0]
        name = shown[(tier, code)]
        values = {"zh": name, "en": name, "tier": TIERS[tier]}
        if parent:
            values["parent"] = parent
        table.add(tomlkit.key(code), _inline(**values))
    return table


def _inline(**values: str) -> Any:
    table = tomlkit.inline_table()
    table.update(values)
    return table


def _narrowest(names: Counter[tuple[str, ...]]) -> str:
    tiers = [tier for tier in range(4) if any(path[tier] for path in names)]
    return TIERS[tiers[-1]] if tiers else "county"


def _bounds(look: Look) -> list[list[float]]:
    points = np.array([point for tally in look.tallies for point in tally.points])
    if not len(points):
        return _EARTH
    south, west = np.quantile(points, 0.01, axis=0)
    north, east = np.quantile(points, 0.99, axis=0)
    high, wide = max(north - south, 0.02) * 0.1, max(east - west, 0.02) * 0.1
    return [
        [round(float(south - high), 4), round(float(west - wide), 4)],
        [round(float(north + high), 4), round(float(east + wide), 4)],
    ]
