"""Why a rank is not what it was, as a sentence in Chinese or English. Pure.

The rules are those of :mod:`dashboard.core.scoring.ranks`; the words are ``rank.*`` of the
catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.config.words.figures import count, percent, points
from dashboard.core.scoring.scores import RankMove


def reason(move: RankMove, text: Mapping[str, str]) -> str:
    """The sentence: which indicator did it, by how many points, and the biggest cause in it."""
    if move.rule == "cases":
        return text["rank.cases"].format(
            before=count(move.n_before), n=count(move.n), needed=count(move.needed)
        )
    words = text[f"rank.{move.rule}_{move.way}"]
    if move.rule != "own":
        return words.format(points=points(abs(move.points)))
    return words.format(
        indicator=text[f"rank.indicator.{move.indicator}"],
        points=points(abs(move.indicator_points)),
        cause=_cause(move, text),
    )


def arrow(places: float | str, text: Mapping[str, str]) -> str:
    """Places gained (↑2) or lost (↓1), = for none; of ``new`` and ``gone`` the word and ↓."""
    if isinstance(places, str):
        return text["rank.new"] if places == "new" else "↓"
    return f"{'↑' if places > 0 else '↓'}{count(abs(places))}" if places else "="


def _cause(move: RankMove, text: Mapping[str, str]) -> str:
    name = move.component.replace(".", "_")
    key = move.cause if move.cause != "value" else "rose" if move.way == "up" else "fell"
    return text[f"rank.{key}"].format(
        part=text[f"rank.part.{name}"],
        before=_value(move.component, move.value_before),
        now=_value(move.component, move.value),
        missed=text[f"rank.missed.{name}"].format(n=count(move.missed)),
    )


def _value(component: str, value: float | None) -> str:
    """A component of 0 to 100 as people say it: a share, or the mean of ratings from 1 to 5."""
    if value is not None and component.endswith(".rating"):
        return f"{1 + value / 25:.1f}"
    return percent(None if value is None else value / 100)
