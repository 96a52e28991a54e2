"""What leaders do with the pages, press by press and with a clock: steps that fit any city."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

FIRST_MS = 40_000


@dataclass
class Task:
    """How many presses a task took, and how long."""

    page: Page
    presses: int = 0
    began: float = field(default_factory=time.monotonic)

    def press(self, where: Locator) -> None:
        where.click(timeout=FIRST_MS)
        self.presses += 1

    @property
    def took(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self.began


def overview(page: Page, address: str, query: str = "lang=en") -> Task:
    """Open the overview and start the task's clock."""
    page.goto(f"{address}/?{query}")
    expect(page.locator(".r-cards .value").first).to_be_visible(timeout=FIRST_MS)
    return Task(page)


def slowest(task: Task, month: str) -> tuple[str, list[str]]:
    """The slowest department of a month as the range box names it, and the three worst events."""
    page = task.page
    task.press(page.locator(".r-nav a[href^='/departments']"))
    # on the departments' page: the filters of the page before go with that page
    heading = page.locator(".r-section h2").first
    expect(heading).to_contain_text("Scoreboard", timeout=FIRST_MS)
    task.press(page.locator(".f-range input"))
    task.press(page.get_by_role("option", name=month, exact=True))
    expect(page.locator(".r-section h2").first).to_have_text(f"Scoreboard, {month}")
    task.press(page.locator(".d-said a").first)
    expect(page.locator(".d-worst li")).to_have_count(3, timeout=FIRST_MS)
    return page.locator(".review h1").inner_text(), worst(page)


def worst(page: Page) -> list[str]:
    """The events that hurt a department most."""
    expect(page.locator(".d-worst .d-strong")).to_have_count(3, timeout=FIRST_MS)
    return page.locator(".d-worst li").all_inner_texts()


def why_fell(task: Task) -> list[str]:
    """Why the score that fell most fell: what it lost where, biggest first."""
    page = task.page
    task.press(page.locator(".r-nav a[href^='/departments']"))
    task.press(page.locator(".d-said li", has_text="fell").locator("a"))
    causes = page.locator(".d-causes li")
    expect(causes.first).to_be_visible(timeout=FIRST_MS)
    return causes.all_inner_texts()


def worst_township(task: Task) -> tuple[str, str]:
    """The township that got worst this month, and the sentence that says why."""
    page = task.page
    task.press(page.locator(".r-nav a[href^='/movers']"))
    task.press(page.locator(".m-picks a", has_text="Townships"))
    expect(page.locator(".m-picks a.here", has_text="Townships")).to_be_visible(timeout=FIRST_MS)
    first = page.locator(".m-worse .m-card").first
    expect(first).to_be_visible(timeout=FIRST_MS)
    return first.locator("h3").inner_text(), first.locator(".m-why").inner_text()


def acknowledge_most_urgent(task: Task) -> str:
    """Acknowledge the first event of the queue."""
    page = task.page
    task.press(page.locator(".r-nav a[href^='/queue']"))
    first = page.locator('.ag-row[row-index="0"]')
    # rows that are still being loaded can be pressed, but are no event yet
    expect(first.locator(".mark").first).to_be_visible(timeout=FIRST_MS)
    task.press(first.locator('[col-id="category"]').first)
    event = first.first.get_attribute("row-id") or ""
    expect(page.locator("#gw-queue-chosen")).to_contain_text(event)
    task.press(page.locator('.q-act[data-act="acknowledge"]'))
    expect(page.locator("#gw-queue-said")).to_contain_text("Acknowledged", timeout=FIRST_MS)
    return event


def monthly_brief(task: Task, month: str, where: Path) -> dict[str, Path]:
    """The brief of a month, made, and its three files."""
    page = task.page
    task.press(page.locator(".r-nav a", has_text="Briefs").first)
    offer = page.locator(".b-offers > li", has_text=month).first
    task.press(offer.get_by_role("button", name="Make"))
    expect(page.locator("a.b-file", has_text="PDF")).to_be_visible(timeout=FIRST_MS)
    found = {}
    for name, kind in (("Word", "docx"), ("Excel", "xlsx")):
        with page.expect_download(timeout=FIRST_MS) as coming:
            task.press(page.locator("a.b-file", has_text=name))
        found[kind] = where / coming.value.suggested_filename
        coming.value.save_as(found[kind])
    # the PDF opens in a tab of its own, which a browser without a screen would only save
    href = page.locator("a.b-file", has_text="PDF").get_attribute("href") or ""
    found["pdf"] = where / f"{found['docx'].stem}.pdf"
    found["pdf"].write_bytes(page.context.request.get(href_of(page, href)).body())
    task.presses += 1
    return found


def href_of(page: Page, href: str) -> str:
    """The whole address of a link."""
    return str(page.evaluate("href => new URL(href, location.href).href", href))


def costliest(task: Task, department: str) -> list[tuple[str, float]]:
    """The three events that cost a department most, as its page shows them: id, points lost."""
    page = task.page
    task.press(page.locator(".r-nav a[href^='/departments']"))
    task.press(page.locator(f".review a[href^='/departments/{department}']").first)
    found = []
    for text in worst(page):
        event, points = text.splitlines()[:2]
        found.append((event, float(points.split()[0].lstrip("−"))))
    return found


def story_and_points(task: Task, department: str) -> float:
    """Open the costliest event; what its own page says that it cost the department."""
    page = task.page
    task.press(page.locator(".d-worst a").first)
    expect(page.locator(".e-line[data-kind=report]")).to_be_visible(timeout=FIRST_MS)
    rows = page.locator("#e-moved tr", has=page.locator(f"a[href^='/departments/{department}']"))
    return sum(float(row.locator("td").last.inner_text()) for row in rows.all())


def yesterday_evening(task: Task) -> int:
    """The wall as it was yesterday at 18:00; the moment that the page says it shows, ms."""
    page = task.page
    task.press(page.locator(".r-nav a[href^='/past']"))
    # a press before the first picture is there counts as well
    task.press(page.locator("[data-past=yesterday]"))
    task.press(page.locator(".t-hours button", has_text="18:00"))
    expect(page.locator("#gw-past-time")).to_have_text("18:00:00", timeout=FIRST_MS)
    expect(page.locator("#gw-past")).to_have_attribute("data-waiting", "", timeout=FIRST_MS)
    return int(page.locator("#gw-past").get_attribute("data-shown") or 0)


def weekly_brief(task: Task, place: str, week: str) -> dict[str, bytes]:
    """The brief of one place's week, made, as PDF and Word."""
    page = task.page
    task.press(page.locator("summary", has_text="below").first)
    task.press(page.locator(".review a:visible", has_text=place).first)
    expect(page.locator(".review h1")).to_contain_text(place, timeout=FIRST_MS)
    task.press(page.locator(".r-nav a[href^='/briefs']"))
    offer = page.locator(".b-offers > li", has_text=week).first
    task.press(offer.get_by_role("button", name="Make"))
    expect(page.locator("a.b-file", has_text="PDF")).to_be_visible(timeout=FIRST_MS)
    found = {}
    for name in ("PDF", "Word"):
        href = page.locator("a.b-file", has_text=name).get_attribute("href") or ""
        found[name] = page.context.request.get(href_of(page, href)).body()
    return found
