"""Role, area and everything that can be asked for: what is not allowed is refused and recorded, and
what is allowed holds nothing of another area. The served app over real Redis."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest
import redis

from dashboard.config.cities import load as load_city
from dashboard.web.app import RIGHTS
from dashboard.web.people.model import Person, Role
from dashboard.web.people.record import line
from dashboard.web.security import access
from dashboard.web.security.access import COOKIE, SESSION, digest
from dashboard.web.security.rights import Reach
from data_sources.accounts.log import PeopleLog
from data_sources.accounts.people import Account, People
from data_sources.accounts.sessions import Sessions
from data_sources.store.actions import ActionLog
from data_sources.walls.devices import Devices
from tests.support import rightscases as cases
from tests.support.rightscases import MINE, OTHER, OWN, SECRETS, THEIRS, Caller
from tests.support.served import served
from tests.support.stores.engine import fold_all, life

OURS = {"X-Gridwall": "1"}
#: these end the session they are asked with
_ENDS = ("/api/v1/account/end", "/api/v1/sign-out")
_CALLBACK = "/_dash-update-component"
BY = Person("test", Role.ADMINISTRATOR)


class Site:
    """A served app with people, screens and two events in two counties."""

    def __init__(self, address: str, r: redis.Redis, grids: dict[str, str]) -> None:
        self.address, self.r, self.grids = address, r, grids
        self.clients: dict[Caller, httpx.Client] = {}
        for who in cases.callers():
            self.clients[who] = httpx.Client(base_url=address, timeout=20)
            self.sign_in(who)

    def sign_in(self, who: Caller) -> None:
        client = self.clients[who]
        client.cookies.clear()
        if who.kind == "screen":
            devices, token = Devices(self.r), f"token-{who.name}"
            if who.name not in {one.name for one in devices.all()}:
                code = devices.ask(digest(token), "test")
                devices.confirm(code.code, who.name, area=who.area, scenes=(), by="test")
            client.cookies.set(COOKIE, token)
        elif who.kind != "nobody":
            people = People(self.r)
            account = people.get(who.name) or people.add(
                Account(name=who.name, role=who.kind, area=who.area), line(BY, "account-added")
            )
            client.cookies.set(SESSION, Sessions(self.r).start(account))


@pytest.fixture
def site(
    redis_url: str, redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Site]:
    monkeypatch.setattr(access, "RECORDED", 1_000_000)
    grids, places = {}, load_city("chifeng").places
    log, now = ActionLog(redis_client), time.time_ns() // 1_000_000 - 3_600_000
    for county, event, where in ((OWN, MINE, "own"), (OTHER, THEIRS, "other")):
        grid = next(c for c, p in places.items() if p.tier == "grid" and c.startswith(county))
        path = [grid]
        while places[path[0]].parent:
            path.insert(0, places[path[0]].parent)
        grids[where] = grid
        log.append(life(event, now, close=False, place=tuple(path)))
    fold_all(redis_client)
    with served(redis_url) as address:
        found = Site(address, redis_client, grids)
        admin = found.clients[Caller("administrator", "")]
        end = time.monotonic() + 30
        while admin.get("/api/v1/queue").status_code != 200:
            assert time.monotonic() < end, admin.get("/api/v1/queue").text
            time.sleep(0.1)
        yield found


def test_every_route_has_a_row_and_every_row_a_route(redis_url: str) -> None:
    from dashboard.config.settings import Settings
    from dashboard.web.app import create_app

    server = create_app(Settings(city="chifeng", redis_url=redis_url)).server
    bare = lambda path: re.sub(r"\{\w+(:path)?\}", "{}", path)  # noqa: E731
    # pages of Dash's have one route among them; files are a mount
    mounted = {("GET", bare(row.path)) for row in RIGHTS if row.page}
    mounted |= {("GET", "/assets/{}"), ("GET", "/_dash-component-suites/{}")}
    rows = {(m, bare(row.path)) for row in RIGHTS for m in row.methods}
    routes = set()
    for method, path in cases.routes(server):
        if path.startswith("/_dash-component-suites/"):
            continue
        routes.add((method, bare(path)))
    assert routes - rows == set(), "a route without a row in dashboard/web/security/rights.py"
    assert rows - routes - mounted == set(), "rows of routes that are gone"
    assert RIGHTS.find("GET", "/api/v1/nothing") is None


def test_the_matrix(site: Site) -> None:
    refused: set[tuple[str, str]] = set()
    count = 0
    # what is asked through Dash's own call is another test's
    for row in (row for row in RIGHTS if row.path != _CALLBACK):
        for one in cases.tries(row, site.grids):
            for who, client in site.clients.items():
                if row.needs is None and who.kind != "nobody":
                    continue
                if one.where == "other" and not who.area:
                    continue  # it is one of their own
                if one.path == "/stream":
                    with client.stream("GET", one.path, params=one.query) as answer:
                        status, text, to = answer.status_code, "", ""
                else:
                    answer = client.request(
                        one.method, one.path, params=one.query, headers=OURS,
                        json=one.body if one.method == "POST" else None,
                    )  # fmt: skip
                    status, text = answer.status_code, answer.text
                    to = answer.headers.get("location", "")
                about = f"{who.name or 'nobody'}: {one.summary} → {status} {to} {text[:200]}"
                no = status in (401, 403) or to.startswith("/sign-in?") or 'id="gw-code"' in text
                if one.row.needs is None:
                    # they have their own say: a token, a password, a code
                    assert status != 404 or row.path.endswith(("{path:path}", "oidc", "back")), (
                        about
                    )
                    no = False
                elif row.path == "/" and who.kind in ("nobody", "screen"):
                    assert to.startswith("/wall" if who.kind == "screen" else "/sign-in"), about
                    continue
                assert no is not cases.allowed(who, one), about
                assert status < 500 or status == 503, about
                count += 1
                if no and who.kind != "nobody":
                    refused.add((who.name, f"{one.method} {one.path}"))
                if not no and who.area and row.reach not in (Reach.PLAIN, Reach.NEAR):
                    for secret in SECRETS:
                        assert row.needs is None or secret not in plain(text), about
                if "/wall" in (one.path, one.path.rstrip("/")) and who.area and one.where != "own":
                    assert f"area={OWN}" in to or no, about
                if one.path in _ENDS:
                    site.sign_in(who)
    log = PeopleLog(site.r)
    lines = log.page(lambda one: one.what == "refused", limit=100_000).lines
    missing = refused - {(one.who, one.object) for one in lines}
    assert not missing, sorted(missing)[:20]
    assert count > 900, count


def plain(text: str) -> str:
    """With its letters as they are."""
    return re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), text)


def page_of(client: httpx.Client, path: str, search: str = "") -> httpx.Response:
    """A page's content as Dash asks for it."""
    body = {
        "output": "...{_pages_content}.children..._pages_store.data...",
        "outputs": [
            {"id": "_pages_content", "property": "children"},
            {"id": "_pages_store", "property": "data"},
        ],
        "inputs": [
            {"id": "_pages_location", "property": "pathname", "value": path},
            {"id": "_pages_location", "property": "search", "value": search},
        ],
        "changedPropIds": [],
    }
    deps = client.get("/_dash-dependencies").json()
    body["output"] = next(d["output"] for d in deps if "_pages_content.children" in d["output"])
    return client.post("/_dash-update-component", json=body, headers=OURS)


