"""Reads and checks a city pack; the only module that knows the files of a pack.

A pack is a directory with `city.toml`, optionally `places.csv` or `places.csv.gz` and optionally
`areas.geojson`. Everything that is wrong raises `ConfigError` with file, line, key and value.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from dashboard.config.cities.model import TIERS, Category, City, Department, Named, Place
from dashboard.config.reading import ConfigError, Mistake, Node, Steps, path_text, shown, unknown
from dashboard.config.toml_file import read_toml

PACKS = Path(__file__).parent
_NO_AREAS: dict[str, Any] = {"type": "FeatureCollection", "features": []}
_Row = TypeVar("_Row", bound=Named)


def folders() -> tuple[Path, ...]:
    """Where packs are: those that are shipped, then the site's own.

    They are in the directories of ``GRIDWALL_CITIES`` and in ``cities`` in the data directory.
    """
    data = Path(os.environ.get("GRIDWALL_DATA_DIR", ".gridwall")) / "cities"
    named = [Path(one) for one in os.environ.get("GRIDWALL_CITIES", "").split(os.pathsep) if one]
    return (PACKS, *dict.fromkeys((*named, data)))


def own_folder() -> Path:
    """Where a new pack goes: the first of the site's own directories."""
    return folders()[1]


def available(packs: Path | None = None) -> tuple[str, ...]:
    """The ids of the packs in a directory, by default in all `folders`."""
    found = folders() if packs is None else (packs,)
    return tuple(sorted({path.parent.name for one in found for path in one.glob("*/city.toml")}))


def load(city_id: str, packs: Path | None = None) -> City:
    """The pack of a city; read once, then the same object again."""
    found = folders() if packs is None else (packs,)
    for folder in found:
        if (folder / city_id / "city.toml").is_file():
            return _load(city_id, folder)
    raise _wrong(found[0], unknown(city_id, available(packs), "city pack"), "city", city_id)


def forget() -> None:
    """Read every pack again when it is asked for the next time."""
    _load.cache_clear()


@cache
def _load(city_id: str, packs: Path) -> City:
    directory = packs / city_id
    top = read_toml(directory / "city.toml")
    raw = top.plain()
    mistakes: list[Mistake] = []
    departments = _table(top, "departments", Department, mistakes)
    categories = _table(top, "categories", Category, mistakes)
    places = _table(top, "places", Place, mistakes)
    for name in raw:
        if name not in City.__struct_fields__:
            reason = unknown(name, City.__struct_fields__)
            mistakes += _at(top, (name,), raw[name], reason).mistakes
    if mistakes:
        raise ConfigError(top.file, *mistakes)
    tables = {
        "departments": departments,
        "categories": categories,
        "places": {**places, **_places(directory)},
        "areas": _areas(directory / "areas.geojson"),
        "directory": directory,
    }
    try:
        city = msgspec.convert({**raw, **tables}, City)
    except msgspec.ValidationError as error:
        name, reason = _explain(error)
        raise _at(top, (name or "city",), raw.get(name), reason) from error
    _check(top, city)
    return city


def _wrong(file: Path, reason: str, path: str, value: object, line: int = 0) -> ConfigError:
    return ConfigError(file, Mistake(reason, line, path, shown(value)))


def _at(top: Node, steps: Steps, value: object, reason: str) -> ConfigError:
    """The error for a value of city.toml, with the line of the key or of what would hold it."""
    return _wrong(top.file, reason, path_text(steps), value, top.closest(steps).line)


def _explain(error: msgspec.ValidationError) -> tuple[str, str]:
    """Field and reason of "… - at `$.zone`" or "… missing required field `zone`"."""
    reason, _, path = str(error).partition(" - at `$.")
    if path:
        return path.rstrip("`").split("[")[0].split(".")[0], reason
    quoted = reason.split("`")
    return (quoted[1] if len(quoted) > 1 else ""), reason


def _table(top: Node, key: str, kind: type[_Row], mistakes: list[Mistake]) -> dict[str, _Row]:
    """The rows of a table that are right; what is wrong with the others goes to ``mistakes``."""
    node = top.find((key,))
    found: dict[str, _Row] = {}
    try:
        rows = {} if node is None else node.fields()
    except ConfigError as error:
        mistakes += error.mistakes
        return {}
    for code, row in rows.items():
        try:
            found[code] = _from_toml(row, code, kind)
        except ConfigError as error:
            mistakes += error.mistakes
    return found


