"""The map with its legend, and the card of the wall's area.

Boundaries are shaded by open events; points and labels are drawn over them in the browser
(``assets/wall/map/map.mjs`` finds the map by its class). There are no controls, because a wall has
no mouse, and tiles come from our own server: nothing is requested from another host.
"""

from __future__ import annotations

from collections.abc import Mapping

import dash_leaflet as dl
from dash import html
from dash.development.base_component import Component

from layouts.look import ids
from layouts.look.city import CityView
from layouts.look.theme import LEVELS
from layouts.wall.lists import credit
from layouts.wall.parts import listing, mark, number, panel

#: Shades of the ramp in the legend; as many as ``SHADES`` in ``assets/wall/map/areas.mjs``.
SHADES = 6
#: What Leaflet does of its own accord and a wall does without.
STILL = (
    "zoomControl",
    "attributionControl",
    "dragging",
    "scrollWheelZoom",
    "doubleClickZoom",
    "boxZoom",
    "keyboard",
    "touchZoom",
    "zoomAnimation",
    "fadeAnimation",
    "markerZoomAnimation",
    "trackResize",
    # It would write every move back into a property, and asks for a centre to do so.
    "trackViewport",
)


def area_map(city: CityView, lang: str, text: Mapping[str, str]) -> html.Section:
    """The map's panel with its legend."""
    still = dict.fromkeys(STILL, False)
    south_west, north_east = city.bounds
    map_ = dl.Map(
        dl.GeoJSON(
            id=ids.AREAS,
            url=city.areas_url,
            interactive=False,
            style={"variable": "gridwall.map.style"},
            onEachFeature={"variable": "gridwall.map.each"},
        ),
        id=ids.MAP,
        className="gw-map",
        bounds=[list(south_west), list(north_east)],
        zoomSnap=0,
        style={"height": "100%", "width": "100%"},
        **still,
    )
    crumbs = html.Nav(
        id=ids.CRUMBS, className="crumbs", hidden=True, **{"aria-label": text["map.crumbs"]}
    )
    # over the map: a line that comes and goes would change the map's size, and so what has room
    left_out = html.Div(
        [html.Span(id=ids.COVERED, hidden=True), html.Span(id=ids.UNNAMED, hidden=True)],
        className="left-out",
    )
    legend = [
        html.Span([mark(level), text[f"level_short.{level}"]], className="level")
        for level in LEVELS
    ]
    foot = [
        html.Div(legend, className="legend"),
        html.Div(id=ids.OVERLAYS, className="legend overlays", hidden=True),
        html.Span(id=ids.UNLOCATED, className="unlocated", hidden=True),
        html.Span(id=ids.BASE_CREDIT, className="base-credit", hidden=True),
    ]
    return panel(
        "map",
        text["map.title"],
        html.Div([map_, crumbs, left_out], className="canvas"),
        html.Div(foot, className="foot"),
        credit(city, lang, text),
        scope=_scale(text),
    )


def _scale(text: Mapping[str, str]) -> list[Component]:
    """What the shades stand for: which count and its end, or the heat layer's two words."""
    shades = [html.I(className="shade", **{"data-shade": str(n)}) for n in range(SHADES)]
    by_area = [
        html.Span(text["map.shade_open"], id=ids.RAMP_WAY),
        html.Span(shades, className="ramp"),
        html.Span(id=ids.RAMP_MAX, className="num"),
    ]
    heat = [
        html.Span(text["map.heat"]),
        html.Span(text["map.sparse"]),
        html.I(className="glow"),
        html.Span(text["map.dense"]),
    ]
    return [
        html.Span(by_area, className="scale by-area"),
        html.Span(heat, className="scale by-heat"),
    ]


#: (name in the payload of the numbers, word)
NUMBERS = (
    ("open", "area.open"),
    ("overdue", "area.overdue"),
    ("reported", "area.reported"),
    ("closed", "area.closed"),
)


def area(text: Mapping[str, str]) -> html.Section:
    """Of the whole city without an area in the URL."""
    cards = [
        html.Div(
            [
                html.Div(text[word], className="label"),
                number(f"area.{name}", "big", **{"data-area": name}),
            ],
            className="card",
        )
        for name, word in NUMBERS
    ]
    response = html.Span([text["kpi.response_overdue"], " ", number("area.response_overdue")])
    levels = [
        html.Span(
            [mark(level), text[f"level_short.{level}"], number(f"area.by_level.{level}")],
            className="level",
        )
        for level in LEVELS
    ]
    homes = html.Span(
        [number("area.households"), " ", html.Span(text["area.households"], className="word")],
        className="homes",
        hidden=True,
    )
    return panel(
        "area",
        text["area.title"],
        html.Div(
            [
                html.Div([html.Span(className="name clip"), homes], className="who"),
                html.Div([html.Span(className="path clip"), response], className="where"),
                html.Div(cards, className="numbers"),
                html.Div(levels, className="by-level"),
                html.Div(
                    [
                        html.H3(text["area.children"]),
                        html.Span(id=ids.AREA_SCOPE),
                        html.Span(text["places.late"]),
                    ],
                    className="sub-title",
                ),
            ],
            id=ids.AREA_CARD,
            className="card-of-area",
        ),
        listing(
            ids.AREA_CHILDREN,
            text["area.children_empty"],
            "children",
            uncounted=text["list.uncounted"],
        ),
    )
