"""Beside the map: the areas with most open events, and the newest red event."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html

from layouts import ids
from layouts.city import CityView, pick
from layouts.components.parts import listing, panel


def places(text: Mapping[str, str]) -> html.Section:
    """Rows carry the ordinal that also stands on the map."""
    return panel("places", text["places.title"], listing(ids.PLACES, text["places.empty"], "tall"))


def stage(text: Mapping[str, str]) -> html.Section:
    """The newest open red event in words: what the ring on the map is about."""
    return panel(
        "stage",
        text["map.stage"],
        html.Div(
            [
                html.Div([html.I(className="mark red"), html.Span(className="what")]),
                html.Div(className="where clip"),
                html.Div(className="whose clip"),
                html.Div(className="ago"),
            ],
            id="gw-stage",
            className="card",
            hidden=True,
        ),
        html.P(text["map.stage_none"], className="empty", id="gw-stage-none"),
    )


def credit(city: CityView, lang: str, text: Mapping[str, str]) -> html.P:
    """Whose boundaries the map shows; small, but always there."""
    whose = pick(city.credit, lang)
    return html.P(
        text["map.credit"].replace("{credit}", whose), className="credit", hidden=not whose
    )
