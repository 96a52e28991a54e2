"""The names catalogue a page carries: codes → names in its language, and all its words.

The stream speaks codes only; this is what the browser turns them into words with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.config.words import catalogue
from layouts.look import ids
from layouts.look.city import CityView, Names, pick
from layouts.wall.why import metric_paths

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
