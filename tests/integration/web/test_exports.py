"""Exports read back: the numbers are the desk's, the lines above say what they are, nothing from
outside can be a formula, and no user gets rows from outside their area."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import pytest
import redis
from dash import html
from fastapi import FastAPI
from fastapi.testclient import TestClient
from plotly.utils import PlotlyJSONEncoder

from dashboard.core.model.actions import Action, Kind, Level
from dashboard.core.questions.ask import Ask, Own, parse, span
from dashboard.core.questions.behind.opened import opened
from dashboard.core.surges.incidents import SurgeWarning
from dashboard.core.surges.judge import Evidence
from dashboard.web.api import errors
from dashboard.web.api.export import router
from dashboard.web.api.search import A_MINUTE
from dashboard.web.api.search import router as search_router
from dashboard.web.exports.make import PAGES
from dashboard.web.pages.departments import build_department, build_departments
from dashboard.web.pages.event import build_grid
from dashboard.web.pages.movers import build as build_movers
from dashboard.web.pages.overview import build as build_overview
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Person, Role, acting
from dashboard.web.people.record import Record, Recording, recording
from data_sources.accounts.log import PeopleLog
from data_sources.desk.behind.opened import opened as list_behind
from data_sources.desk.figures import breakdown
from data_sources.intake.simulator import lives
from data_sources.store.domain_clock import publish
from data_sources.store.keys import WARNINGS
from tests.support.stores.engine import settle
from tests.support.stores.exporting import made, read_csv, read_xlsx, site_over

ANNA = Person("Anna", Role.VIEWER)
#: ids that a spreadsheet would run, and what is to stand in the cell
EVIL = {
    "=1+1": "'=1+1",
    "＝cmd|'/c calc'!A0": "'＝cmd|'/c calc'!A0",
    "@SUM(1)": "'@SUM(1)",
    "+49-1": "'+49-1",
    "-2+3": "'-2+3",
}


@pytest.fixture
def site(redis_client: redis.Redis) -> Iterator[ReviewSite]:
    """Some simulated days of Chifeng, and open events with evil names."""
    made = site_over(redis_client, 2)
    zone = made.rules.local.zone
    begin = round(datetime(2026, 1, 5, tzinfo=zone).timestamp() * 1000)
    end = round(datetime(2026, 1, 19, 12, tzinfo=zone).timestamp() * 1000)
    actions = [a for life in lives(made.city, made.rules, 0.0004, 7, begin, end) for a in life]
    one = next(a for a in actions if a.kind == Kind.REPORT)
    actions += [
        msgspec.structs.replace(
            one, action_id=f"{name}:1", event_id=name, ts=end - 60_000, level=Level.RED
        )
        for name in EVIL
    ]
    batch: list[Action] = sorted((a for a in actions if a.ts < end), key=lambda a: a.ts)
    made.log().append(batch)
    settle(redis_client, made.rules, 2, batch=1000)
    publish(redis_client, mode="replay", virtual_ms=end, speed=0, ended=True)
    seen = Evidence(9, 2.5, 0, 6, 0.001, end - 3_600_000, end, 28)
    town = next(a.place[1] for a in actions if a.kind == Kind.REPORT)
    warning = SurgeWarning("w1", "township", town, "", end - 1000, end, end, seen)
    redis_client.hset(WARNINGS, "w1", msgspec.json.encode(warning))
    yield made
    assert made.desk is not None
    made.desk.close()


def place_of(site: ReviewSite, tier: str) -> str:
    assert site.desk is not None
    known = f"SELECT {tier} AS code FROM events WHERE {tier} <> ''"
    sql = f"{known} GROUP BY code ORDER BY count(*) DESC, code LIMIT 1"
    return str(site.desk.ask("", lambda r: r.one(sql)).value["code"])


def test_every_page_in_both_formats_and_languages_shows_the_same(site: ReviewSite) -> None:
    """Excel's cells are CSV's; each page has rows."""
    department, grid = place_of(site, "department"), place_of(site, "grid")
    for page in PAGES:
        for lang in ("zh", "en"):
            area = grid if page == "grid" else ""
            ask = Ask(range="2026-01", lang=lang, area=area, own=Own(code=department))
            above, head, rows = read_csv(made(site, ANNA, ask, page, "csv"))
            about, heads, cells, sheet = read_xlsx(made(site, ANNA, ask, page, "xlsx"))
            made_at = "导出时间" if lang == "zh" else "Made at"
            assert {**above, made_at: ""} == {**about, made_at: ""}
            assert head == heads
            assert len(rows) == len(cells)
            assert rows
            for row, line in zip(rows, cells, strict=True):
                for text, cell in zip(row, line, strict=True):
                    same(text, cell)
            assert sheet.auto_filter.ref
            assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)


def same(text: str, cell: Any) -> None:
    if cell is None:
        assert text == ""
    elif isinstance(cell, datetime):
        assert text == cell.strftime("%Y-%m-%d %H:%M:%S")
    elif isinstance(cell, str):
        assert text == cell
    else:
        assert float(text) == pytest.approx(cell, abs=0.05)


def test_a_month_before_the_records_is_not_recorded_on_the_pages_and_in_their_files(
    site: ReviewSite,
) -> None:
    ask = Ask(range="2025-11", lang="en")
    for shown in (
        build_overview(site, ANNA, ask),
        build_movers(site, ANNA, ask),
        build_departments(site, ANNA, ask),
        build_department(site, ANNA, ask, min(site.known.departments)),
    ):
        told = json.dumps(shown.body, cls=PlotlyJSONEncoder, ensure_ascii=False)
        assert "Not recorded: the records begin on 2026-01-05." in told
        assert "data-figure" not in told
    for page in ("overview", "departments"):
        above, _, _ = read_csv(made(site, ANNA, ask, page, "csv"))
        assert above["Records"] == "from 2026-01-05; 0 of 30 days of the period"
    above, _, _ = read_csv(made(site, ANNA, ask, "warnings", "csv"))
    assert above["Records"].startswith("from 2026-01-05")


def test_the_overview_is_the_desks_breakdown(site: ReviewSite) -> None:
    assert site.desk is not None
    ask = Ask(range="2026-01-12..2026-01-18", lang="en", level="yellow,blue", own=Own(by="level"))
    above, head, rows, _ = read_xlsx(made(site, ANNA, ask, "overview", "xlsx"))
    assert above["Level"] == "Yellow, ordinary; Blue, everyday"
    assert above["Period"] == "2026-01-12 – 2026-01-18"
    assert above["Compared with"] == "2026-01-05 – 2026-01-11"
    assert above["Records"] == "from 2026-01-05; 7 of 7 days of the period"
    assert above["Rows"] == f"{len(rows)} rows"
    assert above["Exported by"].startswith("Anna (")
    assert "Asia/Shanghai" in above.values()
    assert "[reported]" in above[head[2]]
    want = site.desk.ask(
        "", lambda r: breakdown(r, ask, span(ask, r.rules, r.now_ms), "level")
    ).value
    assert [(row[1], *row[2:9]) for row in rows[1:]] == [
        (one.key, one.now.reported, one.now.closed, one.now.open, one.now.overdue,
         one.now.became_overdue, one.now.decided, one.now.on_time)
        for one in want.rows
    ]  # fmt: skip
    assert rows[0][2] == sum(row[2] for row in rows[1:]) > 100


def test_the_sheet_of_a_grid_is_its_page_and_the_desks_count(site: ReviewSite) -> None:
    """Events, checks and ratings as tallied in the desk; base counts as in the city's file."""
    assert site.desk is not None
    grid = place_of(site, "grid")
    ask = Ask(area=grid, lang="en", own=Own(month="2026-01"))
    above, _, rows, _ = read_xlsx(made(site, ANNA, ask, "grid", "xlsx"))
    assert (above["Month"], above["Base counts"]) == ("2026-01", "The base counts are simulated")
    assert above["Address of the page"].startswith(f"/grids/{grid}?")
    found = {(row[0], row[1]): row[2:] for row in rows}
    homes = site.city.places[grid].households
    assert homes
    assert found["Base counts", "Households"][0] == homes
    counted = site.desk.ask(
        "", lambda r: r.one("SELECT count(*) AS reported FROM events WHERE grid = $grid", grid=grid)
    ).value
    n = counted["reported"]
    assert n > 3
    reported = found["Events of the month", "Reported"]
    assert (reported[0], reported[3]) == (n, pytest.approx(1000 * n / homes, abs=1e-3))
    tallied = {
        row["measure"]: row["n"]
        for row in site.desk.ask(
            "",
            lambda r: r.rows(
                "SELECT measure, sum(amount)::BIGINT AS n FROM tallies JOIN events USING (event_id)"
                " WHERE grid = $grid GROUP BY measure",
                grid=grid,
            ),
        ).value
    }
    assert tallied["closed"]
    assert found["By step", "Closed"][0] >= tallied["closed"]
    checked = {
        "Satisfied, of those asked": ("satisfied", "revisited"),
        "Handled too quickly": ("quick", "handled"),
    }
    for line, (part, whole) in checked.items():
        assert found["Checks and coverage", line][:2] == [
            tallied.get(part, 0),
            tallied.get(whole, 0),
        ]
    closed, visited = tallied["closed"], tallied.get("visited", 0)
    for line, counts in {
        "Closed: to be checked off": [closed, None],
        "Checked off (revisited)": [visited, closed],
        "Not yet": [closed - visited, closed],
    }.items():
        assert found["Month's check-off", line][:2] == counts
    assert above["Check off until"] == "2026-02-05"
    rated = tallied.get("rated.handling", 0)
    mean = 1 + tallied.get("rating.handling", 0) / rated if rated else None
    assert found["Ratings (1 to 5)", "Handling"][:2] == [
        None if mean is None else pytest.approx(mean, abs=0.05),
        rated,
    ]
    with acting(ANNA):
        page = build_grid(site, ANNA, Ask(lang="en", own=Own(month="2026-01")), grid)
    for other in [grid, *(c for c, p in site.city.places.items() if p.tier == "grid")][:9]:
        with acting(ANNA):
            body = build_grid(site, ANNA, Ask(lang="en", own=Own(month="2026-01")), other).body
        opens_to_as_many(site, body, 12)
    cells = page_rows(page.body)
    for (_, line), (value, *_) in found.items():
        shown = {words[1].replace(",", "") for words in cells if words[0] == line}
        assert ("–" if value is None else f"{value:g}") in {
            text if text == "–" else f"{float(text):g}" for text in shown
        }, line


