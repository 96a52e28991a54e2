"""The overview's numbers next to the city's targets."""

from __future__ import annotations

import json
from urllib.parse import unquote

import pytest

from dashboard.config.words import catalogue
from dashboard.core.questions.answers import Kpis, Point
from dashboard.core.questions.ask import Ask
from layouts.pages.kit.parts import change
from layouts.pages.overview import cards

HOUR = 3_600_000
POINTS = [Point(start_ms=n, day=20180101 + n, decided=10, on_time=9) for n in range(3)]


def cards_text(lang: str, **targets: float) -> str:
    now = Kpis(reported=10, closed=9, decided=8, on_time=7, on_time_rate=0.875, median_ms=5 * HOUR)
    shown = cards(now, None, None, POINTS, targets, Ask(lang=lang), catalogue(lang))
    return unquote(json.dumps(shown.to_plotly_json(), cls=_Plain, ensure_ascii=False))


class _Plain(json.JSONEncoder):
    def default(self, o: object) -> object:
        return o.to_plotly_json()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("lang", "targets", "words"),
    [
        ("en", {"on_time_rate": 0.95}, "Target at least 95.0%: missed"),
        ("en", {"on_time_rate": 0.875}, "Target at least 87.5%: met"),
        ("zh", {"median_ms": 4 * HOUR}, "目标不高于 4 小时，未达到"),
        ("en", {"return_rate": 0.1}, "Target at most 10.0%"),
    ],
)
def test_a_target_is_next_to_its_number(lang: str, targets: dict[str, float], words: str) -> None:
    assert words in cards_text(lang, **targets)


def test_it_is_a_line_of_dashes_in_the_course() -> None:
    assert "stroke-dasharray" not in cards_text("en")
    assert cards_text("en", on_time_rate=0.95).count("stroke-dasharray") == 1


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (68_030_000, 0, "+18 h 54 min"),
        (90 * 60_000, 60 * 60_000, "+50.0%"),
        (60_000 + 9_000, 60_000, "±0"),
    ],
)
def test_a_change_of_a_time_has_its_unit(now: int, before: int, words: str) -> None:
    shown = change(now, before, catalogue("en"), better="down", unit="time")
    told = json.dumps(shown.to_plotly_json(), cls=_Plain, ensure_ascii=False)
    assert f'"{words}"' in told
    assert "000" not in told
