"""The wall: one page, no scroll bar, no mouse.

:func:`layout` is pure: the skeleton with every word in place, one ``dcc.Store``
for a frame that comes with the page and one for the names catalogue. All numbers come by the
stream and are drawn in the browser (``assets/wall``); ``initial`` panels, if given, make
the first paint already true.

Every panel is there once, flat under ``main``; which are shown and where is the scene's
business (``assets/wall/scenes/scenes.mjs``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.config.words import catalogue, language
from layouts.look import ids
from layouts.look.city import CityView
from layouts.look.theme import THEMES
from layouts.wall.brief import brief
from layouts.wall.catalogue import names_catalogue, why
from layouts.wall.header import header
from layouts.wall.lists import departments, places, queue, recent, scores, stage, surges
from layouts.wall.map import area, area_map
from layouts.wall.numbers import kpis, levels
from layouts.wall.trend import trend


def layout(
    city: CityView,
    lang: str,
    theme: str = "dark",
    initial: Mapping[str, Mapping[str, Any]] | None = None,
    scenes: Mapping[str, Any] | None = None,
) -> Component:
    """The page in one language; ``initial`` maps panel names to full payloads.

    ``scenes`` is the scene file as the page gets it; without it nothing can be placed.
    """
    lang = language(lang)
    text = catalogue(lang)
    panels = initial or {}
    shown = [
        kpis(text),
        levels(text),
        trend(text, THEMES[theme], lang, city.zone, panels.get("trend") or {}),
        area_map(city, lang, text),
        places(text),
        stage(text),
        queue(text),
        scores(text),
        departments(text),
        brief(text),
        area(text),
        surges(text),
    ]
    return html.Div(
        [
            header(city, lang, text),
            html.Main(shown, className="main"),
            recent(text),
            why(text),
            dcc.Store(id=ids.NAMES, data=names_catalogue(city, lang, scenes or {})),
            dcc.Store(id=ids.FRAME, data={"v": None, "panels": dict(panels)}),
            dcc.Store(id=ids.STARTED),
        ],
        id=ids.WALL,
        className=f"wall {theme}",
        lang=lang,
    )