def test_a_scoreboard_of_places_has_rates_next_to_their_counts(site: ReviewSite) -> None:
    assert site.desk is not None
    ask = Ask(range="2026-01", lang="en", own=Own(by="township"))
    _, head, rows, _ = read_xlsx(made(site, ANNA, ask, "departments", "xlsx"))
    places = {row[head.index("Code")]: dict(zip(head, row, strict=True)) for row in rows}
    town = place_of(site, "township")
    counted = site.desk.ask(
        "", lambda r: r.one("SELECT count(*) AS n FROM events WHERE township = $town", town=town)
    ).value["n"]
    area = site.base.area(town)
    assert area.complete
    assert area.households
    assert places[town]["Reported"] == counted > 3
    assert places[town]["Households"] == area.households
    rate = 1000 * counted / area.households
    assert places[town]["Reported per 1,000 households"] == pytest.approx(rate, abs=1e-3)
    with acting(ANNA):
        page = build_departments(site, ANNA, ask)
    lines = page_rows(html.Div(page.body))
    shown = next(cells for cells in lines if site.city.place_name(town, "en") in cells[1])
    at = shown.index(str(counted))
    assert shown[at + 1] == f"{rate:.{1 if rate >= 1 else 2}f}"
    with acting(ANNA):
        page = build_departments(site, ANNA, Ask(range="2026-01", lang="en"))
    assert all("1,000" not in cell for row in page_rows(html.Div(page.body)) for cell in row)


