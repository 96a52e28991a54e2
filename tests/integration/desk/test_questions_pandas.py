"""Every number of the leaders' questions equals one counted again in pandas from the action log,
for random filters over a month of Los Angeles and a simulated one of Chifeng; and Los Angeles' own
file. What the fold keeps of the events comes to the same."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pandas as pd
import pytest
import redis

from dashboard.config import cities
from dashboard.config.rules.book import rules_of
from dashboard.core.model.actions import Action, Kind
from dashboard.core.model.periods import compared, span
from dashboard.core.questions.answers import Kpis, Movers
from dashboard.core.questions.ask import Ask
from dashboard.core.questions.behind.opened import COUNTS, RATES
from dashboard.core.questions.behind.opened import opened as asked_of
from data_sources.desk.behind.opened import opened
from data_sources.desk.copy.reader import Reader
from data_sources.desk.desk import Desk
from data_sources.desk.distributions import backlog, handling
from data_sources.desk.figures import breakdown, kpis
from data_sources.desk.series import calendar, series
from data_sources.intake.plan import format_of
from data_sources.intake.simulator import lives
from data_sources.store.actions import ActionLog
from data_sources.store.domain_clock import publish
from data_sources.store.keys import shards
from tests.support.counts import deskcount as count
from tests.support.counts import desklog
from tests.support.counts.scorela import la_ms
from tests.support.plans import read_plan
from tests.support.shared_data import shared
from tests.support.stores.engine import settle

FILTERS = 20
#: every so manieth event, so that it stays quick
EVERY = 8
BY = ("county", "township", "community", "grid", "department", "category", "level", "channel")


def ms(zone: ZoneInfo, *when: int) -> int:
    return round(datetime(*when, tzinfo=zone).timestamp() * 1000)  # type: ignore[misc,arg-type]


def fed(r: redis.Redis, city: str, actions: Iterable[Action], end: int, parts: int) -> Desk:
    """A store that has seen the actions up to ``end``, in order of time."""
    rules, log = rules_of(city, None), ActionLog(r, parts)
    batch = sorted((a for a in actions if a.ts < end), key=lambda a: a.ts)
    log.append(batch)
    tick = dict.fromkeys(a.event_id for a in batch)
    log.append([
        Action(action_id=f"{e}:end", event_id=e, kind=Kind.ESCALATE, ts=end, actor="clock")
        for e in tick
    ])  # fmt: skip
    settle(r, rules, parts, batch=1000)
    publish(r, mode="replay", virtual_ms=end, speed=0, ended=True)
    return Desk(r, shards(parts), rules)


def compare(desk: Desk, r: redis.Redis, parts: int, zone: ZoneInfo, seed: int, end: int) -> int:
    """All ready-made questions for random filters; returns how many reports were counted."""
    rng, found, seen = random.Random(seed), desklog.frames(r, parts, end), 0
    assert count.figures(count.frames(r, parts), Ask(), 0, end) == count.figures(
        found, Ask(), 0, end
    )
    for number in range(FILTERS):
        ask = count.a_filter(rng, found) if number else Ask()
        one = found["events"].iloc[rng.randrange(len(found["events"]))].reported_at
        reported = datetime.fromtimestamp(one / 1000, zone).date()
        first = reported - timedelta(days=rng.randrange(4))
        last = reported + timedelta(days=rng.randrange(10))
        by, where = rng.choice(BY), f"seed {seed}, filter {number}: {ask}, {first}..{last}"
        start, until = count.moments(first, last, zone)

        def question(reader, ask=ask, text=f"{first}..{last}", by=by):  # type: ignore[no-untyped-def]
            of = span(text, reader.rules, reader.now_ms)
            return (
                kpis(reader, ask, of),
                breakdown(reader, ask, of, by),
                series(reader, ask, of).points,
                handling(reader, ask, of),
                backlog(reader, ask),
                lists(reader, ask.but(range=text), kpis(reader, ask, of)),
            )

        # an area asked for and an area that one is held to give the same
        held_to = ask.area if number % 2 else ""
        answer = desk.ask(held_to, question)
        sums, groups, points, took, ages, listed = answer.value
        assert listed == {}, where
        assert answer.now_ms == end
        want = count.figures(found, ask, start, until)
        assert msgspec.structs.asdict(sums) == pytest.approx(want), where
        rows = {row.key: row.now for row in groups.rows}
        assert sum(row.reported for row in rows.values()) == want["reported"], where
        for key in list(rows)[:4]:
            if by in ("county", "township", "community", "grid"):
                part = {**found, "events": found["events"][found["events"][by] == key]}
                of_group = count.figures(part, ask, start, until)
            else:
                chosen = {**{f: getattr(ask, f) for f in ask.__struct_fields__}, by: key or "-"}
                of_group = count.figures(found, Ask(**chosen), start, until)
            assert msgspec.structs.asdict(rows[key]) == pytest.approx(of_group), (where, by, key)
        for day in {0, len(points) // 2, len(points) - 1}:
            on = first + timedelta(days=day)
            of_day = count.figures(found, ask, *count.moments(on, on, zone))
            point = points[day]
            for name in ("reported", "closed", "ended", "became_overdue", "decided", "on_time",
                         "open", "overdue"):  # fmt: skip
                assert getattr(point, name) == of_day[name], (where, on, name)
        n, within, median = count.spread(found, ask, start, until)
        assert (took.count, took.within) == (n, within), where
        assert took.median_share == pytest.approx(median), where
        assert sum(b.count for b in took.bins) == n
        assert sum(b.marked for b in took.bins) == n - within
        counts, oldest = count.ages(found, ask, end)
        assert [b.count for b in ages.bins] == counts, where
        assert ages.oldest_ms == oldest, where
        seen += want["reported"]
        if last < datetime.fromtimestamp(end / 1000, zone).date():
            moved(desk, found, ask, zone, first, last)
        if number % 5 == 0:
            a_year(
                desk, found, ask, zone, min(last, datetime.fromtimestamp(end / 1000, zone).date())
            )
    return seen


def lists(reader: Reader, ask: Ask, of: Kpis) -> dict[str, object]:
    """The figures whose list says another number, or has other rows than it says."""
    wrong: dict[str, object] = {}
    for name in (*COUNTS, *RATES, "median_ms", "p90_ms"):
        if not hasattr(of, name):
            continue
        found = opened(reader, asked_of(ask.but(of=name)), 10**6)
        figure = getattr(of, name)
        if found.figure != figure or len(found.rows) != found.count:
            wrong[name] = (figure, found.figure, found.count, len(found.rows))
        if name in COUNTS and figure != found.count:
            wrong[name] = (figure, found.count)
    return wrong


def moved(
    desk: Desk, found: dict[str, pd.DataFrame], ask: Ask, zone: ZoneInfo, first: date, last: date
) -> None:
    """What changed most by category since the days before: all categories, counted again."""

    def question(reader: Reader) -> tuple[Kpis, Movers]:
        of = span(f"{first}..{last}", reader.rules, reader.now_ms)
        before = compared(of, reader.rules, "previous")
        assert before is not None
        by = breakdown(reader, ask, of, "category", before)
        return kpis(reader, ask, before), by.movers("reported", 1000)

    was, movers = desk.ask("", question).value
    long = (last - first).days + 1
    days = first - timedelta(days=long), first - timedelta(days=1)
    then, now = count.moments(*days, zone), count.moments(first, last, zone)
    assert msgspec.structs.asdict(was) == pytest.approx(count.figures(found, ask, *then))
    events = count.fitting(found["events"], ask)
    counted = [
        events[events.reported_at.between(start, until - 1)].groupby("category").size()
        for start, until in (now, then)
    ]
    pairs = pd.concat(counted, axis=1, keys=["now", "before"]).fillna(0).astype(int)
    pairs = pairs[pairs.now != pairs.before]
    shown = {one.key: (one.now, one.before) for one in (*movers.up, *movers.down)}
    assert shown == {key: (row.now, row.before) for key, row in pairs.iterrows()}
    assert all(one.change > 0 for one in movers.up)
    assert all(one.change < 0 for one in movers.down)


def a_year(desk: Desk, found: dict[str, pd.DataFrame], ask: Ask, zone: ZoneInfo, on: date) -> None:
    """The calendar's days add up to the year, and a day of it is that day."""
    drawn = desk.ask("", lambda reader: calendar(reader, ask, on.year)).value
    by_day = {point.day: point for point in drawn.days}
    point, of_day = (
        by_day[int(f"{on:%Y%m%d}")],
        count.figures(found, ask, *count.moments(on, on, zone)),
    )
    assert (point.reported, point.closed, point.open, point.overdue) == (
        of_day["reported"], of_day["closed"], of_day["open"], of_day["overdue"]
    )  # fmt: skip
    whole = count.figures(
        found, ask, *count.moments(date(on.year, 1, 1), date(on.year, 12, 31), zone)
    )
    assert sum(day.reported for day in drawn.days) == whole["reported"]
    assert sum(day.on_time for day in drawn.days) == whole["on_time"]
    assert drawn.days[-1].open == whole["open"]


