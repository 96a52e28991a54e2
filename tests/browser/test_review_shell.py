"""The frame of the leaders' pages at work: a link is the view, Back works, a phone has the menu,
and what cannot be shown is explained in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Browser, Page, expect

from .reviewed import Reviewed
from .test_wall_look import Watched

pytestmark = pytest.mark.browser

CARDS = ".r-cards .value"
TREND = "#gw-overview-trend"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    watched = Watched(browser, 1366, 768)
    yield watched.page
    watched.context.close()
    assert watched.wrong == []


def shown(page: Page, site: Reviewed, address: str) -> None:
    page.goto(f"{site.url}{address}")
    page.locator(".review h1").wait_for(timeout=20_000)
    page.locator("[data-again]").wait_for(state="detached", timeout=20_000)


def query(page: Page) -> dict[str, str]:
    return {name: found[0] for name, found in parse_qs(urlparse(page.url).query).items()}


def numbers(page: Page) -> list[str]:
    return page.locator(CARDS).all_inner_texts()


def test_a_filter_is_an_address_and_back_works(
    page: Page, browser: Browser, review_site: Reviewed
) -> None:
    shown(page, review_site, "/?lang=en&range=2021-01")
    expect(page.locator(CARDS)).to_have_count(11)
    whole = numbers(page)
    page.locator(".f-area input").click()
    page.get_by_role("option", name="Hongshan District", exact=True).click()
    expect(page.locator(".r-crumbs [aria-current]")).to_have_text("Hongshan District")
    assert query(page) == {"lang": "en", "range": "2021-01", "area": "150402"}
    part = numbers(page)
    assert part != whole
    # the same address in another session is the same view
    other = browser.new_page()
    shown(other, review_site, page.url.removeprefix(review_site.url))
    assert numbers(other) == part
    other.close()
    page.go_back()
    expect(page.locator(".r-crumbs [aria-current]")).to_have_text("Chifeng")
    assert numbers(page) == whole
    page.go_forward()
    expect(page.locator(".r-crumbs [aria-current]")).to_have_text("Hongshan District")


def test_the_search_field_finds_by_pinyin_and_leads_by_keyboard(
    page: Page, review_site: Reviewed
) -> None:
    shown(page, review_site, "/?lang=zh&range=2021-01")
    page.locator(".review h1").click()
    page.keyboard.press("/")
    page.keyboard.type("hsq")
    found = page.locator("#gw-found a")
    expect(found.first).to_have_text("红山区")
    page.keyboard.press("ArrowDown")
    expect(found.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.locator(".r-crumbs [aria-current]")).to_have_text("红山区")
    assert query(page)["area"] == "150402"
    page.keyboard.press("/")
    event = review_site.variables["event"]["event_id"]
    page.keyboard.type(event)
    expect(found.first).to_contain_text(event)
    found.first.click()
    expect(page.locator(".review h1")).to_contain_text(event)
    page.keyboard.press("/")
    page.keyboard.type("qqqqqq")
    expect(page.locator("#gw-found .none")).to_have_text("没有找到。")
    page.keyboard.press("Escape")
    expect(page.locator("#gw-found")).to_be_hidden()


#: a colour as a browser calculates it
SHOWN = """([of, colour]) => { const el = document.querySelector(of), before = el.style.color;
  el.style.color = colour; const shown = getComputedStyle(el).color; el.style.color = before;
  return shown; }"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_field_that_is_typed_in_has_our_accent(
    page: Page, review_site: Reviewed, theme: str
) -> None:
    shown(page, review_site, f"/?lang=en&theme={theme}&range=2021-01")
    page.locator("#gw-search").click()
    page.keyboard.type("x")
    accent = page.evaluate(SHOWN, [".review", "var(--accent)"])
    field = page.locator(".r-find-input")
    expect(field).to_have_css("outline-style", "solid")
    expect(field).to_have_css("outline-color", accent)


