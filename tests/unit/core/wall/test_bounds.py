"""A frame has a most, whatever the data: long codes, 20,000 of each kind, ids of 200 characters."""

from __future__ import annotations

import random

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.core.fold.views import MINUTE_METRICS, TIERS, queue_score
from dashboard.core.model.actions import Level
from dashboard.core.model.codes import OTHERS, Known
from dashboard.core.model.scope import Scope
from dashboard.core.model.state import EventState
from dashboard.core.surges.incidents import SurgeRow
from dashboard.core.wall import bounds
from dashboard.core.wall.bounds import FRAME_BYTES, coarser, kept
from dashboard.core.wall.minutes import trend_days
from dashboard.core.wall.panels import Panels, listed, panels
from dashboard.core.wall.rows import Cell, TickerLine, cells_of
from dashboard.core.wall.state import Health, Views, Wall, WallRequest, build
from tests.support.core.shorthand import HOUR, RULES, act, later, life, ms

AT = ms("2018-03-07 09:00")
#: what takes most bytes in JSON: escapes of six characters, or four bytes of UTF-8 each
FILLS = ("\x01", "\U0001f525", "字", "a")


NOTHING_LISTED = Known()


def size(value: object) -> int:
    return len(msgspec.json.encode(value))


def event(number: int, length: int, fill: str) -> EventState:
    """A red, overdue event with ids and codes of ``length`` characters."""

    def long(name: str) -> str:
        return f"{number}{name}".ljust(length, fill)[:200]

    place = tuple(long(tier) for tier in TIERS)
    report = act("report", AT, level=Level.RED, place=place, lat=42.0 + number / 1e4, lon=118.0)
    state = later(life(report, act("register", AT), act("dispatch", AT)), AT + 9 * HOUR)
    return msgspec.structs.replace(
        state,
        event_id=long("id"),
        category=long("category"),
        department=long("department"),
        handed_to=long("to"),
    )


def adversarial(codes: int, events: int, length: int, fill: str) -> tuple[Views, list[SurgeRow]]:
    """Views with so many codes of each kind, and so many events on the map and in every list."""
    states = [event(n, length, fill) for n in range(min(events, 220))]
    rng = random.Random(codes)
    count: dict[str, int] = {"all|open": codes}
    places: dict[str, dict[str, int]] = {}
    month: dict[str, int] = {}
    for number in range(codes):
        code = f"{number}".ljust(length, fill)[:200]
        n = rng.randrange(1, 10**9)
        for fact in ("reported", "open", "closed", "overdue"):
            count[f"department|{code}|{fact}"] = n
            count[f"category|{code}|{fact}"] = n
            for tier in TIERS:
                places.setdefault(tier, {})[f"{code}|{fact}"] = n
        month[f"{code}|dispatched"] = month[f"{code}|decided.red"] = n
    cells = {f"{rng.randrange(1 << 14)}/{rng.randrange(1 << 14)}|red": 10**9 for _ in range(codes)}
    members = [
        (f"118.{n:05d},42.{n:05d},{AT},{f'{n}'.ljust(length, fill)[:200]}", 3e13 + AT)
        for n in range(events)
    ]
    surges = [
        SurgeRow(
            id=f"{n}".ljust(length, fill)[:200], tier="grid", place="p".ljust(length, fill),
            area="a".ljust(length, fill), category="c".ljust(length, fill), raised_at=AT,
            observed=10**9, expected=1.5,
        )
        for n in range(min(codes, 500))
    ]  # fmt: skip
    line = {"ts": AT, "event_id": states[0].event_id, "kind": "report", "level": "red"}
    line |= {"category": states[0].category, "department": states[0].department}
    line |= {"path": states[0].place, "status": "reported"}
    views = Views(
        count=count,
        places=places,
        month=month,
        minutes={
            (metric, day): np.full(1440, 2**31 - 1, dtype=np.int32)
            for metric in MINUTE_METRICS
            for day in trend_days(RULES.local, AT)
        },
        queue=[state for state in states if queue_score(state) is not None],
        queue_total=events,
        alerts=states,
        points=members,
        newest_red=states[0],
        cells=cells,
        cell_zoom=14,
        recent=[msgspec.convert({"seq": f"{n}-0", **line}, TickerLine) for n in range(200)],
    )
    return views, surges


