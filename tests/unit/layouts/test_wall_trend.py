"""The trend figure, by its data."""

from __future__ import annotations

from plotly.offline import get_plotlyjs_version

from dashboard import ROOT
from layouts.look.theme import DARK
from layouts.wall.trend import BUCKETS, RUNNING, STEP_MS, ticks, trend_figure

#: 22 November 2026, 17:40 in Asia/Shanghai
T0 = 1_795_340_400_000


def panel() -> dict[str, object]:
    return {
        "t0": T0,
        "step": STEP_MS,
        "reported": {str(i): i for i in range(BUCKETS)},
        "yesterday": {"0": 4},
    }


def test_running_bucket_is_not_part_of_the_line() -> None:
    yesterday, reported, running = trend_figure(panel(), DARK, "zh").data
    assert reported.y[-1] == RUNNING - 1
    assert len(reported.y) == RUNNING
    assert list(running.x) == [RUNNING]
    assert list(running.y) == [RUNNING]
    assert yesterday.y[0] == 4


def test_no_data_is_a_gap() -> None:
    yesterday, reported, running = trend_figure({}, DARK, "en").data
    assert set(yesterday.y) == set(reported.y) == set(running.y) == {None}


def test_ticks_are_round_local_hours() -> None:
    places, words = ticks(T0, STEP_MS, "Asia/Shanghai")
    assert words == ["18:00", "00:00", "06:00", "12:00"]
    assert places[0] == 2
    assert ticks(T0, STEP_MS, "America/Los_Angeles")[1] == ["06:00", "12:00", "18:00", "00:00"]
    assert ticks(None, STEP_MS, "UTC") == ([], [])


def test_same_words_in_every_language() -> None:
    assert trend_figure(panel(), DARK, "zh") == trend_figure(panel(), DARK, "en")


def test_bundle_in_the_page_is_the_version_the_figures_are_made_for() -> None:
    bundle = ROOT / "assets/vendor/plotly-basic.min.js"
    with bundle.open(encoding="utf-8") as script:
        head = script.read(200)
    assert f"v{get_plotlyjs_version()}" in head