def opens_to_as_many(site: ReviewSite, body: Any, least: int) -> None:
    """Each number of a page that has an address opens to a list of as many."""
    assert site.desk is not None
    seen = 0
    for piece in html.Div(body)._traverse():
        value = getattr(piece, "data-figure", None)
        if value is None:
            continue
        path, _, query = piece.children.href.partition("?")
        assert path == "/events"
        asked = opened(parse(dict(parse_qsl(query)), site.known))
        listed = site.desk.ask("", lambda r, asked=asked: list_behind(r, asked)).value
        assert listed.count == float(value), query
        seen += 1
    assert seen >= least


def page_rows(body: Any) -> list[list[str]]:
    """The words of each table row of a page."""
    rows = [one for one in body._traverse() if type(one).__name__ == "Tr"]
    return [[words_of(cell) for cell in row.children] for row in rows]


def words_of(piece: Any) -> str:
    """The text of a component."""
    inside = getattr(piece, "children", piece)
    if isinstance(inside, list):
        return "".join(words_of(one) for one in inside)
    return words_of(inside) if hasattr(inside, "children") else str(inside)


def test_places_are_compared_by_households_and_never_as_zero(site: ReviewSite) -> None:
    """Next to the plain counts; a place whose households are not recorded has no rate."""
    ask = Ask(range="2026-01", lang="en", own=Own(by="area"))
    _, head, rows = read_csv(made(site, ANNA, ask, "overview", "csv"))
    at = {name: head.index(name) for name in ("Households", "Reported per 1,000 households")}
    for row in rows:
        area = site.base.area("" if row is rows[0] else row[1] or "-")
        homes, rate = (row[column] for column in at.values())
        assert homes == ("" if area.households is None else str(area.households))
        if homes:
            assert float(rate) == pytest.approx(1000 * int(row[2]) / int(homes), abs=1e-3)
        else:
            assert rate == ""
    assert sum(bool(row[at["Households"]]) for row in rows) > 3


