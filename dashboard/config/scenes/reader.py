"""Reads and checks a scene file: all mistakes at once, each with its line.

A file says what differs from `default.toml`: its scenes and profiles stand beside the shipped
ones, or in the place of one of the same name.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from dashboard.config.cities import City
from dashboard.config.scenes import shapes
from dashboard.config.scenes.model import (
    KINDS,
    MARKS,
    SHADES,
    THEMES,
    Base,
    Layout,
    MapSettings,
    Overlay,
    Profile,
    Scene,
    SceneFile,
    Wall,
)
from dashboard.config.scenes.toml_file import Lines, Notes, Table, near
from dashboard.errors import GridwallError

DEFAULT = Path(__file__).with_name("default.toml")
_MAX_BYTES = 1_000_000
_MAX_OVERLAY_BYTES = 20_000_000
_QUIET = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_SYNTAX = re.compile(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)")
_GEOMETRIES = frozenset(
    {"FeatureCollection", "Feature", "GeometryCollection", "Point", "LineString", "Polygon"}
    | {"MultiPoint", "MultiLineString", "MultiPolygon"}
)
#: what the place of a tile must be named by in an address
_PLACE = ("{z}", "{x}", "{y}")


class SceneError(GridwallError):
    """A scene file that can't be used; `mistakes` are sentences, each with its line."""

    def __init__(self, path: Path, mistakes: list[str]) -> None:
        super().__init__("\n".join(f"{path}: {mistake}" for mistake in mistakes))
        self.path, self.mistakes = path, mistakes


def read(path: Path | None, city: City) -> SceneFile:
    """The scene file over the shipped one (alone if None); raises :class:`SceneError`."""
    shipped = _shipped(city)
    if path is None:
        return shipped
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SceneError(path, [f"line 1: cannot be read: {error.strerror}"]) from None
    return parse(raw, path, city, shipped)


@lru_cache(maxsize=8)
def _shipped(city: City) -> SceneFile:
    return parse(DEFAULT.read_bytes(), DEFAULT, city, None)


def parse(raw: bytes, path: Path, city: City, shipped: SceneFile | None) -> SceneFile:
    """A file's content, checked; relative paths in it are meant beside it."""
    text, data = _toml(raw, path)
    notes = Notes(Lines(text))
    file = _Reader(Table(notes, (), data), path.parent, city, shipped).file()
    if notes.found:
        raise SceneError(path, notes.found)
    return file


def _toml(raw: bytes, path: Path) -> tuple[str, dict[str, Any]]:
    if len(raw) > _MAX_BYTES:
        raise SceneError(path, [f"line 1: {len(raw)} bytes; expected at most {_MAX_BYTES}"])
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SceneError(path, [f"line {line}: not UTF-8 text"]) from None
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _SYNTAX.fullmatch(str(error))
        words = found[1] if found else str(error)
        line = int(found[2]) if found and found[2] else text.count("\n") + 1
        raise SceneError(path, [f"line {line}: not TOML: {words}"]) from None


