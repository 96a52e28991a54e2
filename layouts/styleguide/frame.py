"""One component in one state: the real wall with a scene of one panel, and no stream."""

from __future__ import annotations

import json
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.config.words import language
from layouts.look import ids
from layouts.look.theme import theme_name
from layouts.styleguide.city import city
from layouts.styleguide.sample import panels
from layouts.styleguide.states import PANELS, STATES
from layouts.wall import page as wall

#: Panels of the header and the footer, shown around any panel.
ROWS = ("head", "foot")


def frame(
    panel: str | None = None,
    state: str | None = None,
    theme: str | None = None,
    lang: str | None = None,
    **_: str,
) -> Component:
    """The page; what is asked for and is not there becomes the first there is."""
    panel = panel if panel in PANELS else next(iter(PANELS))
    shown = STATES[state if state in STATES else next(iter(STATES))]
    held = panels(shown.kind) if shown.kind else {}
    scenes = _scene("kpis" if panel in ROWS else panel)
    page = wall.layout(city(), language(lang), theme_name(theme), held, scenes=scenes)
    facts = {
        "data-beat": json.dumps(shown.beat()) if shown.kind else "",
        "data-beating": "yes" if shown.beating else "",
    }
    return html.Div(page, id=ids.GUIDE, className=f"guide-frame only-{panel}", **facts)


def _scene(panel: str) -> dict[str, Any]:
    """A scene file as the page gets it (dashboard/config/scenes/page.py), with one panel."""
    seams: list[list[int]] = [[], []]
    alone = {"columns": [1], "rows": [1], "cells": [[panel]], "seams": seams, "screens": {}}
    return {
        "fingerprint": "styleguide",
        "wall": {
            "rotate": 0,
            "scenes": ["one"],
            "theme": "dark",
            "profile": "",
            "quiet": "",
            "volume": 0,
            "voice": False,
        },
        "map": {"shade": "open", "heat": False, "base": {"kind": "none", "credit": ""}},
        "overlays": [],
        "profiles": {},
        "scenes": {
            "one": {
                "name": {"zh": panel, "en": panel},
                "area": "",
                **dict.fromkeys(("landscape", "wide", "tall"), alone),
            }
        },
    }