def test_pages_are_cut_and_refused_as_their_content_is_asked_for(site: Site) -> None:
    mine = site.clients[Caller("manager", OWN)]
    whole = site.clients[Caller("manager", "")]
    pages = [r for r in RIGHTS if r.page and r.needs and "{" not in r.path and r.path != "/steer"]
    seen = 0
    for row in pages:
        if row.path.startswith(("/wall", "/styleguide")):
            continue
        answer = page_of(mine, row.path)
        if row.needs not in cases.MAY["manager"]:
            assert answer.status_code == 403, row.path
            continue
        assert answer.status_code == 200, (row.path, answer.text[:300])
        assert "_pages_content" in answer.text, row.path
        for secret in SECRETS:
            assert secret not in plain(answer.text), (row.path, secret)
        seen += "元宝山" in plain(page_of(whole, row.path).text)
        if row.reach is Reach.OWN:
            assert page_of(mine, row.path, f"?area={OTHER}").status_code == 403, row.path
    assert seen, "the whole city's pages do not name the other county either"
    assert page_of(mine, f"/grids/{site.grids['own']}").status_code == 200
    assert page_of(mine, f"/grids/{site.grids['other']}").status_code == 403
    assert page_of(mine, f"/events/{MINE}").status_code == 200
    assert page_of(mine, f"/events/{THEIRS}").status_code == 403
    assert page_of(site.clients[Caller("nobody", "")], "/").status_code == 401
    assert page_of(site.clients[Caller("screen", "")], "/people").status_code == 401
    assert page_of(site.clients[Caller("viewer", "")], "/audit").status_code == 403


def first_frame(client: httpx.Client, area: str) -> dict[str, object]:
    params = {"area": area} if area else {}
    with client.stream("GET", "/stream", params=params) as answer:
        assert answer.status_code == 200
        for line in answer.iter_lines():
            if line.startswith("data: "):
                return dict(json.loads(line.removeprefix("data: ")))
    raise AssertionError("no frame")


def test_the_area_cuts_queue_exports_scores_and_stream(site: Site) -> None:
    mine, whole = site.clients[Caller("viewer", OWN)], site.clients[Caller("viewer", "")]
    for path in ("/api/v1/queue", "/api/v1/export/queue.csv"):
        assert MINE in mine.get(path).text, path
        assert THEIRS not in mine.get(path).text, path
        assert THEIRS in whole.get(path).text, path
        assert mine.get(path, params={"area": OTHER}).status_code == 403
    assert mine.get("/api/v1/wall", params={"area": OWN}).status_code == 200
    own = json.dumps(first_frame(mine, OWN), ensure_ascii=False)
    assert THEIRS not in own
    assert THEIRS in json.dumps(first_frame(whole, ""))
    scores = mine.get("/api/v1/scores", params={"by": "county", "period": "day"})
    assert OTHER not in scores.text
    assert mine.get("/api/v1/scores", params={"by": "department"}).status_code == 403
    # a stream ends when the right does
    who = Caller("viewer", OWN)
    people = People(site.r)
    account = people.get(who.name)
    assert account
    with site.clients[who].stream("GET", "/stream", params={"area": OWN}) as answer:
        lines = answer.iter_lines()
        assert next(lines)
        people.change(account, line(BY, "account-changed", who.name), area=OTHER)
        with suppress(httpx.RemoteProtocolError):
            for _ in lines:
                pass
    assert site.clients[who].get("/api/v1/wall", params={"area": OWN}).status_code == 401