def test_no_text_is_a_formula(site: ReviewSite) -> None:
    _, head, rows = read_csv(made(site, ANNA, Ask(lang="en"), "queue", "csv"))
    named = {row[head.index("Event")] for row in rows}
    assert set(EVIL.values()) <= named
    assert not any(cell[:1] in "=@＝＠" for row in rows for cell in row if cell)
    asked = Ask(lang="en", own=Own(q="=1"))
    above, _, rows = read_csv(made(site, ANNA, asked, "queue", "csv"))
    assert above["Id contains"] == "'=1"
    assert [row[0] for row in rows] == ["'=1+1"]


def test_many_rows_are_cut_and_the_file_shows_it(site: ReviewSite) -> None:
    above, _, rows = read_csv(made(site, ANNA, Ask(lang="en"), "queue", "csv", most=7))
    assert len(rows) == 7
    assert above["Rows"].endswith(" rows, only the first 7 are in this file")
    whole = read_csv(made(site, ANNA, Ask(lang="en"), "queue", "csv"))[2]
    assert whole[:7] == rows
    assert above["Rows"].startswith(f"{len(whole)} rows")


def test_a_user_gets_nothing_from_outside_their_area(site: ReviewSite) -> None:
    """The rows are those of the area; another area is refused; a screen may not export."""
    own = place_of(site, "township")
    other = next(c for c, p in site.city.places.items() if p.tier == "township" and c != own)
    people = {
        "anna": ANNA,
        "bert": Person("Bert", Role.VIEWER, own),
        "wall": Person("Wall", Role.VIEWER, "", "device"),
    }
    server = FastAPI()
    errors.install(server)
    server.include_router(router(site))

    async def app(scope: Any, receive: Any, send: Any) -> None:
        asked = dict(scope.get("headers", ()))
        who = people.get(asked.get(b"x-test", b"").decode())
        recording(Recording(Record(site.store), "10.0.0.1"))
        with acting(who, site.city.path):
            await server(scope, receive, send)

    client = TestClient(app)

    def get(who: str, path: str) -> Any:
        return client.get(f"/api/v1/export/{path}", headers={"x-test": who})

    everything = read_csv(get("anna", "queue.csv?lang=en").content)[2]
    answer = get("bert", "queue.csv?lang=en")
    above, head, rows = read_csv(answer.content)
    assert answer.headers["content-disposition"].startswith('attachment; filename="gridwall-')
    assert answer.headers["cache-control"] == "no-store"
    assert 0 < len(rows) < len(everything)
    code = head.index("Place code")
    assert all(own in site.city.path(row[code]) for row in rows)
    assert above["Who may see this"].count(site.city.place_name(own, "en"))
    asked = get("anna", f"queue.csv?lang=en&area={own}")
    assert sorted(read_csv(asked.content)[2]) == sorted(rows)
    grid = next(
        c for c, p in site.city.places.items() if p.tier == "grid" and own in site.city.path(c)
    )
    for page in PAGES:
        more = f"lang=en&code={place_of(site, 'department')}&range=2026-01"
        ours = get("bert", f"{page}.xlsx?{more}" + (f"&area={grid}" if page == "grid" else ""))
        assert ours.status_code == 200
        assert get("bert", f"{page}.xlsx?{more}&area={other}").status_code == 403
        assert get("wall", f"{page}.xlsx?{more}").status_code == 403
        assert get("nobody", f"{page}.xlsx?{more}").status_code == 401
    noted = PeopleLog(site.store).page(lambda line: line.what == "export", limit=1000).lines
    assert {(one.who, one.object) for one in noted} == {
        *(("Anna", "queue.csv"), ("Bert", "queue.csv")),
        *(("Bert", f"{page}.xlsx") for page in PAGES),
    }
    assert get("anna", "queue.pdf").status_code == 422
    assert get("anna", "people.csv").status_code == 422
    assert get("anna", "overview.csv?range=2099").status_code == 422
    assert get("anna", "overview.csv?by=person").status_code == 422


