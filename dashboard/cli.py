"""The `gridwall` command: one sub-command for each part.

Exit codes: 0 done, 1 failed (one clear line on stderr), 2 wrong use. A part's module is imported
when its command runs, so that `--help` is quick and a broken part breaks only itself.
"""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

import dashboard
from dashboard.errors import GridwallError
from dashboard.settings import Settings, load

app = typer.Typer(
    name="gridwall",
    help="Gridwall 网格化城市管理实时大屏: a real-time wall over Redis.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

City = Annotated[
    str | None, typer.Option("--city", help="城市 the city pack: la, chifeng …", show_default="la")
]
Host = Annotated[str | None, typer.Option(help="监听地址 address to listen on")]
Port = Annotated[int | None, typer.Option(min=1, max=65535, help="端口 port (8050)")]
AsJson = Annotated[bool, typer.Option("--json", help="机器可读 for machines")]
Limit = Annotated[int, typer.Option(min=1, max=100_000, help="最多几条 at most so many")]


class Format(StrEnum):
    """What a replayed file is written in."""

    la311 = "la311"
    boston311 = "boston311"


def _speed(value: str | None) -> str | None:
    if value is None or value == "max":
        return value
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not 0 < number < 1e6:
        raise typer.BadParameter(f"{value!r} is neither a positive number nor 'max'")
    return value


Speed = Annotated[
    str | None,
    typer.Option(callback=_speed, metavar="N|max", help="倍速 domain seconds per second"),
]


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="版本 show the version")] = False,
) -> None:
    if version:
        typer.echo(dashboard.__version__)
        raise typer.Exit


@app.command()
def up(
    city: City = None,
    host: Host = None,
    port: Port = None,
    no_feed: Annotated[bool, typer.Option("--no-feed", help="不接数据 start no feed")] = False,
    speed: Speed = None,
    rate: Annotated[
        float | None, typer.Option(min=0.0001, help="每秒事项 events a second (simulated city)")
    ] = None,
) -> None:
    """一键启动 Start everything under one supervisor; Ctrl-C stops everything."""
    import signal

    from dashboard import cities, supervisor
    from dashboard.children import Spec, command_of
    from dashboard.feeds import feed_arguments

    settings = load(city=city, host=host, port=port)
    cities.load(settings.city)  # an unknown city: say so before anything starts
    specs = [
        Spec("projector", command_of("projector")),
        Spec("clock", command_of("clock")),
        # gunicorn ends its worker when told to, and must be told.
        Spec("web", command_of("web"), death=signal.SIGTERM),
    ]
    feed = None if no_feed else feed_arguments(settings, speed, rate)
    if feed is not None:
        specs.append(Spec("feed", command_of(*feed), may_finish=True))
    supervisor.up(settings, specs, Console())


@app.command()
def web(city: City = None, host: Host = None, port: Port = None) -> None:
    """网页 Serve the pages, the intake API and the stream."""
    from dashboard import webserver
    from dashboard.children import environment_of
    from dashboard.connect import redis_session
    from dashboard.ports import check_bind, check_port

    settings = load(city=city, host=host, port=port)
    check_bind(settings.host)
    check_port(settings.host, settings.port)
    with redis_session(settings) as settings:
        # From here this process is gunicorn; an engine it started ends with it.
        command = webserver.command(settings)
        os.chdir(webserver.ROOT)
        os.execve(command[0], command, environment_of(settings))


@app.command()
def projector(city: City = None) -> None:
    """投影 Fold actions into views."""
    from dashboard.connect import redis_session
    from data_sources import projector

    with redis_session(load(city=city)) as settings:
        projector.run(settings, _url(settings))


