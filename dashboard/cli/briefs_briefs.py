"""The command that makes a brief and writes it as files."""

from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli.options import AsJson, City, url_of
from dashboard.config.settings import load
from dashboard.errors import GridwallError

app = typer.Typer()


class BriefError(GridwallError):
    """There is no such place or period, or it cannot be made."""


@app.command()
def brief(
    out: Annotated[Path, typer.Option(help="输出目录 the directory for the files")],
    range_: Annotated[
        str, typer.Option("--range", help="时段 2018-01-15, 2018-W03 or 2018-01")
    ] = "",
    area: Annotated[str, typer.Option(help="区域 a place's code; the whole city")] = "",
    lang: Annotated[str, typer.Option(help="语言 zh or en; both without it")] = "",
    as_json: AsJson = False,
    city: City = None,
) -> None:
    """简报 Make the brief of a day, a week or a month: PDF, Word, Excel and JSON."""
    import msgspec

    from dashboard.cli import briefs
    from dashboard.processes.connect import redis_session

    if lang not in ("", "zh", "en"):
        raise BriefError(f"--lang {lang}: expected zh or en")
    with redis_session(load(city=city)) as settings:
        try:
            made = briefs.write(settings, url_of(settings), area, range_, lang, out)
        except ValueError as error:
            raise BriefError(str(error)) from error
        except OSError as error:
            raise BriefError(f"{out} cannot be written: {error.strerror}") from error
    if as_json:
        typer.echo(msgspec.json.encode({"files": [str(path) for path in made]}))
        return
    for path in made:
        typer.echo(path)