def test_a_comparison_says_what_is_not_recorded_and_what_is_not_counted_here(
    page: Page, review_site: Reviewed
) -> None:
    where = "/compare?lang=en&range=2021-01&by=township&area=150402&d="
    shown(page, review_site, f"{where}150402001,150402002,150403001")
    text = page.locator(".d-page").inner_text()
    assert "December 2020 is not recorded." in text
    assert text.count("Not counted here: ") == 1
    expect(page.locator(".d-absent")).to_contain_text("is not in Hongshan District")
    page.locator(".d-absent a").click()
    expect(page.locator(".d-absent")).to_have_count(0)
    assert query(page)["d"] == "150402001,150402002"


def test_breadcrumbs_lead_down_and_up(page: Page, review_site: Reviewed) -> None:
    shown(page, review_site, "/?lang=en&range=2021-01&level=red,orange")
    for depth in range(1, 5):
        page.locator(".r-down summary").click()
        page.locator(".r-below a").first.click()
        expect(page.locator(".r-crumbs ol > li:not(:has(details))")).to_have_count(depth + 1)
    assert query(page)["level"] == "red,orange"
    page.locator(".r-crumbs a").first.click()
    expect(page.locator(".r-crumbs [aria-current]")).to_have_text("Chifeng")
    assert "area" not in query(page)


def test_a_days_press_in_the_calendar_shows_that_day(page: Page, review_site: Reviewed) -> None:
    shown(page, review_site, "/?lang=zh&range=2021-01")
    page.locator(".r-heat .day a[title^='2021-01-12']").click()
    expect(page.locator(".r-range")).to_contain_text("2021-01-12，对比 2021-01-11")
    assert query(page)["range"] == "2021-01-12"


def test_own_dates(page: Page, review_site: Reviewed) -> None:
    shown(page, review_site, "/?lang=en&range=2021-01")
    page.locator(".r-custom summary").click()
    page.locator("#gw-from").fill("2021-01-20")
    page.locator("#gw-until").fill("2021-01-10")
    page.locator(".r-days button").click()
    expect(page.locator(".r-days .wrong")).to_be_visible()
    page.locator("#gw-from").fill("2021-01-05")
    page.locator(".r-days button").click()
    expect(page.locator(".r-range")).to_contain_text("2021-01-05 – 01-10")
    assert query(page)["range"] == "2021-01-05..2021-01-10"
    # with a time, by the keyboard alone
    shown(page, review_site, "/?lang=en&range=2021-01-05..2021-01-10")
    page.locator(".r-custom summary").focus()
    page.keyboard.press("Enter")
    page.locator("#gw-until").fill("2021-01-05")
    page.locator("#gw-from-time").fill("08:30")
    page.locator("#gw-until-time").fill("10:00")
    page.locator(".r-days button").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".r-range")).to_contain_text("2021-01-05 08:30–10:00")
    assert query(page)["range"] == "2021-01-05T08:30..2021-01-05T10:00"
    assert ticks(page) == ["08:30", "08:45", "09:00", "09:15", "09:30", "09:45"]
    assert page.locator("#gw-from-time").input_value() == "08:30"


def ticks(page: Page) -> list[str]:
    """The words on the trend's axis of time."""
    page.locator(f"{TREND} .xtick text").first.wait_for()
    return page.locator(f"{TREND} .xtick text").all_text_contents()


def drag(page: Page, start: float, end: float) -> None:
    """A span of the trend, by shares of its width."""
    plot = page.locator(f"{TREND} .nsewdrag")
    box = plot.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + start * box["width"], middle)
    page.mouse.down()
    page.mouse.move(box["x"] + end * box["width"], middle, steps=4)
    page.mouse.up()


