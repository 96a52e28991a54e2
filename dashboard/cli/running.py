"""The commands that keep running: `up` for everything, and each part alone."""

import os
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from dashboard.cli.options import City, Host, Port, Speed, fail, url_of
from dashboard.config.settings import Settings, load
from dashboard.errors import GridwallError

if TYPE_CHECKING:
    from dashboard.processes.child import Spec

app = typer.Typer()


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
    receiver: Annotated[
        int | None,
        typer.Option(min=1, max=65534, help="通知接收器端口 port of a receiver of notices"),
    ] = None,
) -> None:
    """一键启动 Start everything under one supervisor; Ctrl-C stops everything."""
    from dashboard.processes.child import Spec, command_of
    from dashboard.processes.demo_feed import feed_arguments

    settings = load(city=city, host=host, port=port, demo_receiver=receiver)
    feed = None if no_feed else feed_arguments(settings, speed, rate)
    feeds = [] if feed is None else [feed]
    run_all(
        settings,
        [Spec("feed", command_of(*one), may_finish=True, beats=True) for one in feeds],
    )


def run_all(settings: Settings, feeds: "list[Spec]") -> None:
    """Run everything of a city and its feeds until a stop signal; ends with the exit code."""
    import signal

    from dashboard.config import cities, scenes
    from dashboard.config.rules import book
    from dashboard.config.sources import sources_for
    from dashboard.processes import supervisor
    from dashboard.processes.child import Spec, command_of
    from dashboard.processes.outer import run_watched
    from dashboard.processes.pulses import Asked, answers_http
    from data_sources.channels.site import channels_of
    from data_sources.errors import RedisDown

    # report an unknown city or a wrong setting before anything starts
    cities.load(settings.city)
    book.rules_for(settings)
    scenes.read(settings.scenes_now, cities.load(settings.city))
    sources_for(settings)
    channels_of(settings)
    specs = [
        Spec("projector", command_of("projector"), beats=True),
        Spec("clock", command_of("clock"), beats=True),
        Spec("background", command_of("background"), beats=True),
        Spec("courier", command_of("courier"), beats=True),
    ]
    if settings.demo_receiver is not None:
        port_of = str(settings.demo_receiver)
        specs.append(Spec("receiver", command_of("notify", "receiver", "--port", port_of)))
    specs += feeds

    def run() -> None:
        asked = Asked(lambda: answers_http(settings.host, settings.port))
        # gunicorn ends its worker when it gets SIGTERM, and only then. It restarts a worker that
        # hangs after 30 s; here both are watched, a little later.
        web = Spec("web", command_of("web"), death=signal.SIGTERM, sign=lambda: asked.sign)
        try:
            supervisor.up(settings, [*specs[:4], web, *specs[4:]], Console())
        except GridwallError as error:
            fail(str(error))
        except RedisDown as error:
            fail(f"Redis does not answer: {error}")

    code = run_watched(run)
    if code:
        raise typer.Exit(code)


@app.command()
def web(city: City = None, host: Host = None, port: Port = None) -> None:
    """网页 Serve the pages, the intake API and the stream."""
    from dashboard import ROOT
    from dashboard.config import cities, scenes
    from dashboard.config.addresses import check_bind, check_port
    from dashboard.config.sources import sources_for
    from dashboard.processes import web_server
    from dashboard.processes.child import environment_of
    from dashboard.processes.connect import redis_session

    settings = load(city=city, host=host, port=port)
    check_bind(settings.host, guarded=settings.guarded)
    check_port(settings.host, settings.port)
    with redis_session(settings) as settings:
        # with a broken scene file gunicorn would restart its worker again and again
        scenes.read(settings.scenes_now, cities.load(settings.city))
        sources_for(settings)
        # From here this process is gunicorn; an engine started here ends with it.
        command = web_server.command(settings)
        os.chdir(ROOT)
        os.execve(command[0], command, environment_of(settings))


@app.command()
def projector(city: City = None) -> None:
    """投影 Fold actions into views."""
    from dashboard.processes import roles
    from dashboard.processes.connect import redis_session

    with redis_session(load(city=city)) as settings:
        roles.run_projector(settings, url_of(settings))


@app.command()
def clock(
    set_back: Annotated[
        str | None,
        typer.Option("--set-back", metavar="TIME", help="拨回 the feed's clock; city's local time"),
    ] = None,
    city: City = None,
) -> None:
    """时钟 Turn deadlines into escalations; or set the clock of a feed back."""
    from dashboard.processes.connect import redis_session
    from data_sources.fold import clock

    with redis_session(load(city=city)) as settings:
        if set_back is None:
            clock.run(settings, url_of(settings))
        else:
            _set_back(settings, set_back)


def _set_back(settings: Settings, text: str) -> None:
    from dashboard.config.rules.book import rules_for
    from dashboard.web.people.accounts import COMMAND
    from dashboard.web.people.model import Person, Role
    from dashboard.web.people.record import Record
    from data_sources.intake.local_time import to_ms
    from data_sources.store import domain_clock
    from data_sources.store.connection import connect

    local = rules_for(settings).local
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        expected = "expected a time such as '2018-01-06 10:00'"
        raise typer.BadParameter(f"{text!r}: {expected}", param_hint="--set-back") from None
    to = round(when.timestamp() * 1000) if when.tzinfo else to_ms(when, local.zone)
    with connect(url_of(settings)) as r:
        before = domain_clock.set_back(r, to)
        who = Person("command line", Role.ADMINISTRATOR, how=COMMAND)
        change = f"{local.iso(before.virtual)} > {local.iso(to)}"
        Record(r).note(who, "clock-set-back", before.mode, change)
    typer.echo(f"已拨回 set back: {change}")


@app.command()
def background(
    part: Annotated[
        str | None, typer.Argument(help="只运行一个 run only this part: linker, watcher, keeper, …")
    ] = None,
    city: City = None,
) -> None:
    """后台 Links between events, surges, checkpoints, continuous audit, archive, briefs."""
    from dashboard.processes.connect import redis_session
    from dashboard.processes.roles import PARTS, run_background

    if part is not None and part not in PARTS:
        raise typer.BadParameter(f"{part!r} is none of {', '.join(PARTS)}")
    with redis_session(load(city=city)) as settings:
        if part is None:
            run_background(settings, url_of(settings))
        else:
            PARTS[part](settings, url_of(settings))


@app.command()
def courier(city: City = None) -> None:
    """通知 Deliver notifications by the channels of the rules file."""
    from dashboard.processes import roles
    from dashboard.processes.connect import redis_session

    with redis_session(load(city=city)) as settings:
        roles.run_courier(settings, url_of(settings))