def _from_toml(node: Node, code: str, kind: type[_Row]) -> _Row:
    node.fields(kind.__struct_fields__)
    values = node.plain()
    try:
        return _row(code, values, kind)
    except msgspec.ValidationError as error:
        name, reason = _explain(error)
        path = path_text((*node.path, name) if name else node.path)
        line = node.closest((name,)).line
        raise _wrong(node.file, reason, path, values.get(name), line) from error


def _row(code: str, values: Mapping[str, Any], kind: type[_Row]) -> _Row:
    # Not strict: a number in a CSV file is text.
    return msgspec.convert({"code": code, **values}, kind, strict=False)


def _places(directory: Path) -> dict[str, Place]:
    """The rows of places.csv or places.csv.gz; an empty cell is an absent value."""
    for name in ("places.csv", "places.csv.gz"):
        file = directory / name
        if file.exists():
            return dict(_place_rows(file))
    return {}


def _place_rows(file: Path) -> Iterable[tuple[str, Place]]:
    try:
        data = file.read_bytes()
        text = (gzip.decompress(data) if file.suffix == ".gz" else data).decode()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ConfigError(file, Mistake(f"cannot be read: {error}")) from error
    seen: set[str] = set()
    reader = csv.DictReader(io.StringIO(text), strict=True)
    for row in reader:
        code, line = row.pop("code", ""), reader.line_num
        if not code or code in seen:
            raise _wrong(file, "expected a code, once", "code", code, line)
        seen.add(code)
        values = {name: cell for name, cell in row.items() if cell}
        for name in values:
            if name not in Place.__struct_fields__:
                reason = unknown(str(name), Place.__struct_fields__)
                raise _wrong(file, reason, str(name), values[name], line)
        try:
            yield code, _row(code, values, Place)
        except msgspec.ValidationError as error:
            name, reason = _explain(error)
            raise _wrong(file, reason, name, values.get(name), line) from error


def _areas(file: Path) -> dict[str, Any]:
    """The outlines; an empty collection if the pack has none."""
    if not file.exists():
        return _NO_AREAS
    try:
        areas = msgspec.json.decode(file.read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigError(file, Mistake(f"cannot be read: {error}")) from error
    for number, feature in enumerate(areas.get("features", [])):
        properties = feature.get("properties", {})
        for name in ("code", "zh", "en", "label"):
            if name not in properties:
                path = path_text(("features", number, "properties", name))
                raise ConfigError(file, Mistake("missing", path=path))
    return areas


def _check(top: Node, city: City) -> None:
    """What no type can check: references lead somewhere, numbers are possible."""
    mistakes = [one for error in _wrong_values(top, city) for one in error.mistakes]
    if mistakes:
        raise ConfigError(top.file, *mistakes)
    for feature in city.areas["features"]:
        code = feature["properties"]["code"]
        if code not in city.places or city.places[code].tier != city.area_tier:
            at = city.directory / "areas.geojson"
            raise _wrong(at, f"no place of tier {city.area_tier} has this code", "code", code)


def _wrong_values(top: Node, city: City) -> Iterator[ConfigError]:
    try:
        ZoneInfo(city.zone)
    except (KeyError, ValueError, OSError):
        yield _at(top, ("zone",), city.zone, "not an IANA time zone")
    (south, west), (north, east) = city.bounds
    if not (-90 <= south < north <= 90 and -180 <= west < east <= 180):
        expected = "expected [[south, west], [north, east]]"
        yield _at(top, ("bounds",), city.bounds, expected)
    for category in city.categories.values():
        if category.department and category.department not in city.departments:
            steps = ("categories", category.code, "department")
            yield _at(top, steps, category.department, "no such department")
    for place in city.places.values():
        if (place.lat is None) != (place.lon is None):
            steps = ("places", place.code, "lat")
            yield _at(top, steps, place.lat, "expected lat and lon, or neither")
        if not place.parent:
            continue
        parent = city.places.get(place.parent)
        if parent is None or TIERS.index(parent.tier) >= TIERS.index(place.tier):
            steps = ("places", place.code, "parent")
            yield _at(top, steps, place.parent, "expected a place of a wider tier")
