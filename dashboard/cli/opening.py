"""`gridwall open`: any city's file, looked at, counted, and shown on the wall."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli.options import AsJson, Port, check_file

if TYPE_CHECKING:
    from rich.console import Console

    from dashboard.config.settings import Settings
    from data_sources.intake.cityfile.look import Look

app = typer.Typer()

#: a question must be answered first
_ASKED = 3


@app.command(name="open")
def open_files(
    files: Annotated[list[Path], typer.Argument(help="数据文件 CSV, Excel, JSON, XML; .gz, .zip")],
    mapping: Annotated[
        Path | None, typer.Option("--map", help="映射文件 what the columns are, mapping.toml")
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(help="城市名 the city's name", show_default="that of the file"),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只看不开 look and count, serve nothing")
    ] = False,
    as_json: AsJson = False,
    port: Port = None,
) -> None:
    """打开 Look at any city's files, and show the city on the wall; Ctrl-C stops."""
    from rich.console import Console

    from dashboard.config.mappings import read_mapping
    from data_sources.intake.cityfile import report
    from data_sources.intake.cityfile.look import look
    from data_sources.intake.progress import Bars
    from data_sources.intake.tables.opening import unpacked

    for file in files:
        check_file(file)
    answers = None if mapping is None else read_mapping(mapping)
    with unpacked(files) as tables:
        with Bars() as bars:
            found = look(tables, answers, lambda what, size: bars.stage(what, size, data=True))
        if as_json:
            typer.echo(report.line(found))
        else:
            report.show(found, Console())
    if found.questions:
        raise typer.Exit(_ASKED)
    if not dry_run:
        _serve(found, [file.resolve() for file in files], name, port)
    elif found.counts.unreadable:
        raise typer.Exit(1)


def _serve(found: Look, files: list[Path], name: str | None, port: int | None) -> None:
    """Write the city's pack, and run everything over it until a stop signal."""
    from rich.console import Console

    from dashboard.cli.running import run_all
    from dashboard.config import cities
    from dashboard.config.settings import load
    from dashboard.processes.child import Spec, command_of
    from data_sources.intake.cityfile.pack import name_of, running, write_pack

    title = name or files[0].name.partition(".")[0]
    city = name_of(Path(name or files[0].name))
    if (cities.folders()[0] / city).is_dir():
        raise typer.BadParameter(f"{city!r} is a city that is shipped", param_hint="--name")
    data = load().data_dir.resolve()
    os.environ.setdefault("GRIDWALL_CITIES", str(data / "cities"))
    folder = Path(os.environ["GRIDWALL_CITIES"].split(os.pathsep)[0]) / city
    console = Console()
    zone = _zone(found, console)
    maps = write_pack(found, folder, zone, title)
    console.print(f"城市包 city pack   {folder}", markup=False, highlight=False, soft_wrap=True)
    settings: Settings = load(city=city, port=port)
    # a mistake in a pack that was changed is shown before anything starts
    cities.load(city)
    runs = running(found)
    feed = ["replay", *map(str, files), "--city", city]
    for one in maps:
        feed += ["--map", str(one)]
    if runs is not None:
        start, speed = runs
        feed += ["--from", start.isoformat(" "), "--speed", f"{speed:g}"]
        console.print(
            f"时间 clock       {start:%Y-%m-%d %H:%M} ×{speed:g}  {zone}", highlight=False
        )
    run_all(settings, [Spec("feed", command_of(*feed), may_finish=True, beats=True)])


def _zone(found: Look, console: Console) -> str:
    """The city's zone: as given, of its positions, or the one that is set, which is shown."""
    from dashboard.config.settings import load
    from data_sources.intake.cityfile.pack import zone_of

    given = found.surveys[0].mapping.zone or zone_of(found)
    if given:
        return given
    zone = load().tz or "UTC"
    console.print(
        f"时区 zone        文件看不出，按 {zone} 计；可在 city.toml 改 "
        f"the file does not show it: {zone} is taken, change it in city.toml",
        highlight=False,
    )
    return str(zone)
