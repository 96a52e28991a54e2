"""The map: boundaries shaded by open events; points and labels are drawn on top in the browser.

No tiles, no controls, no interaction: nothing is asked of any other host and nobody
stands at a wall with a mouse. ``assets/wall/map.js`` finds the map by its class.
"""

from __future__ import annotations

from collections.abc import Mapping

import dash_leaflet as dl
from dash import html

from layouts import ids
from layouts.city import CityView
from layouts.components.parts import mark, panel
from layouts.theme import LEVELS

#: Shades of the ramp in the legend; as many as ``SHADES`` in ``assets/wall/map.js``.
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


def area_map(city: CityView, text: Mapping[str, str]) -> html.Section:
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
    shades = [html.I(className="shade", **{"data-shade": str(n)}) for n in range(SHADES)]
    legend = [
        html.Span([mark(level), text[f"level_short.{level}"]], className="level")
        for level in LEVELS
    ]
    foot = [
        html.Div(legend, className="legend"),
        html.Span(id="gw-unlocated", className="unlocated", hidden=True),
    ]
    return panel(
        "map",
        text["map.title"],
        html.Div(map_, className="canvas"),
        html.Div(foot, className="foot"),
        scope=[
            html.Span(text["map.scale"]),
            html.Span(shades, className="ramp"),
            html.Span(id="gw-ramp-max", className="num"),
        ],
    )
