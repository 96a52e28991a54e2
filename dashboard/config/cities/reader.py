"""Read and check a city pack; the only file that knows how a pack lies on disk."""

from __future__ import annotations

import csv
import gzip
import io
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from dashboard.config.cities.model import TIERS, Category, City, Department, Named, Place
from dashboard.errors import GridwallError

PACKS = Path(__file__).parent
_NO_AREAS: dict[str, Any] = {"type": "FeatureCollection", "features": []}
_Row = TypeVar("_Row", bound=Named)


class CityError(GridwallError):
    """A city pack that can't be used: which file, which key, which value, and why."""

    def __init__(self, file: Path | str, key: str, value: object, reason: str) -> None:
        self.file, self.key, self.value, self.reason = str(file), key, value, reason
        super().__init__(f"{file}: {key}={value!r}: {reason}")


def available(packs: Path = PACKS) -> tuple[str, ...]:
    """The ids of the packs that are there."""
    return tuple(sorted(path.parent.name for path in packs.glob("*/city.toml")))


@cache
def load(city_id: str, packs: Path = PACKS) -> City:
    """The pack of a city; read once, then the same object again."""
    directory = packs / city_id
    if city_id not in available(packs):
        raise CityError(packs, "city", city_id, f"no such pack; there is {available(packs)}")
    file = directory / "city.toml"
    raw = _toml(file)
    city = _convert(
        file,
        "city",
        {
            **raw,
            "departments": _table(file, raw, "departments", Department),
            "categories": _table(file, raw, "categories", Category),
            "places": {**_table(file, raw, "places", Place), **_places(directory)},
            "areas": _areas(directory / "areas.geojson"),
            "directory": directory,
        },
    )
    _check(file, city)
    return city


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CityError(file, "file", file.name, str(error)) from error


def _convert(file: Path, key: str, raw: Mapping[str, Any]) -> City:
    unknown = set(raw) - set(City.__struct_fields__)
    if unknown:
        name = min(unknown)
        raise CityError(file, name, raw[name], "unknown key")
    try:
        return msgspec.convert(raw, City)
    except msgspec.ValidationError as error:
        name, reason = _explain(error, key)
        raise CityError(file, name, raw.get(name), reason) from error


def _explain(error: msgspec.ValidationError, key: str) -> tuple[str, str]:
    """msgspec says "… - at `$.zone`" or "… missing required field `zone`"."""
    reason, _, path = str(error).partition(" - at `$.")
    if path:
        return path.rstrip("`").split("[")[0].split(".")[0], reason
    quoted = reason.split("`")
    return (quoted[1] if len(quoted) > 1 else key), reason


def _table(file: Path, raw: Mapping[str, Any], key: str, kind: type[_Row]) -> dict[str, _Row]:
    found = raw.get(key, {})
    if not isinstance(found, dict):
        raise CityError(file, key, found, f"expected a table [{key}]")
    return {code: _row(file, f"{key}.{code}", code, values, kind) for code, values in found.items()}


def _row(file: Path, key: str, code: str, values: Any, kind: type[_Row]) -> _Row:
    if not isinstance(values, dict):
        raise CityError(file, key, values, "expected a table")
    unknown = set(values) - set(kind.__struct_fields__)
    if unknown:
        name = min(unknown)
        raise CityError(file, f"{key}.{name}", values[name], "unknown key")
    try:
        # Not strict: a number in a CSV file is text.
        return msgspec.convert({"code": code, **values}, kind, strict=False)
    except msgspec.ValidationError as error:
        name, reason = _explain(error, key)
        raise CityError(file, f"{key}.{name}", values.get(name), reason) from error


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
        raise CityError(file, "file", file.name, str(error)) from error
    seen: set[str] = set()
    reader = csv.DictReader(io.StringIO(text), strict=True)
    for row in reader:
        code, key = row.pop("code", ""), f"line {reader.line_num}"
        if not code or code in seen:
            raise CityError(file, f"{key}, code", code, "expected a code, once")
        seen.add(code)
        values = {name: cell for name, cell in row.items() if cell}
        yield code, _row(file, key, code, values, Place)


def _areas(file: Path) -> dict[str, Any]:
    if not file.exists():
        return _NO_AREAS
    try:
        areas = msgspec.json.decode(file.read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.DecodeError) as error:
        raise CityError(file, "file", file.name, str(error)) from error
    for number, feature in enumerate(areas.get("features", [])):
        properties = feature.get("properties", {})
        for name in ("code", "zh", "en", "label"):
            if name not in properties:
                key = f"features[{number}].properties.{name}"
                raise CityError(file, key, None, "missing")
    return areas


def _check(file: Path, city: City) -> None:
    """What no type can say: references lead somewhere, numbers are possible."""
    try:
        ZoneInfo(city.zone)
    except (KeyError, ValueError, OSError) as error:
        raise CityError(file, "zone", city.zone, "not an IANA time zone") from error
    (south, west), (north, east) = city.bounds
    if not (-90 <= south < north <= 90 and -180 <= west < east <= 180):
        raise CityError(file, "bounds", city.bounds, "expected [[south, west], [north, east]]")
    for category in city.categories.values():
        if category.department and category.department not in city.departments:
            key = f"categories.{category.code}.department"
            raise CityError(file, key, category.department, "no such department")
    for place in city.places.values():
        key = f"places.{place.code}"
        if (place.lat is None) != (place.lon is None):
            raise CityError(file, f"{key}.lat", place.lat, "expected lat and lon, or neither")
        if not place.parent:
            continue
        parent = city.places.get(place.parent)
        if parent is None or TIERS.index(parent.tier) >= TIERS.index(place.tier):
            raise CityError(file, f"{key}.parent", place.parent, "expected a place of a wider tier")
    for feature in city.areas["features"]:
        code = feature["properties"]["code"]
        if code not in city.places or city.places[code].tier != city.area_tier:
            at = city.directory / "areas.geojson"
            raise CityError(at, "code", code, f"no place of tier {city.area_tier} has this code")
