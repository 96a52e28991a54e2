"""What a place's wall should say: a plain count over the events in it."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import redis
from msgspec.structs import asdict

from dashboard.config.cities import TIERS, load
from dashboard.config.rules.book import rules_for
from dashboard.config.settings import Settings
from dashboard.core.model.actions import Level
from dashboard.core.model.state import EventState, Standing
from dashboard.core.scoring.ranks import scoreboard
from dashboard.core.scoring.scores import brief
from dashboard.core.wall.state import Wall
from data_sources.store.keys import shards

CITY = load("chifeng")
SETTINGS = Settings(city="chifeng", rules_file=None, shards=2)
RULES = rules_for(SETTINGS)
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
EIGHT = 8 * HOUR
ENDED = ("closed", "rejected", "merged")
Store = tuple[list[EventState], int]


def some_places(states: Iterable[EventState]) -> list[str]:
    """Thirty places of all tiers, with events in them, and one without any."""
    rng, out = random.Random(9), []
    for tier, count in zip(range(4), (7, 8, 8, 7), strict=True):
        codes = sorted({s.place[tier] for s in states if len(s.place) > tier and s.place[tier]})
        out += rng.sample(codes, count)
    seen = {code for s in states for code in s.place}
    out.append(next(code for code in CITY.places if code not in seen))
    return out


def totals(states: list[EventState]) -> dict[str, int]:
    n = Counter(str(s.status) for s in states)
    still = [s for s in states if str(s.status) not in ENDED]
    return {
        "reported": len(states), "open": len(still), "closed": n["closed"],
        "rejected": n["rejected"], "merged": n["merged"],
        "overdue": sum(is_overdue(s) for s in still),
        "response_overdue": sum(bool(s.slow) and not s.slow[-1][1] for s in still),
    }  # fmt: skip


def is_overdue(state: EventState) -> bool:
    waits = str(state.status) not in (*ENDED, "handled", "verified")
    return waits and bool(state.late) and not state.late[-1][1]


def between(times: Iterable[int], start: int, end: int) -> int:
    return sum(1 for at in times if start <= at < end)


def days(states: list[EventState], now: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Today until now, and yesterday until the end of these ten minutes."""
    midnight = now - (now + EIGHT) % DAY
    until = now - now % (10 * MINUTE) + 10 * MINUTE - DAY
    decided = [t.at for s in states for t in tallies(s, "decided") for _ in range(t.amount)]
    good = [t.at for s in states for t in tallies(s, "on_time") for _ in range(t.amount)]
    out = []
    for start, end in ((midnight, now + 1), (midnight - DAY, until)):
        judged = between(decided, start, end)
        out.append(
            {
                "reported": between((s.reported_at for s in states), start, end),
                "closed": between((s.ended_at for s in states if s.status == "closed"), start, end),
                "overdue": between((a for s in states for a, _ in s.late), start, end),
                "response_overdue": between((a for s in states for a, _ in s.slow), start, end),
                "on_time_rate": between(good, start, end) / judged if judged else None,
            }
        )
    return out[0], out[1]


def tallies(state: EventState, name: str) -> list[Any]:
    return [
        t for t in state.tallies
        if t.measure.startswith(f"{name}.") and t.standing is not Standing.FROZEN
    ]  # fmt: skip


def open_then(states: list[EventState], at: int) -> int:
    """How many were reported and not ended just before ``at``."""
    n = 0
    for s in states:
        spans = [*s.past_ends, *([(s.ended_at, 0)] if str(s.status) in ENDED else [])]
        ended = any(start < at and (not end or at <= end) for start, end in spans)
        n += s.reported_at < at and not ended
    return n


