"""What one event adds to each view, and its ranks on the map and in the queue."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.fold import tiles, views
from dashboard.core.model.actions import Action, Level
from dashboard.core.model.state import EventState
from tests.model import recount
from tests.support.core.shorthand import DAY, HOUR, MINUTE, RULES, act, dispatched, later, life, ms

AT = ms("2018-03-07 09:00")
_zooms = st.integers(0, 22)
_lat, _lon = st.floats(-85.05, 85.05), st.floats(-180, 179.999999)


@given(st.floats(-90, 90), st.floats(-180, 180), _zooms)
def test_a_cell_is_in_the_world(lat: float, lon: float, zoom: int) -> None:
    x, y = tiles.cell(lon, lat, zoom)
    assert 0 <= x < 2**zoom
    assert 0 <= y < 2**zoom


@given(_lat, _lon, st.integers(0, 16))
def test_a_cell_is_the_tile_of_the_textbook(lat: float, lon: float, zoom: int) -> None:
    x, y = tiles.cell(lon, lat, zoom)
    other_x, other_y = map(int, recount.tile(lat, lon, zoom).split("/"))
    # on an edge, rounding may tell two neighbours apart
    assert abs(x - other_x) + abs(y - other_y) <= 1


@given(_zooms, st.data())
def test_the_centre_of_a_cell_is_in_it(zoom: int, data: st.DataObject) -> None:
    x, y = (data.draw(st.integers(0, 2**zoom - 1)) for _ in "xy")
    lon, lat = tiles.cell_centre(x, y, zoom)
    assert tiles.cell(lon, lat, zoom) == (x, y)


@given(_lat, _lon, st.integers(1, 22))
def test_cells_nest(lat: float, lon: float, zoom: int) -> None:
    x, y = tiles.cell(lon, lat, zoom)
    assert tiles.cell(lon, lat, zoom - 1) == (x // 2, y // 2)


def test_known_tiles() -> None:
    assert tiles.cell(0.0, 0.0, 1) == (1, 1)
    assert tiles.cell(-0.001, 0.001, 1) == (0, 0)
    assert tiles.cell(180.0, -90.0, 3) == (7, 7)
    # Chifeng's square, and Los Angeles' city hall
    assert tiles.cell(118.8869, 42.2571, 12) == (3400, 1516)
    assert tiles.cell(-118.2427, 34.0537, 9) == (87, 204)


def test_the_part_of_an_event() -> None:
    state = life(act("report", AT, level=Level.RED, place=("150402", "", "", "g1"), lat=42.2571, lon=118.8869, channel="hotline"))  # noqa: E501  # fmt: skip
    part = views.part(RULES, state)
    counted = {field for view, field in part if view == "count"}
    assert counted == {
        "all|reported", "all|open", "all|located",
        "level|red|reported", "level|red|open",
        "category|water|reported", "category|water|open",
        "status|reported", "channel|hotline|reported",
    }  # fmt: skip
    assert part["place:county", "150402|open"] == part["place:grid", "g1|open"] == 1
    assert part["surge:grid:20180307", "g1|water|09"] == 1
    assert not any(view.startswith(("surge:township", "score")) for view, _ in part)
    assert not any(view == "place:township" for view, _ in part)
    assert part["minute:reported:20180307", 540] == 1
    assert part["day:20180307", "level|red|reported"] == 1
    assert part["cells:12", "3400/1516|red"] == 1
    assert {n for (_, field), n in part.items() if not str(field).endswith("|at")} == {1}


def test_an_ended_event_leaves_the_map_and_not_the_totals() -> None:
    state = life(act("report", AT, lat=42.0, lon=119.0), act("reject", ms("2018-03-08 00:00") - 1))
    part = views.part(RULES, state)
    assert not any(view.startswith("cells:") for view, _ in part)
    assert ("count", "all|open") not in part
    assert part["count", "all|rejected"] == part["count", "all|reported"] == 1
    assert part["minute:ended:20180307", 1439] == 1
    assert not any(view.startswith("minute:closed") for view, _ in part)
    assert views.point(state) is None


def test_opened_again_takes_back_the_end() -> None:
    state = life(act("report", AT), act("reject", AT + HOUR), act("reopen", AT + DAY))
    part = views.part(RULES, state)
    assert part["minute:ended:20180307", 600] == 1
    assert part["minute:ended:20180308", 540] == -1
    assert part["count", "all|open"] == 1


WHERE = ("150402", "150402001", "150402001001", "g1")
#: both in February by the city's days, the second one by a minute
START, END = ms("2018-02-26 09:00"), ms("2018-02-28 23:59")


def closed_in(place: tuple[str, ...]) -> EventState:
    return life(
        act("report", START, level=Level.YELLOW, place=place),
        act("register", START),
        act("dispatch", START),
        act("handle", START + HOUR),
        act("close", END),
    )


def scored(part: views.Part) -> dict[tuple[str, views.Field], int]:
    return {key: n for key, n in part.items() if key[0].startswith("score")}


def test_scores_by_department_township_and_community() -> None:
    part = scored(views.part(RULES, closed_in(WHERE)))
    measures = {
        "dispatched": 26, "handled": 26, "decided.yellow": 26, "on_time.yellow": 26,
        "closed": 28, "closed_in_grid": 28,
    }  # fmt: skip
    codes = {"d": "D1", "t": "150402001", "c": "150402001001"}
    assert part == {
        (view, f"{code}|{measure}"): 1
        for measure, day in measures.items()
        for subject, code in codes.items()
        for view in (f"score:{subject}:201802", f"scoreday:{subject}:201802{day}")
    }


def test_a_place_that_is_not_known_is_no_subject() -> None:
    part = scored(views.part(RULES, closed_in(("150402", "", "150402001001"))))
    assert {view.split(":")[1] for view, _ in part} == {"d", "c"}
    assert not any("in_grid" in str(field) for _, field in part)


def test_an_appeal_leaves_a_mark_of_each_day_and_nothing_else() -> None:
    counted = closed_in(WHERE)
    state = life(act("exclude", END + 1, reason="not ours"), state=counted)
    part = scored(views.part(RULES, state))
    codes = {"d": "D1", "t": "150402001", "c": "150402001001"}
    days = {f"scoreday:{s}:201802{day}": 1 for s in codes for day in (26, 28)}
    months = {f"score:{s}:201802": 2 for s in codes}
    assert part == {
        (view, f"{codes[view.split(':')[1]]}|excluded"): n for view, n in {**days, **months}.items()
    }
    back = life(act("restore", END + 2, reason="ours"), state=state)
    assert scored(views.part(RULES, back)) == scored(views.part(RULES, counted))
    # nothing but scores depends on it
    assert {k: n for k, n in views.part(RULES, state).items() if not k[0].startswith("score")} == {
        k: n for k, n in views.part(RULES, counted).items() if not k[0].startswith("score")
    }


@pytest.mark.parametrize("then", [
    act("close", END + 1),
    act("exclude", END + 1, reason="not ours"),
    act("correct", END + 1, place=("150403", "150403001")),
    act("rework", END + 1),
])  # fmt: skip
def test_a_change_is_the_difference_of_two_parts(then: Action) -> None:
    was = life(
        act("report", START, level=Level.YELLOW, place=WHERE),
        act("register", START),
        act("dispatch", START),
        act("handle", START + HOUR),
    )
    now = life(then, state=was)
    more = life(act("restore" if now.excluded else "urge", END + 2, reason="ours"), state=now) if (
        now.excluded or now.open
    ) else life(act("revisit", END + 2, satisfied=True), state=now)  # fmt: skip
    for new, old in ((now, was), (more, now), (was, None), (was, now), (now, more)):
        assert views.change(RULES, new, old) == views.difference(
            views.part(RULES, new), views.part(RULES, old)
        )


def test_a_difference_adds_up() -> None:
    old, new = {("a", 1): 2, ("a", 2): 3}, {("a", 1): 5, ("b", 1): 1}
    assert views.difference(new, old) == {("a", 1): 3, ("a", 2): -3, ("b", 1): 1}
    assert views.difference(new, new) == {}
    assert views.part(RULES, None) == {}


def test_the_queue_ranks_unanswered_red_then_level_then_step_then_age() -> None:
    def red(at: int) -> float | None:
        return views.queue_score(dispatched(Level.RED, at))

    def stepped(level: Level, at: int, wait: int) -> float | None:
        return views.queue_score(later(dispatched(level, at), at + wait))

    ranks = [
        red(AT),
        red(AT + 1),
        # the queue forgets who waits without an answer once it is acknowledged
        views.queue_score(
            life(
                act("acknowledge", AT + 100 * MINUTE),
                state=dispatched(Level.RED, AT),
            )
        ),
        stepped(Level.ORANGE, AT, 8 * HOUR),
        stepped(Level.ORANGE, AT + 5, 8 * HOUR),
        stepped(Level.ORANGE, AT, 16 * MINUTE),
        stepped(Level.YELLOW, AT, 2 * HOUR),
        stepped(Level.BLUE, AT, 2 * HOUR),
    ]
    assert all(rank is not None for rank in ranks)
    assert ranks == sorted(ranks, reverse=True)  # type: ignore[type-var]
    assert len(set(ranks)) == len(ranks)


@pytest.mark.parametrize("then", ["suspend", "handle", "return", "reject"])
def test_an_event_with_stopped_clocks_is_not_in_the_queue(then: str) -> None:
    state = dispatched(Level.RED, AT)
    assert views.queue_score(state) is not None
    assert views.queue_score(life(act(then, AT + HOUR), state=state)) is None


def test_what_has_time_left_is_not_in_the_queue() -> None:
    assert views.queue_score(None) is None
    assert views.queue_score(life(act("report", AT))) is None
    assert views.queue_score(dispatched(Level.ORANGE, AT)) is None


def test_ranks_of_points_are_exact_up_to_the_last_time_allowed() -> None:
    late = life(act("report", 10**13 - 1, lat=1.0, lon=2.0, level=Level.BLUE))
    early = life(act("report", 1, lat=1.0, lon=2.0, level=Level.YELLOW))
    scores = [views.point(s) for s in (late, early)]
    assert [score[1] for score in scores if score] == [1e13 - 1, 1e13 + 1]
