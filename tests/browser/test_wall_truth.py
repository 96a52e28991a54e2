"""What the wall shows of its own age, what its numbers mean, and what it speaks aloud."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect

from .frames import NOW
from .harness import Fixture

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90)]

SIZE = ViewportSize(width=1366, height=768)
GO = "name => gridwall.scenes.show({ scene: name, area: '' })"


@pytest.fixture(scope="module")
def held() -> Iterator[Fixture]:
    with Fixture("chifeng") as fixture:
        yield fixture


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=SIZE)
    yield context
    context.close()


@pytest.fixture(scope="module")
def pages(context: BrowserContext, held: Fixture) -> dict[str, Page]:
    """A wall in each language for all tests: opening one is most of the time."""
    return {lang: opened(context, held, lang) for lang in ("zh", "en")}


@pytest.fixture
def served(held: Fixture) -> Iterator[Fixture]:
    """The wall's data as they were at first, whatever a test has made of them."""
    before = (held.age, held.checked_ago, dict(held.parts), dict(held.health))
    yield held
    held.age, held.checked_ago, held.parts, held.health = before


@pytest.fixture
def zh(pages: dict[str, Page], served: Fixture) -> Page:
    return live(pages["zh"])


@pytest.fixture
def en(pages: dict[str, Page], served: Fixture) -> Page:
    return live(pages["en"])


def live(page: Page) -> Page:
    page.bring_to_front()
    page.mouse.move(700, 700)
    expect(page.locator("body")).to_have_attribute("data-state", "live")
    expect(page.locator("[data-age]")).to_have_count(0)
    return page


def opened(context: BrowserContext, served: Fixture, lang: str = "zh") -> Page:
    page = context.new_page()
    page.goto(served.url(lang))
    page.wait_for_selector("body[data-version]:not([data-state=loading])", state="attached")
    page.wait_for_selector('[data-kpi="all.open"][aria-label]', state="attached")
    return page


def panel(page: Page, name: str) -> Locator:
    return page.locator(f'[data-panel="{name}"]')


def filter_of(page: Page, selector: str) -> str:
    found: str = page.locator(selector).evaluate("node => getComputedStyle(node).filter")
    return found


def test_a_dead_clock_ages_the_queue_and_overdue_alone(zh: Page, served: Fixture) -> None:
    assert zh.locator(".aged:visible").count() == 0
    served.parts["clock"] = 41_000
    served.health = {"state": "engine-stopped", "stop": "clock", "lag": 0}
    expect(panel(zh, "queue")).to_have_attribute("data-age", "old")
    expect(panel(zh, "queue").locator(".aged")).to_contain_text("时限停了 4")
    assert zh.locator("[data-age]").count() == 1
    assert "grayscale" in filter_of(zh, ".queue.panel .list")
    assert "grayscale" in filter_of(zh, '[data-card="all.overdue"]')
    assert filter_of(zh, '[data-card="all.open"]') == "none"
    assert filter_of(zh, ".main") == "none"
    served.parts["clock"] = 100
    served.health = {"state": "live", "stop": None, "lag": 0}
    expect(panel(zh, "queue").locator(".aged")).to_be_hidden()


def test_a_dead_watcher_is_not_all_quiet(en: Page, served: Fixture) -> None:
    none = dict.fromkeys(served.state["surges"]["rows"])
    shown = served.state["surges"]
    served.show({"surges": {"order": [], "rows": none}})
    en.evaluate(GO, "departments")
    surges = panel(en, "surges")
    expect(surges.locator(".empty")).to_be_visible()
    expect(en.locator("#gw-unwatched")).to_be_hidden()
    served.parts["watcher"] = 180_000
    expect(en.locator("#gw-unwatched")).to_have_text("no surge watch for 3 min")
    expect(surges).to_have_attribute("data-age", "old")
    expect(surges.locator(".aged")).to_have_text("no surge watch for 3 min")
    expect(surges.locator(".empty")).to_be_hidden()  # it can't say that there is none
    assert en.locator("[data-age]").count() == 1
    expect(en.locator("body")).to_have_attribute("data-state", "live")
    served.parts["watcher"] = None
    expect(surges.locator(".aged")).to_have_text("no surge watch")
    served.show({"surges": shown})
    en.evaluate(GO, "overview")


def test_a_watcher_in_its_usual_pause_is_well(en: Page, served: Fixture) -> None:
    served.parts["watcher"] = 12_000
    served.parts["feed"] = 7_000
    expect(panel(en, "trend")).to_have_attribute("data-age", "ageing")  # so the beat was heard
    assert en.locator("#gw-unwatched").is_hidden()
    served.parts["feed"] = 20_000
    expect(panel(en, "trend")).to_have_attribute("data-age", "old")
    assert en.locator("[data-age]").count() == 1


def test_an_overdue_recount_is_marked(en: Page, served: Fixture) -> None:
    checked = en.locator("#gw-checked")
    expect(checked).to_have_text("checked 12 s ago")
    assert checked.get_attribute("data-late") is None
    served.checked_ago = 150_000
    expect(checked).to_have_text("last checked 2 min ago")
    expect(checked).to_have_attribute("data-late", "yes")


def test_a_simulated_city_is_not_live_before_its_feed_speaks(en: Page, served: Fixture) -> None:
    served.show({"head": {"source": "live"}})
    expect(en.locator("#gw-source")).to_have_text("Source not known yet")
    served.show({"head": {"source": "simulated"}})
    expect(en.locator("#gw-source")).to_have_text("Simulated data")


