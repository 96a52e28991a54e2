"""What the wall's page carries for its scripts: names of codes, all its words, what a number means.

The stream sends codes only; the browser turns them into words with this. ``why`` is the card that
explains a number: its words are the catalogue's ``metric.KEY_*``, made from docs/metrics.md, and
``metric_paths.json`` in this folder maps a number's path to its key. ``assets/wall/care/why.mjs``
fills the card.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from dash import html

from dashboard.config.words import catalogue
from layouts.look import ids
from layouts.look.city import CityView, Names, pick

#: Rows of the card, in order; the ends of the message ids.
ROWS = ("formula", "window", "out")


@cache
def metric_paths() -> Mapping[str, str]:
    """Path of a number on the wall → key of its words; ``*`` is any code."""
    found: dict[str, str] = json.loads(files(__package__).joinpath("metric_paths.json").read_text())
    return found


def why(text: Mapping[str, str]) -> html.Aside:
    """The empty card; hidden until a user asks for it."""
    rows = [
        html.Div([html.Dt(text[f"why.{row}"]), html.Dd(className=row)], **{"data-row": row})
        for row in ROWS
    ]
    return html.Aside(
        [
            html.P(className="name"),
            html.P(className="means"),
            html.Dl(rows),
            html.P(className="at"),
        ],
        id=ids.WHY,
        className="why",
        role="tooltip",
        hidden=True,
    )


#: For ``Intl`` in the browser: number and date shapes that read well in each language.
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
#: Words of pages that no wall shows.
_DESKS = ("review.", "export.")


def names_catalogue(city: CityView, lang: str, scenes: Mapping[str, Any]) -> dict[str, Any]:
    """Everything a renderer may look up; ``data`` of the store ``ids.NAMES``.

    ``scenes`` is the scene file as the page gets it, the same as ``/api/v1/scenes``.
    """
    return {
        "lang": lang,
        "city": pick(city.name, lang),
        "simulated": city.simulated,
        "locale": LOCALES[lang],
        "zone": city.zone,
        "panels": list(ids.PANELS),
        "bounds": [list(corner) for corner in city.bounds],
        "text": {k: v for k, v in catalogue(lang).items() if not k.startswith(_DESKS)},
        "metrics": dict(metric_paths()),
        "departments": _in(city.departments, lang),
        "categories": _in(city.categories, lang),
        "places": _in(city.places, lang),
        "scenes": dict(scenes),
    }


def _in(names: Mapping[str, Names], lang: str) -> dict[str, str]:
    return {code: pick(name, lang) for code, name in names.items()}
