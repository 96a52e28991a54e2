"""The commands that show the wall's state, rejected actions and unreadable lines."""

from typing import Annotated

import typer

from dashboard.cli.options import AsJson, City, Limit, print_rows, url_of
from dashboard.config.settings import load

app = typer.Typer()


@app.command()
def state(
    area: Annotated[
        str, typer.Option(help="区域编码 code of a county, township, community or grid")
    ] = "",
    city: City = None,
    as_json: AsJson = False,
) -> None:
    """状态 Print what /api/v1/wall serves."""
    import msgspec

    from dashboard.processes.connect import redis_session
    from data_sources.live import wiring

    with redis_session(load(city=city)) as settings:
        encoded = msgspec.json.encode(wiring.read_wall(settings, url_of(settings), area))
    typer.echo(encoded if as_json else msgspec.json.format(encoded))


@app.command()
def rejected(
    again: Annotated[
        bool, typer.Option("--replay", help="重新写入 write them again, to be checked again")
    ] = False,
    limit: Limit = 100,
    as_json: AsJson = False,
    city: City = None,
) -> None:
    """被拒操作 Actions the lifecycle did not allow, with the reason."""
    from dashboard.processes.connect import ensure_engine, redis_session
    from data_sources.store import outcomes

    if again:
        with ensure_engine(load(city=city)) as settings:
            count = outcomes.replay_refused(url_of(settings), settings.shards, limit)
        typer.echo(f"{count} actions written again")
        return
    with redis_session(load(city=city)) as settings:
        print_rows(outcomes.rejected(url_of(settings), settings.shards, limit), as_json)


@app.command("dead-letters")
def dead_letters(limit: Limit = 100, as_json: AsJson = False, city: City = None) -> None:
    """死信 Lines a feed could not read: correct the file and replay it, repeats do no harm."""
    from dashboard.processes.connect import redis_session
    from data_sources.store import outcomes

    with redis_session(load(city=city)) as settings:
        print_rows(outcomes.dead_letters(url_of(settings), limit), as_json)


@app.command("set-aside")
def set_aside(limit: Limit = 100, as_json: AsJson = False, city: City = None) -> None:
    """搁置 Items that a part of the engine could not work on, and where the error was."""
    from dashboard.processes.connect import redis_session
    from data_sources.store import aside

    with redis_session(load(city=city)) as settings:
        print_rows(aside.listed(url_of(settings), settings.shards, limit), as_json)


@app.command("unknown-codes")
def unknown_codes(limit: Limit = 100, as_json: AsJson = False, city: City = None) -> None:
    """未知编码 Codes that sources sent and the city does not know, with how often each came."""
    from dashboard.processes.connect import redis_session
    from data_sources.store import unknown_codes

    with redis_session(load(city=city)) as settings:
        print_rows(unknown_codes.unknown_codes(url_of(settings), limit), as_json)
