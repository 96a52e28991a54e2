"""The commands that show scores, warnings, notifications and the rules."""

from typing import Annotated

import typer

from dashboard.cli.options import AsJson, City, Limit, print_rows, url_of
from dashboard.config.settings import load
from dashboard.errors import GridwallError

app = typer.Typer()
explain = typer.Typer(help="解释 Open a number up to the events behind it.", no_args_is_help=True)
app.add_typer(explain, name="explain")

_SUBJECTS = ("department", "township", "community")


class WhichScoreError(GridwallError):
    """Not exactly one unit and one period were given."""


def _one(given: dict[str, str | None], what: str) -> tuple[str, str]:
    """Name and value of the one option that was given; raises :class:`WhichScoreError`."""
    found = [(name, value) for name, value in given.items() if value is not None]
    if len(found) != 1:
        raise WhichScoreError(f"name one {what}: {', '.join('--' + name for name in given)}")
    return found[0]


@explain.callback()
def _explain() -> None:
    """Keeps `score` a sub-command: other numbers will be explained too."""


@explain.command("score")
def explain_score(
    department: Annotated[str | None, typer.Option(help="部门 its code")] = None,
    township: Annotated[str | None, typer.Option(help="乡镇 its code")] = None,
    community: Annotated[str | None, typer.Option(help="社区 its code")] = None,
    month: Annotated[str | None, typer.Option(help="月 such as 2018-01")] = None,
    week: Annotated[str | None, typer.Option(help="周 such as 2018-W03")] = None,
    day: Annotated[str | None, typer.Option(help="日 such as 2018-01-15")] = None,
    ids: Annotated[
        int | None, typer.Option(min=0, help="最多几个编号 at most so many event ids in a list")
    ] = None,
    as_json: AsJson = False,
    city: City = None,
) -> None:
    """评分 Numerators, denominators, adjustments and the events of a score."""
    import msgspec

    from dashboard.core.scoring.explanation import render
    from dashboard.processes.connect import redis_session
    from data_sources.records import scores

    by, subject = _one(dict(zip(_SUBJECTS, (department, township, community), strict=True)), "unit")
    _, at = _one({"month": month, "week": week, "day": day}, "period")
    with redis_session(load(city=city)) as settings:
        found = scores.explain(settings, url_of(settings), by, subject, at)
    typer.echo(msgspec.json.encode(found) if as_json else render(found, ids))


@app.command()
def warnings(limit: Limit = 50, as_json: AsJson = False, city: City = None) -> None:
    """异动 Open surges, and those raised or ended lately."""
    import msgspec

    from dashboard.config.rules.book import rules_for
    from dashboard.core.surges.incidents import as_fields
    from dashboard.processes.connect import redis_session
    from data_sources.store.connection import connect
    from data_sources.surges.warnings import read_warnings

    with redis_session(load(city=city)) as settings, connect(url_of(settings)) as r:
        found = read_warnings(r, limit)
        days = rules_for(settings).surge.odds_days
    if as_json:
        opened = [as_fields(one, days) for one in found.open]
        recent = [
            msgspec.to_builtins(line) | {"warning": as_fields(line.warning, days)}
            for line in found.recent
        ]
        typer.echo(msgspec.json.encode({"open": opened, "recent": recent}))
        return
    print_rows([_row("open", w) for w in found.open], False)
    for line in found.recent:
        print_rows([_row(line.what, line.warning) | {"reason": line.reason}], False)


def _row(what: str, warning: object) -> dict[str, str]:
    import msgspec

    fields = msgspec.to_builtins(warning)
    names = ("tier", "code", "category", "raised_at")
    found = {name: str(fields[name]) for name in names}
    found |= {k: str(fields["evidence"][k]) for k in ("observed", "expected")}
    return {"what": what, **found, "other_places": str(len(fields["folded"]))}


@app.command()
def outbox(
    retry: Annotated[
        bool, typer.Option("--retry-given-up", help="重发 send given-up notifications again")
    ] = False,
    limit: Limit = 100,
    as_json: AsJson = False,
    city: City = None,
) -> None:
    """通知 State of notifications: counts, waiting, given up."""
    import msgspec

    from dashboard.processes.connect import redis_session
    from data_sources.courier import record
    from data_sources.store.connection import connect
    from data_sources.store.keys import shards

    with redis_session(load(city=city)) as settings, connect(url_of(settings)) as r:
        parts = shards(settings.shards)
        if retry:
            again = sum(record.retry_given_up(r, keys, limit) for keys in parts)
            typer.echo(f"{again} notifications will be sent again")
            return
        found = record.overview(r, parts, limit)
    encoded = msgspec.json.encode(found)
    typer.echo(encoded if as_json else msgspec.json.format(encoded))


@app.command()
def rules(city: City = None, as_json: AsJson = False) -> None:
    """规则 The rules in force: each with its value and where it is set."""
    from dashboard.config.rules.book import describe

    rows = describe(load(city=city))
    print_rows([{"rule": r, "value": v, "from": f} for r, v, f in rows], as_json)