def test_a_span_of_the_trend_opens_to_the_minute(page: Page, review_site: Reviewed) -> None:
    # as high as the page, so that the mouse finds the whole chart
    page.set_viewport_size({"width": 1366, "height": 1400})
    shown(page, review_site, "/?lang=en&range=2021-01")
    assert ticks(page) == ["01-04", "01-11", "01-18", "01-25"]
    drag(page, 11.2 / 31, 11.8 / 31)
    expect(page.locator(".r-range")).to_contain_text("2021-01-12")
    assert query(page)["range"] == "2021-01-12"
    assert ticks(page) == ["01-12", "04:00", "08:00", "12:00", "16:00", "20:00"]
    reported = page.locator(f"{CARDS}").first.inner_text()
    drag(page, 8.2 / 24, 10.8 / 24)
    within = expect(page.locator(".r-range"))
    within.to_contain_text("2021-01-12 08:00–11:00, compared with", timeout=15_000)
    assert query(page)["range"] == "2021-01-12T08:00..2021-01-12T11:00"
    assert ticks(page) == ["08:00", "08:30", "09:00", "09:30", "10:00", "10:30"]
    minutes = page.evaluate(
        "id => document.querySelector(id).querySelector('.js-plotly-plot').data.at(-2).y", TREND
    )
    assert len(minutes) == 180
    assert str(sum(minutes)) == page.locator(CARDS).first.inner_text() != reported
    page.go_back()
    expect(page.locator(".r-range")).to_contain_text("2021-01-12, compared with 2021-01-11")
    assert page.locator(CARDS).first.inner_text() == reported


def test_a_phone_has_the_menu_and_the_filters_behind_presses(
    page: Page, review_site: Reviewed
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    shown(page, review_site, "/?lang=en")
    entry = page.locator(".r-nav").get_by_role("link", name="Warnings")
    expect(entry).not_to_be_in_viewport()
    page.locator("#gw-burger").click()
    expect(entry).to_be_in_viewport()
    entry.click()
    expect(page.locator("h1")).to_have_text("Warnings · Chifeng")
    expect(entry).not_to_be_in_viewport()
    shown(page, review_site, "/?lang=en")
    expect(page.locator("#gw-filters")).not_to_be_visible()
    page.locator(".r-more").click()
    expect(page.locator("#gw-filters")).to_be_visible()


def test_language_and_theme_are_kept(page: Page, review_site: Reviewed) -> None:
    shown(page, review_site, "/?lang=zh&range=2021-01")
    page.get_by_role("link", name="English").click()
    expect(page.locator("h1")).to_have_text("Overview · Chifeng")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("link", name="Dark").click()
    expect(page.locator(".review.dark")).to_have_count(1)
    assert query(page)["range"] == "2021-01"
    shown(page, review_site, "/warnings")
    expect(page.locator(".review.dark h1")).to_have_text("Warnings · Chifeng")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/?lang=en&range=2021-13", "2021-13"),
        ("/?lang=en&level=purple", "purple"),
        ("/?lang=en&area=nowhere", "nowhere"),
        ("/grids/nowhere?lang=en", "nowhere"),
    ],
)
def test_what_cannot_be_shown_is_explained(
    page: Page, review_site: Reviewed, address: str, words: str
) -> None:
    shown(page, review_site, address)
    expect(page.locator(".r-note")).to_contain_text(words)
    expect(page.locator(".r-note a").first).to_be_visible()


def test_every_number_leads_to_its_meaning_and_to_what_it_counts(
    page: Page, review_site: Reviewed
) -> None:
    shown(page, review_site, "/?lang=en&range=2021-01&category=")
    for name, value in zip(
        page.locator(".r-kpi .name a").all(), page.locator(".r-kpi .value a").all(), strict=True
    ):
        assert "/definitions?lang=en#" in str(name.get_attribute("href"))
        assert str(value.get_attribute("href")).startswith("/events?")
    closed = page.locator(".r-kpi", has=page.get_by_text("Closed", exact=True)).locator(".value a")
    number = closed.inner_text()
    closed.click()
    expect(page.locator(".v-figure")).to_have_text(number)
    page.get_by_role("link", name="Level").click()
    expect(page.locator("th[aria-sort=descending]")).to_have_text("Level")
    page.go_back()
    page.go_back()
    page.locator(".r-kpi .name a", has_text="Handled on time").click()
    expect(page.locator("#on_time_rate")).to_be_in_viewport()
