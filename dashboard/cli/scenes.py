"""The commands about scenes: check a scene file, show the scenes in force."""

from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli.options import City
from dashboard.config.settings import load

app = typer.Typer()
scenes = typer.Typer(help="画面 The wall's scenes.", no_args_is_help=True)
app.add_typer(scenes, name="scenes")

File = Annotated[
    Path | None, typer.Argument(help="画面文件 a scene file", show_default="GRIDWALL_SCENES_FILE")
]


@scenes.command()
def check(file: File = None, city: City = None) -> None:
    """检查 Every mistake of a scene file, with its line. Exits 1 if there is one."""
    from dashboard.config.cities import load as load_city
    from dashboard.config.scenes import read

    settings = load(city=city, scenes_file=file)
    found = read(settings.scenes_file, load_city(settings.city))
    file_name = settings.scenes_file or "default"
    typer.echo(f"{file_name}: 无误 right ({len(found.scenes)} scenes)")


@scenes.command()
def show(city: City = None) -> None:
    """显示 The scenes in force, as the page gets them (JSON)."""
    import msgspec

    from dashboard.config.cities import load as load_city
    from dashboard.config.scenes import Scenes

    settings = load(city=city)
    found = Scenes(settings.scenes_file, load_city(settings.city))
    typer.echo(msgspec.json.format(msgspec.json.encode(found.page())))
