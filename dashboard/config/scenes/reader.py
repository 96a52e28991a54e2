"""Reads and checks a scene file: all mistakes at once, each with its line.

A file contains what differs from `default.toml`: its scenes and profiles are added to the shipped
ones, or replace one of the same name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from dashboard.config.cities import City
from dashboard.config.reading import ConfigError, Mistake, Node, Table, names, unknown
from dashboard.config.scenes import shapes
from dashboard.config.scenes.model import (
    KINDS,
    LANGUAGES,
    MARKS,
    SHADES,
    THEMES,
    Base,
    Layout,
    MapSettings,
    Names,
    Overlay,
    Profile,
    Scene,
    SceneFile,
    Wall,
)
from dashboard.config.toml_file import parse_toml, read_toml

DEFAULT = Path(__file__).with_name("default.toml")
_MAX_OVERLAY_BYTES = 20_000_000
_QUIET = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")
#: as a screen is named when it is paired
_SCREEN = re.compile(r"(?! )[^\x00-\x1f\x7f/\\]{1,40}(?<! )")
_GEOMETRIES = frozenset(
    {"FeatureCollection", "Feature", "GeometryCollection", "Point", "LineString", "Polygon"}
    | {"MultiPoint", "MultiLineString", "MultiPolygon"}
)
#: what a tile address must contain
_PLACE = ("{z}", "{x}", "{y}")
_Made = TypeVar("_Made")


def read(path: Path | None, city: City) -> SceneFile:
    """The scene file over the shipped one (the shipped one alone if None).

    Raises :class:`~dashboard.config.reading.ConfigError` with every mistake of the file. Relative
    paths in the file are relative to its directory.
    """
    return _shipped(city) if path is None else _read(path, city, _shipped(city))


def check(text: str, path: Path, city: City) -> SceneFile:
    """The scene file that `path` would be with this text; raises `ConfigError` as `read` does."""
    return _made(parse_toml(path, text), path, city, _shipped(city))


@lru_cache(maxsize=8)
def _shipped(city: City) -> SceneFile:
    return _read(DEFAULT, city, None)


def _read(path: Path, city: City, shipped: SceneFile | None) -> SceneFile:
    return _made(read_toml(path), path, city, shipped)


def _made(top: Node, path: Path, city: City, shipped: SceneFile | None) -> SceneFile:
    mistakes: list[Mistake] = []
    file = _Reader(Table(top, mistakes), path.parent, city, shipped).file()
    if mistakes:
        raise ConfigError(path, *mistakes)
    return file


class _Reader:
    def __init__(self, top: Table, folder: Path, city: City, shipped: SceneFile | None) -> None:
        self._top, self._folder, self._city, self._shipped = top, folder, city, shipped

    def file(self) -> SceneFile:
        top, shipped = self._top, self._shipped
        profiles = dict(shipped.profiles) if shipped else {}
        profiles |= self._each("profile", self._profile)
        scenes = dict(shipped.scenes) if shipped else {}
        scenes |= self._each("scene", self._scene)
        # names are checked against all that the file contains, right or wrong
        scene_names = list(dict.fromkeys([*scenes, *top.below("scene")]))
        profile_names = list(dict.fromkeys([*profiles, *top.below("profile")]))
        default = shipped.wall if shipped else Wall()
        wall = self._wall(top.below("wall"), default, scene_names, profile_names)
        self._check_city()
        self._check_seams(profiles)
        file = SceneFile(
            wall=wall,
            screens=self._screens(wall, scene_names, profile_names),
            map=self._map(),
            overlays=self._overlays(scene_names),
            profiles=profiles,
            scenes=scenes,
        )
        top.end()
        return file

    def _each(self, key: str, make: Callable[[str, Table], _Made | None]) -> dict[str, _Made]:
        tables = self._top.below(key)
        found = {}
        for name in tables:
            if not _NAME.fullmatch(name):
                expected = "lower-case letters, digits, - and _, a letter first"
                tables.wrong(name, f"not a name; expected {expected}", value="")
            made = make(name, tables.below(name))
            if made is not None:
                found[name] = made
        return found

    def _check_city(self) -> None:
        """Note a file that is for another city: its places are not here."""
        given = self._top.text("city")
        if given and given != self._city.id:
            self._top.wrong("city", f"this file is for another city than {self._city.id}")

    def _screens(self, wall: Wall, scenes: list[str], profiles: list[str]) -> dict[str, Wall]:
        tables = self._top.below("screen")
        found = {}
        for name in tables:
            if not _SCREEN.fullmatch(name):
                expected = "1 to 40 characters, no slash, no blank at either end"
                tables.wrong(name, f"not a screen's name; expected {expected}", value="")
            found[name] = self._wall(tables.below(name), wall, scenes, profiles)
        return found

    def _place(self, table: Table, default: str = "") -> str:
        """A place's code; "" is the whole city."""
        area = table.text("area", default)
        if area and area not in self._city.places:
            table.wrong("area", f"{self._city.id} has no place with this code")
        return area

    def _wall(self, table: Table, default: Wall, scenes: list[str], profiles: list[str]) -> Wall:
        profile = table.text("profile", default.profile)
        if profile and profile not in profiles:
            table.wrong("profile", unknown(profile, profiles, "profile"))
        quiet = table.text("quiet", default.quiet)
        if quiet and not _QUIET.fullmatch(quiet):
            table.wrong("quiet", 'expected "22:00-07:00" or ""')
        wall = Wall(
            rotate=table.number("rotate", default.rotate, 0, 3600),
            scenes=table.read("scenes", default.scenes, _scene_names, scenes),
            theme=table.choice("theme", THEMES, default.theme),
            profile=profile,
            area=self._place(table, default.area),
            lang=table.choice("lang", ("", *LANGUAGES), default.lang),
            quiet=quiet,
            volume=table.number("volume", default.volume, 0, 1),
            voice=table.flag("voice", default.voice),
        )
        table.end()
        return wall

    def _map(self) -> MapSettings:
        table = self._top.below("map")
        found = MapSettings(
            shade=table.choice("shade", SHADES, "open"),
            heat=table.flag("heat"),
            base=self._base(table.below("base")),
        )
        table.end()
        return found

    def _base(self, table: Table) -> Base:
        kind = table.choice("kind", KINDS, "none")
        url, name, credit = table.text("url"), table.text("file"), table.text("credit")
        table.end()
        file = self._folder / Path(name).expanduser() if name else None
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
        return Base(kind=kind, url=url, file=file, credit=credit)

    def _overlays(self, scenes: list[str]) -> tuple[Overlay, ...]:
        given = self._top.given("overlay")
        if given is None:
            return ()
        if not isinstance(given.value, list):
            self._top.wrong("overlay", "expected [[overlay]] in double brackets")
            return ()
        return tuple(self._overlay(Table(node, self._top.mistakes), scenes) for node in given.value)

    def _overlay(self, table: Table, scenes: list[str]) -> Overlay:
        name = table.text("file")
        file = self._folder / Path(name).expanduser()
        if not name:
            table.wrong("file", "missing; expected a GeoJSON file")
        elif wrong := _geojson(file):
            table.wrong("file", wrong)
        overlay = Overlay(
            file=file,
            name=table.read("name", _same(file.stem), _languages),
            mark=table.choice("mark", MARKS, "dot"),
            scenes=table.read("scenes", None, _scene_names, scenes),
        )
        table.end()
        return overlay

    @staticmethod
    def _profile(name: str, table: Table) -> Profile:
        profile = Profile(
            id=name,
            columns=table.integer("columns", 1, 1, 8),
            rows=table.integer("rows", 1, 1, 4),
            bezel=table.number("bezel", 0.0, 0, 200),
        )
        table.end()
        return profile

    def _scene(self, name: str, table: Table) -> Scene | None:
        area = self._place(table)
        title = table.read("name", _same(name), _languages)
        landscape = shapes.layout(table)
        others: dict[str, Layout | None] = {}
        for shape in ("wide", "tall"):
            if table.given(shape) is not None:
                own = table.below(shape)
                others[shape] = shapes.layout(own)
                own.end()
        table.end()
        if landscape is None:
            return None
        return Scene(
            id=name,
            name=title,
            area=area,
            landscape=landscape,
            wide=others.get("wide") or shapes.wide(landscape),
            tall=others.get("tall") or shapes.tall(landscape),
        )

    def _check_seams(self, profiles: Mapping[str, Profile]) -> None:
        """Note layouts whose seams fit no profile: they would never be used."""
        walls = {(one.columns, one.rows) for one in profiles.values()}
        scenes = self._top.below("scene")
        for scene in map(scenes.below, scenes):
            for table in (scene, scene.below("wide"), scene.below("tall")):
                layout = table.given("layout")
                text = None if layout is None else layout.value
                if not isinstance(text, str) or not (rows := text.strip().splitlines()):
                    continue
                columns = rows[0].count(shapes.SEAM) + 1
                lines = sum(set(row.strip()) == {"-"} for row in rows) + 1
                if (columns, lines) != (1, 1) and (columns, lines) not in walls:
                    expected = f"expected a [profile.…] of {columns} × {lines} screens"
                    table.wrong("layout", f"its seams fit no profile; {expected}", value="")


