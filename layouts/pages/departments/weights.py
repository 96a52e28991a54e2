"""Sliders for trying out other weights; each move is another address, nothing is kept. Pure."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.core.questions.departments import Standings
from dashboard.core.questions.whatif import LEVELS, MIN_RANKED, PREFIX, RATING, SHARES, fields
from layouts.pages.departments.telling import Scene
from layouts.pages.kit import ids

#: where a slider of a level, of the least number of cases ends
_TOPS = {"level": 20, MIN_RANKED: 100}


def panel(board: Standings, scene: Scene) -> Component:
    """The sliders, open while others than the weights in force are tried."""
    tried = bool(board.weighed.changed)
    now, usual = fields(board.weighed.weights), fields(board.weighed.usual)
    groups: list[Any] = [
        _group(scene, "total", SHARES["total"], now, 100),
        _group(scene, "outcome", SHARES["outcome"], now, 100),
        _group(scene, "levels", tuple(reversed(LEVELS)), now, _TOPS["level"]),
        _group(scene, "others", (RATING, MIN_RANKED), now, 100),
    ]
    bare = {name: None for name in scene.ask.extra if name.startswith(PREFIX)}
    end = (
        dcc.Link(scene.say("what_if_end"), href=scene.ask.url(scene.path, **bare)) if tried else ""
    )
    return html.Details(
        [
            html.Summary(scene.say("weights")),
            html.P([scene.say("weights_note"), " ", end], className="d-note"),
            html.Div(groups, className="d-weights"),
            dcc.Store(id=ids.WEIGHTS_NOW, data=now),
            dcc.Store(id=ids.WEIGHTS_USUAL, data=usual),
        ],
        className="d-tune",
        open=tried,
    )


def _group(
    scene: Scene, key: str, names: tuple[str, ...], now: dict[str, float], top: int
) -> Component:
    sliders = []
    for name in names:
        field = PREFIX + name
        value = now[field]
        words = scene.text[f"level.{name}"] if key == "levels" else scene.say(f"w_{name}")
        sliders.append(
            html.Div(
                [
                    html.Span(words, className="d-wname"),
                    dmc.Slider(
                        id={"type": ids.WEIGHT, "field": field, "group": key},
                        value=value,
                        min=0 if name != MIN_RANKED else 1,
                        max=max(top, int(value)),
                        step=1,
                        size="sm",
                        thumbLabel=words,
                    ),
                    html.Span(f"{value:g}", className="d-wvalue"),
                ],
                className="d-weight",
            )
        )
    return html.Fieldset([html.Legend(scene.say(f"w_group_{key}")), *sliders])
