"""The commands that recount or look back: audit, rebuild, as-of, ledger, story."""

from typing import Annotated

import typer
from rich.console import Console

from dashboard.cli.options import AsJson, City, url_of
from dashboard.config.settings import load

app = typer.Typer()


@app.command()
def audit(as_json: AsJson = False, city: City = None) -> None:
    """核对 Recount every view from the actions; exit code 1 if anything differs."""
    from dashboard.config.rules.book import rules_for
    from dashboard.processes.connect import redis_session
    from data_sources import audit
    from data_sources.store.connection import connect
    from data_sources.store.keys import shards

    with redis_session(load(city=city)) as settings, connect(url_of(settings)) as r:
        parts, rules = shards(settings.shards), rules_for(settings)
        found = audit.audit(r, parts, rules, archive=settings.archive_dir)
        found = audit.with_desk(found, r, parts, rules, settings.archive_dir)
    typer.echo(found.json() if as_json else "\n".join(found.lines()))
    if not found.clean:
        raise typer.Exit(1)


@app.command()
def rebuild(as_json: AsJson = False, city: City = None) -> None:
    """重建 Rebuild all views alongside the live ones, then switch to them atomically."""
    import msgspec
    from rich.progress import Progress

    from dashboard.config.rules.book import rules_for
    from dashboard.processes.connect import redis_session
    from data_sources.fold.rebuild import rebuild
    from data_sources.store.connection import connect
    from data_sources.store.keys import shards

    console = Console(stderr=True)
    with redis_session(load(city=city)) as settings, connect(url_of(settings)) as r:
        rules, parts = rules_for(settings), shards(settings.shards)
        for keys in parts:
            with Progress(console=console, transient=True) as progress:
                bar = progress.add_task(f"重建 rebuild {keys.name}", total=None)

                def report(done: int, total: int, bar: object = bar) -> None:
                    progress.update(bar, completed=done, total=total)  # type: ignore[arg-type]

                kept = settings.refused_kept
                done = rebuild(r, keys, rules, report, parts=parts, refused_kept=kept)
            row = {**msgspec.to_builtins(done), "rate": round(done.rate)}
            if as_json:
                typer.echo(msgspec.json.encode({"shard": keys.name, **row}))
            else:
                words = "  ".join(f"{name}={value}" for name, value in row.items())
                typer.echo(f"{keys.name}: {words}")


@app.command("as-of")
def as_of(
    when: Annotated[str, typer.Argument(help="当地时间 local time such as '2018-01-02 14:05'")],
    as_json: AsJson = False,
    city: City = None,
) -> None:
    """回看 The wall's state at a moment of the past."""
    import msgspec

    from dashboard.processes.connect import redis_session
    from data_sources.past.asof import wall_as_of

    with redis_session(load(city=city)) as settings:
        encoded = msgspec.json.encode(wall_as_of(settings, url_of(settings), when))
    typer.echo(encoded if as_json else msgspec.json.format(encoded))


@app.command()
def ledger(
    grid: Annotated[str, typer.Argument(help="网格 a grid's code")],
    month: Annotated[str | None, typer.Option(help="月 such as 2018-01")] = None,
    cursor: Annotated[str | None, typer.Option(help="续页 cursor of the previous page")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="每页 events a page")] = 50,
    city: City = None,
) -> None:
    """台账 Everything that happened in one grid, and its monthly sums (JSON)."""
    import msgspec

    from dashboard.processes.connect import redis_session
    from data_sources.records.ledger import ledger as page

    with redis_session(load(city=city)) as settings:
        found = page(settings, url_of(settings), grid, month, cursor, limit)
    typer.echo(msgspec.json.format(msgspec.json.encode(found)))


@app.command()
def story(
    event_id: Annotated[str, typer.Argument(help="事项 an event's id")], city: City = None
) -> None:
    """始末 One event: its actions and their outcomes, its clocks, its notifications (JSON)."""
    import msgspec

    from dashboard.errors import GridwallError
    from dashboard.processes.connect import redis_session
    from data_sources.records.story import story as read_story

    with redis_session(load(city=city)) as settings:
        found = read_story(settings, url_of(settings), event_id)
    if found is None:
        raise GridwallError(f"event {event_id!r}: not known")
    typer.echo(msgspec.json.format(msgspec.json.encode(found)))
