"""The whole way of a notice in the demo, and channels tried: a real receiver and courier."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis

from dashboard import ROOT
from dashboard.core.model.actions import Action, Kind, Level
from data_sources.channels.trial import Trials
from data_sources.store.actions import ActionLog
from tests.support.processes import gridwall, run, wait_until
from tests.support.served import served
from tests.support.stores.engine import life, settle

MINUTE = 60_000


@contextmanager
def process(*arguments: str, **env: str) -> Iterator[subprocess.Popen[str]]:
    """`gridwall …` in a process of its own, stopped at the end."""
    with subprocess.Popen(
        gridwall(*arguments), cwd=ROOT, env={**os.environ, "PYTHONUNBUFFERED": "1", **env},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
    ) as child:  # fmt: skip
        try:
            yield child
        finally:
            child.terminate()
            child.communicate(timeout=20)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a receiver that runs as `gridwall up --receiver` starts it."""
    with process("notify", "receiver", "--port", "0") as child:
        assert child.stdout is not None
        line = child.stdout.readline()
        assert line.startswith("http://127.0.0.1:")
        yield int(line.split()[0].rpartition(":")[2])


def received(port: int, by: str) -> list[dict[str, Any]]:
    rows = httpx.get(f"http://127.0.0.1:{port}/received").json()
    return [one for one in rows if one["by"] == by]


def test_from_an_escalation_step_to_what_arrives(
    redis_url: str, redis_client: redis.Redis, port: int, tmp_path: Path
) -> None:
    begin = round(time.time() * 1000) - 30 * MINUTE
    log = ActionLog(redis_client, 1)
    # reported, dispatched and accepted by no one: a red one has 15 minutes for that
    actions = life("E-7", begin, close=False, level=Level.RED, category="gas-leak")[:3]
    late = Action(
        action_id="E-7:late", event_id="E-7", kind=Kind.ESCALATE, ts=begin + 29 * MINUTE,
        actor="clock",
    )  # fmt: skip
    log.append([*actions, late])
    settle(redis_client)
    env = {
        "GRIDWALL_REDIS_URL": redis_url,
        "GRIDWALL_DATA_DIR": str(tmp_path),
        "GRIDWALL_CITY": "chifeng",
        "GRIDWALL_DEMO_RECEIVER": str(port),
        "GRIDWALL_RULES_FILE": "none",
    }
    with process("courier", **env):
        wait_until(lambda: any("升级" in one["title"] for one in received(port, "mail")), 40)
        wait_until(lambda: any("升级" in one["title"] for one in received(port, "wecom")), 40)
    steps = [one for one in received(port, "webhook") if "E-7" in one["text"]]
    assert any("超时未签收" in one["text"] for one in steps)
    (mail, *_) = (one for one in received(port, "mail") if "升级" in one["title"])
    assert "E-7" in mail["title"]
    assert mail["id"] in {one["id"] for one in steps}
    shown = httpx.get(f"http://127.0.0.1:{port}/").text
    assert "超时未签收" in shown


def rules(folder: Path, port: int) -> Path:
    """Channels that refuse: an HTTP receiver, a robot's address, one with nothing behind it."""
    file = folder / "gridwall.yaml"
    channels = [
        {"name": "no", "kind": "webhook", "url": f"http://127.0.0.1:{port}/refuse"},
        {"name": "away", "kind": "feishu", "url_env": "AWAY_URL", "secret_env": "AWAY_SECRET"},
    ]
    file.write_text(json.dumps({"notify": channels}), "utf-8")
    return file


def test_the_command_says_what_happened(redis_url: str, port: int, tmp_path: Path) -> None:
    env = {
        "GRIDWALL_REDIS_URL": redis_url,
        "GRIDWALL_DATA_DIR": str(tmp_path),
        "GRIDWALL_CITY": "chifeng",
        "GRIDWALL_DEMO_RECEIVER": str(port),
        "GRIDWALL_RULES_FILE": str(rules(tmp_path, port)),
        "AWAY_URL": "http://127.0.0.1:9/key-of-the-robot",
        "AWAY_SECRET": "secret-of-the-robot",
    }
    sent = run("notify", "test", "demo-mail", **env)
    assert (sent.returncode, "已送达 sent" in sent.stdout) == (0, True), sent
    (mail,) = (one for one in received(port, "mail") if "测试" in one["title"])
    assert "无需处理" in mail["text"]
    refused = run("notify", "test", "no", **env)
    assert refused.returncode == 1, refused
    assert "HTTP 403" in refused.stdout
    assert "the receiver: this address refuses every message" in refused.stdout
    away = run("notify", "test", "away", "--json", **env)
    assert away.returncode == 2, away
    assert json.loads(away.stdout)["outcome"] == "unreachable"
    everything = "".join((sent.stdout, refused.stdout, away.stdout, away.stderr))
    assert "of-the-robot" not in everything
    wrong = run("notify", "test", "nowhere", **env)
    assert wrong.returncode == 2
    assert "demo-webhook" in wrong.stderr


def test_tried_from_the_page(
    redis_url: str, redis_client: redis.Redis, port: int, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        url = stack.enter_context(
            served(redis_url, demo_receiver=port, data_dir=tmp_path, rules_file=None)
        )
        client = stack.enter_context(httpx.Client(base_url=url, headers={"X-Gridwall": "1"}))

        def tried(name: str) -> httpx.Response:
            return client.post(f"/api/v1/channels/{name}/test")

        first = tried("demo-webhook")
        assert (first.status_code, first.json()["outcome"]) == (200, "sent")
        again = tried("demo-webhook")
        assert (again.status_code, again.json()["error"]) == (429, "just tried")
        assert 0 < int(again.headers["Retry-After"]) <= 20
        assert tried("demo-wecom").json()["outcome"] == "sent"
        assert tried("elsewhere").status_code == 404
        form = client.post("/api/v1/channels/demo-mail/test", data={"lang": "en"})
        assert form.headers["location"] == "/channels?lang=en&name=demo-mail&done=sent"
        lines = client.get("/api/v1/audit", params={"what": "channel-tried"}).json()["lines"]
    assert sorted((one["object"], one["detail"]) for one in lines) == [
        ("demo-mail", "sent"),
        ("demo-webhook", "sent"),
        ("demo-wecom", "sent"),
    ]
    assert Trials(redis_client).last()["demo-wecom"].by == "demo"
    assert sum("测试" in one["title"] for one in received(port, "wecom")) == 1
