"""A leader points a real wall from the steering page: shown only once the wall has said so."""

from __future__ import annotations

import time

import pytest
import redis
from playwright.sync_api import Browser, expect

from dashboard.core.model.actions import Action, Kind, Level
from data_sources.store.actions import ActionLog
from tests.support.served import served
from tests.support.stores.engine import fold_all, life

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def red(name: str, ago_s: int, steps: int) -> list[Action]:
    """A red event that is not acknowledged: the first steps of its life."""
    start = int(time.time() * 1000) - ago_s * 1000
    return life(name, start, close=False, level=Level.RED, category="gas-leak")[:steps]


def test_sent_then_shown_then_gone(
    browser: Browser, redis_url: str, redis_client: redis.Redis
) -> None:
    log = ActionLog(redis_client)
    log.append(red("old", 3000, 3))
    fold_all(redis_client)
    with served(redis_url) as address:
        steer = browser.new_page(viewport={"width": 390, "height": 844})
        steer.goto(f"{address}/steer?lang=zh")
        state = steer.locator(".now .state").first
        said = steer.locator("#gw-steer-said")
        # no wall is there: sent, and why it is not shown
        steer.locator("[data-scene='queue']").click()
        expect(said).to_contain_text("已发送：")
        expect(state).to_have_text("已发送，尚未显示：等待大屏应答")
        expect(state).to_have_text("已发送，尚未显示：大屏未连接", timeout=10_000)
        # a wall comes and shows it
        wall = browser.new_page(viewport={"width": 1366, "height": 768})
        wall.goto(f"{address}/wall?lang=zh&device=lobby")
        expect(wall.locator("main.main")).to_have_attribute("data-scene", "queue", timeout=15_000)
        expect(state).to_have_text("已显示", timeout=10_000)
        expect(said).to_contain_text("已显示")
        # a red event is reported: an order for an event follows on it
        log.append(red("new", 5, 1))
        fold_all(redis_client)
        stage = wall.locator("#gw-onstage")
        expect(stage).to_have_attribute("data-event", "new", timeout=10_000)
        steer.reload()
        steer.locator("[data-event='old']").click()
        expect(state).to_contain_text("已发送，尚未显示：红色事项占用画面至 ", timeout=10_000)
        assert "之后显示" in state.inner_text()
        # it is acknowledged, and the stage is the order's
        now = int(time.time() * 1000)
        for n, kind in enumerate((Kind.REGISTER, Kind.DISPATCH, Kind.ACKNOWLEDGE)):
            unit = "D1" if kind is Kind.DISPATCH else ""
            id_ = f"new:{kind}"
            step = Action(action_id=id_, event_id="new", kind=kind, ts=now + n, department=unit)
            log.append([step])
        fold_all(redis_client)
        expect(stage).to_have_attribute("data-event", "old", timeout=10_000)
        expect(state).to_have_text("已显示", timeout=10_000)
        # the wall is switched off
        wall.close(run_before_unload=False)
        expect(state).to_have_text("大屏已断开，断开前显示过", timeout=10_000)
        steer.close()
