"""The command that makes a brief and writes it as files; the list of briefs is not touched."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
import typer

from dashboard.cli.options import AsJson, City, url_of
from dashboard.config.cities import City as CityPack
from dashboard.config.cities import load as load_city
from dashboard.config.cities.base_counts import base_counts
from dashboard.config.rules.book import rules_for
from dashboard.config.settings import Settings, load
from dashboard.config.words.briefs import Words
from dashboard.core.briefs.compose import compose
from dashboard.core.briefs.model import Brief
from dashboard.core.model.periods import PeriodError, PeriodKind, containing, read
from dashboard.documents.excel import excel
from dashboard.documents.pdf import pdf
from dashboard.documents.word import word
from dashboard.errors import GridwallError
from data_sources.archive.listing import paths
from data_sources.briefs.gather import gather
from data_sources.desk.desk import Desk, DeskLoading
from data_sources.records.scores import Scores
from data_sources.store import domain_clock
from data_sources.store.connection import connect
from data_sources.store.keys import shards

_MAKERS: dict[str, Callable[[Brief, Words, str], bytes]] = {"pdf": pdf, "docx": word, "xlsx": excel}


app = typer.Typer()


class BriefError(GridwallError):
    """There is no such place or period, or the files cannot be written."""


@app.command()
def brief(
    out: Annotated[Path, typer.Option(help="输出目录 the directory for the files")],
    range_: Annotated[
        str, typer.Option("--range", help="时段 2018-01-15, 2018-W03 or 2018-01")
    ] = "",
    area: Annotated[str, typer.Option(help="区域 a place's code; without it the whole city")] = "",
    lang: Annotated[str, typer.Option(help="语言 zh or en; without it both")] = "",
    as_json: AsJson = False,
    city: City = None,
) -> None:
    """简报 Make the brief of a day, a week or a month: PDF, Word, Excel and JSON."""
    from dashboard.processes.connect import redis_session

    if lang not in ("", "zh", "en"):
        raise BriefError(f"--lang {lang}: expected zh or en")
    with redis_session(load(city=city)) as settings:
        try:
            made = write(settings, url_of(settings), area, range_, lang, out)
        except ValueError as error:
            raise BriefError(str(error)) from error
        except OSError as error:
            raise BriefError(f"{out} cannot be written: {error.strerror}") from error
    if as_json:
        typer.echo(msgspec.json.encode({"files": [str(path) for path in made]}))
        return
    for path in made:
        typer.echo(path)


def make(settings: Settings, url: str, city: CityPack, area: str, at: str) -> Brief:
    """The brief as of now; without ``at`` that of the last complete month.

    Raises ``ValueError`` for an unknown period or place.
    """
    rules, r = rules_for(settings), connect(url)
    feed, server = domain_clock.read(r)
    today = rules.local.day(feed.now(server))
    try:
        period = read(at) if at else containing(PeriodKind.MONTH, today).before()
    except PeriodError as error:
        raise ValueError(f"{at}: {error.reason}") from error
    if period.first > today:
        raise ValueError(f"{at}: this period has not begun yet")
    if area and area not in city.places:
        raise ValueError(f"{area}: {city.id} has no such place")
    archive = settings.archive_dir
    parts = shards(settings.shards)
    desk = Desk(r, parts, rules, archived=paths(archive), archive=archive)
    scores = Scores(connect(url), settings.shards, rules, archive)
    try:
        while True:
            try:
                found = gather(
                    desk,
                    scores,
                    id_=f"{area or city.id}-{period.label}",
                    period=period.kind,
                    at=period.label,
                    area=area,
                    zone=settings.tz or city.zone,
                    source="simulated" if city.simulated else feed.mode,
                    households=base_counts(city, settings.base_counts).households(),
                )
                return compose(found.head, found.what)
            except DeskLoading:
                time.sleep(0.05)
    finally:
        desk.close()


def write(settings: Settings, url: str, area: str, at: str, lang: str, out: Path) -> list[Path]:
    """Write the brief's files to ``out`` and return their paths; both languages if ``lang`` is "".

    Raises ``ValueError`` as :func:`make` does, and ``OSError``.
    """
    city = load_city(settings.city)
    brief = make(settings, url, city, area, at)
    zone = ZoneInfo(settings.tz or city.zone)
    name = f"brief-{area or city.id}-{brief.head.at}"
    out.mkdir(parents=True, exist_ok=True)
    made = [out / f"{name}.json"]
    made[0].write_bytes(msgspec.json.format(msgspec.json.encode(brief)))
    for one in [lang] if lang else ["zh", "en"]:
        words = Words(city, one, zone)
        for kind, maker in _MAKERS.items():
            path = out / f"{name}.{one}.{kind}"
            path.write_bytes(maker(brief, words, (settings.public_url or "").rstrip("/")))
            made.append(path)
    return made