def test_los_angeles(redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    zone, file = ZoneInfo("America/Los_Angeles"), shared("la311-2018-01.csv.gz")
    end = ms(zone, 2018, 2, 6, 15)
    desklog.weekdays(monkeypatch, zone, date(2017, 12, 1), 400)
    sample = read_plan(file, format_of("la311")).lives[::EVERY]
    desk = fed(redis_client, "la", [a for life in sample for a in life], end, 1)
    try:
        assert compare(desk, redis_client, 1, zone, 311, end) > 1000
        rows = pd.read_csv(file, dtype=str, keep_default_na=False)
        names = {life[0].event_id for life in sample}
        rows = rows[("la-" + rows.SRNumber).isin(names)]
        reported = rows.CreatedDate.map(la_ms)
        closed = rows[(rows.Status == "Closed") & (rows.ClosedDate != "")].ClosedDate.map(la_ms)
        for text in ("2018-01", "2018-W01", "2018-01-03"):
            answer = desk.ask(
                "", lambda r, text=text: kpis(r, Ask(), span(text, r.rules, r.now_ms))
            ).value
            of = span(text, rules_of("la", None), end)
            assert answer.reported == reported.between(of.start_ms, of.end_ms - 1).sum() > 0
            assert answer.closed == closed.between(of.start_ms, of.end_ms - 1).sum() > 0
    finally:
        desk.close()


def test_a_simulated_month(redis_client: redis.Redis) -> None:
    zone, city = ZoneInfo("Asia/Shanghai"), cities.load("chifeng")
    begin, end = ms(zone, 2021, 1, 4), ms(zone, 2021, 2, 3)
    sample = lives(city, rules_of("chifeng", None), 0.0006, 20210104, begin, end)
    desk = fed(redis_client, "chifeng", [a for life in sample for a in life], end, 2)
    try:
        assert compare(desk, redis_client, 2, zone, 2021, end) > 500
    finally:
        desk.close()
