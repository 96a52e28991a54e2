"""The leaders' pages served over a simulated city: a month and two warnings, or other data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event
from zoneinfo import ZoneInfo

import msgspec
import redis

from dashboard.config import cities
from dashboard.config.rules.book import rules_of
from dashboard.config.settings import Settings
from dashboard.core.model.actions import Action, Kind
from dashboard.core.surges.incidents import Folded, SurgeWarning
from dashboard.core.surges.judge import Evidence
from data_sources.briefs.maker import Maker
from data_sources.briefs.store import BriefStore
from data_sources.engine.server import Engine
from data_sources.intake.simulator import lives
from data_sources.store.actions import ActionLog
from data_sources.store.connection import connect
from data_sources.store.domain_clock import publish
from data_sources.store.keys import WARNINGS, shards
from tests.support.served import served_apart
from tests.support.stores.engine import parts_live, settle

ZONE = ZoneInfo("Asia/Shanghai")
BEGIN, END = (
    round(datetime(2021, month, day, 9, tzinfo=ZONE).timestamp() * 1000)
    for month, day in ((1, 1), (2, 9))
)
PARTS = 2
HOUR = 3_600_000
DAY = 24 * HOUR
#: kinds of data → days that its records have, share of the city's events
KINDS = {"month": (39, 0.0006), "day": (1, 0.006), "years": (731, 0.0006), "empty": (0, 0.0)}


@dataclass(frozen=True)
class Reviewed:
    """Where the pages are, and what of the city can be asked for."""

    url: str
    redis_url: str
    #: names in a page's path → what takes their place in this city
    variables: dict[str, dict[str, str]]
    #: pages of which there is nothing to see without a question
    queries: dict[str, str]


@contextmanager
def reviewed(directory: Path, kind: str = "month") -> Iterator[Reviewed]:
    """The whole app over one of `KINDS`; the time of its data stops at `END`."""
    with Engine(directory) as engine, connect(engine.url) as r:
        found = _fill(r, kind) if KINDS[kind][0] else _nothing(r)
        if KINDS[kind][0]:
            found["brief"] = {"brief_id": _brief(r, engine.url)}
        with served_apart(engine.url, shards=PARTS) as url:
            three = ",".join(list(cities.load("chifeng").departments)[:3])
            yield Reviewed(url, engine.url, found, {"compare": f"d={three}"})


def _nothing(r: redis.Redis) -> dict[str, dict[str, str]]:
    """A site to which nobody has reported anything."""
    publish(r, mode="replay", virtual_ms=END, speed=0, ended=True)
    parts_live(r, PARTS)
    city = cities.load("chifeng")
    grid = next(code for code, place in city.places.items() if place.tier == "grid")
    return {"grid": {"code": grid}, "department": {"code": next(iter(city.departments))}}


def _fill(r: redis.Redis, kind: str) -> dict[str, dict[str, str]]:
    city, rules = cities.load("chifeng"), rules_of("chifeng", None)
    log = ActionLog(r, PARTS)
    days, share = KINDS[kind]
    begin = BEGIN if kind == "month" else END - days * DAY
    actions = [a for life in lives(city, rules, share, 20210104, begin, END) for a in life]
    batch = sorted((a for a in actions if a.ts < END), key=lambda a: a.ts)
    log.append(batch)
    log.append([
        Action(action_id=f"{e}:end", event_id=e, kind=Kind.ESCALATE, ts=END, actor="clock")
        for e in dict.fromkeys(a.event_id for a in batch)
    ])  # fmt: skip
    settle(r, rules, PARTS, batch=1000)
    publish(r, mode="replay", virtual_ms=END, speed=0, ended=True)
    parts_live(r, PARTS)
    first = batch[0]
    grid = next(a.place[3] for a in batch if len(a.place) == 4 and a.place[3])
    town = city.places[city.places[grid].parent].parent
    grids = [c for c, p in city.places.items() if p.tier == "grid" and c.startswith(town)]
    kinds = list(city.categories)
    for one in (
        _warning("township", town, kinds[0], 28, grids[:9]),
        _warning("grid", grid, kinds[1], 2, []),
    ):
        r.hset(WARNINGS, one.id, msgspec.json.encode(one))
    return {
        "grid": {"code": grid},
        "event": {"event_id": first.event_id},
        "department": {"code": next(iter(city.departments))},
    }


def _brief(r: redis.Redis, url: str) -> str:
    """January's, made."""
    store = BriefStore(r, shards(PARTS)[0])
    made = store.ask("", "month", "2021-01")
    maker = Maker(Settings(city="chifeng", redis_url=url, shards=PARTS), url, Event())
    assert maker.lease.held()
    while not (entry := store.entry(made)) or not entry.over:
        maker.tick()
    assert entry.state == "done", entry
    maker.lease.release()
    return made


def _warning(tier: str, code: str, category: str, days: int, grids: list[str]) -> SurgeWarning:
    why = Evidence(7, 0.6, 0, 3, 2e-6, END - HOUR, END, days, (0, 1, 0, 2, 1, 0, 0))
    part = msgspec.structs.replace(why, observed=3, expected=0.0025)
    folded = tuple(Folded("grid", grid, END - HOUR, part) for grid in grids)
    began, raised = END - HOUR, END - HOUR
    return SurgeWarning(f"w-{tier}", tier, code, category, raised, END, END, why, began, folded)
