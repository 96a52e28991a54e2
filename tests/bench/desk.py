"""The leaders' pages: what their questions take with 100,000 open events and a million in all."""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import msgspec
import numpy as np
import redis
from msgspec.structs import replace

from dashboard.config import cities
from dashboard.config.rules.book import rules_of
from dashboard.core.lifecycle.late import replay
from dashboard.core.lifecycle.replay import Item
from dashboard.core.model.state import EventState
from dashboard.core.questions.ask import Ask, compared, span
from dashboard.core.questions.movers import Found
from dashboard.core.questions.queue import Words, queue_ask
from data_sources.desk.copy.reader import Reader
from data_sources.desk.desk import Desk, DeskLoading
from data_sources.desk.distributions import backlog, handling
from data_sources.desk.figures import breakdown, kpis
from data_sources.desk.movers.read import movers
from data_sources.desk.queue import queue_page
from data_sources.desk.scores.department import whole
from data_sources.desk.scores.moved import moved
from data_sources.desk.scores.scoreboards import scoreboard
from data_sources.desk.series import calendar, series
from data_sources.intake.simulator import lives
from data_sources.store import domain_clock
from data_sources.store.connection import connect
from data_sources.store.keys import shards
from layouts.pages.movers.page import BEST, WORST
from tests.bench.bench import Bench
from tests.bench.folding import server
from tests.bench.table import Line

TITLE = "the leaders' pages: 100,000 open events"
OPEN = 100_000
#: the queue's first page and its last must come at once
QUEUE_MS = 300.0
#: of the whole overview, which asks for some twenty numbers' groups
PAGE_MS = 2000.0
#: of who moved most, and of the scores on an event's page
MOVERS_MS, MOVED_MS = 1000.0, 150.0
_CITY, _DAY, _ROUNDS, _BATCH = "chifeng", 86_400_000, 15, 5000
#: days of lives simulated under the rules; the others repeat them at other times
_SIMULATED_DAYS, _RATE = 21, 0.02
_WORDS = Words(category=str, department=str, place=str, named=lambda code: "." not in code)


def measure(bench: Bench) -> list[Line]:
    bench.quiet()
    rules = rules_of(_CITY, None)
    end = round(datetime(2025, 12, 28, 16, tzinfo=rules.local.zone).timestamp() * 1000)
    with server() as url, connect(url) as r:
        bench.say(f"making {OPEN:,} open events and {bench.options.events:,} closed ones")
        _fill(r, end, bench.options.events)
        domain_clock.publish(r, mode="replay", virtual_ms=end, speed=0, ended=True)
        before, began = _memory(), time.perf_counter()
        desk = Desk(r, shards(1), rules)
        _loaded(desk)
        took = time.perf_counter() - began
        total = desk.ask("", lambda q: q.one("SELECT count(*) AS n FROM events")).value["n"]
        out = [
            Line("the copy is loaded", took, "s", note=f"{total:,} events"),
            Line("memory it takes", _memory() - before, "MB"),
        ]
        for what, most, question in _questions():
            bench.say(what)
            median, p95, worst = _timed(desk, question)
            note = f"p95 {p95:,.0f} ms, worst {worst:,.0f} ms"
            out.append(Line(what, median, "ms, median", most=most, note=note))
        desk.close()
    return out


def _questions() -> Iterator[tuple[str, float | None, Callable[[Reader], Any]]]:
    month, year = Ask(range="month"), Ask(range="year")
    yield "overview of a month", PAGE_MS, lambda q: _overview(q, month)
    yield "overview of a year", None, lambda q: _overview(q, year)
    yield (
        "overview, one level, last 30 days",
        None,
        lambda q: _overview(q, Ask(range="30d", level="red,orange")),
    )
    views = {
        "queue, first page": ({}, 0),
        "queue, by when it is due": ({"sort": "due"}, 0),
        "queue, what is overdue": ({"clock": "overdue"}, 0),
        "queue, rows 90,000 to 90,100": ({}, 90_000),
    }
    for what, (own, offset) in views.items():
        asked = queue_ask(Ask().but(**own))
        yield what, QUEUE_MS, lambda q, a=asked, o=offset: queue_page(q, a, _WORDS, o, 100)
    yield "scoreboard of a month", None, lambda q: scoreboard(q, month, "department")
    yield (
        "a department's page",
        None,
        lambda q: whole(
            q, month, "department", scoreboard(q, month, "department").rows[0].score.subject
        ),
    )
    for what, figure in (
        ("movers of a month by what is overdue", "overdue"),
        ("movers of a month by score", "handling"),
    ):
        yield what, MOVERS_MS, lambda q, of=figure: _movers(q, month, of)
    yield "the scores that an event moved", MOVED_MS, lambda q: moved(q, f"e{OPEN + 1:07d}")


