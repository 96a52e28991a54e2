"""What is tallied besides in time and late: revisits, ratings, and what is worth a look."""

from __future__ import annotations

from dashboard.core.model.actions import Level
from dashboard.core.model.state import EventState
from tests.support.core.shorthand import DAY, HOUR, MINUTE, act, dispatched, life, measures, ms

AT = ms("2018-03-07 09:00")


def revisited(state: EventState) -> dict[str, int]:
    """What has been counted of revisits, and always for the day of the closing."""
    found = {t.measure: t.amount for t in state.tallies if t.at == state.closed_at}
    names = ("visited", "revisited", "satisfied")
    return {k: n for k, n in found.items() if k in names or k.startswith(("rated", "rating"))}


def test_a_revisit_counts_its_word_once_and_the_first_one() -> None:
    closed = life(act("handle", AT + 1), act("close", AT + 2), state=dispatched(Level.RED, AT))
    assert revisited(closed) == {}
    silent = life(act("revisit", AT + 3), state=closed)
    assert revisited(silent) == {"visited": 1}
    cross = life(act("revisit", AT + 4, satisfied=False), state=silent)
    assert revisited(cross) == {"visited": 1, "revisited": 1}
    happy = life(act("revisit", AT + DAY, satisfied=True), state=cross)
    assert happy.tallies == cross.tallies
    # the next closing is asked about again
    again = life(
        act("reopen", AT + 2 * DAY),
        act("dispatch", AT + 2 * DAY),
        act("handle", AT + 2 * DAY + HOUR),
        act("close", AT + 3 * DAY),
        act("revisit", AT + 4 * DAY, satisfied=True),
        state=happy,
    )
    assert revisited(again) == {"visited": 1, "revisited": 1, "satisfied": 1}
    assert measures([again])["visited"] == 2


def test_ratings_count_in_their_order_and_nothing_for_the_lowest() -> None:
    closed = life(act("handle", AT + 1), act("close", AT + 2), state=dispatched(Level.RED, AT))
    rated = life(act("revisit", AT + 3, ratings=(5, 1)), state=closed)
    assert revisited(rated) == {
        "visited": 1, "rated.dispatch": 1, "rating.dispatch": 4, "rated.handling": 1,
    }  # fmt: skip
    more = life(act("revisit", AT + 4, ratings=(1, 1, 5), satisfied=True), state=rated)
    assert revisited(more) == {**revisited(rated), "revisited": 1, "satisfied": 1}


def test_handled_within_a_minute_is_noted() -> None:
    def quick(accepted: int | None, handled: int, **more: bool) -> bool:
        steps = [] if accepted is None else [act("accept", AT + accepted)]
        state = life(*steps, act("handle", AT + handled), state=dispatched(Level.RED, AT, **more))
        return "quick" in measures([state])

    assert quick(HOUR, HOUR + MINUTE - 1)
    assert not quick(HOUR, HOUR + MINUTE)
    assert quick(None, MINUTE - 1)
    assert not quick(None, MINUTE)
    # a source that keeps no acceptance may keep no exact times of handling either
    assert not quick(None, 1, no_respond=True)


def test_returned_shortly_before_the_end_is_noted() -> None:
    def noted(after: int) -> bool:
        state = life(
            act("accept", AT + 1), act("return", AT + after), state=dispatched(Level.RED, AT)
        )
        return "returned_late" in measures([state])

    assert [noted(after * MINUTE) for after in (107, 108, 119, 121)] == [False, True, True, False]


def test_an_extension_asked_for_too_late_is_noted() -> None:
    accepted = life(act("accept", AT + 1), state=dispatched(Level.RED, AT))
    for ask, count in ((2 * HOUR - 1, 0), (2 * HOUR, 0), (2 * HOUR + 1, 1)):
        state = life(act("extend", AT + ask, until=AT + 9 * HOUR), state=accepted)
        assert measures([state]).get("extended_late", 0) == count
        assert state.round == AT + ask
