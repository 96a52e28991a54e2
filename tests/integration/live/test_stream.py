"""The stream as a client sees it: a full frame, then patches that add up to the state."""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import redis

from data_sources.live.fanout import GZIP_HEADER, frame
from data_sources.store.actions import ActionLog
from tests.support.merge_patch import merged
from tests.support.served import served
from tests.support.stores.engine import T0, fold_all, life, wall_of


def events(lines: Iterator[str]) -> Iterator[tuple[str, Any]]:
    """(event, data) pairs of a stream of server-sent events."""
    kind = ""
    for line in lines:
        if line.startswith("event: "):
            kind = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield kind, json.loads(line.removeprefix("data: "))


def without_null(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: without_null(v) for k, v in value.items() if v is not None}
    return value


def test_patches_add_up_to_the_state(redis_url: str, redis_client: redis.Redis) -> None:
    log = ActionLog(redis_client)
    log.append(life("e0"))
    fold_all(redis_client)
    with served(redis_url) as site, httpx.stream("GET", f"{site}/stream", timeout=10) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["content-encoding"] == "gzip"
        found = events(answer.iter_lines())
        kind, first = next(found)
        assert (kind, first["base"]) == ("frame", None)
        held, version = first["panels"], first["v"]
        assert next(found)[0] == "beat"
        for number in range(1, 6):
            log.append(life(f"e{number}", T0 + number * 1000, close=number % 2 == 0))
            fold_all(redis_client)
            reported = 0
            while reported != number + 1:
                kind, data = next(found)
                if kind == "frame":
                    assert data["base"] == version
                    version = data["v"]
                    held = merged(held, data["panels"])
                    reported = held["kpi"]["all"]["reported"]
        # marks, scores and the ticker come a little later than the numbers when much happens
        newest = ""
        while newest != "e5" or "e5" not in held["points"]:
            kind, data = next(found)
            if kind == "frame":
                held = merged(held, data["panels"])
                newest = held["recent"]["rows"][held["recent"]["order"][0]]["event_id"]
        wall = msgspec.to_builtins(wall_of(redis_url, "chifeng"))
        assert held["kpi"]["all"] == wall["all"]
        assert held["levels"] == wall["by_level"]
        assert held["points"] == wall["map"]["points"]
        assert held["areas"] == wall["map"]["areas"]
        assert held["queue"]["order"] == [row["event_id"] for row in wall["queue"]]
        assert held["recent"]["order"] == [row["seq"] for row in wall["recent"]]
        newcomer = httpx.stream("GET", f"{site}/stream", timeout=10)
        with newcomer as other:
            _, data = next(events(other.iter_lines()))
            assert without_null(data["panels"]) == without_null(held)


def test_a_beat_comes_every_second_and_names_what_stopped(redis_url: str) -> None:
    with served(redis_url) as site, httpx.stream("GET", f"{site}/stream", timeout=10) as answer:
        beats = []
        for kind, data in events(answer.iter_lines()):
            if kind == "beat":
                beats.append((time.monotonic(), data))
            if len(beats) == 4:
                break
    assert 1.5 < beats[-1][0] - beats[0][0] < 5
    assert beats[-1][1]["health"]["state"] == "engine-stopped"
    assert beats[-1][1]["health"]["stop"] == "projector"
    assert beats[-1][1]["parts"]["projector"] is None  # no part has given a sign of life


def test_a_client_without_gzip_gets_plain_text(redis_url: str) -> None:
    with (
        served(redis_url) as site,
        httpx.stream("GET", f"{site}/stream", headers={"Accept-Encoding": "identity"}) as answer,
    ):
        assert "content-encoding" not in answer.headers
        assert next(events(answer.iter_lines()))[0] in ("frame", "beat")


def test_pieces_compressed_alone_make_one_gzip_body() -> None:
    pieces = [frame("frame", {"n": n, "text": "网格" * 50}, n) for n in range(20)]
    for start in (0, 7):  # wherever a client comes in
        inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
        body = inflate.decompress(GZIP_HEADER)
        for piece in pieces[start:]:
            body += inflate.decompress(piece.packed)
        assert body == b"".join(piece.plain for piece in pieces[start:])
