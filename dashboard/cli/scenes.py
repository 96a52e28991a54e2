"""The commands about scenes: check a scene file, show the scenes in force."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli.options import City
from dashboard.config.settings import load

if TYPE_CHECKING:
    from dashboard.config.cities import City as CityPack

app = typer.Typer()
scenes = typer.Typer(help="画面 The wall's scenes.", no_args_is_help=True)
app.add_typer(scenes, name="scenes")

File = Annotated[
    Path | None, typer.Argument(help="画面文件 a scene file", show_default="GRIDWALL_SCENES_FILE")
]


@scenes.command()
def check(file: File = None, city: City = None) -> None:
    """检查 Every mistake of a scene file, with its line. Exits 1 if there is one.

    The city is the one of ``--city``, else the one that the file names (``city = "…"``), else the
    one in whose data directory it is, else the city that has the places in it.
    """
    from dashboard.config.cities import load as load_city
    from dashboard.config.scenes import read

    settings = load(city=city, scenes_file=file)
    path = settings.scenes_now
    found = load_city(settings.city) if city or path is None else _city_of(path, settings.city)
    scenes = read(path, found)
    screens = f", {len(scenes.screens)} screens" if scenes.screens else ""
    typer.echo(
        f"{path or 'default'}: 无误 right ({len(scenes.scenes)} scenes{screens}; city {found.id}: "
        f"{len(found.places)} areas, {len(found.departments)} departments)"
    )


def _city_of(path: Path, usual: str) -> "CityPack":
    """The city that a scene file is for; ``usual`` is taken if nothing in it tells."""
    from dashboard.config.cities import available
    from dashboard.config.cities import load as load_city
    from dashboard.config.toml_file import read_toml

    top, known = read_toml(path).plain(), available()
    for named in (top.get("city"), path.absolute().parent.name):
        if named in known:
            return load_city(named)
    areas = _areas(top)
    others = [one for one in known if one != usual]
    packs = (load_city(one) for one in (usual, *others))
    first = load_city(usual)
    return next((one for one in packs if areas <= one.places.keys()), first)


def _areas(top: dict[str, object]) -> set[str]:
    """Every place that the file names, wherever it does."""
    tables = [top.get("wall")]
    for group in ("scene", "screen"):
        below = top.get(group)
        tables += list(below.values()) if isinstance(below, dict) else []
    found = (one.get("area") for one in tables if isinstance(one, dict))
    return {area for area in found if isinstance(area, str) and area}


@scenes.command()
def show(city: City = None) -> None:
    """显示 The scenes in force, as the page gets them (JSON)."""
    import msgspec

    from dashboard.config.cities import load as load_city
    from dashboard.config.scenes import Scenes

    settings = load(city=city)
    found = Scenes(settings.scenes_now, load_city(settings.city))
    typer.echo(msgspec.json.format(msgspec.json.encode(found.page())))
