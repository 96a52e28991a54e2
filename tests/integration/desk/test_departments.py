"""Scoreboards, losses and explanations of the leaders' pages: every number equals one counted again
in pandas for random filters, and with none the official score."""

from __future__ import annotations

import random
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import redis

from dashboard.config import cities
from dashboard.config.rules.book import rules_of
from dashboard.core.model.periods import compared, span
from dashboard.core.questions import departments as views
from dashboard.core.questions.ask import Ask, AskError, Own
from dashboard.core.questions.behind.opened import opened as asked_of
from dashboard.core.questions.movers import SUBJECTS, figures_of
from data_sources.desk.behind.opened import opened as behind
from data_sources.desk.desk import Desk, DeskLoading
from data_sources.desk.figures import breakdown
from data_sources.desk.movers.read import movers
from data_sources.desk.scores.department import comparison, kind, whole
from data_sources.desk.scores.moved import moved
from data_sources.desk.scores.scoreboards import scoreboard
from data_sources.intake.simulator import lives
from data_sources.records.scores import Scores
from tests.integration.desk.test_questions_pandas import fed, ms
from tests.support.counts import deskcount as count
from tests.support.counts import scoredcount as again
from tests.support.stores.desks import asked

ZONE = ZoneInfo("Asia/Shanghai")
BEGIN, END = ms(ZONE, 2021, 1, 4), ms(ZONE, 2021, 2, 10)
PARTS = 2


@pytest.fixture
def desk(redis_client: redis.Redis):  # type: ignore[no-untyped-def]
    """A simulated month of Chifeng."""
    sample = lives(cities.load("chifeng"), rules_of("chifeng", None), 0.0006, 20210104, BEGIN, END)
    found = fed(redis_client, "chifeng", [a for life in sample for a in life], END, PARTS)
    end = time.monotonic() + 60
    while True:
        try:
            found.ask("", lambda r: r.now_ms)
            break
        except DeskLoading:
            assert time.monotonic() < end
    yield found
    found.close()


def test_all_of_it(desk: Desk, redis_client: redis.Redis) -> None:
    """One city is made for all of it: that takes longer than the rest."""
    every_number(desk, redis_client)
    official_score(desk, redis_client)
    what_if_and_side_by_side(desk, redis_client)
    movers_agree_with_other_pages(desk, redis_client)


def movers_agree_with_other_pages(desk: Desk, redis_client: redis.Redis) -> None:
    """Every figure of every kind of subject, before and now; and the reasons' parts add up."""
    ask = Ask(range="2021-01-22..2021-01-31")

    def question(reader):  # type: ignore[no-untyped-def]
        now = span(ask, reader.rules, reader.now_ms)
        before = compared(now, reader.rules, "previous")
        assert before is not None
        found = {}
        for by in SUBJECTS:
            rows = {row.key: row for row in breakdown(reader, ask, now, by, before).rows}
            for name in figures_of(by):
                found[by, name] = movers(reader, ask, name, by, now, before, 12, 6), rows
        boards = {by: scoreboard(reader, ask, by) for by in views.BY}
        return found, boards

    found, boards = asked(desk, redis_client, PARTS, question).value
    checked = 0
    for (by, name), (one, rows) in found.items():
        ranking = one.ranking
        every = (*ranking.worse, *ranking.better, *ranking.same, *ranking.few)
        by_key = {mover.key: mover for mover in every}
        assert len(by_key) == len(every)
        for mover in every:
            if one.figure.kind == "score":
                row = boards[by].row(mover.key)
                if mover.now is not None:
                    value = row.score.shrunk if name == "total" else getattr(row.score, name)
                    assert mover.now == pytest.approx(value, abs=1e-9)
                    assert mover.n == row.score.n
                    checked += 1
            elif name != "satisfaction_rate":
                row = rows[mover.key]
                for value, kpis in ((mover.now, row.now), (mover.before, row.before)):
                    other = getattr(kpis, name)
                    assert (value or 0) == pytest.approx(other or 0, abs=1e-9), (by, name, mover)
                checked += 1
        for key, why in one.reasons.items():
            mover, course = by_key[key], one.courses[key]
            if one.figure.kind in ("count", "stock"):
                assert why.change == mover.change
            if one.figure.kind == "rate":
                assert why.change == pytest.approx(one.figure.scale * mover.change, abs=1e-9)
            if one.figure.kind == "score":
                row = boards[by].row(key)
                measured = [getattr(s, name) for s in (row.score, row.before)]
                assert why.change == pytest.approx(measured[1] - measured[0], abs=1e-9)
            if one.figure.kind == "count":
                assert (sum(course.now), sum(course.before)) == (mover.now, mover.before)
            if one.figure.kind == "stock":
                assert (course.now[-1], course.before[-1]) == (mover.now, mover.before)
    assert checked > 500