def shown(
    views: Views, surges: list[SurgeRow], known: Known = NOTHING_LISTED
) -> tuple[Wall, Panels]:
    request = WallRequest(
        now=AT + 9 * HOUR, age_ms=3, source="live", city="chifeng", health=Health(),
        area_tier="county", named_tiers=("county", "township"), warnings=surges,
        scope=Scope(name={"zh": "市", "en": "City"}, child_tier="county"), known=known,
    )  # fmt: skip
    wall = build(RULES, views, request)
    top = {name.rpartition("|")[0] for name in views.places.get("township", {})}
    return wall, panels(wall, {c: wall.by_place[c] for c in top if c in wall.by_place})


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from([1, 300, 5000]), st.sampled_from([1, 400, 1500]), st.integers(4, 200),
    st.sampled_from(FILLS),
)  # fmt: skip
def test_no_data_make_a_frame_larger_than_its_most(
    codes: int, events: int, length: int, fill: str
) -> None:
    views, surges = adversarial(codes, events, length, fill)
    wall, found = shown(views, surges)
    assert size(found) <= FRAME_BYTES
    for name, budget in bounds.WITH_CELLS.items():
        assert size(getattr(found, name)) <= budget, name
    for panel in (found.queue, found.alerts, found.recent, found.surges, found.places):
        assert list(panel.rows) == panel.order
    assert found.queue.total == events, "totals are of all, whatever is shown"
    assert found.kpi.all.open == codes
    assert sum(c.red for c in wall.map.cells.values()) == sum(
        c.red for c in cells_of(views.cells, 14).values()
    ), "no event is lost when cells become coarser"


@pytest.mark.parametrize("fill", FILLS[:1])
def test_twenty_thousand_codes_of_each_kind_that_are_200_characters_long(fill: str) -> None:
    views, surges = adversarial(20_000, 1500, 200, fill)
    wall, found = shown(views, surges)
    assert size(found) <= FRAME_BYTES
    others = wall.others["department"]
    assert others.codes == 20_000 - bounds.UNLISTED_KEPT
    assert len(wall.by_department) == bounds.UNLISTED_KEPT
    assert sum(one.open for one in wall.by_department.values()) + others.open == sum(
        n for name, n in views.count.items()
        if name.startswith("department|") and name.endswith("|open")
    )  # fmt: skip
    assert wall.others.keys() == {"department", "category", *TIERS}


def test_codes_that_the_city_knows_are_always_there() -> None:
    groups = {f"x{n}": {"open": 10 + n} for n in range(1000)} | {"BOS": {"open": 1}}
    found, others = kept(groups, frozenset({"BOS"}))
    assert found["BOS"] == {"open": 1}
    assert len(found) == 1 + bounds.UNKNOWN_KEPT
    assert found.keys() >= {"x999", "x800"}, "of the others those with most open events"
    assert others is not None
    assert (others.codes, others.open) == (800, sum(range(10, 810)))
    assert kept({"x1": {"open": 1}}, frozenset({"BOS"})) == ({"x1": {"open": 1}}, None)


def test_a_wall_as_it_is_every_day_is_not_cut() -> None:
    views = Views(
        count={f"department|d{n}|open": n for n in range(60)},
        points=[(f"118.1,42.1,{AT},sim-150402-{n:06d}", 1e13) for n in range(1500)],
    )
    wall, found = shown(views, [], Known(department=frozenset(f"d{n}" for n in range(60))))
    assert len(found.departments.rows) == 60
    assert len(found.points) == len(wall.map.points)
    assert wall.others == {}


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 2**14 - 1), st.integers(0, 2**14 - 1)).map(
            lambda xy: f"{xy[0]}/{xy[1]}"
        ),
        st.builds(Cell, st.floats(-9, 9), st.floats(-9, 9), *[st.integers(0, 9)] * 4),
        max_size=60,
    ),
    st.integers(1, 60),
)
def test_coarser_cells_hold_the_same_events(cells: dict[str, Cell], most: int) -> None:
    found = coarser(cells, 14, most)
    assert len(found) <= max(most, 1)
    for level in ("blue", "yellow", "orange", "red"):
        before, after = (sum(getattr(c, level) for c in of.values()) for of in (cells, found))
        assert before == after
    # and the same middle of them
    for axis in ("lon", "lat"):
        before, after = (
            sum(getattr(c, axis) * (c.blue + c.yellow + c.orange + c.red) for c in of.values())
            for of in (cells, found)
        )
        assert abs(before - after) < 0.1


def test_what_a_list_has_no_row_for_is_one_row() -> None:
    views, surges = adversarial(20_000, 10, 200, FILLS[0])
    wall, found = shown(views, surges)
    rows = found.departments.rows
    for fact in ("open", "reported", "closed", "overdue"):
        assert sum(getattr(row, fact) for row in rows.values()) == sum(
            n for name, n in views.count.items()
            if name.startswith("department|") and name.endswith(f"|{fact}")
        )  # fmt: skip
    assert OTHERS in rows
    assert found.departments.order == sorted(rows)
    places = listed(wall, "county", wall.by_place)
    assert places[OTHERS].open == wall.others["county"].open > 0
    assert OTHERS not in listed(shown(Views(), [])[0], "county", [])
