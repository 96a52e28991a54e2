"""`gridwall city`: make a city pack of boundary files, check it, show it, list all."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli.options import AsJson, check_file, print_rows

if TYPE_CHECKING:
    from data_sources.maps.boundaries.nesting import Level

app = typer.Typer()
city = typer.Typer(help="城市包 City packs.", no_args_is_help=True)
app.add_typer(city, name="city")

Name = Annotated[str, typer.Argument(help="城市 the city's id, such as la")]
_ID = re.compile(r"[a-z][a-z0-9-]{0,31}")
_EACH = "一个，或每个文件一个 one, or one for each --areas"


@city.command()
def new(
    name: Name,
    areas: Annotated[
        list[Path] | None,
        typer.Option(help="边界 boundaries: GeoJSON, TopoJSON, Shapefile, GeoPackage; 可多个"),
    ] = None,
    events: Annotated[
        Path | None, typer.Option(help="诉求文件 a file of requests: places, categories of it")
    ] = None,
    cells: Annotated[
        int, typer.Option(min=50, max=50_000, help="网格边长（米） side of a cell in m")
    ] = 1000,
    zh: Annotated[str, typer.Option("--zh-name", help="中文名 the name in Chinese")] = "",
    en: Annotated[str, typer.Option("--en-name", help="英文名 the name in English")] = "",
    zone: Annotated[str, typer.Option(help="时区 time zone, such as Asia/Shanghai")] = "",
    code: Annotated[list[str] | None, typer.Option(help=f"代码列 codes; {_EACH}")] = None,
    zh_column: Annotated[
        list[str] | None, typer.Option("--zh", help=f"中文名列 Chinese names; {_EACH}")
    ] = None,
    en_column: Annotated[
        list[str] | None, typer.Option("--en", help=f"英文名列 English names; {_EACH}")
    ] = None,
    system: Annotated[
        list[str] | None,
        typer.Option(help=f"坐标系 WGS84, GCJ02, BD09, EPSG:…; {_EACH}"),
    ] = None,
    only: Annotated[
        str, typer.Option(metavar="COLUMN=VALUE", help="只取这些行 only rows that have this")
    ] = "",
    draw: Annotated[
        int | None, typer.Option(min=1, max=4, help="地图画第几级 the level that the map draws")
    ] = None,
    credit: Annotated[str, typer.Option(help="边界来源 where the boundaries come from")] = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="换掉已有的地点 replace the places of a pack")
    ] = False,
) -> None:
    """新建 Make a city pack: places of boundary files, else of a file of requests."""
    from dashboard.config import cities

    if not _ID.fullmatch(name):
        raise typer.BadParameter("expected small letters, digits and hyphens", param_hint="NAME")
    if (cities.folders()[0] / name).is_dir():
        raise typer.BadParameter(f"{name!r} is a city that is shipped", param_hint="NAME")
    if not areas and events is None:
        raise typer.BadParameter("expected boundary files, or --events", param_hint="--areas")
    folder = cities.own_folder() / name
    if (folder / "city.toml").exists() and not replace:
        raise typer.BadParameter(f"{folder} is there: --replace its places", param_hint="NAME")
    titles = (zh or en or name, en or zh or name)
    points, zone, placed = _from_events(events, folder, titles[0], zone)
    levels: list[Level] = []
    if areas:
        options = (code, zh_column, en_column, system)
        levels = _levels(areas, [_each(one, len(areas)) for one in options], only, zone)
    elif points and not placed:
        from data_sources.maps.boundaries.cells import cells as grid

        levels = [grid(points, cells)]
    if levels:
        _write(folder, titles, zone, levels, draw, credit)
    _echo(f"城市包 city pack   {folder}")
    _summary(name, folder.parent)


def _each(given: list[str] | None, count: int) -> list[str]:
    """An option's value for each boundary file."""
    values = given or [""]
    if len(values) not in (1, count):
        raise typer.BadParameter(f"expected one value or {count}, one for each --areas")
    return values * count if len(values) == 1 else values


def _from_events(
    file: Path | None, folder: Path, title: str, zone: str
) -> tuple[list[tuple[float, float]], str, bool]:
    """A pack of a file of requests: its positions, its zone, and whether it tells places."""
    if file is None:
        return [], zone, False
    from data_sources.intake.cityfile.look import look
    from data_sources.intake.cityfile.pack import write_pack, zone_of
    from data_sources.intake.progress import Bars
    from data_sources.intake.tables.opening import unpacked

    check_file(file)
    with unpacked([file]) as tables, Bars() as bars:
        found = look(tables, None, lambda what, size: bars.stage(what, size, data=True))
    zone = zone or found.surveys[0].mapping.zone or zone_of(found)
    if not zone:
        raise typer.BadParameter("the file does not show it: name it", param_hint="--zone")
    write_pack(found, folder, zone, title)
    points = [point for tally in found.tallies for point in tally.points]
    return points, zone, any(any(path) for tally in found.tallies for path in tally.places)