def every_number(desk: Desk, redis_client: redis.Redis) -> None:
    rng, found, seen, lost = random.Random(4), count.frames(redis_client, PARTS), 0, 0
    weights = rules_of("chifeng", None).weights_of(202101)
    for number in range(20):
        by = views.BY[number % 3]
        ask = count.a_filter(rng, found) if number else Ask()
        if number % 2:  # so that not most of them find nothing
            ask = Ask(area=ask.area, level=ask.level)
        one = found["events"].iloc[rng.randrange(len(found["events"]))].reported_at
        first = datetime.fromtimestamp(one / 1000, ZONE).date() - timedelta(days=rng.randrange(4))
        last = first + timedelta(days=rng.randrange(3, 20))
        ask = ask.but(range=f"{first}..{last}", compare="none")
        start, until = count.moments(first, last, ZONE)
        where = f"filter {number}: {by} {ask}"
        board = asked(desk, redis_client, PARTS, lambda r, a=ask, b=by: scoreboard(r, a, b)).value
        counted = again.tallies(found, ask, by, start, until)
        want = again.sums(counted)
        got = {
            row.score.subject: {m: n for m, n in row.score.sums.items() if m != "excluded"}
            for row in board.rows
        }
        assert {code: own for code, own in got.items() if own} == want, where
        for row in board.rows:
            indicators = again.indicators(again.fractions(want.get(row.score.subject, {})), weights)
            for name in (*again.SIDES, "total"):
                assert getattr(row.score, name) == pytest.approx(indicators.get(name)), (
                    where,
                    name,
                )
        seen += len(board.rows)
        scored = [row for row in board.rows if row.score.total is not None]
        if scored:
            row = rng.choice(scored)
            lost += opened(desk, redis_client, ask, by, row, counted, where)
            lists(desk, redis_client, ask, by, row, where)
    assert seen > 40
    assert lost > 5


def lists(desk, r, ask, by, row, where):  # type: ignore[no-untyped-def]
    """The list behind each part of a score has the score's own numbers on top."""
    code, score = row.score.subject, row.score

    def listed(of, **more):  # type: ignore[no-untyped-def]
        own = asked_of(ask.but(of=of, by=by, code=code, show="all", **more))
        return asked(desk, r, PARTS, lambda reader: behind(reader, own, 10**6)).value

    for name, part in score.parts.items():
        found = listed(name)
        assert found.figure == pytest.approx(part.value), (where, name)
        assert (found.above, found.below) == pytest.approx((part.numerator, part.denominator))
        assert len(found.rows) == found.count == found.counts["missed"] + found.counts["good"]
    for name in ("dispatch", "handling", "outcome", "total", "shrunk"):
        assert listed(name).figure == pytest.approx(getattr(score, name)), (where, name)
    lost = listed("lost")
    assert lost.figure == pytest.approx(100 - score.total), where
    assert sum(one.points for one in lost.rows) == pytest.approx(lost.figure), where
    counted = {"n": score.n, "unmeasured": score.unmeasured, "excluded": score.excluded}
    counted |= {name: check.count for name, check in score.checks.items()}
    for name, n in counted.items():
        found = asked_of(ask.but(of=f"score.{name}", by=by, code=code))
        page = asked(desk, r, PARTS, lambda reader, a=found: behind(reader, a, 10**6)).value
        assert (page.count, len(page.rows)) == (n, n), (where, name)


def opened(desk, r, ask, by, row, counted, where):  # type: ignore[no-untyped-def]
    """One subject's page: what its events took."""
    code, score = row.score.subject, row.score
    own = counted[counted.subject == code]
    page = asked(desk, r, PARTS, lambda reader: whole(reader, ask, by, code)).value
    part = score.parts.get("handling.measured")
    if part is not None:
        kinds = own.measure.str.partition(".")
        weight = kinds[2].map(again.LEVELS).fillna(0) * own.amount
        below = weight[kinds[0] == "decided"].groupby(own.event_id).sum()
        above = weight[kinds[0] == "on_time"].groupby(own.event_id).sum()
        missed = (below - above.reindex(below.index).fillna(0)).pipe(lambda s: s[s > 0])
        listed = asked_of(ask.but(of="handling.measured", by=by, code=code))
        listed = asked(desk, r, PARTS, lambda reader: behind(reader, listed)).value
        assert listed.counts["missed"] == len(missed), where
        assert listed.counts["all"] == below[below > 0].size, where
        price = 100 * part.share / part.denominator
        for event in page.costly:
            took = event.by.get("handling.measured", 0.0)
            assert took == pytest.approx(price * missed.get(event.event_id, 0)), where
    # points are added up in any order, so ties differ in their last digit
    listed = [round(event.points, 9) for event in page.costly]
    assert listed == sorted(listed, reverse=True)
    # categories share out all that was lost
    assert sum(w.points for w in page.categories) <= 100 - score.total + 1e-6
    if len(page.categories) < 8:
        assert sum(w.points for w in page.categories) == pytest.approx(
            100 - score.total, abs=0.005 * 9
        ), where
    events = own[~own.measure.isin(["late_news"])].groupby("category").event_id.nunique()
    for item in page.categories:
        of = own[own.category == item.code]
        assert item.decided == of[of.measure.str.startswith("decided.")].amount.sum()
        assert item.on_time == of[of.measure.str.startswith("on_time.")].amount.sum()
        assert item.events >= events.get(item.code, 0)
    for proof in page.evidence:
        hit = own[own.measure == proof.check.name].event_id
        assert set(proof.events) <= set(hit)
        assert proof.check.count == len(hit)
    return len(page.costly)


