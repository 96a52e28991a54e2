"""Red event → stage: from the acknowledged write of a report to the banner painted in Chromium."""

from __future__ import annotations

import http.client
import json
import statistics
import time
from typing import Any

from playwright.sync_api import Page

from tests.bench.bench import Bench
from tests.bench.city import Maker
from tests.bench.screen import chromium
from tests.bench.table import Line

TITLE = "red report acknowledged → banner painted"
SAMPLES = 32
_PAUSE_S = 0.45
_PATIENCE_S = 5.0
#: the time after the frame in which the banner of an event first stood, by event
_WATCH = """
() => {
  window.painted = {};
  const look = () => {
    const stage = document.getElementById("gw-onstage");
    const key = stage.hidden ? null : stage.dataset.event;
    if (key && !window.painted[key]) {
      /* the frame that shows it has been made when the next one begins */
      requestAnimationFrame(() => requestAnimationFrame(() => {
        window.painted[key] = window.painted[key] || Date.now();
      }));
    }
  };
  new MutationObserver(look).observe(document.getElementById("gw-onstage"),
    { attributes: true, attributeFilter: ["data-event", "hidden"] });
}
"""


def measure(bench: Bench) -> list[Line]:
    # a feed's own red events would have the stage before ours
    bench.quiet()
    system = bench.gridwall
    bench.say(f"{SAMPLES} red reports, one after another")
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.goto(f"http://127.0.0.1:{system.port}{system.page}&volume=0")
        page.wait_for_selector('body[data-state]:not([data-state="loading"])', state="attached")
        page.wait_for_selector("#gw-onstage", state="attached")
        page.wait_for_timeout(4000)
        page.evaluate(_WATCH)
        # the farewell after a red event is not measured; the next event need not wait for it
        page.evaluate("gridwall.attention.limits.farewell = 200")
        link = http.client.HTTPConnection("127.0.0.1", system.port, timeout=20)
        maker = Maker()
        found = [_one(page, link, system.token, maker) for _ in range(SAMPLES)]
        link.close()
    return [
        Line("median", statistics.median(found), "ms", most=400),
        Line("p95", statistics.quantiles(found, n=20)[-1], "ms", most=1000),
        Line("samples", len(found), "", least=30),
    ]


def _one(page: Page, link: http.client.HTTPConnection, token: str, maker: Maker) -> float:
    """One report; then it is rejected, so that the next one finds the stage free."""
    report = {**maker.report(time.time()), "level": "red"}
    event = report["event_id"]
    answered = _post(link, token, report) * 1000
    page.wait_for_timeout(1000 * _PAUSE_S)
    end = time.monotonic() + _PATIENCE_S
    while (at := page.evaluate("(id) => window.painted[id]", event)) is None:
        if time.monotonic() > end:
            raise RuntimeError(f"{event} never came on stage")
        page.wait_for_timeout(50)
    over = {"action_id": f"{event}:reject", "event_id": event, "kind": "reject"}
    _post(link, token, {**over, "ts": round(time.time() * 1000), "reason": "bench"})
    # then a wait that is not in step with the ticks
    page.locator("#gw-onstage").wait_for(state="hidden", timeout=10_000)
    page.wait_for_timeout(1000 * _PAUSE_S * (0.5 + (len(event) + time.time()) % 0.5))
    return max(0.0, float(at) - answered)


def _post(link: http.client.HTTPConnection, token: str, action: dict[str, Any]) -> float:
    """When the write was acknowledged, in s."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    link.request("POST", "/api/v1/actions", json.dumps(action), headers)
    answer = link.getresponse()
    body = answer.read()
    if answer.status != 200 or json.loads(body)["accepted"] != 1:
        raise RuntimeError(f"intake answered {answer.status}: {body[:300]!r}")
    return time.time()
