"""Leaders' tasks over Los Angeles' January 2018: each from the overview, in at most five presses,
and with the answer that the rows of the city's own file give."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from threading import Event
from zoneinfo import ZoneInfo

import docx
import httpx
import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.config.rules.book import rules_of
from dashboard.config.settings import Settings
from data_sources.briefs.maker import Maker
from data_sources.engine.server import Engine
from data_sources.intake.plan import format_of
from data_sources.past.asof import wall_as_of
from data_sources.store.actions import ActionLog
from data_sources.store.connection import connect
from data_sources.store.domain_clock import publish
from tests.browser import leadertasks as tasks
from tests.browser.reviewed import PARTS, Reviewed
from tests.browser.test_wall_look import Watched
from tests.support.plans import read_plan
from tests.support.served import served_apart
from tests.support.shared_data import shared
from tests.support.stores.engine import settle
from tests.support.stores.queues import folding

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

MOST = 5
#: presses of the shortest task
FEWEST = 4
JANUARY = "January 2018"
CITY_TIME, CHINA = ZoneInfo("America/Los_Angeles"), ZoneInfo("Asia/Shanghai")
#: an office afternoon of the week after
END = round(datetime(2018, 2, 6, 15, tzinfo=CITY_TIME).timestamp() * 1000)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    lives = read_plan(shared("la311-2018-01.csv.gz"), format_of("la311")).lives
    stop = Event()
    with Engine(tmp_path_factory.mktemp("january")) as engine, connect(engine.url) as r:
        batch = sorted((a for life in lives for a in life if a.ts < END), key=lambda a: a.ts)
        ActionLog(r, 1).append(batch)
        settle(r, rules_of("la", None), 1, batch=1000)
        publish(r, mode="replay", virtual_ms=END, speed=0, ended=True)
        maker = Maker(Settings(city="la", redis_url=engine.url), engine.url, stop)
        thread = threading.Thread(target=maker.run)
        thread.start()
        with (
            folding(engine.url, rules_of("la", None)),
            served_apart(engine.url, city="la") as found,
        ):
            yield found
        stop.set()
        thread.join()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    watched = Watched(browser, 1366, 768)
    yield watched.page
    watched.context.close()
    assert watched.wrong == []


def test_the_slowest_of_january_and_what_hurt_it(
    page: Page, browser: Browser, address: str
) -> None:
    task = tasks.overview(page, address)
    name, worst = tasks.slowest(task, JANUARY)
    assert task.presses <= MOST
    scores = httpx.get(f"{address}/api/v1/scores?at=2018-01").json()["scores"]
    ranked = [one for one in scores if one["rank"] and one["handling"] is not None]
    slow = min(ranked, key=lambda one: one["handling"])
    assert f"/departments/{slow['subject']}?" in page.url
    event = httpx.get(f"{address}/api/v1/events/{worst[0].split()[0]}").json()
    assert event["department"] == slow["subject"]

    colleague = Watched(browser, 390, 844)
    colleague.page.goto(page.url)
    assert tasks.worst(colleague.page) == worst
    assert colleague.page.locator(".review h1").inner_text() == name
    colleague.context.close()
    assert colleague.wrong == []


def test_which_township_got_worst_this_month_and_why(page: Page, review_site: Reviewed) -> None:
    task = tasks.overview(page, review_site.url)
    name, why = tasks.worst_township(task)
    assert task.presses <= FEWEST
    before, now = (int(n) for n in re.findall(r"from (\d+) to (\d+)", why)[0])
    assert now > before
    # the overview of that township has the same figure, now and before
    figure = page.locator(".m-picks a.here").last.inner_text()
    task.press(page.locator(".m-worse .m-card h3 a").first)
    card = page.locator(".r-kpi", has=page.get_by_text(figure, exact=True)).first
    expect(page.locator(".r-crumbs [aria-current]")).to_have_text(name, timeout=40_000)
    expect(card.locator(".value")).to_have_text(str(now))
    expect(card.locator(".was")).to_contain_text(str(before))
    assert task.presses <= FEWEST


def test_the_events_that_cost_most_their_stories_and_points(
    page: Page, review_site: Reviewed
) -> None:
    department = review_site.variables["department"]["code"]
    task = tasks.overview(page, review_site.url)
    found = tasks.costliest(task, department)
    points = [lost for _, lost in found]
    assert points == sorted(points, reverse=True)
    assert points[-1] > 0
    own = tasks.story_and_points(task, department)
    assert task.presses <= FEWEST
    assert found[0][0] in page.url
    # each is rounded by itself: two figures, up to eight parts
    assert own == pytest.approx(points[0], abs=0.02)


def test_yesterday_at_18_00_on_the_wall(page: Page, review_site: Reviewed) -> None:
    task = tasks.overview(page, review_site.url)
    at = tasks.yesterday_evening(task)
    assert task.presses <= FEWEST
    settings = Settings(city="chifeng", redis_url=review_site.redis_url, shards=PARTS)
    assert at == round(datetime(2021, 2, 8, 18, tzinfo=CHINA).timestamp() * 1000)
    wall = wall_as_of(settings, review_site.redis_url, at)
    frame = page.frame_locator("#gw-past-wall")
    shown = {"open": wall.all.open, "overdue": wall.all.overdue, "reported": wall.all.reported}
    for name, n in shown.items():
        number = frame.locator(f'[data-kpi="all.{name}"]').first
        expect(number).to_have_attribute("data-value", str(n))
    assert wall.all.open > 0


def test_a_week_of_one_area_as_pdf_and_word(page: Page, address: str) -> None:
    task = tasks.overview(page, address)
    found = tasks.weekly_brief(task, "Harbor", "Week 5 of 2018")
    assert task.presses <= FEWEST
    expect(page.locator(".b-paper, .review").first).to_contain_text("Harbor")
    pages = pypdfium2.PdfDocument(found["PDF"])
    assert len(pages) >= 2
    written = "\n".join(one.get_textpage().get_text_range() for one in pages)
    paper = "\n".join(one.text for one in docx.Document(io.BytesIO(found["Word"])).paragraphs)
    for text in (written, paper):
        assert "Harbor" in text
        assert "Week 5 of 2018" in text


def test_why_a_score_fell(page: Page, review_site: Reviewed) -> None:
    """In a city that has a month before to be compared with."""
    task = tasks.overview(page, review_site.url)
    causes = tasks.why_fell(task)
    assert task.presses <= MOST
    assert causes


def test_the_most_urgent_event_is_acknowledged(page: Page, address: str) -> None:
    first = httpx.get(f"{address}/api/v1/queue?limit=1").json()
    task = tasks.overview(page, address)
    event = tasks.acknowledge_most_urgent(task)
    assert task.presses <= MOST
    assert first["rows"][0]["id"] == event


def test_the_monthly_brief_and_its_files(page: Page, address: str, tmp_path: Path) -> None:
    task = tasks.overview(page, address)
    found = tasks.monthly_brief(task, JANUARY, tmp_path)
    assert task.presses <= MOST
    begin = {kind: path.read_bytes()[:4] for kind, path in found.items()}
    assert begin == {"pdf": b"%PDF", "docx": b"PK\x03\x04", "xlsx": b"PK\x03\x04"}
