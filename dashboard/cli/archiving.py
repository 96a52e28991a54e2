"""The command that moves old closed events to files and checks these files."""

import time
from typing import Annotated

import typer

from dashboard.cli.options import AsJson, City, url_of
from dashboard.config.settings import Settings, load

app = typer.Typer()

#: how long to wait for the archiver of the background process
_PATIENCE_S = 60.0


@app.command()
def archive(
    before: Annotated[
        str | None,
        typer.Option(help="此日之前办结的 ended before a day such as 2018-03-01"),
    ] = None,
    verify: Annotated[bool, typer.Option(help="核对文件 check every file")] = False,
    status: Annotated[bool, typer.Option(help="现状 only show where events are")] = False,
    as_json: AsJson = False,
    city: City = None,
) -> None:
    """归档 Move old closed events from Redis to Parquet files. Exits 1 if a file is damaged."""
    import msgspec

    from dashboard.processes.connect import redis_session
    from data_sources.archive import check
    from data_sources.store.connection import connect
    from data_sources.store.keys import shards

    with redis_session(load(city=city)) as settings, connect(url_of(settings)) as r:
        parts, directory = shards(settings.shards), settings.archive_dir
        if verify:
            wrong = check.verify(r, parts, directory)
            lines = wrong or ["ok"]
            typer.echo(msgspec.json.encode({"wrong": wrong}) if as_json else "\n".join(lines))
            if wrong:
                raise typer.Exit(1)
            return
        moved = 0 if status else _move(settings, before)
        found = check.status(r, parts)
        if as_json:
            rows = msgspec.to_builtins(found)
            typer.echo(msgspec.json.encode({"moved": moved, "shards": rows}))
            return
        if not status:
            typer.echo(f"moved={moved}")
        for one in found:
            typer.echo(
                f"{one.shard}: redis={one.hot} archived={one.archived}"
                f" megabytes={one.bytes / 1e6:.1f} void={one.void}"
                + (f" error={one.error}" if one.error else "")
            )
            for name, month in one.months.items():
                typer.echo(f"  {name}: events={month.events} units={month.units}")


def _move(settings: Settings, before: str | None) -> int:
    """Archive now; return how many events were moved."""
    from datetime import date

    from dashboard.config.rules.book import rules_for
    from dashboard.errors import GridwallError
    from data_sources.archive.archiver import DAY_MS, Archiver
    from data_sources.store import domain_clock
    from data_sources.store.connection import connect
    from data_sources.store.keys import shards

    rules, moved = rules_for(settings), 0
    with connect(url_of(settings)) as r:
        feed, server = domain_clock.read(r)
        if before is None:
            if not settings.archive_after_days:
                raise GridwallError("archive_after_days=0: give a day with --before")
            day = rules.local.day(max(0, feed.now(server) - settings.archive_after_days * DAY_MS))
        else:
            try:
                day = int(date.fromisoformat(before).strftime("%Y%m%d"))
            except ValueError as error:
                raise typer.BadParameter(f"before={before!r}: expected a day") from error
        for keys in shards(settings.shards):
            archiver = Archiver(r, keys, rules, settings.archive_dir)
            end = time.monotonic() + _PATIENCE_S
            while not archiver.acquire():
                if time.monotonic() > end:
                    raise GridwallError(f"{keys.name}: another archiver is running")
                time.sleep(0.2)
            try:
                moved += archiver.archive(rules.local.start_of_day(day))
            finally:
                archiver.release()
    return moved