def test_the_state_is_in_the_title_and_is_announced_once(en: Page, served: Fixture) -> None:
    red = served.state["levels"]["red"]["open"]
    expect(en).to_have_title(f"Chifeng · {red} red open")
    en.evaluate(
        """() => { window.said = [];
          const say = document.getElementById('gw-say');
          new MutationObserver(() => said.push(say.textContent)).observe(say, { childList: true });
        }"""
    )
    served.age = 7_000
    expect(en).to_have_title("Chifeng · data is late")
    served.age = 12_000
    expect(en.locator("#gw-banner")).to_have_text("Data is 12 s old")  # it counts on, unheard
    announced = en.evaluate("window.said")
    assert len(announced) == 1
    assert announced[0].startswith("Data is ")
    speaking = "[aria-live]:not([aria-live=off]), [role=status], [role=alert]"
    assert en.locator(speaking).count() == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_number_of_every_scene_has_words(
    pages: dict[str, Page], served: Fixture, lang: str
) -> None:
    page = live(pages[lang])
    seen: dict[str, bool] = {}
    for scene in served.scenes.current.scenes:
        page.evaluate(GO, scene)
        seen |= page.evaluate(
            """() => Object.fromEntries([...document.querySelectorAll('[data-kpi]')].map(node => {
                 const key = gridwall.why.key(node.dataset.kpi);
                 return [node.dataset.kpi, key !== null && ['name', 'means', 'formula', 'window']
                   .every(field => gridwall.why.words(key, field) !== '')];
               }))"""
        )
    page.evaluate(GO, "overview")
    assert len(seen) > 100
    assert [path for path, explained in seen.items() if not explained] == []


def test_hovering_shows_what_a_number_means(en: Page) -> None:
    card = en.locator("#gw-why")
    en.hover('[data-kpi="all.overdue"]')
    assert card.is_hidden()  # only a pointer that rests asks
    expect(card).to_be_visible()
    expect(card).to_contain_text("Open matters whose handling time is used up")
    expect(card).to_contain_text("Handled ones that wait for verification")
    expect(card.locator(".at")).to_contain_text("As of 17:3")
    en.mouse.move(700, 700)
    expect(card).to_be_hidden()


def test_the_card_by_keyboard_stays_on_the_screen(zh: Page) -> None:
    card = zh.locator("#gw-why")
    for place in ("kpis", "levels", "queue", "scores"):
        stop = panel(zh, place).locator('[data-kpi][tabindex="0"]')
        expect(stop).to_have_count(1)
        stop.focus()
        zh.keyboard.press("ArrowUp")  # round to the panel's last
        expect(card).to_be_visible()
        box = card.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= SIZE["width"]
        assert box["y"] + box["height"] <= SIZE["height"]
        assert zh.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        zh.keyboard.press("Escape")
        expect(card).to_be_hidden()


def test_what_a_screen_reader_is_given(zh: Page, served: Fixture) -> None:
    tree = zh.context.new_cdp_session(zh).send("Accessibility.getFullAXTree")["nodes"]
    heard: dict[str, set[str]] = {}
    for node in tree:
        if not node.get("ignored"):
            name = node.get("name", {}).get("value", "")
            heard.setdefault(node.get("role", {}).get("value", ""), set()).add(name)
    assert "今日上报 1,847 件，较昨日此时多 6.2%" in heard["button"]
    red = served.state["levels"]["red"]["open"]
    assert f"红，本级在办 {red} 件" in heard["button"]
    assert any(name.startswith("在办分布图，共 1,106 件，最多的是：") for name in heard["group"])
    assert {"时限", "级别", "总分"} <= heard["columnheader"]
    assert {"督办升级", "今日", "在办分布"} <= heard["region"]
    assert {"banner", "main", "contentinfo", "status"} <= heard.keys()
    assert zh.evaluate("document.documentElement.lang") == "zh-CN"


def test_a_new_red_is_announced(en: Page, served: Fixture) -> None:
    before = served.state["alerts"]
    row = {**next(iter(before["rows"].values())), "event_id": "fresh", "level": "red"}
    category = served.city.categories[row["category"]].en
    row["ts"] = NOW + 10_000
    served.show({"alerts": {"order": ["fresh", *before["order"]], "rows": {"fresh": row}}})
    expect(en.locator("#gw-say")).to_contain_text(category)
    served.show({"alerts": {"order": before["order"], "rows": {"fresh": None}}})


def test_nothing_moves_for_who_wants_no_motion(browser: Browser, served: Fixture) -> None:
    context = browser.new_context(viewport=SIZE, reduced_motion="reduce")
    page = opened(context, served)
    moving = page.evaluate(
        """() => [...document.querySelectorAll('#gw-wall, #gw-wall *')].filter(node => {
             const style = getComputedStyle(node);
             const some = (text) => text.split(',').some(part => parseFloat(part) > 0);
             return (style.animationName !== 'none' && some(style.animationDuration))
               || some(style.transitionDuration);
           }).map(node => node.className)"""
    )
    assert moving == []
    assert page.evaluate("gridwall.motion()") is False
    first = served.state["queue"]["order"][0]
    order = served.state["queue"]["order"]
    served.show({"queue": {"order": order[1:]}})
    row = page.locator(f'#gw-queue [data-event="{first}"]')
    expect(row).to_have_count(0)
    served.show({"queue": {"order": order}})
    expect(row).to_have_count(1)
    assert "came" not in (row.get_attribute("class") or "")
    context.close()
