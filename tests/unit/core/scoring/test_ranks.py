"""Why a rank is not what it was: every rule by hand, in both languages, and over all boards."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given

from dashboard.config.words import LANGUAGES, catalogue
from dashboard.config.words.ranks import arrow, reason
from dashboard.core.model.rules import Weights
from dashboard.core.scoring.formulas import COMPONENTS
from dashboard.core.scoring.ranks import SAME, compared, missed, scoreboard
from dashboard.core.scoring.scores import RankMove, Score, board
from tests.unit.core.scoring.test_ratings import GROUPS, rated


def handled(good: int, n: int = 100) -> dict[str, int]:
    return {"dispatched": n, "decided.blue": n, "on_time.blue": good}


def moves(now: dict[str, Any], before: dict[str, Any]) -> dict[str, RankMove | None]:
    return {score.subject: score.moved for score in scoreboard(now, before)}


def said(move: RankMove | None) -> list[str]:
    assert move is not None
    return [reason(move, catalogue(lang)) for lang in LANGUAGES]


def test_its_own_total_moved_it() -> None:
    """Far apart and many, so that nearly nothing is drawn to the mean of all."""
    others = {f"D{i}": handled(2000 * i, 10_000) for i in range(3)}
    before = others | {"A": handled(9200, 10_000), "B": handled(9000, 10_000)}
    now = others | {"A": handled(8100, 10_000), "B": handled(9000, 10_000)}
    found = moves(now, before)
    down = found["A"]
    assert down is not None
    assert (down.way, down.rule, down.rank_before, down.missed) == ("down", "own", 1, 1900)
    assert (down.indicator, down.component) == ("handling", "handling.measured")
    assert (down.cause, down.value_before, down.value) == ("value", 92.0, 81.0)
    # 0.4 of 0.7: outcome has no data
    assert down.indicator_points == pytest.approx(-11 * 4 / 7, abs=0.05)
    assert said(down) == [
        "办理多失6.3分：按时办理由92.0%降到81.0%，1,900件超时",
        "Handling cost 6.3 points: handled in time fell from 92.0% to 81.0%, 1,900 late",
    ]
    up = found["B"]
    assert up is not None
    assert (up.way, up.rule, up.rank_before) == ("up", "others", 2)
    assert said(up)[1] == "others fell behind it: its own total did not change"
    # those whose rank is the same have no reason
    assert found["D0"] is None


def test_others_moved_more() -> None:
    others = {f"D{i}": handled(2000 * i, 10_000) for i in range(3)}
    before = others | {"A": handled(9200, 10_000), "B": handled(9000, 10_000)}
    now = others | {"A": handled(9300, 10_000), "B": handled(9900, 10_000)}
    found = moves(now, before)
    assert found["A"] is not None
    assert (found["A"].way, found["A"].rule) == ("down", "outpaced")
    assert said(found["A"]) == [
        "其他升得更多：自身总分升0.6分",
        "others rose more: its own total rose by 0.6",
    ]
    assert found["B"] is not None
    assert said(found["B"])[1].startswith("Handling brought 5.1 points: handled in time rose from")


def test_a_rank_that_came_or_went() -> None:
    before = {"A": handled(9), "B": handled(3, 4), "C": handled(80), "D": handled(5, 20)}
    now = {"A": handled(9), "B": handled(9, 12), "C": handled(4, 4), "E": handled(1, 30)}
    found = moves(now, before)
    new, gone, first = found["B"], found["C"], found["E"]
    assert new is not None
    assert gone is not None
    assert first is not None
    assert (new.way, gone.way, first.way) == ("new", "gone", "new")
    assert (gone.rank_before, first.n_before, first.n) == (1, 0, 30)
    assert said(new) == [
        "件数此前4、现在12：排名至少要5件",
        "events: 4 before, 12 now; a rank needs 5",
    ]
    assert moves(now, {}) == dict.fromkeys(now)  # nothing was ranked, so nothing is new


def test_causes_that_are_not_the_value_itself() -> None:
    others = {f"D{i}": handled(2000 * i, 10_000) for i in range(3)}
    a, b = handled(9200, 10_000), handled(9300, 10_000)
    visited = {"revisited": 1000, "satisfied": 100}
    came = moves(others | {"A": a, "B": b | visited}, others | {"A": a, "B": b})["B"]
    assert came is not None
    assert (came.way, came.indicator, came.cause) == ("down", "outcome", "came")
    assert said(came)[1].endswith("satisfied when visited counts for the first time, 10.0%")
    went = moves(others | {"A": a, "B": b}, others | {"A": a, "B": b | visited})["B"]
    assert went is not None
    assert went.cause == "went"
    assert "10.0%" in said(went)[1]
    # three of three cases in time, and only the mean of all fell
    few = {"decided.blue": 5, "on_time.blue": 5, "dispatched": 5}
    was = {f"D{i}": handled(90 + i) for i in range(4)} | {"few": few, "A": handled(97)}
    fell = {f"D{i}": handled(60 + i) for i in range(4)} | {"few": few, "A": handled(97)}
    drawn = moves(fell, was)["few"]
    assert drawn is None or drawn.cause in ("mean", "")


def test_ratings_are_shown_as_people_give_them() -> None:
    others = {f"D{i}": handled(2000 * i, 10_000) for i in range(3)}
    a, b = handled(9000, 10_000), handled(8990, 10_000)
    poor, good = rated("handling", [3] * 20), rated("handling", [5] * 20)
    up = moves(others | {"A": a, "B": b | good}, others | {"A": a, "B": b | poor})["B"]
    assert up is not None
    assert up.component == "handling.rating"
    assert said(up)[1].endswith("the rating of handling (1 to 5) rose from 3.0 to 5.0, ratings: 20")


@given(GROUPS, GROUPS)
def test_every_rank_that_changed_has_its_reason(now: Any, before: Any) -> None:
    past = board(before, Weights()).scores
    ranks = {score.subject: score.rank for score in past}
    ranked = any(rank is not None for rank in ranks.values())
    for score in compared(board(now, Weights()).scores, past, 5):
        was = ranks.get(score.subject)
        assert (score.moved is not None) == (ranked and score.rank != was)
        move = score.moved
        if move is None:
            continue
        assert (move.way in ("up", "down")) == (score.rank_change is not None)
        old = next((one for one in past if one.subject == score.subject), None)
        if move.way in ("up", "down"):
            assert old is not None
            assert move.points == pytest.approx((score.shrunk or 0) - (old.shrunk or 0))
            assert (move.way == "up") == ((score.rank_change or 0) > 0)
        if move.rule == "own":
            _own(move, score, old)
        for lang in LANGUAGES:
            words = reason(move, catalogue(lang))
            assert words
            assert not set("{}") & set(words)
            assert "–" not in words


def _own(move: RankMove, score: Score, old: Score | None) -> None:
    """The points of all components add up to the move, and the largest share is named."""
    assert old is not None
    sign = 1 if move.way == "up" else -1
    middle = ((old.shrunk or 0) + (score.shrunk or 0)) / 2
    took = {}
    for name in COMPONENTS:
        a, b = old.parts.get(name), score.parts.get(name)
        ends = [part.shrunk for part in (a or b, b or a) if part]
        if ends:
            # the same in other words: what each end's share is of, above or below the middle
            shares = (-a.share if a else 0.0), (b.share if b else 0.0)
            took[name] = sum(s * (v - middle) for s, v in zip(shares, ends, strict=True))
    assert math.fsum(took.values()) == pytest.approx(move.points, abs=1e-7)
    inner = {n: v for n, v in took.items() if n.startswith(f"{move.indicator}.")}
    assert math.fsum(inner.values()) == pytest.approx(move.indicator_points, abs=1e-7)
    assert sign * took[move.component] >= max(sign * v for v in inner.values()) - 1e-7
    assert sign * move.indicator_points >= SAME / 3 - 1e-9
    assert move.missed == missed(move.component, score.sums)


def test_arrows() -> None:
    text = catalogue("zh")
    assert [arrow(one, text) for one in (2, -1, 0, "new", "gone")] == ["↑2", "↓1", "=", "新", "↓"]
