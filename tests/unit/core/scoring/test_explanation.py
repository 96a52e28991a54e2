"""An explanation names the events behind a score, and shows when they don't add up to it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from dashboard.core.model.actions import Level, Status
from dashboard.core.model.periods import read
from dashboard.core.model.rules import Weights, default_rules
from dashboard.core.model.state import EventState, Standing, Tally
from dashboard.core.scoring.explanation import Behind, Explanation, Gatherer, explain, render
from dashboard.core.scoring.scores import board

RULES = default_rules(ZoneInfo("Asia/Shanghai"))
AT = RULES.local.start_of_day(20180115)
FEBRUARY = RULES.local.start_of_day(20180201)


def event(name: str, *measures: str, at: int = AT, why: str = "", late: str = "") -> EventState:
    amount = {"rating.dispatch": 3}
    tallies = [Tally(at, "D1", m, amount.get(m, 1)) for m in measures]
    tallies += [Tally(at, "D1", late, 1, Standing.LATE)] if late else []
    return EventState(
        event_id=name,
        status=Status.CLOSED,
        level=Level.BLUE,
        reported_at=at,
        updated_at=at,
        department="D1",
        place=("1", "T1", "", ""),
        excluded=bool(why),
        excluded_why=why,
        tallies=tuple(tallies),
    )


EVENTS = [
    event("a", "dispatched", "decided.red", "on_time.red", "handled", "quick"),
    event("b", "dispatched", "dispatch_failed", "dispatched", "decided.blue"),
    event("c", "reworked", late="satisfied"),
    event("d", "dispatched", "handled", why="flood"),
    event("e", "dispatched", at=FEBRUARY),
    event("f", "rated.dispatch", "rating.dispatch", "visited", "closed"),
]


def explained(events: list[EventState], kind: str = "d", subject: str = "D1") -> Explanation:
    """The explanation compared with a view that counted ``EVENTS``."""
    period = read("2018-01")
    view, gathered = (Gatherer(RULES, kind, subject, period) for _ in range(2))
    for state in EVENTS:
        view.take(state)
    for state in [*events, *events]:  # a scan may meet an event twice
        gathered.take(state)
    scores = board({subject: view.sums, "other": {"dispatched": 9}}, Weights())
    return explain(
        gathered,
        by="department",
        period=period,
        closed=True,
        version=0,
        weights=Weights(),
        score=next(s for s in scores.scores if s.subject == subject),
        priors=scores.priors,
    )


@pytest.mark.parametrize(("kind", "subject"), [("d", "D1"), ("t", "T1")])
def test_the_events_behind_each_part(kind: str, subject: str) -> None:
    found = explained(EVENTS, kind, subject)
    assert found.agrees
    parts = {p.component: p for p in found.parts}
    dispatch = parts["dispatch.measured"]
    assert dispatch.formula == "(dispatched - dispatch_failed) / dispatched"
    assert (dispatch.good, dispatch.missed) == ([Behind("a", 1, 1)], [Behind("b", 1, 2)])
    assert (dispatch.numerator, dispatch.denominator) == (2, 3)
    handling = parts["handling.measured"]
    assert handling.formula.startswith("(on_time.blue + 2·on_time.yellow")
    assert (handling.good, handling.missed) == ([Behind("a", 8, 8)], [Behind("b", 0, 1)])
    assert (handling.numerator, handling.denominator) == (8, 9)
    rework = parts["outcome.rework"]
    assert (rework.good, rework.missed) == ([Behind("a", 1, 1)], [Behind("c", -1, 0)])
    assert (rework.numerator, rework.raw) == (0, 0)
    assert parts["dispatch.rating"].good == []
    assert parts["dispatch.rating"].missed == [Behind("f", 0.75, 1)]
    assert found.excluded == {"d": "flood"}
    assert found.late_news == {"c": 1}
    assert found.aside["quick"] == {"a": 1}


def test_events_that_do_not_add_up_are_shown() -> None:
    found = explained(EVENTS[1:])
    assert not found.agrees
    assert found.differences["dispatched"] == (3, 2)
    assert "dispatched: view 3, events 2" in render(found)


def test_text_has_every_number_and_every_event() -> None:
    text = render(explained(EVENTS))
    for part in (
        "2018-01", "2 / 3 = 66.67", "8 / 9 = 88.89", "b(1/2)", "c(-1/0)", "f(0.75/1)",
        "d: flood", "events: c(1)", "quick: 1 of 1 handled", "m=", "not ranked: n=3 is below 5",
        "total = 0.3·dispatch + 0.4·handling + 0.3·outcome", "the events' sums are the view's",
    ):  # fmt: skip
        assert part in text, part
    many = explained([event(f"m{n:03d}", "dispatched") for n in range(40)])
    assert "… and 35 more" in render(many, ids=5)
    assert "m039" in render(many)
