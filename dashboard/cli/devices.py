"""Pairing screens from the command line: `gridwall wall pair|list|revoke`."""

from datetime import datetime
from typing import Annotated

import typer

from dashboard.cli.options import AsJson, City, url_of
from dashboard.config.settings import Settings, load
from dashboard.errors import GridwallError

app = typer.Typer()
wall = typer.Typer(help="屏幕 Screens: pair, list, revoke.", no_args_is_help=True)
app.add_typer(wall, name="wall")

_BY = "command line"


class PairingError(GridwallError):
    """The screen cannot be paired as asked."""


@wall.command()
def pair(
    code: Annotated[str, typer.Argument(help="屏幕上的配对码 the code on the screen")],
    name: Annotated[str, typer.Option(help="屏幕名称 a name for the screen")],
    area: Annotated[str, typer.Option(help="只显示此区域 show this place only (code)")] = "",
    scenes: Annotated[str, typer.Option(help="只显示这些场景 these scenes only: a,b")] = "",
    city: City = None,
) -> None:
    """配对 Make the screen that shows CODE a wall."""
    from dashboard.config import cities
    from dashboard.processes.connect import redis_session
    from dashboard.web.api.devices import problem
    from data_sources.store.connection import connect
    from data_sources.walls.devices import Devices

    settings = load(city=city)
    wanted = [one.strip() for one in scenes.split(",") if one.strip()]
    if wrong := problem(name, area, wanted, cities.load(settings.city).places.__contains__):
        raise PairingError(wrong[1])
    with redis_session(settings) as settings, connect(url_of(settings)) as r:
        device = Devices(r).confirm(code, name, area=area, scenes=tuple(wanted), by=_BY)
    typer.echo(f"已配对 paired: {device.name}")


@wall.command("list")
def list_(as_json: AsJson = False, city: City = None) -> None:
    """列表 Every screen: state, area and scenes, created, last seen."""
    import msgspec

    from dashboard.processes.connect import redis_session
    from data_sources.store.connection import connect
    from data_sources.walls.devices import Devices, as_rows

    with redis_session(load(city=city)) as settings, connect(url_of(settings)) as r:
        devices = Devices(r)
        rows = as_rows(devices.all(), devices.seen())
        zone = _zone(settings)
    if as_json:
        for row in rows:
            typer.echo(msgspec.json.encode(row))
        return
    for row in rows:
        state = "已撤销 revoked" if row["revoked"] else "在用 paired"
        bound = " ".join(filter(None, [row["area"], ",".join(row["scenes"])])) or "不限 any"
        seen = _local(row["seen"], zone)
        typer.echo(f"{row['name']}  {state}  {bound}  {_local(row['created'], zone)}  {seen}")
    if not rows:
        typer.echo("无 none")


@wall.command()
def revoke(
    name: Annotated[str, typer.Argument(help="屏幕名称 the screen's name")], city: City = None
) -> None:
    """撤销 Revoke a screen's token: it shows a new pairing code."""
    from dashboard.processes.connect import redis_session
    from data_sources.store.connection import connect
    from data_sources.walls.devices import Devices

    with redis_session(load(city=city)) as settings, connect(url_of(settings)) as r:
        Devices(r).revoke(name, by=_BY)
    typer.echo(f"已撤销 revoked: {name}")


def _zone(settings: Settings) -> str:
    from dashboard.config import cities

    return settings.tz or cities.load(settings.city).zone


def _local(ms: int, zone: str) -> str:
    from zoneinfo import ZoneInfo

    if not ms:
        return "-"
    return f"{datetime.fromtimestamp(ms / 1000, ZoneInfo(zone)):%Y-%m-%d %H:%M}"
