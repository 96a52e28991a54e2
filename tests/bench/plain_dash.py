"""The same small wall the tutorial's way: `python -m tests.bench.plain_dash REDIS_URL PORT`.

dcc.Interval once a second, server callbacks that read Redis and rebuild whole figures and
tables. Four counters, a 24 h minute chart, about 1,000 live points, the queue's top 50, the
scoreboard. Served by Dash's own server, threaded. Not part of the product: it is here so
that ratios come from one run.
"""

from __future__ import annotations

import sys
import time
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import dash_leaflet as dl
import numpy as np
import plotly.graph_objects as go
from dash import Dash, Input, Output, dash_table, dcc, html

from dashboard.core.model.actions import Level
from dashboard.core.model.calendars import LocalTime
from data_sources.store.actions import STATE
from data_sources.store.connection import connect
from data_sources.store.keys import ShardKeys

KEYS = ShardKeys(0)
COUNTERS = ("today.reported", "all.open", "all.overdue", "all.closed")
# Dash makes it at run time only
_TABLE: Any = vars(dash_table)["DataTable"]
_LOCAL = LocalTime(ZoneInfo("Asia/Shanghai"))


def main() -> None:
    url, port = sys.argv[1], int(sys.argv[2])
    r = connect(url)
    app = Dash("plain", serve_locally=True, update_title="")
    app.layout = _layout()
    tick = Input("interval", "n_intervals")
    for path in COUNTERS:
        name = path.replace(".", "-")
        app.callback(Output(name, "children"), tick)(partial(_counter, r, path))
    app.callback(Output("trend", "figure"), tick)(partial(_trend, r))
    app.callback(Output("points", "data"), tick)(partial(_points, r))
    app.callback(Output("queue", "data"), tick)(partial(_queue, r))
    app.callback(Output("scores", "data"), tick)(partial(_scores, r))
    app.run(host="127.0.0.1", port=port, debug=False)


def _layout() -> html.Div:
    def counter(path: str) -> html.Div:
        mark: dict[str, Any] = {"data-kpi": path}
        return html.Div(["… ", html.Span("—", id=path.replace(".", "-"), **mark)])

    queue = ("event_id", "level", "status", "department", "place", "step")
    scores = ("department", "dispatched", "decided", "on_time", "total")
    side = {"height": "30vh", "overflow": "auto"}
    return html.Div(
        [
            dcc.Interval(id="interval", interval=1000),
            html.Div([counter(path) for path in COUNTERS], style={"display": "flex"}),
            dcc.Graph(id="trend", style={"height": "30vh"}),
            dl.Map(
                [dl.GeoJSON(id="points")], center=[43.2, 118.6], zoom=7, style={"height": "30vh"}
            ),
            html.Div(
                [
                    _TABLE(id="queue", columns=_columns(queue), style_table=side),
                    _TABLE(id="scores", columns=_columns(scores), style_table=side),
                ],
                style={"display": "flex"},
            ),
        ]
    )


def _columns(names: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"name": name, "id": name} for name in names]


def _sums(r: Any, view: str) -> dict[str, int]:
    return {k.decode(): int(v) for k, v in r.hgetall(KEYS.view(view)).items()}


def _minutes(r: Any, metric: str, day: int) -> Any:
    out = np.zeros(1440, dtype=np.int64)
    found = np.frombuffer(r.get(KEYS.view(f"minute:{metric}:{day}")) or b"", ">i4")
    out[: len(found)] = found
    return out


def _counter(r: Any, path: str, _tick: int | None) -> str:
    group, _, name = path.partition(".")
    if group == "today":
        return f"{int(_minutes(r, name, _LOCAL.day(_now())).sum()):,}"
    return f"{_sums(r, 'count').get(f'all|{name}', 0):,}"


def _trend(r: Any, _tick: int | None) -> go.Figure:
    now = _now()
    days = sorted({_LOCAL.day(now - 86_400_000), _LOCAL.day(now)})
    at = [now - (1439 - n) * 60_000 for n in range(1440)]
    figure = go.Figure()
    for metric in ("reported", "closed"):
        series = {day: _minutes(r, metric, day) for day in days}
        places = [_LOCAL.day_minute(ms) for ms in at]
        figure.add_scatter(x=at, y=[int(series[d][m]) for d, m in places], name=metric)
    return figure


def _points(r: Any, _tick: int | None) -> dict[str, Any]:
    found = r.zrevrange(KEYS.points, 0, 999, withscores=True)
    features = []
    for member, score in found:
        lon, lat, reported, event_id = member.decode().split(",", 3)
        level = str(list(Level)[int(score // 1e13)])
        features.append(
            {
                "type": "Feature",
                "id": event_id,
                "geometry": {"type": "Point", "coordinates": [float(lon), float(lat)]},
                "properties": {"level": level, "reported": int(reported)},
            }
        )
    return {"type": "FeatureCollection", "features": features}


def _queue(r: Any, _tick: int | None) -> list[dict[str, Any]]:
    ids = r.zrevrange(KEYS.queue, 0, 49)
    raw = r.hmget(KEYS.events, ids) if ids else []
    states = [STATE.decode(item) for item in raw if item is not None]
    return [
        {
            "event_id": s.event_id,
            "level": str(s.level),
            "status": str(s.status),
            "department": s.department,
            "place": s.place[-1] if s.place else "",
            "step": s.handle.step if s.handle else 0,
        }
        for s in states
    ]


def _scores(r: Any, _tick: int | None) -> list[dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for field, n in _sums(r, f"score:{_LOCAL.day(_now()) // 100}").items():
        department, _, measure = field.rpartition("|")
        rows.setdefault(department, {"department": department})[measure] = n
    for row in rows.values():
        decided = row.get("due_weight", 0)
        row["total"] = round(100 * row.get("on_time_weight", 0) / decided, 1) if decided else None
    return sorted(rows.values(), key=lambda row: (-(row["total"] or 0), row["department"]))


def _now() -> int:
    return round(time.time() * 1000)


if __name__ == "__main__":
    main()