def check(wall: Wall, states: list[EventState], code: str, now: int) -> None:
    """A wall against a plain count over the events of its place."""
    mine = [s for s in states if code in s.place]
    place = CITY.places[code]
    series = place.tier in ("county", "township")
    want = totals(mine)
    assert {k: getattr(wall.all, k) for k in want} == want, code
    assert {wall.all.located, wall.all.unlocated, wall.all.no_grid} == {None}
    midnight = now - (now + EIGHT) % DAY
    for level in Level:
        of_level = totals([s for s in mine if s.level is level])
        today = between((s.reported_at for s in mine if s.level is level), midnight, now + 1)
        assert asdict(wall.by_level[str(level)]) == {
            "open": of_level["open"], "overdue": of_level["overdue"], "reported": None,
            "response_overdue": of_level["response_overdue"],
            "today": today if series else None,
        }, (code, level)  # fmt: skip
    today, yesterday = days(mine, now)
    if series:
        assert asdict(wall.today) == today, code
        if None not in (wall.yesterday.reported, wall.yesterday.open):
            until = now - now % (10 * MINUTE) + 10 * MINUTE - DAY
            assert {k: getattr(wall.yesterday, k) for k in yesterday} == yesterday, code
            assert wall.yesterday.open == open_then(mine, until), code
        check_trend(wall, mine, now)
    else:
        until = now - now % MINUTE + MINUTE - DAY
        before = between((s.reported_at for s in mine), midnight - DAY, until)
        nothing = dict.fromkeys(("closed", "overdue", "response_overdue", "on_time_rate"))
        assert asdict(wall.today) == {"reported": today["reported"], **nothing}, code
        assert asdict(wall.yesterday) == {"reported": before, "open": None, **nothing}, code
        assert {bucket.reported for bucket in wall.trend} == {None}
    for child in CITY.children.get(code, ()):
        found = totals([s for s in mine if child in s.place])
        homes = sum(p.households or 0 for p in CITY.places.values() if child in CITY.path(p.code))
        if found["open"]:
            rate = round(1000 * found["open"] / homes, 2)
            facts = {name: found[name] for name in ("open", "overdue", "response_overdue")}
            facts |= {"rate": rate}
            assert asdict(wall.map.areas[child]) == facts
    assert wall.map.areas.keys() <= set(CITY.children.get(code, ()))
    assert list(wall.place.path) == [c for c in CITY.path(code) if c]
    assert {code in s.place for s in mine if s.event_id in wall.map.points} <= {True}
    located = {s.event_id for s in mine if s.open and s.lat is not None}
    assert wall.map.points.keys() == located, code


def check_trend(wall: Wall, mine: list[EventState], now: int) -> None:
    closed = [s.ended_at for s in mine if s.status == "closed"]
    for bucket in wall.trend:
        start = round(datetime.fromisoformat(bucket.t).timestamp() * 1000)
        end = start + 10 * MINUTE
        assert bucket.reported == between((s.reported_at for s in mine), start, end)
        assert bucket.closed == between(closed, start, end)
        past = between((s.reported_at for s in mine), start - DAY, end - DAY)
        assert bucket.yesterday == past


def check_scores(wall: Wall, states: list[EventState], code: str, now: int) -> None:
    """Scores of the places right below, from the tallies of this month."""
    tier = TIERS.index(CITY.places[code].tier) + 1
    assert wall.scores_of == {1: "t", 2: "c"}.get(tier, "")
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    today = RULES.local.day(now)
    earlier: dict[str, Counter[str]] = defaultdict(Counter)
    for s in states:
        if wall.scores_of and code in s.place and len(s.place) > tier and s.place[tier]:
            for t in s.tallies:
                day = RULES.local.day(t.at)
                if day // 100 == today // 100 and t.standing is not Standing.LATE:
                    sums[s.place[tier]][t.measure] += t.amount
                    earlier[s.place[tier]][t.measure] += t.amount if day != today else 0
    weights = RULES.weights_of(today // 100)
    assert wall.scores == [brief(score) for score in scoreboard(sums, earlier, weights)], code


def check_sets(r: redis.Redis, states: list[EventState], code: str) -> None:
    """Queue, points and alerts of a place are those of the city in it."""
    inside = {s.event_id for s in states if code in s.place}
    for kind in ("queue", "points", "alerts"):
        for keys in shards(SETTINGS.shards):
            whole = r.zrange(keys.ranked(kind), 0, -1, withscores=True)
            own = r.zrange(keys.ranked(f"{kind}:{code}"), 0, -1, withscores=True)
            want = [
                pair for pair in whole
                if pair[0].decode().split(",", 3)[-1 if kind == "points" else 0] in inside
            ]  # fmt: skip
            assert own == want, (kind, code)


def check_rows(wall: Wall, states: list[EventState], code: str) -> None:
    """The queue's rows and the alerts."""
    mine = {s.event_id: s for s in states if code in s.place}
    assert {row.event_id for row in wall.queue} <= mine.keys()
    assert len(wall.queue) == min(24, wall.queue_total)
    waiting = [
        s for s in mine.values()
        if str(s.status) not in ENDED and s.level in ("red", "orange") and not s.acknowledged_at
    ]  # fmt: skip
    newest = sorted(waiting, key=lambda s: s.reported_at, reverse=True)
    want = [
        s.event_id for level in ("red", "orange")
        for s in [s for s in newest if s.level == level][:20]
    ]  # fmt: skip
    assert [row.event_id for row in wall.alerts] == want, code
