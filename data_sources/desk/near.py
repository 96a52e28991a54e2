"""Events around an event: of its category close by, and in its grid."""

from __future__ import annotations

from math import cos, radians
from typing import Any

from dashboard.core.model.state import EventState
from data_sources.desk.copy.reader import Reader
from data_sources.desk.filters import M_PER_DEGREE, away

_SHOWN = "event_id, level, status, category, department, reported_at, overdue"


def near(
    reader: Reader, state: EventState, metres: int, since: int, until: int, most: int
) -> tuple[list[dict[str, Any]], int]:
    """Events of the same category within ``metres``, nearest first; their number.

    They were reported from ``since`` to ``until`` (ms); the first ``most`` are returned.
    """
    assert state.lat is not None
    assert state.lon is not None
    tall = metres / M_PER_DEGREE
    wide = tall / max(0.01, cos(radians(state.lat)))
    found = reader.rows(
        f"""
        WITH close AS (
          SELECT {_SHOWN}, {away("lat", "lon", "$lat", "$lon")} AS away
          FROM events
          WHERE category = $category AND event_id <> $id
            AND lat BETWEEN $lat - $tall AND $lat + $tall
            AND lon BETWEEN $lon - $wide AND $lon + $wide
            AND reported_at BETWEEN $since AND $until
        )
        SELECT {_SHOWN}, CAST(round(away) AS BIGINT) AS metres, count(*) OVER () AS n
        FROM close WHERE away <= $metres
        ORDER BY away, reported_at DESC, event_id LIMIT $most
        """,
        category=state.category,
        id=state.event_id,
        lat=state.lat,
        lon=state.lon,
        tall=tall,
        wide=wide,
        since=since,
        until=until,
        metres=float(metres),
        most=most,
    )
    return _counted(found)


def same_grid(
    reader: Reader, state: EventState, since: int, until: int, most: int
) -> tuple[list[dict[str, Any]], int]:
    """Events of the same grid, its category first, then the latest; their number.

    They were reported from ``since`` to ``until`` (ms); the first ``most`` are returned.
    """
    found = reader.rows(
        f"""
        SELECT {_SHOWN}, count(*) OVER () AS n FROM events
        WHERE grid = $grid AND event_id <> $id AND reported_at BETWEEN $since AND $until
        ORDER BY category = $category DESC, reported_at DESC, event_id LIMIT $most
        """,
        grid=state.grid,
        id=state.event_id,
        category=state.category,
        since=since,
        until=until,
        most=most,
    )
    return _counted(found)


def _counted(found: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], int]:
    total = found[0]["n"] if found else 0
    return [{k: v for k, v in row.items() if k != "n"} for row in found], total
