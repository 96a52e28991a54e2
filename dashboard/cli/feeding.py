"""The commands that feed events in: replay a file, simulate a city."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli.options import AsJson, City, Dates, Format, Speed, check_file, url_of
from dashboard.config.settings import load

if TYPE_CHECKING:
    from dashboard.config.sources import Source
    from data_sources.intake.plan import Content, Watching
    from data_sources.intake.spool import Spool

app = typer.Typer()


@app.command()
def replay(
    files: Annotated[list[Path], typer.Argument(help="CSV (.gz) of a city's open data")],
    format: Annotated[Format, typer.Option(help="格式 the file's format")] = Format.la311,
    speed: Speed = "max",
    start: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="起点 start, city's local time")
    ] = None,
    dates: Annotated[
        Dates | None,
        typer.Option(help="日期写法 what comes first in dates, if the file does not show it"),
    ] = None,
    mappings: Annotated[
        list[Path] | None,
        typer.Option("--map", help="映射文件 what the columns are; one for each file"),
    ] = None,
    as_json: AsJson = False,
    city: City = None,
) -> None:
    """回放 Replay a file of a city's open data."""
    if mappings:
        _replay_mapped(files, mappings, speed or "max", start, as_json, city)
        return
    if len(files) > 1:
        raise typer.BadParameter("several files need --map", param_hint="FILE")
    file = files[0]
    from dashboard.processes.connect import ensure_engine
    from data_sources.intake import replay
    from data_sources.intake.dates import Order
    from data_sources.intake.plan import format_of

    settings = load(city=city)
    if "city" not in settings.model_fields_set:  # a format belongs to one city
        settings = load(city=format_of(str(format)).city)
    check_file(file)
    with ensure_engine(settings) as settings:
        order = None if dates is None else Order(dates)
        done = replay.run(
            settings, url_of(settings), file, str(format), speed or "max", start, as_json, order
        )
    if done.dead_letters:  # what could be read is in; a script must notice the rest
        raise typer.Exit(1)


def _replay_mapped(
    files: list[Path],
    mappings: list[Path],
    speed: str,
    start: str | None,
    as_json: bool,
    city: str | None,
) -> None:
    from dashboard.config.mappings import full_mapping
    from dashboard.processes.connect import SUPERVISED, ensure_engine
    from data_sources.intake import replay
    from data_sources.intake.cityfile.mapped import mapped_format, read_mapped
    from data_sources.intake.tables.opening import unpacked

    settings = load(city=city)
    for file in files:
        check_file(file)
    maps = [full_mapping(one) for one in mappings]
    form = mapped_format(settings.city, maps[0].kind)
    with unpacked(files) as tables, ensure_engine(settings) as settings:

        def read(spool: Spool, watching: Watching, source: Source | None) -> Content:
            return read_mapped(tables, maps, form, spool, watching, source)

        done = replay.replay(
            settings, url_of(settings), files[0], form, read, speed, start, as_json
        )
    # a supervisor would start it again and again: `open` has shown what cannot be read
    if done.dead_letters and SUPERVISED not in os.environ:
        raise typer.Exit(1)


@app.command()
def simulate(
    city: City = None,
    rate: Annotated[float, typer.Option(min=0.0001, help="每秒事项 events a second")] = 0.05,
    seed: Annotated[int | None, typer.Option(help="随机种子 the same seed, the same day")] = None,
    start: Annotated[
        str | None, typer.Option("--start", metavar="TIME", help="起点 the city's local time")
    ] = None,
    duration: Annotated[
        float | None, typer.Option(min=0, help="时长 seconds of the city's time, then end")
    ] = None,
    speed: Annotated[
        float, typer.Option(min=0.01, help="倍速 the city's seconds per second")
    ] = 1.0,
    past: Annotated[
        int | None, typer.Option(min=1, help="补数上限 at most so many events of the past")
    ] = None,
) -> None:
    """模拟 Simulate a city's day."""
    from dashboard.processes.connect import ensure_engine
    from data_sources.intake import simulate

    with ensure_engine(load(city=city)) as settings:
        simulate.run(
            settings,
            url_of(settings),
            rate,
            seed,
            start=start,
            duration=duration,
            speed=speed,
            past=past or simulate.BACKFILL_EVENTS,
        )