def official_score(desk: Desk, redis_client: redis.Redis) -> None:
    scores = Scores(redis_client, PARTS, rules_of("chifeng", None))
    for by in views.BY:
        for at in ("2021-01", "2021-W03", "2021-01-20"):
            official = {s.subject: s for s in scores.answer(by, None, at).scores}
            board = asked(
                desk, redis_client, PARTS, lambda r, b=by, a=at: scoreboard(r, Ask(range=a), b)
            ).value
            assert len(official) == len(board.rows) > 0
            for row in board.rows:
                want = official[row.score.subject]
                assert row.score.sums == want.sums
                assert (row.score.rank, row.score.n) == (want.rank, want.n)
                assert row.score.shrunk == pytest.approx(want.shrunk)
    found = scores.explain("department", board_code(official := scores.answer("department", None,
                          "2021-01").scores), "2021-01")  # fmt: skip
    part = next(p for p in found.parts if p.component == "handling.measured")
    ask = Ask(range="2021-01").but(of="handling.measured", code=board_code(official))
    page = asked(desk, redis_client, PARTS, lambda r: behind(r, asked_of(ask), 10**6)).value
    assert {one.event_id for one in page.rows} == {one.event_id for one in part.missed}
    assert page.counts["good"] == len(part.good)
    # back from an event: the score that lists it, with the same points, and its places' scores
    event = page.rows[0]
    back = asked(desk, redis_client, PARTS, lambda r: moved(r, event.event_id)).value
    whose = {(one.by, one.subject): one for one in back if one.span.label == "2021-01"}
    assert set(whose) >= {("department", board_code(official)), ("township", event.township)}
    own = {one.component: one for one in whose["department", board_code(official)].parts}
    assert own["handling.measured"].points == pytest.approx(event.points)
    assert (own["handling.measured"].above, own["handling.measured"].below) == (
        event.above,
        event.below,
    )


def board_code(scores) -> str:  # type: ignore[no-untyped-def]
    """The one with most cases."""
    return max(scores, key=lambda s: s.n).subject


def what_if_and_side_by_side(desk: Desk, redis_client: redis.Redis) -> None:
    scores = Scores(redis_client, PARTS, rules_of("chifeng", None))
    weights = {"w_dispatch": "0", "w_handling": "100", "w_outcome": "0"}
    ask = Ask(range="2021-01", own=Own(weights=weights))
    board = asked(desk, redis_client, PARTS, lambda r: scoreboard(r, ask, "department")).value
    changes = {"total": {"dispatch": 0, "handling": 1, "outcome": 0}}
    want = scores.answer("department", None, "2021-01", changes).scores
    now = scores.answer("department", None, "2021-01").scores
    assert [(row.score.subject, row.score.rank) for row in board.rows] == [
        (s.subject, s.rank) for s in want
    ]
    assert {row.score.subject: row.present.rank for row in board.rows if row.present} == {
        s.subject: s.rank for s in now
    }
    codes = [row.score.subject for row in board.rows][:5]
    sides = asked(
        desk, redis_client, PARTS, lambda r: comparison(r, ask, "department", codes)
    ).value.sides
    assert [side.row.score.subject for side in sides] == codes[:4]
    assert all(side.row.score.total == pytest.approx(side.row.score.handling)
               for side in sides if side.row.score.handling is not None)  # fmt: skip
    with pytest.raises(AskError, match="by"):
        kind(Ask(own=Own(by="city")))
    tried = asked_of(ask.but(of="total", code=codes[0]))
    page = asked(desk, redis_client, PARTS, lambda r: behind(r, tried)).value
    assert page.figure == pytest.approx(board.row(codes[0]).score.total)
    nobody = asked_of(ask.but(of="total", code="nobody"))
    with pytest.raises(AskError, match="code"):
        desk.ask("", lambda r: behind(r, nobody))
