"""Scores equal an independent calculation: from the CSV rows of Los Angeles, and from the raw
actions of a simulated month; and the events that explain a score add up to it again."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
import redis

from dashboard.config import cities
from dashboard.config.rules.book import rules_of
from dashboard.core.model.actions import Action, Kind, decode
from data_sources.intake.plan import format_of
from data_sources.intake.simulator import lives
from data_sources.records.scores import SUBJECTS, Answer, Scores
from data_sources.store.actions import ActionLog
from data_sources.store.domain_clock import publish
from data_sources.store.keys import shards
from tests.support.counts import scorecount as count
from tests.support.counts.scorela import LA, la_facts
from tests.support.counts.scoresim import SHANGHAI, chifeng_facts, left_out
from tests.support.plans import read_plan
from tests.support.shared_data import shared
from tests.support.stores.engine import settle

#: the first one by `make kills`; in the second is every case that is in it
FILES = ("la311-2018-01.csv.gz", "la311-2020-01.csv.gz")


def fed(
    r: redis.Redis,
    city: str,
    actions: Iterable[Action],
    zone: ZoneInfo,
    end: int,
    parts: int,
    refused: Iterable[str] = (),
) -> Scores:
    """A store that was fed day by day, as a live source would, up to the moment ``end``;
    ``refused`` are the only actions that may be refused."""
    rules, log = rules_of(city, None), ActionLog(r, parts)

    def day(action: Action) -> date:
        return datetime.fromtimestamp(action.ts / 1000, zone).date()

    events: dict[str, None] = {}
    for _, together in groupby(sorted(actions, key=lambda a: a.ts), key=day):
        batch = list(together)
        events |= dict.fromkeys(a.event_id for a in batch)
        log.append(batch)
        settle(r, rules, parts)
    log.append([
        Action(action_id=f"{e}:end", event_id=e, kind=Kind.ESCALATE, ts=end, actor="clock")
        for e in events
    ])  # fmt: skip
    settle(r, rules, parts)
    rejected = [
        fields[b"action"] for keys in shards(parts) for _, fields in r.xrange(keys.rejected)
    ]
    assert {decode(action).action_id for action in rejected} == set(refused)
    publish(r, mode="replay", virtual_ms=end, speed=0, ended=True)
    return Scores(r, parts, rules)


def same(answer: Answer, facts: pd.DataFrame, by: str) -> int:
    """Every number of an answer against the independent one; returns how many subjects."""
    first, last = (datetime.strptime(str(d), "%Y%m%d").date() for d in (answer.first, answer.last))
    table = count.sums(facts, by, first, last)
    want = count.scores(table)
    assert {s.subject for s in answer.scores} == set(want)
    for score in answer.scores:
        row, where = want[score.subject], f"{by} {score.subject} {answer.at}"
        sums = {m: int(n) for m, n in table.loc[score.subject].items() if n}
        assert score.sums == sums, where
        assert (score.n, score.rank) == (row["n"], row["rank"]), where
        for name in ("dispatch", "handling", "outcome", "total", "shrunk", "low", "high"):
            value = getattr(score, name)
            assert value == (pytest.approx(row[name], abs=1e-9) if name in row else None), where
        for part, kinds in (("numerator", "numerators"), ("denominator", "denominators")):
            found = {name: getattr(p, part) for name, p in score.parts.items()}
            assert found == pytest.approx(row[kinds], abs=1e-9), where
    return len(want)


def explained(scores: Scores, answer: Answer, every: int = 1) -> int:
    """One score of ``every`` so many of an answer opened up; returns how many events they come
    from. Each reads all events of the store, so not all are opened everywhere."""
    events = 0
    for score in sorted(answer.scores, key=lambda s: s.n, reverse=True)[::every]:
        opened = scores.explain(answer.by, score.subject, answer.at)
        assert opened.agrees, (score.subject, opened.differences)
        # everything but the change of rank, which is against another period
        assert opened.score.parts == score.parts
        assert (opened.score.total, opened.score.rank) == (score.total, score.rank)
        assert [p.component for p in opened.parts] == list(score.parts)
        for part in opened.parts:
            behind = [*part.good, *part.missed]
            events += len(behind)
            assert sum(b.numerator for b in behind) == pytest.approx(part.raw, abs=1e-9)
            assert sum(b.denominator for b in behind) == pytest.approx(part.denominator, abs=1e-9)
            assert min(part.denominator, max(0, part.raw)) == pytest.approx(part.numerator)
        assert len(opened.excluded) <= score.excluded
        assert sum(opened.late_news.values()) == score.late_news
    return events


@pytest.mark.parametrize("name", FILES if os.environ.get("GRIDWALL_TEST_MOMENTS") else FILES[1:])
@pytest.mark.timeout(300)
def test_scores_of_los_angeles(name: str, redis_client: redis.Redis) -> None:
    file = shared(name)
    year = int(name[6:10])
    end = round(datetime(year, 4, 20, tzinfo=LA).timestamp() * 1000)
    actions = [a for life in read_plan(file, format_of("la311")).lives for a in life]
    end = max(end, *(a.ts for a in actions))
    facts = la_facts(file, end)
    scores = fed(redis_client, "la", actions, LA, end, parts=1)
    compared = 0
    for at in (f"{year}-01", f"{year}-02", f"{year}-W01", f"{year}-W02", f"{year}-W05",
               f"{year}-01-02", f"{year}-01-03", f"{year}-01-16"):  # fmt: skip
        answer = scores.answer("department", None, at)
        assert answer.closed
        compared += same(answer, facts, "department")
    assert compared >= 30
    month = scores.answer("department", "month", f"{year}-01")
    measured = sum(s.sums.get("dispatched", 0) for s in month.scores)
    assert measured + sum(s.unmeasured for s in month.scores) == 10_000
    assert sum(s.sums.get("closed_in_grid", 0) for s in month.scores) > 8000
    assert sum(s.sums.get("recurred", 0) for s in month.scores) > 0
    assert explained(scores, month, every=3) > 5_000
    assert scores.answer("township", "month", f"{year}-01").scores == []


def ms(*when: int) -> int:
    return round(datetime(*when, tzinfo=SHANGHAI).timestamp() * 1000)  # type: ignore[misc,arg-type]


def simulated(end: int) -> list[list[Action]]:
    """The lives that begin in five weeks, with appeals after everything, some taken back."""
    city, rules = cities.load("chifeng"), rules_of("chifeng", None)
    begin, until = ms(2026, 1, 5), ms(2026, 2, 9)
    sample = [
        [a for a in life if a.ts < end]
        for life in lives(city, rules, 0.0012, 20260105, begin, until)
    ]
    plain = [
        life
        for life in sample
        if any(a.kind is Kind.HANDLE for a in life) and left_out(life) is None
    ]
    for number, life in enumerate(plain[5:2000:150]):
        event, when = life[0].event_id, end - 86_400_000 + number * 1000
        for name, kind in (("x", Kind.EXCLUDE), ("y", Kind.RESTORE))[: 1 + (number % 4 == 0)]:
            life.append(
                Action(
                    action_id=f"{event}:{name}",
                    event_id=event,
                    kind=kind,
                    ts=when + len(name),
                    actor="centre",
                    reason=f"storm {number}",
                )
            )
            when += 1
    return sample


@pytest.mark.timeout(300)
def test_scores_of_a_simulated_month(redis_client: redis.Redis) -> None:
    end = ms(2026, 4, 10)
    sample = simulated(end)
    refused: list[str] = []
    facts = chifeng_facts(sample, end, refused)
    actions = [a for life in sample for a in life]
    scores = fed(redis_client, "chifeng", actions, SHANGHAI, end, 3, refused)

    compared: dict[str, int] = defaultdict(int)
    for at in ("2026-01", "2026-02", "2026-W03", "2026-W06", "2026-01-20", "2026-02-03"):
        for by in SUBJECTS:
            compared[by] += same(scores.answer(by, None, at), facts, by)
    assert min(compared.values()) > 60, compared
    month = scores.answer("department", "month", "2026-01")
    total = pd.DataFrame([s.sums for s in month.scores]).fillna(0).sum()
    seen = {"dispatch_failed", "reworked", "recurred", "rating.outcome", "visited", "late_news",
            "excluded", "on_time.red", "satisfied"}  # fmt: skip
    assert {m for m in seen if total.get(m, 0) == 0} == set()
    assert explained(scores, month) > 1000
    assert explained(scores, scores.answer("township", "week", "2026-W03"), every=12) > 20
    reasons: dict[str, str] = {}
    for period in ("2026-01", "2026-02"):
        for score in scores.answer("department", "month", period).scores:
            reasons |= scores.explain("department", score.subject, period).excluded
    given = {life[0].event_id: why for life in sample if (why := left_out(life)) is not None}
    # one that was handed to a department only in March is in neither month
    assert reasons.items() <= given.items()
    assert len(reasons) > 0.9 * len(given)
