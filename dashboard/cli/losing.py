"""The command about lost data: what a store has lost, and accepting it."""

from typing import Annotated

import typer

from dashboard.cli.options import City, url_of
from dashboard.config.settings import load
from dashboard.errors import GridwallError

app = typer.Typer()


class ReasonMissingError(GridwallError):
    """A loss is accepted only with a reason, which goes on record."""


@app.command()
def lost(
    accept: Annotated[
        bool, typer.Option("--accept", help="确认并按现有数据重新统计 go on with what is left")
    ] = False,
    reason: Annotated[str, typer.Option(help="原因，记入档案 goes on record")] = "",
    city: City = None,
) -> None:
    """数据丢失 Show what the store has lost; exit code 1 while a loss is not accepted."""
    from dashboard.config.rules.book import rules_for
    from dashboard.core.model.persons import masked
    from dashboard.processes.connect import redis_session
    from data_sources.archive.archiver import set_aside
    from data_sources.fold.rebuild import rebuild
    from data_sources.store import losses, soundness
    from data_sources.store.connection import connect
    from data_sources.store.keys import shards

    if accept and not reason.strip():
        raise ReasonMissingError("--accept needs --reason: what happened, and why to go on")
    with redis_session(load(city=city)) as settings, connect(url_of(settings)) as r:
        parts = shards(settings.shards)
        for keys in parts:
            found = losses.loss_of(losses.read_mark(r, keys))
            if found is not None:
                losses.note(r, keys.name, found)
        known = losses.noted(r)
        for shard, loss in sorted(known.items()):
            typer.echo(f"{shard}: {loss.kind}: {loss.was}; {loss.found}")
        if not known:
            typer.echo("无 nothing is lost")
        elif not accept:
            raise typer.Exit(1)
        else:
            for path in set_aside(settings.archive_dir, known):
                typer.echo(f"保留 kept {path}")
            rules, condition = rules_for(settings), soundness.look(r)
            for keys in parts:
                if keys.name not in known:
                    continue
                losses.begin_accept(r, keys)
                done = rebuild(r, keys, rules, parts=parts)
                evicted: dict[str, int | str] = {"run": condition.run, "evicted": condition.evicted}
                losses.end_accept(r, keys, masked(reason).text, evicted)
                typer.echo(f"{keys.name}: {done.actions:,} actions counted again")