def test_search_finds_what_is_in_the_users_area_and_so_often_a_minute(site: ReviewSite) -> None:
    own = place_of(site, "township")
    other = next(c for c, p in site.city.places.items() if p.tier == "township" and c != own)
    assert site.desk is not None
    sql = "SELECT event_id FROM events WHERE township {} $own AND event_id LIKE 'chifeng%' LIMIT 1"
    inside, outside = (
        str(site.desk.ask("", lambda r, way=way: r.one(sql.format(way), own=own)).value["event_id"])
        for way in ("=", "<>")
    )
    people = {"anna": ANNA, "bert": Person("Bert", Role.VIEWER, own)}
    server = FastAPI()
    errors.install(server)
    server.include_router(search_router(site))

    async def app(scope: Any, receive: Any, send: Any) -> None:
        who = people[dict(scope.get("headers", ()))[b"x-test"].decode()]
        with acting(who, site.city.path):
            await server(scope, receive, send)

    client = TestClient(app)

    def found(who: str, text: str) -> list[str]:
        answer = client.get("/api/v1/search", params={"q": text}, headers={"x-test": who})
        assert answer.status_code == 200
        return [item["href"] for group in answer.json()["groups"] for item in group["items"]]

    def name(code: str) -> str:
        return site.city.place_name(code, "zh")

    assert any(inside in href for href in found("bert", inside))
    assert found("bert", outside) == []
    assert any(outside in href for href in found("anna", outside))
    assert any(f"area={own}" in href for href in found("bert", name(own)))
    assert not any(other in href for href in found("bert", name(other)))
    assert any(f"area={other}" in href for href in found("anna", name(other)))
    left = A_MINUTE - 4
    answers = [
        client.get("/api/v1/search", params={"q": "x"}, headers={"x-test": "bert"})
        for _ in range(left + 1)
    ]
    assert [one.status_code for one in answers] == [200] * left + [429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert found("anna", name(own))  # of another user nothing is counted