@app.command()
def clock(city: City = None) -> None:
    """时钟 Turn deadlines into escalations."""
    from dashboard.connect import redis_session
    from data_sources import clock

    with redis_session(load(city=city)) as settings:
        clock.run(settings, _url(settings))


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(help="CSV (.gz) of a city's open data")],
    format: Annotated[Format, typer.Option(help="格式 the file's format")] = Format.la311,
    speed: Speed = "max",
    start: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="起点 start, city's local time")
    ] = None,
    as_json: AsJson = False,
    city: City = None,
) -> None:
    """回放 Replay a file of a city's open data."""
    from dashboard.connect import ensure_engine
    from data_sources.intake import replay
    from data_sources.intake.plan import format_of

    settings = load(city=city)
    if "city" not in settings.model_fields_set:  # a format belongs to one city
        settings = load(city=format_of(str(format)).city)
    check_file(file)
    if "city" not in settings.model_fields_set:
        # Nobody named a city, and a format is of one city.
        settings = load(city=format_of(str(format)).city)
    with ensure_engine(settings) as settings:
        replay.run(settings, _url(settings), file, str(format), speed or "max", start, as_json)


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
) -> None:
    """模拟 Simulate a city's day."""
    from dashboard.connect import ensure_engine
    from data_sources.intake import simulate

    with ensure_engine(load(city=city)) as settings:
        simulate.run(
            settings, _url(settings), rate, seed, start=start, duration=duration, speed=speed
        )


@app.command()
def state(city: City = None, as_json: AsJson = False) -> None:
    """状态 Print what /api/v1/wall serves."""
    import msgspec

    from dashboard.connect import redis_session
    from data_sources import wallsite

    with redis_session(load(city=city)) as settings:
        encoded = msgspec.json.encode(wallsite.read_wall(settings, _url(settings)))
    typer.echo(encoded if as_json else msgspec.json.format(encoded))


@app.command()
def rejected(
    again: Annotated[
        bool, typer.Option("--replay", help="重新写入 write them once more, to be judged anew")
    ] = False,
    limit: Limit = 100,
    as_json: AsJson = False,
    city: City = None,
) -> None:
    """被拒操作 Actions the lifecycle did not allow, with the reason."""
    from dashboard.connect import ensure_engine, redis_session
    from data_sources import refusals

    if again:
        with ensure_engine(load(city=city)) as settings:
            count = refusals.replay(_url(settings), settings.shards, limit)
        typer.echo(f"{count} actions written again")
        return
    with redis_session(load(city=city)) as settings:
        _print_rows(refusals.rejected(_url(settings), settings.shards, limit), as_json)


@app.command("dead-letters")
def dead_letters(limit: Limit = 100, as_json: AsJson = False, city: City = None) -> None:
    """死信 What a feed could not read: correct the file and replay it, repeats do no harm."""
    from dashboard.connect import redis_session
    from data_sources import refusals

    with redis_session(load(city=city)) as settings:
        _print_rows(refusals.dead_letters(_url(settings), limit), as_json)


class InputFileError(GridwallError):
    """A file given on the command line cannot be read."""


def check_file(file: Path) -> None:
    """Say what is wrong with a file before anything starts."""
    try:
        with file.open("rb") as opened:
            empty = not opened.read(1)
    except OSError as error:
        raise InputFileError(f"file {file} cannot be read: {error.strerror}") from error
    if empty:
        raise InputFileError(f"file {file} is empty")


def _url(settings: Settings) -> str:
    assert settings.redis_url is not None  # a redis_session has set it
    return settings.redis_url


def _print_rows(rows: list[dict[str, str]], as_json: bool) -> None:
    import msgspec

    for row in rows:
        if as_json:
            typer.echo(msgspec.json.encode(row))
        else:
            typer.echo("  ".join(f"{name}={value}" for name, value in row.items()))
    if not rows and not as_json:
        typer.echo("无 none")


def main(argv: list[str] | None = None) -> Any:
    """The console command."""
    import redis

    try:
        app(args=argv)
    except GridwallError as error:
        _fail(str(error))
    except redis.exceptions.ConnectionError as error:
        _fail(f"Redis does not answer: {error}")
    except BrokenPipeError:
        # Whoever read our output has gone; Python must not complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _fail(text: str) -> None:
    line = " ".join(text.split())
    print(f"gridwall: {line}", file=sys.stderr)  # noqa: T201
    sys.exit(1)


if __name__ == "__main__":
    main()
