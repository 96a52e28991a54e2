"""A leaders' site over a test's store, and exported files read again."""

from __future__ import annotations

import csv
import io
from functools import partial
from typing import Any

import openpyxl
import redis

from dashboard.config import cities
from dashboard.config.rules.book import rules_of
from dashboard.config.settings import Settings
from dashboard.core.questions.ask import Ask
from dashboard.web.exports import export
from dashboard.web.pages.site import ReviewSite, known_of
from dashboard.web.people.model import Person
from dashboard.web.screens import city_view
from data_sources.desk.desk import Desk
from data_sources.records.ledger import Ledgers
from data_sources.store.actions import ActionLog
from data_sources.store.keys import shards


def site_over(r: redis.Redis, parts: int, city_id: str = "chifeng") -> ReviewSite:
    """What the pages read from, without what exports do not need."""
    city, rules = cities.load(city_id), rules_of(city_id, None)
    settings = Settings(city=city_id, shards=parts)
    rest: dict[str, Any] = dict.fromkeys(("scores", "stories"))
    return ReviewSite(
        settings=settings,
        city=city,
        view=city_view(city, settings),
        rules=rules,
        known=known_of(city),
        store=r,
        log=partial(ActionLog, r, parts, rules),
        desk=Desk(r, shards(parts), rules),
        ledgers=Ledgers(r, parts, rules.local, city.places, rules),
        **rest,
    )


def read_csv(raw: bytes) -> tuple[dict[str, str], list[str], list[list[str]]]:
    """The lines above, the head and the rows."""
    assert raw.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    gap = lines.index([])
    assert all(len(line) == 2 for line in lines[:gap])
    return dict(lines[:gap]), lines[gap + 1], lines[gap + 2 :]


def read_xlsx(raw: bytes) -> tuple[dict[str, str], list[str], list[list[Any]], Any]:
    """The same of a workbook, and its sheet of rows."""
    book = openpyxl.load_workbook(io.BytesIO(raw))
    about, rows = book.worksheets
    lines = {a.value: b.value for a, b in about.iter_rows(max_col=2)}
    found = [[cell.value for cell in row] for row in rows.iter_rows()]
    return lines, found[0], found[1:], rows


def made(site: ReviewSite, who: Person, ask: Ask, page: str, kind: str, **more: int) -> bytes:
    """The bytes of a file."""
    with export(site, who, ask, page, kind, **more).file as file:
        return file.read()
