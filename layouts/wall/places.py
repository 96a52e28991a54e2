"""Beside the map: the areas with most open events, and the newest red events."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html

from layouts.look import ids
from layouts.look.city import CityView, pick
from layouts.wall.parts import listing, panel


def places(text: Mapping[str, str]) -> html.Section:
    """Rows carry the ordinal that also stands on the map."""
    return panel(
        "places",
        text["places.title"],
        listing(
            ids.PLACES,
            text["places.empty"],
            "tall",
            [
                text["metric.scores_rank_name"],
                text["read.name"],
                text["metric.by_place_open_name"],
                text["metric.by_place_overdue_name"],
            ],
        ),
    )


def stage(text: Mapping[str, str]) -> html.Section:
    """The newest red events that nobody has answered for, in words."""
    return panel("stage", text["map.stage"], listing(ids.STAGE, text["map.stage_none"], "reds"))


def credit(city: CityView, lang: str, text: Mapping[str, str]) -> html.P:
    """Whose boundaries the map shows; small, but always there."""
    whose = pick(city.credit, lang)
    return html.P(
        text["map.credit"].replace("{credit}", whose), className="credit", hidden=not whose
    )
