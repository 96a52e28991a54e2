"""The views of a wall, summed from states in memory as a store would serve them.

Also what core and naive model make of the same actions up to some moment.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from dashboard.core.fold import views
from dashboard.core.lifecycle.late import replay
from dashboard.core.lifecycle.replay import Item
from dashboard.core.model.actions import Action
from dashboard.core.model.state import EventState
from dashboard.core.wall.minutes import trend_days
from dashboard.core.wall.state import Health, Views, Wall, WallRequest, build
from tests.model import model
from tests.support.core.shorthand import RULES, later


def folded_until(actions: Iterable[Action], until: int) -> tuple[list[EventState], model.City]:
    """States of the core and the naive model, folded up to ``until`` (ms) with a prompt clock."""
    received: dict[str, list[Item]] = {}
    names: set[tuple[str, str]] = set()
    city, known = model.City(), 0
    for number, action in enumerate(actions, start=1):
        if action.ts > until:
            continue
        known = max(known, action.ts)
        city.take(action)
        if (action.event_id, action.action_id) not in names:
            names.add((action.event_id, action.action_id))
            item = Item(f"{number}-0", action, known)
            received.setdefault(action.event_id, []).append(item)
    for event in city.events.values():
        city.tick(event, until)
    states = [replay(RULES, items).state for items in received.values()]
    return [later(state, until) for state in states if state is not None], city


def views_of(states: Iterable[EventState], now: int, zoom: int = 12) -> Views:
    """What a reader would find at ``now``."""
    states = list(states)
    sums: dict[str, dict[str | int, int]] = {}
    for state in states:
        for (view, name), n in views.part(RULES, state).items():
            fields = sums.setdefault(view, {})
            fields[name] = fields.get(name, 0) + n
    day = RULES.local.day(now)
    minutes = {}
    for metric in views.MINUTE_METRICS:
        for when in trend_days(RULES.local, now):
            series = np.zeros(1440, dtype=np.int32)
            for minute, n in sums.get(f"minute:{metric}:{when}", {}).items():
                series[int(minute)] = n
            if series.any():
                minutes[metric, when] = series

    def named(view: str) -> dict[str, int]:
        return {str(name): n for name, n in sums.get(view, {}).items() if n}

    points = [point for s in states if (point := views.point(s)) is not None]
    queue = [s for s in states if views.queue_score(s) is not None]
    return Views(
        version=7,
        position={"g0": "1-0"},
        count=named("count"),
        places={tier: named(f"place:{tier}") for tier in views.TIERS},
        minutes=minutes,
        today_levels=named(f"day:{day}"),
        month=named(f"score:d:{day // 100}"),
        last_day=named(f"scoreday:d:{day}"),
        queue=sorted(queue, key=lambda s: views.queue_score(s) or 0, reverse=True),
        queue_total=len(queue),
        points=sorted(points, key=lambda point: -point[1]),
        cells=named(f"cells:{zoom}"),
        cell_zoom=zoom,
    )


def wall_of(found: Views, now: int) -> Wall:
    """The wall of these views at ``now``, in a city whose map shades counties."""
    request = WallRequest(
        now=now,
        age_ms=3,
        source="replay",
        city="chifeng",
        health=Health(),
        area_tier="county",
        named_tiers=("county", "township"),
    )
    return build(RULES, found, request)
