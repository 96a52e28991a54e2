"""The queue over HTTP on a real Redis: pages, acts, conflicts, repeats, areas, saved views."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import redis

from data_sources.accounts.log import PeopleLog
from data_sources.store.connection import connect
from tests.support.stores.queues import HONGSHAN, YUANBAOSHAN, queue, wait_for

Client = Callable[[str], httpx.Client]
COUNT = 40
_names = iter(range(1_000_000))


@pytest.fixture(scope="module")
def store(_redis_server: str) -> Iterator[redis.Redis]:
    with connect(_redis_server) as r:
        r.flushall()
        r.script_flush()
        yield r


@pytest.fixture(scope="module")
def site(_redis_server: str, store: redis.Redis) -> Iterator[Client]:
    """One for all tests; each acts on events of its own."""
    with queue(_redis_server, store, COUNT) as client:
        yield client


def act(client: httpx.Client, event: str, kind: str, **more: Any) -> httpx.Response:
    body = {"action_id": f"t-{next(_names)}", "kind": kind, **more}
    return client.post(f"/api/v1/events/{event}/act", json=body)


def rows(client: httpx.Client, **query: Any) -> list[dict[str, Any]]:
    answer = client.get("/api/v1/queue", params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["rows"]
    return found


def row(client: httpx.Client, event: str) -> dict[str, Any]:
    (found,) = rows(client, q=event)
    return found


def test_pages_are_one_order_cut_in_pieces(site: Client) -> None:
    client = site("li")
    first = client.get("/api/v1/queue", params={"limit": 7}).json()
    assert (first["total"], first["counts"]["all"]) == (COUNT, COUNT)
    ids = [one["id"] for one in first["rows"]]
    for offset in range(7, COUNT, 7):
        part = {"limit": 7, "offset": offset, "at": first["at"]}
        ids += [one["id"] for one in rows(client, **part)]
    assert len(ids) == len(set(ids)) == COUNT
    assert ids[:3] == ["e000", "e001", "e002"], "by level first"
    # of one level: the older the event, the more of its time is used
    assert ids[3:] == sorted(ids[3:])
    down = [one["id"] for one in rows(client, sort="-id", limit=COUNT)]
    assert down == sorted(ids, reverse=True)


def test_filters_search_and_what_cannot_be_asked(site: Client) -> None:
    client = site("li")
    assert {one["level"] for one in rows(client, level="red,orange")} == {"red", "orange"}
    assert len(rows(client, area=YUANBAOSHAN, limit=100)) == COUNT // 4
    assert [one["id"] for one in rows(client, q="E017")] == ["e017"]
    waiting = client.get("/api/v1/queue", params={"clock": "unanswered"}).json()
    assert [one["id"] for one in waiting["rows"]] == ["e000", "e001"]
    assert waiting["counts"]["unanswered"] == waiting["total"] == 2
    for wrong in ({"sort": "price"}, {"clock": "x"}, {"limit": "5000"}, {"area": "999"}):
        answer = client.get("/api/v1/queue", params=wrong)
        assert (answer.status_code, answer.json()["field"]) == (422, next(iter(wrong)))


def test_acknowledge_and_take_it_back(site: Client, store: redis.Redis) -> None:
    client = site("li")
    before = row(client, "e000")
    done = act(client, "e000", "acknowledge", seen=before["seen"]).json()
    assert (done["result"], done["undo"]["kind"]) == ("applied", "unacknowledge")
    assert done["row"]["acknowledged"] > 0
    back = act(client, "e000", "unacknowledge", seen=done["row"]["seen"]).json()
    assert back["result"] == "applied"
    assert "acknowledged" not in back["row"]
    assert back["row"].get("alarm") == before.get("alarm")
    lines = PeopleLog(store).page(lambda _: True).lines
    data = [(line.who, line.what, line.object) for line in lines][:2]
    assert data == [("li", "unacknowledge", "e000"), ("li", "acknowledge", "e000")]


def test_the_same_press_twice_is_one_action(site: Client, store: redis.Redis) -> None:
    client = site("li")
    body = {"action_id": "once", "kind": "urge", "seen": row(client, "e004")["seen"]}
    first = client.post("/api/v1/events/e004/act", json=body).json()
    again = client.post("/api/v1/events/e004/act", json=body).json()
    assert (first["repeated"], again["repeated"]) == (False, True)
    assert (again["result"], again["row"]["urges"]) == ("applied", 1)
    lines = PeopleLog(store).page(lambda _: True).lines
    assert [line.what for line in lines].count("urge") == 1


def test_another_user_was_faster(site: Client) -> None:
    """The answer has who (the unit, no name) and what; nothing is done; seen again, it may be."""
    seen = row(site("li"), "e001")["seen"]
    assert act(site("wang"), "e001", "hand_over", to="county", seen=seen).status_code == 200
    late = act(site("li"), "e001", "hand_over", to="city", seen=seen)
    assert late.status_code == 409
    (other,) = late.json()["since"]
    data = (other["kind"], other["actor"], other["to"])
    assert data == ("hand_over", f"county:{HONGSHAN}", "county")
    assert late.json()["row"]["owner"] == "county"
    again = act(site("li"), "e001", "hand_over", to="city", seen=late.json()["row"]["seen"])
    assert (again.status_code, again.json()["row"]["owner"]) == (200, "city")
    assert again.json()["undo"] == {"kind": "hand_over", "to": "county"}
    # a comment overwrites nothing
    assert act(site("wang"), "e001", "comment", text="已联系现场", seen=seen).status_code == 200


def test_what_the_lifecycle_does_not_allow(site: Client) -> None:
    client = site("li")
    taken = act(client, "e002", "unacknowledge")
    assert (taken.status_code, taken.json()["code"]) == (422, "standing")
    assert act(client, "e002", "acknowledge").status_code == 200
    again = act(client, "e002", "acknowledge")
    assert (again.status_code, again.json()["code"]) == (422, "answered")
    assert act(client, "nothing", "urge").status_code == 404
    for wrong in ({"kind": "close"}, {"kind": "hand_over", "to": "pope"}, {"kind": "urge", "x": 1}):
        assert act(client, "e002", **wrong).status_code == 422


@pytest.mark.parametrize(
    "words",
    ["请联系 13912345678", "电话 8765432", "身份证150402199003071234", "(213) 555-0134"],
)
def test_a_comment_with_a_persons_number_is_masked(site: Client, words: str) -> None:
    answer = act(site("li"), "e005", "comment", text=words)
    assert (answer.status_code, answer.json()["masked"]) == (200, True)
    story = site("li").get("/api/v1/events/e005/actions").text
    assert "×××" in story
    assert words[-8:] not in story + answer.text


def test_who_may_not_act_and_where(site: Client) -> None:
    viewer, local = site("zhao"), site("wang")
    assert act(viewer, "e006", "urge").status_code == 403
    assert act(local, "e003", "urge").status_code == 403, "in another county"
    assert act(local, "e008", "urge").status_code == 200
    found = local.get("/api/v1/queue", params={"limit": 100}).json()
    assert found["total"] == found["counts"]["all"] == COUNT - COUNT // 4
    assert not {one["id"] for one in found["rows"]} & {"e003", "e007"}
    assert local.get("/api/v1/queue", params={"area": YUANBAOSHAN}).status_code == 403
    # without the header that no page of another host can send
    bare = {"X-Gridwall": "", "Origin": "http://elsewhere.example"}
    body = {"action_id": "z", "kind": "urge"}
    assert site("li").post("/api/v1/events/e004/act", json=body, headers=bare).status_code == 403


def test_changes_reach_the_users_they_concern(site: Client) -> None:
    start = site("li").get("/api/v1/queue").json()
    local = site("wang").get("/api/v1/queue").json()
    act(site("li"), "e011", "urge")
    act(site("li"), "e012", "urge")

    def since(name: str, of: dict[str, Any], **query: Any) -> dict[str, Any]:
        asked = {"since": of["cursor"], "at": of["at"], **query}
        found: dict[str, Any] = site(name).get("/api/v1/queue/changes", params=asked).json()
        return found

    def urges(data: dict[str, Any]) -> dict[str, int]:
        return {one["id"]: one.get("urges", 0) for one in data["rows"]}

    wait_for(lambda: {"e011", "e012"} <= urges(since("li", start)).keys())
    data = since("li", start)
    assert (urges(data)["e011"], urges(data)["e012"]) == (1, 1), "the rows are no older"
    assert (data["left"], data["fresh"], data["total"]) == ([], 0, COUNT)
    assert data["counts"]["all"] == COUNT
    assert data["counts"].keys() == start["counts"].keys()
    assert since("li", start, clock="overdue")["total"] == data["counts"]["overdue"]
    assert urges(since("wang", local)).keys() & {"e011", "e012"} == {"e012"}
    assert {"e011", "e012"} <= set(since("li", start, level="red")["left"])
    assert since("li", {**start, "cursor": data["cursor"]})["rows"] == []
    wrong = site("li").get("/api/v1/queue/changes", params={"since": "x", "at": 1})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "since")


def test_saved_views_are_their_makers(site: Client) -> None:
    own = {"name": "消防", "query": "level=red&sort=-used&lang=en"}
    assert site("li").post("/api/v1/views", json=own).json()["view"]["query"] == (
        "level=red&sort=-used"
    )
    assert site("wang").get("/api/v1/views").json()["views"] == []
    shared = {"name": "全市红色", "query": "level=red", "shared": True}
    assert site("li").post("/api/v1/views", json=shared).status_code == 403
    assert site("qian").post("/api/v1/views", json=shared).status_code == 200
    names = [one["name"] for one in site("li").get("/api/v1/views").json()["views"]]
    assert names == ["全市红色", "消防"]
    # a manager of a part leaves the city's alone, and shares what concerns that part
    assert site("sun").post("/api/v1/views", json=shared).status_code == 403
    gone = site("sun").delete("/api/v1/views", params={"name": "全市红色", "shared": True})
    assert gone.status_code == 403
    part = {"name": "红山", "query": f"area={HONGSHAN}", "shared": True}
    assert site("sun").post("/api/v1/views", json=part).json()["view"]["area"] == HONGSHAN
    names = [one["name"] for one in site("wang").get("/api/v1/views").json()["views"]]
    assert names == ["全市红色", "红山"]
    assert site("qian").delete("/api/v1/views", params={"name": "红山", "shared": True}).json() == {
        "removed": True
    }
    for wrong in ({"name": "x", "query": "sort=price"}, {"name": ""}):
        assert site("li").post("/api/v1/views", json=wrong).status_code == 422
    hidden = site("li").post("/api/v1/views", json={"name": "王女士 13912345678"}).json()
    assert hidden["view"]["name"] == "××× ×××"
    site("li").delete("/api/v1/views", params={"name": "××× ×××"})
    gone = site("li").delete("/api/v1/views", params={"name": "消防"})
    assert gone.json() == {"removed": True}