class _Reader:
    def __init__(self, top: Table, beside: Path, city: City, shipped: SceneFile | None) -> None:
        self._top, self._beside, self._city, self._shipped = top, beside, city, shipped

    def file(self) -> SceneFile:
        top, shipped = self._top, self._shipped
        top.only("wall", "map", "overlay", "profile", "scene")
        profiles = dict(shipped.profiles) if shipped else {}
        profiles |= self._each("profile", self._profile)
        scenes = dict(shipped.scenes) if shipped else {}
        scenes |= self._each("scene", self._scene)
        # names are checked against all that the file means to have, right or wrong
        named = [*scenes, *(name for name in top.below("scene").data if name not in scenes)]
        walls = [*profiles, *(p for p in top.below("profile").data if p not in profiles)]
        wall = self._wall(named, walls)
        self._seams(profiles)
        return SceneFile(
            wall=wall,
            map=self._map(),
            overlays=self._overlays(named),
            profiles=profiles,
            scenes=scenes,
        )

    def _each(self, key: str, make: Callable[[str, Table], Any]) -> dict[str, Any]:
        tables = self._top.below(key)
        found = {}
        for name in tables.data:
            if not _NAME.fullmatch(name):
                expected = "lower-case letters, digits, - and _, a letter first"
                tables.wrong(name, f"not a name; expected {expected}")
            made = make(name, tables.below(name))
            if made is not None:
                found[name] = made
        return found

    def _wall(self, scenes: list[str], profiles: list[str]) -> Wall:
        table = self._top.below("wall")
        was = self._shipped.wall if self._shipped else Wall()
        table.only(*Wall.__struct_fields__)
        shown = table.words("scenes", was.scenes)
        self._known(table, "scenes", shown, scenes, "scene")
        profile = table.text("profile", was.profile)
        if profile and profile not in profiles:
            table.wrong("profile", f'unknown profile "{profile}"; {near(profile, profiles)}')
        quiet = table.text("quiet", was.quiet)
        if quiet and not _QUIET.fullmatch(quiet):
            table.wrong("quiet", f'expected "22:00-07:00" or "", found "{quiet}"')
        return Wall(
            rotate=table.number("rotate", was.rotate, 0, 3600),
            scenes=shown,
            theme=table.choice("theme", THEMES, was.theme),
            profile=profile,
            quiet=quiet,
            volume=table.number("volume", was.volume, 0, 1),
            voice=table.flag("voice", was.voice),
        )

    def _map(self) -> MapSettings:
        table = self._top.below("map")
        table.only("shade", "heat", "base")
        return MapSettings(
            shade=table.choice("shade", SHADES, "open"),
            heat=table.flag("heat", False),
            base=self._base(table.below("base")),
        )

    def _base(self, table: Table) -> Base:
        table.only(*Base.__struct_fields__)
        kind = table.choice("kind", KINDS, "none")
        url, name = table.text("url"), table.text("file")
        file = self._beside / Path(name).expanduser() if name else None
        if kind in ("xyz", "wmts"):
            if not url.startswith(("https://", "http://")):
                table.wrong("url", f'"{kind}" needs an address that begins with https://')
            elif missing := [part for part in _PLACE if part not in url]:
                table.wrong("url", f"expected {{z}}, {{x}} and {{y}} in it; no {missing[0]}")
        elif kind in ("mbtiles", "pmtiles"):
            if file is None:
                table.wrong("file", f'"{kind}" needs a file')
            elif not file.is_file():
                table.wrong("file", f"no file {file}")
        return Base(kind=kind, url=url, file=file, credit=table.text("credit"))

    def _overlays(self, scenes: list[str]) -> tuple[Overlay, ...]:
        given = self._top.data.get("overlay", [])
        if not isinstance(given, list):
            self._top.wrong("overlay", "expected [[overlay]] in double brackets")
            return ()
        found = []
        for number, data in enumerate(given):
            table = Table(self._top.notes, ("overlay", number), data)
            table.only("file", "name", "mark", "scenes")
            name = table.text("file")
            file = self._beside / Path(name).expanduser()
            if not name:
                table.wrong("file", "missing; expected a GeoJSON file")
            elif wrong := _geojson(file):
                table.wrong("file", wrong)
            where = table.words("scenes", ()) if table.has("scenes") else None
            self._known(table, "scenes", where or (), scenes, "scene")
            found.append(
                Overlay(
                    file=file,
                    name=table.names("name", file.stem),
                    mark=table.choice("mark", MARKS, "dot"),
                    scenes=where,
                )
            )
        return tuple(found)

    @staticmethod
    def _profile(name: str, table: Table) -> Profile:
        table.only("columns", "rows", "bezel")
        return Profile(
            id=name,
            columns=table.whole("columns", 1, 1, 8),
            rows=table.whole("rows", 1, 1, 4),
            bezel=table.number("bezel", 0, 0, 200),
        )

    def _scene(self, name: str, table: Table) -> Scene | None:
        table.only("name", "area", "columns", "rows", "layout", "wide", "tall")
        area = table.text("area")
        if area and area not in self._city.places:
            table.wrong("area", f'{self._city.id} has no place with the code "{area}"')
        landscape = shapes.layout(table)
        others: dict[str, Layout | None] = {}
        for shape in ("wide", "tall"):
            if table.has(shape):
                own = table.below(shape)
                own.only("columns", "rows", "layout")
                others[shape] = shapes.layout(own)
        if landscape is None:
            return None
        return Scene(
            id=name,
            name=table.names("name", name),
            area=area,
            landscape=landscape,
            wide=others.get("wide") or shapes.wide(landscape),
            tall=others.get("tall") or shapes.tall(landscape),
        )

    def _seams(self, profiles: Mapping[str, Profile]) -> None:
        """Seams that no profile has would never be used: surely a slip."""
        walls = {(one.columns, one.rows) for one in profiles.values()}
        for name, data in self._top.below("scene").data.items():
            scene = Table(self._top.notes, ("scene", name), data)
            for table in (scene, scene.below("wide"), scene.below("tall")):
                text = table.data.get("layout")
                if not isinstance(text, str) or not (rows := text.strip().splitlines()):
                    continue
                columns = rows[0].count(shapes.SEAM) + 1
                lines = sum(set(row.strip()) == {"-"} for row in rows) + 1
                if (columns, lines) != (1, 1) and (columns, lines) not in walls:
                    expected = f"expected a [profile.…] of {columns} × {lines} screens"
                    table.wrong("layout", f"its seams fit no profile; {expected}")

    @staticmethod
    def _known(table: Table, key: str, names: tuple[str, ...], known: list[str], what: str) -> None:
        for name in names:
            if name not in known:
                table.wrong(key, f'unknown {what} "{name}"; {near(name, known)}')


def _geojson(file: Path) -> str:
    """What is wrong with an overlay's file; "" for nothing."""
    try:
        if file.stat().st_size > _MAX_OVERLAY_BYTES:
            return f"{file} is larger than {_MAX_OVERLAY_BYTES // 1_000_000} MB"
        data = json.loads(file.read_bytes())
    except OSError:
        return f"no file {file}"
    except ValueError:
        return f"{file} is not GeoJSON"
    kind = data.get("type") if isinstance(data, dict) else None
    listed = kind != "FeatureCollection" or isinstance(data.get("features"), list)
    return "" if kind in _GEOMETRIES and listed else f"{file} is not GeoJSON"
