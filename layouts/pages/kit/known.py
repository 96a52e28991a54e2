"""The words in place of a number that is missing, which give the reason. Pure.

Three cases, each with its own words everywhere: *none* is a count of 0 and is written as a number;
*not recorded* is a time, or a base count, without records; *not counted here* is a figure that is
not kept for this kind of place.
"""

from __future__ import annotations

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from dashboard.config.words.figures import day
from dashboard.config.words.plurals import say
from dashboard.core.model.records import Coverage
from layouts.pages.kit.opens import plain


def unrecorded(text: Mapping[str, str], means: str = "") -> Component:
    """In place of a number for which there are no records; ``means`` is a hint with the reason."""
    return _word(text["known.unrecorded"], means)


def uncounted(text: Mapping[str, str], means: str = "") -> Component:
    """In place of a figure that is not kept for this kind of place."""
    return _word(text["list.uncounted"], means)


def not_recorded(kept: Coverage, text: Mapping[str, str]) -> str:
    """That there are no records of a range, which is not that nothing happened."""
    if kept.since is None:
        return text["review.records.empty"]
    return text["review.records.none"].format(since=day(kept.since))


def coverage_words(kept: Coverage, text: Mapping[str, str]) -> str:
    """For how many days of a range there are records; "" if for all."""
    if kept.whole:
        return ""
    if not kept.days:
        return not_recorded(kept, text)
    return say(text, "review.records.part", n=kept.days, of=kept.of)


def _word(word: str, means: str) -> Component:
    titled = {"title": means} if means else {}
    return plain(html.Span(word, className="r-unrecorded", **titled), "unknown")
