"""The panels' rows and numbers: as many whole rows as fit, with the stream's values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from .frames import NOW
from .harness import Fixture

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90)]

LAST_ROW = """list => {
  const box = list.getBoundingClientRect();
  const rows = [...list.querySelectorAll('.rows > .row')].map(row => row.getBoundingClientRect());
  const over = Math.max(...rows.map(row => row.bottom)) - box.bottom;
  return { n: rows.length, room: box.height, over,
           least: Math.min(...rows.map(r => r.height)) };
}"""


@pytest.fixture(scope="module")
def served() -> Iterator[Fixture]:
    with Fixture("chifeng") as fixture:
        yield fixture


@pytest.fixture(scope="module")
def page(browser: Browser, served: Fixture) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.goto(served.url("en"))
    expect(page.locator("body")).to_have_attribute("data-state", "live", timeout=20_000)
    yield page
    context.close()


def scene(page: Page, name: str) -> None:
    page.evaluate("name => window.gridwall.scenes.go(name)", name)
    expect(page.locator("main.main")).to_have_attribute("data-scene", name)


def value(page: Page, panel: str, path: str) -> str:
    node = page.locator(f'[data-panel="{panel}"] [data-kpi="{path}"]')
    expect(node).to_be_visible()
    return node.get_attribute("data-value") or ""


def test_codes_that_the_city_does_not_know_have_rows(page: Page, served: Fixture) -> None:
    counts = {"open": 9000, "overdue": 1, "response_overdue": 2, "reported": 9500, "closed": 500}
    place = {"open": 9000, "overdue": 1, "response_overdue": 2}
    codes = {"unknown-api": "Unknown (api)", "unknown-": "Other codes"}
    served.show(
        {
            "departments": {"rows": dict.fromkeys(codes, counts), "order": list(codes)},
            "scores": {"rows": dict.fromkeys(served.state["scores"]["order"]), "order": []},
            "places": {"rows": dict.fromkeys(codes, place), "order": list(codes)},
        }
    )
    scene(page, "departments")
    for name in codes.values():
        expect(page.locator("#gw-departments .row .name", has_text=name)).to_be_visible()
    scene(page, "overview")
    expect(page.locator("#gw-places .row .name")).to_have_text(list(codes.values()))
    served.replace("live")
    page.reload()
    expect(page.locator("body")).to_have_attribute("data-state", "live", timeout=20_000)


@pytest.mark.parametrize("size", [(1366, 768), (3840, 1080), (1080, 1920)])
def test_lists_show_whole_rows_and_fill_their_place(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    seen = {}
    for name in ("overview", "queue", "departments", "area", "brief"):
        scene(page, name)
        page.wait_for_timeout(150)
        for list_ in page.locator("main .list:visible").all():
            found = list_.evaluate(LAST_ROW)
            where = f"{name} {list_.get_attribute('class')}"
            assert found["n"] > 0, where
            assert found["over"] < 1, where
            seen[where] = found
    # the queue has more rows than fit anywhere: no further one would have fitted
    queue = seen["overview list queue"]
    assert queue["room"] - queue["n"] * queue["least"] < queue["least"]
    assert queue["n"] < 24


def test_rows_of_a_new_size_are_no_news(page: Page, served: Fixture) -> None:
    scene(page, "overview")
    page.set_viewport_size({"width": 1366, "height": 768})
    before = page.locator("#gw-queue .row").count()
    page.set_viewport_size({"width": 1366, "height": 1024})
    expect(page.locator("#gw-queue .row")).not_to_have_count(before)
    assert page.locator("#gw-queue .came").count() == 0
    page.set_viewport_size({"width": 1366, "height": 768})
    expect(page.locator("#gw-queue .row")).to_have_count(before)


def test_the_department_board_shows_counts_and_scores(page: Page, served: Fixture) -> None:
    scene(page, "departments")
    scores, counts = served.state["scores"], served.state["departments"]["rows"]
    for index in (0, 5):
        code = scores["order"][index]
        for name in ("open", "overdue", "response_overdue", "reported", "closed"):
            path = f"by_department.{code}.{name}"
            assert value(page, "departments", path) == str(counts[code][name])
        row = scores["rows"][code]
        assert value(page, "departments", f"scores.{index}.n") == str(row["n"])
        assert float(value(page, "departments", f"scores.{index}.shrunk")) == row["shrunk"]
    # a rank that is not what it was has its arrow and its reason, here and in the scores' panel
    why = {code: row["moved"] for code, row in scores["rows"].items() if row.get("moved")}
    own = next(c for c, m in why.items() if m["rule"] == "own" and m["way"] == "down")
    at = scores["order"].index(own)
    shown = page.locator('[data-panel="departments"] .row[data-why] .reason:visible')
    assert shown.count() == len(why)
    expect(shown.filter(has_text="92.0% → 81.0%, 7 late").first).to_be_visible()
    arrow = page.locator(f'[data-panel="departments"] [data-kpi="scores.{at}.rank_change"]')
    expect(arrow).to_have_text(f"▼{-scores['rows'][own]['rank_change']}")
    scene(page, "overview")
    panel = page.locator('[data-panel="scores"]')
    reasons, moved = panel.locator(".reason:visible").count(), panel.locator("[data-why]").count()
    assert reasons == moved > 0
    scene(page, "departments")
    served.show({"departments": {"rows": {scores["order"][0]: {"open": 4321}}}})
    first = page.locator(f'[data-kpi="by_department.{scores["order"][0]}.open"]')
    expect(first).to_have_text("4,321", timeout=3000)


def test_the_brief_shows_yesterday(page: Page, served: Fixture) -> None:
    scene(page, "brief")
    brief = served.state["brief"]
    for name in ("reported", "closed", "on_time_rate", "overdue", "red", "orange"):
        assert float(value(page, "brief", f"brief.{name}")) == brief[name]
    say = page.locator("#gw-brief-say")
    expect(say).to_contain_text("Yesterday 1,739 were reported (up 6.2% on the day before)")
    expect(say).to_contain_text("94.1% were handled on time (down 1.2 points).")
    assert page.locator("#gw-brief-longest .row").count() == 5
    served.show({"brief": {"red": 0, "surges": {"order": [], "rows": None}, "best": None}})
    expect(say).to_contain_text("No red event is open; orange: 55. Nothing surges.", timeout=3000)


def test_the_area_card_follows_the_numbers(page: Page, served: Fixture) -> None:
    scene(page, "area")
    assert value(page, "area", "area.open") == str(served.state["kpi"]["all"]["open"])
    served.show(
        {
            "area": {"code": "150402", "tier": "county", "path": ["150402"], "households": 4500},
            "kpi": {"all": {"open": 77}},
            "head": {"scores": "t"},
        }
    )
    expect(page.locator('[data-kpi="area.open"]')).to_have_text("77", timeout=3000)
    expect(page.locator("#gw-area-card .path")).to_have_text("County")
    assert value(page, "area", "area.households") == "4500"
    child = served.state["area"]["children"][0]
    path = f"area.children.{child['code']}.open"
    assert value(page, "area", path) == str(child["open"])


def test_what_is_late_is_named_by_its_clock(page: Page, served: Fixture) -> None:
    """A row that is over for its response is not counted as overdue handling, and says so."""
    first, second = served.state["queue"]["order"][:2]
    respond = {"clock": "respond", "due": NOW - 3_600_000, "used": 5.0}
    served.show(
        {
            "queue": {
                "rows": {first: respond, second: respond | {"clock": "handle"}},
                "overdue": 1,
                "response_overdue": 4,
            },
            "kpi": {"all": {"overdue": 1, "response_overdue": 4}},
        }
    )
    scene(page, "overview")
    waits = page.locator("#gw-queue .waits")
    expect(waits.nth(0)).to_have_text("response", timeout=3000)
    expect(waits.nth(1)).to_have_text("handling")
    expect(page.locator("#gw-queue-scope")).to_contain_text("handling 1, response 4")
    assert value(page, "kpis", "all.overdue") == "1"
    assert value(page, "kpis", "all.response_overdue") == "4"


#: what the picture of the trend shows: the line of today, the dot
TREND = """
() => {
  const { data } = document.querySelector("#gw-trend .js-plotly-plot");
  return [...data[1].y, ...data[2].y].map((n) => n || 0);
}
"""


def test_the_trend_follows_what_changed_in_the_past(page: Page, served: Fixture) -> None:
    """Late actions, a load of history, a rebuild: the line shows them as soon as the numbers do."""
    scene(page, "overview")
    page.wait_for_function(f"() => ({TREND})().some((n) => n)")
    for n in range(3):
        late = {str(bucket): 60 + n + bucket % 7 for bucket in range(143)}
        served.show({"trend": {"reported": {**late, "143": 20 + n}}})
        page.wait_for_function(
            f"(want) => String(({TREND})()) === want",
            arg=",".join(str(v) for v in [*late.values(), 20 + n]),
            timeout=2500,
        )


def test_the_trend_costs_little_and_nothing_without_a_change(page: Page, served: Fixture) -> None:
    scene(page, "overview")
    page.wait_for_function(f"() => ({TREND})().some((n) => n)")
    page.wait_for_timeout(1600)
    page.evaluate(
        """() => {
          window.calls = [];
          for (const name of ["restyle", "update"]) {
            const call = Plotly[name];
            Plotly[name] = (...given) => {
              window.calls.push(given[given.length - 1].length);
              return call(...given);
            };
          }
        }"""
    )
    for n in range(8):
        served.show({"kpi": {"all": {"open": 500 + n}}})
        page.wait_for_timeout(100)
    assert page.evaluate("calls") == []
    for n in range(40):  # ten changes a second, of the running bucket only
        served.show({"trend": {"reported": {"143": 30 + n}}})
        page.wait_for_timeout(100)
    calls = page.evaluate("calls")
    assert 2 <= len(calls) <= 5
    assert set(calls) == {1}


def test_hidden_panels_draw_nothing(page: Page, served: Fixture) -> None:
    scene(page, "queue")
    served.show({"brief": {"reported": 99}})
    served.show({"queue": {"total": 127}})
    expect(page.locator("#gw-queue-scope")).to_contain_text("127 in all", timeout=3000)
    brief = page.locator('[data-kpi="brief.reported"]')
    assert brief.get_attribute("data-value") == "1739"
    scene(page, "brief")
    expect(brief).to_have_attribute("data-value", "99")


def test_what_is_not_counted_says_so(page: Page, served: Fixture) -> None:
    """2,021 open events beside a list that can't know them is no 'none'.

    The last test here: it empties what the others look at.
    """
    none: dict[str, Any] = {"order": [], "rows": None}
    served.show(
        {
            "kpi": {"all": {"open": 2021}},
            "places": none,
            "area": {"children": []},
            "brief": {"places": none, "categories": none, "longest": none, "overdue": 7},
            "trend": {"reported": None, "yesterday": None},
        }
    )
    empty = "[data-uncounted]:not([hidden])"
    for name, words in (
        ("overview", {"#gw-places": "Not counted here", "#gw-trend": "Not counted here"}),
        ("area", {"#gw-area-children": "Not counted here"}),
        (
            "brief",
            {
                "#gw-brief-places": "Not counted here",
                "#gw-brief-categories": "Not counted here",
                "#gw-brief-longest": "None among the most pressing",
            },
        ),
    ):
        scene(page, name)
        for list_, said in words.items():
            found = page.locator(f":has(> {list_}) {empty}")
            expect(found).to_have_text(said, timeout=4000)
    served.show({"kpi": {"all": {"open": 0}}, "brief": {"overdue": 0}, "places": {"order": []}})
    expect(page.locator(f":has(> #gw-brief-longest) {empty}")).to_have_text(
        "No handling is overdue", timeout=4000
    )
