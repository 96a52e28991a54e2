"""Where an event is: its place in words, and a point on the city's own outlines (no tiles)."""

from __future__ import annotations

from math import log2

import dash_leaflet as dl
from dash import html
from dash.development.base_component import Component

from dashboard.core.model.state import EventState
from dashboard.core.questions.ask import Ask
from layouts.look.theme import THEMES
from layouts.pages.event.wording import Wording
from layouts.pages.kit import ids, parts

#: the map shows about this share of the city's longer side
_SHARE = 0.3
#: tiles of 256 px that fit beside each other
_TILES = 1.7
_RADIUS = 9


def where(state: EventState, ask: Ask, words: Wording) -> Component:
    """The path of places, and the map if it is known where."""
    trail: list[Component | str] = []
    for n, code in enumerate(state.place):
        if code:
            trail += [" › "] if trail else []
            name = words.place(code)
            trail.append(parts.link(name, parts.to_grid(ask, code)) if n == 3 else name)
    told = html.P(trail or words.text["review.event.no_place"], className="e-trail")
    if state.lat is None or state.lon is None:
        return html.Div([told, html.P(words.text["review.event.no_point"], className="r-hint")])
    theme = THEMES[ask.theme or "light"]
    # without a fill: the outlines come later than the point and would cover it
    outlines = {"color": theme.border, "weight": 1, "fillOpacity": 0}
    point = [state.lat, state.lon]
    return html.Div(
        [
            told,
            dl.Map(
                [
                    dl.GeoJSON(url=words.city.areas_url, interactive=False, style=outlines),
                    dl.CircleMarker(
                        center=point,
                        radius=_RADIUS,
                        color=theme.text,
                        weight=2,
                        # a circle in a level's colour would say blue
                        fillColor=theme.accent,
                        fillOpacity=1,
                    ),
                ],
                id=ids.EVENT_MAP,
                center=point,
                zoom=_zoom(words),
                minZoom=6,
                maxZoom=16,
                attributionControl=False,
                scrollWheelZoom=False,
                className="e-map",
                style={"background": theme.raised},
            ),
            html.P(f"{state.lat:.5f}, {state.lon:.5f}", className="r-hint"),
        ]
    )


def _zoom(words: Wording) -> int:
    """So that neighbouring outlines are in sight, in a small city and in a large one."""
    (south, west), (north, east) = words.city.bounds
    span = max(north - south, east - west, 0.01)
    return max(6, min(14, round(log2(360 * _TILES / (_SHARE * span)))))