def _scene_names(node: Node, known: list[str]) -> tuple[str, ...]:
    """A list of scenes that exist, at least one."""
    found = names(node)
    if not found:
        raise node.expected("a list of names in quotes")
    mistakes: list[Mistake] = []
    for item in node.items():
        if item.value not in known:
            mistakes += item.wrong(unknown(str(item.value), known, "scene")).mistakes
    if mistakes:
        raise ConfigError(node.file, *mistakes)
    return found


def _same(name: str) -> Names:
    """One name for every language."""
    return dict.fromkeys(LANGUAGES, name)


def _languages(node: Node) -> Names:
    """A name in each language; a language that is not given has the other's."""
    expected = 'expected { zh = "…", en = "…" }'
    if not isinstance(node.value, tuple) or not node.value:
        raise node.wrong(expected)
    found: dict[str, str] = {}
    mistakes: list[Mistake] = []
    for lang, name in node.fields().items():
        if lang not in LANGUAGES:
            mistakes += name.wrong(f'unknown language "{lang}"; {expected}').mistakes
        elif not isinstance(name.value, str) or not name.value.strip():
            mistakes += name.wrong(expected).mistakes
        else:
            found[lang] = name.value
    if mistakes:
        raise ConfigError(node.file, *mistakes)
    default = next(found[lang] for lang in LANGUAGES if lang in found)
    return {lang: found.get(lang, default) for lang in LANGUAGES}


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
