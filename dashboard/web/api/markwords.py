"""A mark on the time machine's track in words of a language."""

from __future__ import annotations

from collections.abc import Callable

from dashboard.config.words import catalogue, language
from dashboard.core.past.marks import Mark
from layouts.look.city import CityView, pick


def mark_words(
    view: CityView, named: Callable[[str], str], mark: Mark, lang: str
) -> dict[str, str]:
    """``words``: what it was; ``where``: the finest place that has a name (``named``)."""
    lang = language(lang)
    text = catalogue(lang)
    what = mark.clock if mark.what == "step" else mark.what
    words = text[f"review.past.told_{what}"].format(
        category=pick(view.categories.get(mark.category, {}), lang) or mark.category or "—",
        step=mark.step,
        observed=mark.observed,
        expected=mark.expected,
    )
    place = named(mark.place)
    return {"words": words, "where": pick(view.places.get(place, {}), lang) or place}