def _levels(areas: list[Path], given: list[list[str]], only: str, zone: str) -> list[Level]:
    """The nested levels of the files; shows what was taken for what."""
    from data_sources.maps.boundaries.columns import choose
    from data_sources.maps.boundaries.files import only as only_rows
    from data_sources.maps.boundaries.files import read_layer
    from data_sources.maps.boundaries.nesting import areas_of, nest

    if len(areas) > 4:
        raise typer.BadParameter("at most four levels", param_hint="--areas")
    levels = []
    for number, file in enumerate(areas):
        check_file(file)
        code, zh, en, system = (one[number] for one in given)
        layer = read_layer(file, system, zone)
        if only:
            column, _, value = only.partition("=")
            if column in layer.columns or len(areas) == 1:
                only_rows(layer, column, value)
        chosen = choose(layer, code, zh, en)
        level = areas_of(layer, chosen)
        level.notes[:0] = layer.notes
        first = level.areas[0]
        _echo(
            f"{file.name}: {len(level.areas)} 个地点 places; 坐标系 system {layer.system}; "
            f"代码 code {chosen.code or '(名称 names)'}, zh {chosen.zh}, en {chosen.en}; "
            f"如 such as {first.code} {first.zh} / {first.en}"
        )
        levels.append(level)
    ordered = nest(levels)
    for level in ordered:
        for note in level.notes:
            _echo(f"  {note}")
    return ordered


def _write(
    folder: Path,
    titles: tuple[str, str],
    zone: str,
    levels: list[Level],
    draw: int | None,
    credit: str,
) -> None:
    from data_sources.maps.boundaries import pack

    if draw is not None and draw > len(levels):
        raise typer.BadParameter(f"there are {len(levels)} levels", param_hint="--draw")
    drawn = pack.drawn_level(levels) if draw is None else draw - 1
    file = folder / "city.toml"
    if file.exists():
        text = pack.replace_places(file.read_text(encoding="utf-8"), levels, drawn)
    else:
        zone = zone or _zone_of(levels)
        text = pack.new_city(folder.name, *titles, zone, levels, drawn, credit)
    pack.write_places(folder, levels, drawn)
    file.write_text(text, encoding="utf-8")


def _zone_of(levels: list[Level]) -> str:
    """The zone of the middle of the city."""
    from tzfpy import get_tz

    from data_sources.maps.boundaries.pack import bounds_of

    (south, west), (north, east) = bounds_of(levels)
    return str(get_tz((west + east) / 2, (south + north) / 2) or "UTC")


@city.command()
def check(name: Name) -> None:
    """检查 Every mistake of a city pack, with its file, line and field. Exits 1 if there is one."""
    _summary(name)


def _summary(name: str, packs: Path | None = None) -> None:
    from dashboard.config import cities
    from dashboard.config.cities.base_counts import base_counts
    from data_sources.maps.located import locator

    found = cities.load(name, packs)
    base_counts(found)
    locator(found)
    counts = Counter(place.tier for place in found.places.values())
    tiers = ", ".join(f"{tier} {count}" for tier, count in counts.items())
    _echo(
        f"{found.directory / 'city.toml'}: 无误 right ({tiers or 'no places'}; "
        f"{len(found.departments)} departments, {len(found.categories)} categories, "
        f"{len(found.areas['features'])} outlines; {found.zone})"
    )


@city.command()
def show(name: Name, as_json: AsJson = False) -> None:
    """显示 The places of a city, each with the one it is in."""
    from dashboard.config import cities

    found = cities.load(name)
    rows = [
        {"code": p.code, "tier": p.tier, "parent": p.parent, "zh": p.zh, "en": p.en}
        for p in found.places.values()
    ]
    print_rows(rows, as_json)


@city.command(name="list")
def list_all(as_json: AsJson = False) -> None:
    """列出 Every city pack, where it is, and what is wrong with it."""
    from dashboard.config import cities
    from dashboard.config.reading import ConfigError

    rows = []
    for name in cities.available():
        row = {"id": name}
        try:
            found = cities.load(name)
            row |= {"zh": found.zh, "en": found.en, "places": str(len(found.places))}
            row |= {"directory": str(found.directory)}
        except ConfigError as error:
            row |= {"wrong": str(error).splitlines()[0]}
        rows.append(row)
    print_rows(rows, as_json)


def _echo(text: str) -> None:
    typer.echo(text)
