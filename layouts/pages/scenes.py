"""The page that makes scenes: what a wall does, one scene's layout, and the wall itself. Pure.

The wall is in a frame of the same origin at its true size; `assets/pages/scenes/*.mjs` build the
controls, have each draft checked by the server, and hand it to the wall in the frame.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.core.questions.ask import Ask
from layouts.pages.kit import ids
from layouts.pages.kit.frame import Choice

Words = Mapping[str, str]
#: sizes of walls in px, by shape; the second one is preset
PIXELS: Mapping[str, Sequence[tuple[int, int]]] = {
    "landscape": ((1920, 1080), (3840, 2160), (2560, 1440)),
    "wide": ((3840, 1080), (7680, 2160), (5120, 1440)),
    "tall": ((1080, 1920), (2160, 3840), (1440, 2560)),
}
_PREFIXES = ("review.scenes.",)


class ScenesData(msgspec.Struct, frozen=True, kw_only=True):
    """What the page is made of."""

    #: the file: name, version, refusal, own, mistakes
    file: Mapping[str, Any]
    #: the scenes in force, as pages get them
    page: Mapping[str, Any]
    #: names of screens
    screens: Sequence[str]
    areas: Sequence[Choice]
    #: names of panels that a scene may show
    panels: Sequence[str]
    #: the design's size by shape
    sizes: Mapping[str, Sequence[float]]


def scenes_body(data: ScenesData, ask: Ask, text: Words) -> Component:
    """The page."""
    return html.Div(
        [
            html.P(text["review.scenes.note"], className="r-hint"),
            html.Div(
                [
                    _part("wall", ids.SCENES_WALL, text),
                    _part("scene", ids.SCENES_SCENE, text),
                ],
                className="s-columns",
            ),
            html.Div(id=ids.SCENES_SAVE, className="s-save"),
            html.Section(
                [
                    html.H2(text["review.scenes.preview"]),
                    html.Div(
                        html.Iframe(
                            id=ids.SCENES_FRAME,
                            src=_wall(data, ask),
                            title=text["review.scenes.preview"],
                            className="s-frame",
                            tabIndex=-1,
                        ),
                        className="s-stage",
                    ),
                    html.P(className="s-size r-hint"),
                ],
                className="s-preview",
            ),
            dcc.Store(id=ids.SCENES_SETUP, data=_setup(data, ask, text)),
            dcc.Store(id=ids.SCENES_STARTED),
        ],
        id=ids.SCENES,
        className="s-page",
    )


def _part(name: str, element_id: str, text: Words) -> Component:
    return html.Section(
        [html.H2(text[f"review.scenes.{name}"]), html.Div(id=element_id)], className=f"s-{name}"
    )


def _wall(data: ScenesData, ask: Ask) -> str:
    wall = data.page["wall"]
    fixed = {"draft": "1", "rotate": "0", "shift": "0", "volume": "0"}
    fixed |= {"lang": wall["lang"] or ask.lang, "theme": wall["theme"]}
    return f"/wall?{urlencode(fixed)}"


def _setup(data: ScenesData, ask: Ask, text: Words) -> dict[str, Any]:
    return {
        "lang": ask.lang,
        "file": dict(data.file),
        "page": dict(data.page),
        "screens": list(data.screens),
        "areas": [[one.value, one.words] for one in data.areas],
        "sizes": {shape: list(size) for shape, size in data.sizes.items()},
        "pixels": {shape: [list(one) for one in sizes] for shape, sizes in PIXELS.items()},
        "panels": list(data.panels),
        "text": {key: words for key, words in text.items() if key.startswith(_PREFIXES)},
    }