def _movers(reader: Reader, ask: Ask, figure: str) -> Found:
    now = span(ask, reader.rules, reader.now_ms)
    before = compared(now, reader.rules, ask.compare)
    assert before is not None
    return movers(reader, ask, figure, "department", now, before, WORST, BEST)


def _overview(reader: Reader, ask: Ask) -> Any:
    now = span(ask, reader.rules, reader.now_ms)
    before = compared(now, reader.rules, ask.compare)
    both = [now] if before is None else [now, before]
    groups = ("area", "category", "department")
    return (
        [(kpis(reader, ask, one), series(reader, ask, one)) for one in both],
        [breakdown(reader, ask, now, by, before) for by in groups],
        calendar(reader, ask),
        handling(reader, ask, now),
        backlog(reader, ask),
    )


def _timed(desk: Desk, question: Callable[[Reader], Any]) -> tuple[float, float, float]:
    took = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        desk.ask("", question)
        took.append((time.perf_counter() - began) * 1000)
    return float(np.median(took)), float(np.quantile(took, 0.95)), max(took)


def _loaded(desk: Desk) -> None:
    while True:
        try:
            desk.ask("", lambda reader: None)
        except DeskLoading:
            continue
        return


def _fill(r: redis.Redis, end: int, events: int) -> None:
    """States as the projector keeps them, straight into the store."""
    city, rules, rng = cities.load(_CITY), rules_of(_CITY, None), random.Random(1)
    key = shards(1)[0].events
    closed: list[EventState] = []
    still: list[EventState] = []
    for life in lives(city, rules, _RATE, 1, end - _SIMULATED_DAYS * _DAY, end):
        # a place in the stream is made of the moment, as if each had come at once
        items = [Item(f"{a.ts}-0", a, a.ts) for a in life if a.ts <= end]
        state = replay(rules, items).state if items else None
        if state is not None:
            (still if state.open else closed).append(state)
    batch: dict[bytes, bytes] = {}
    for number in range(events + OPEN):
        own = number < OPEN
        state = rng.choice(still if own else closed)
        days = 0 if own else rng.randrange(360)
        name = f"e{number:07d}"
        moved = _moved(state, name, days * _DAY + rng.randrange(6 * 3_600_000))
        batch[name.encode()] = msgspec.msgpack.encode(moved)
        if len(batch) == _BATCH:
            r.hset(key, mapping=batch)  # type: ignore[arg-type]
            batch = {}
    if batch:
        r.hset(key, mapping=batch)  # type: ignore[arg-type]


def _moved(state: EventState, name: str, back: int) -> EventState:
    """The same life so much earlier, under another name."""

    def at(moment: int) -> int:
        return moment - back if moment else 0

    def clock(old: Any) -> Any:
        return old if old is None or old.since is None else replace(old, since=old.since - back)

    moments = ("reported", "updated", "dispatched", "accepted", "handled", "ended", "closed")
    fields = {f"{field}_at": at(getattr(state, f"{field}_at")) for field in moments}
    return replace(
        state,
        event_id=name,
        acknowledged_at=at(state.acknowledged_at),
        respond=clock(state.respond),
        handle=clock(state.handle),
        late=tuple((since - back, at(until)) for since, until in state.late),
        past_ends=tuple((since - back, until - back) for since, until in state.past_ends),
        tallies=tuple(replace(tally, at=tally.at - back) for tally in state.tallies),
        **fields,
    )


def _memory() -> float:
    """The most that this process has ever taken, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
