"""Closed months: what comes after their closing is late news and moves no score; appeals do.

February 2018 is closed with the end of 5 March.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.core.fold import views
from dashboard.core.model.actions import Action, Level, Status
from dashboard.core.model.rules import Rules, Weights, default_rules
from dashboard.core.model.state import EventState, Standing
from dashboard.core.scoring.scores import board
from tests.support.core.memory_store import Store, one_batch
from tests.support.core.shorthand import DAY, HOUR, LOS_ANGELES, MINUTE, RULES, act, ms

AT = ms("2018-02-26 09:00")
CLOSES = ms("2018-03-06 00:00") - 1
STANDS, LATE, FROZEN = Standing.STANDS, Standing.LATE, Standing.FROZEN


def begun(level: Level = Level.RED, at: int = AT) -> list[Action]:
    return [
        act("report", at, level=level),
        act("register", at),
        act("dispatch", at),
        act("accept", at + MINUTE),
    ]


def elsewhere(at: int) -> Action:
    """Something about another event, from which the shard learns what time it is."""
    return act("report", at, "e9", level=Level.BLUE)


def sent(*actions: Action) -> Store:
    store = Store()
    store.take_each(actions)
    # in one batch it comes to the same
    assert one_batch(actions).shape() == store.shape()
    return store


def stood(state: EventState, standing: Standing) -> list[tuple[str, int]]:
    return sorted((t.measure, t.at) for t in state.tallies if t.standing is standing)


def score(store: Store, month: int = 201802) -> dict[str, int]:
    """measure → n of the department D1."""
    view = f"score:d:{month}"
    return {str(field)[3:]: n for (name, field), n in store.counts.items() if name == view}


def test_when_a_month_closes() -> None:
    assert RULES.closes_at(201802) == CLOSES
    assert RULES.closes_at(201712) == ms("2018-01-06 00:00") - 1
    there: Rules = default_rules(LOS_ANGELES)
    assert there.closes_at(201802) == ms("2018-03-06 00:00", LOS_ANGELES) - 1
    # the clocks go forward on the 11th of March, in the night
    assert replace(there, month_closes=11).closes_at(201802) == (
        ms("2018-03-12 00:00", LOS_ANGELES) - 1
    )
    assert not RULES.closed_by(AT, CLOSES)
    assert RULES.closed_by(AT, CLOSES + 1)
    assert not RULES.closed_by(ms("2018-03-01 00:00"), CLOSES + 1)


@pytest.mark.parametrize(("at", "standing"), [(CLOSES, STANDS), (CLOSES + 1, LATE)])
def test_a_revisit_after_the_closing_is_late_news(at: int, standing: Standing) -> None:
    store = sent(
        *begun(), act("handle", AT + HOUR), act("close", AT + 2 * HOUR),
        act("revisit", at, satisfied=True, ratings=(5, 5, 5)),
    )  # fmt: skip
    heard = {"visited", "revisited", "satisfied", "rated.outcome", "rating.outcome"}
    kept = {t.measure: t.standing for t in store.state().tallies}
    assert {kept[name] for name in heard} == {standing}
    assert {kept[name] for name in ("dispatched", "handled", "closed")} == {STANDS}
    counted = score(store)
    if standing is STANDS:
        assert (counted["satisfied"], counted["rating.outcome"]) == (1, 4)
        assert "late_news" not in counted
    else:
        assert not heard & counted.keys()
        # each of the nine tallies of the revisit once, whatever its amount
        assert counted["late_news"] == 9


@pytest.mark.parametrize(("at", "standing"), [(CLOSES, STANDS), (CLOSES + 1, LATE)])
def test_a_return_after_the_closing_fails_no_dispatch_of_that_month(
    at: int, standing: Standing
) -> None:
    store = sent(*begun(Level.BLUE), act("suspend", AT + HOUR), act("resume", at - 1),
                 act("return", at))  # fmt: skip
    (failed,) = [t for t in store.state().tallies if t.measure == "dispatch_failed"]
    assert (failed.at, failed.standing) == (AT, standing)
    assert score(store).get("dispatch_failed", 0) == (standing is STANDS)
    assert store.state().status is Status.RETURNED


def test_what_time_tells_is_known_when_it_happens() -> None:
    """Even if the next word about the event comes after the month was closed."""
    store = sent(*begun(), act("urge", CLOSES + DAY))
    assert stood(store.state(), LATE) == []
    assert ("decided.red", AT + 2 * HOUR) in stood(store.state(), STANDS)
    assert score(store)["decided.red"] == 1


def test_a_frozen_month_keeps_what_was_known_when_it_was_closed() -> None:
    handle = act("handle", AT + HOUR)
    store = sent(*begun(), elsewhere(CLOSES + DAY), handle)
    state = store.state()
    assert (state.status, state.late, state.overdue) == (Status.HANDLED, (), False)
    assert stood(state, STANDS) == [("dispatched", AT)]
    assert stood(state, FROZEN) == [("decided.red", AT + 2 * HOUR)]
    assert stood(state, LATE) == [
        ("decided.red", AT + HOUR), ("handled", AT + HOUR), ("on_time.red", AT + HOUR),
    ]  # fmt: skip
    # the score still has: one decided, none of them in time
    assert score(store) == {"dispatched": 1, "decided.red": 1, "late_news": 4}
    # the minutes say what is known now
    assert ("minute:decided:20180226", 660) not in store.counts
    assert store.counts["minute:decided:20180226", 600] == 1
    assert store.counts["minute:on_time:20180226", 600] == 1


def test_in_time_for_the_closing_is_no_news() -> None:
    store = sent(*begun(), elsewhere(CLOSES), act("handle", AT + HOUR))
    assert {t.standing for t in store.state().tallies} == {STANDS}
    assert score(store) == {"dispatched": 1, "decided.red": 1, "on_time.red": 1, "handled": 1}


def test_an_event_that_is_heard_of_after_the_closing_is_all_late_news() -> None:
    store = sent(elsewhere(CLOSES + 1), *begun(), act("handle", AT + HOUR))
    assert {t.standing for t in store.state().tallies} == {LATE}
    assert score(store) == {"late_news": 4}
    assert store.counts["count", "department|D1|reported"] == 1


def test_more_late_news_leaves_the_frozen_month_as_it_was() -> None:
    late = [
        act("handle", AT + HOUR),
        act("rework", AT + 2 * HOUR),
        act("handle", AT + 150 * MINUTE),
    ]
    store = sent(*begun(), elsewhere(CLOSES + DAY))
    frozen = {k: n for k, n in score(store).items() if k != "late_news"}
    for action in late:
        store.take(action)
        assert {k: n for k, n in score(store).items() if k != "late_news"} == {
            "dispatched": 1, "decided.red": 1,
        }  # fmt: skip
    # no escalate had come yet when the time was over
    assert frozen == {"dispatched": 1}
    store.take(elsewhere(CLOSES + 40 * DAY), act("close", CLOSES + 2 * DAY))
    assert score(store)["decided.red"] == 1
    # by then March is closed as well
    assert score(store, 201803) == {"late_news": 1}


def test_a_level_that_is_corrected_late_moves_no_closed_month() -> None:
    store = sent(
        *begun(Level.BLUE), act("handle", AT + HOUR), elsewhere(CLOSES + DAY),
        act("correct", AT + 30 * MINUTE, level=Level.ORANGE),
    )  # fmt: skip
    assert store.state().level is Level.ORANGE
    assert stood(store.state(), FROZEN) == [
        ("decided.blue", AT + HOUR), ("on_time.blue", AT + HOUR),
    ]  # fmt: skip
    assert score(store)["decided.blue"] == score(store)["on_time.blue"] == 1
    assert "decided.orange" not in score(store)
    assert score(store)["late_news"] == 4


def test_the_month_that_is_open_takes_what_comes_late() -> None:
    """Dispatched in February, handled in March: both are known on the 10th of March."""
    handled = ms("2018-03-02 12:00")
    store = sent(*begun(Level.BLUE), elsewhere(CLOSES + 4 * DAY), act("handle", handled))
    assert {t.standing for t in store.state().tallies} == {STANDS}
    assert score(store, 201803) == {"decided.blue": 1, "on_time.blue": 1, "handled": 1}
    early = sent(elsewhere(CLOSES + 4 * DAY), *begun(Level.BLUE), act("handle", handled))
    assert stood(early.state(), LATE) == [("dispatched", AT)]
    assert score(early, 201803) == score(store, 201803)


def test_an_appeal_moves_a_closed_month() -> None:
    store = sent(*begun(), act("handle", AT + HOUR), act("close", AT + DAY))
    before = score(store)
    store.take(act("exclude", CLOSES + DAY, reason="the map was wrong"))
    assert score(store) == {"excluded": 2}
    assert store.counts["scoreday:d:20180226", "D1|excluded"] == 1
    assert store.counts["scoreday:d:20180227", "D1|excluded"] == 1
    store.take(act("revisit", CLOSES + 2 * DAY, satisfied=True))
    assert score(store) == {"excluded": 2}
    store.take(act("restore", CLOSES + 3 * DAY, reason="it was not"))
    assert score(store) == {**before, "late_news": 3}
    total = {k: n for k, n in views.part(RULES, store.state()).items() if k[0].startswith("score")}
    assert total == {k: n for k, n in store.counts.items() if k[0].startswith("score")}


def test_levels_weigh_as_the_month_s_own_weights_say() -> None:
    store = Store()
    for number, (level, in_time) in enumerate([(Level.RED, True), (Level.BLUE, False)]):
        name = f"e{number}"
        # blue is due after seven working days
        handled = AT + HOUR if in_time else AT + 30 * DAY
        store.take(*(act(kind, at, name, level=level) for kind, at in (
            ("report", AT), ("register", AT), ("dispatch", AT), ("handle", handled),
        )))  # fmt: skip
    sums = {"D1": {**score(store), **score(store, 201803)}}
    assert (sums["D1"]["decided.red"], sums["D1"]["decided.blue"]) == (1, 1)
    (score_now,) = board(sums, Weights()).scores
    assert score_now.handling == pytest.approx(100 * 8 / 9)
    even = Weights(levels=dict.fromkeys(Level, 1))
    (score_then,) = board(sums, even).scores
    assert score_then.handling == pytest.approx(50)
    rules = replace(RULES, weights=((0, even), (201803, Weights())))
    assert rules.weights_of(201802) is even
    assert rules.weights_of(201803) == rules.weights_of(203001) == Weights()
