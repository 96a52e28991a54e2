"""The robots' formats against a real HTTP server."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from data_sources.channels.message import GiveUp, TryAgain
from data_sources.channels.settings import Channel
from tests.support.channels import message, notice, send
from tests.support.receivers import Receiver, Reply


def robot_reply(**fields: Any) -> Reply:
    return 200, {}, json.dumps(fields).encode()


def test_wecom_text_and_markdown(receiver: Receiver) -> None:
    hostile = message(notice(event_id="<@all>*x*"))
    send(Channel("r", "wecom", url=f"{receiver.url}/send?key=k"), hostile)
    send(Channel("r", "wecom", url=f"{receiver.url}/send?key=k", format="rich"), hostile)
    text, rich = (json.loads(got.body) for got in receiver.requests)
    assert receiver.requests[0].path == "/send?key=k"
    assert text["msgtype"] == "text"
    assert text["text"]["content"].startswith("【红色·升级】\n事项 ＜@all>*x*")
    content = rich["markdown"]["content"]
    assert content.startswith(
        '**<font color="warning">【红色·升级】</font>**\n> 事项 ＜@all＞＊x＊'
    )


def test_dingtalk_signature(receiver: Receiver) -> None:
    url = f"{receiver.url}/robot/send?access_token=t"
    send(Channel("r", "dingtalk", url=url, secret="SECabc", format="rich"))
    (got,) = receiver.requests
    query = {name: values[0] for name, values in parse_qs(urlsplit(got.path).query).items()}
    assert query["access_token"] == "t"
    assert abs(int(query["timestamp"]) - time.time() * 1000) < 5000
    text = f"{query['timestamp']}\nSECabc".encode()
    expected = base64.b64encode(hmac.new(b"SECabc", text, hashlib.sha256).digest()).decode()
    assert query["sign"] == expected
    assert f"sign={quote(expected, safe='')}" in got.path
    body = json.loads(got.body)
    assert body["msgtype"] == "markdown"
    assert body["markdown"]["title"] == "【红色·升级】"
    assert body["markdown"]["text"].startswith("### 【红色·升级】\n\n事项 E1")
    send(Channel("r", "dingtalk", url=url))
    assert receiver.requests[1].path == "/robot/send?access_token=t", "no secret, no signature"


def test_feishu_signature(receiver: Receiver) -> None:
    send(Channel("r", "feishu", url=receiver.url, secret="abc", format="rich"))
    send(Channel("r", "feishu", url=receiver.url), message(notice(event_id="<at id=all>")))
    card, text = (json.loads(got.body) for got in receiver.requests)
    key = f"{card['timestamp']}\nabc".encode()
    assert card["sign"] == base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
    assert abs(int(card["timestamp"]) - time.time()) < 5
    assert card["card"]["header"]["template"] == "red"
    assert card["card"]["elements"][0]["text"]["tag"] == "plain_text"
    assert "sign" not in text
    assert "＜at id=all>" in text["content"]["text"]


def test_a_digest_names_all(receiver: Receiver) -> None:
    many = [message(notice(n, event_id=f"E{n}")) for n in (1, 2, 3)]
    for kind in ("wecom", "dingtalk", "feishu"):
        send(Channel("r", kind, url=receiver.url), *many)
    for got in receiver.requests:
        content = got.body.decode()
        assert "【汇总】3 条通知" in content
        assert content.index("1. ") < content.index("事项 E1") < content.index("事项 E3")


@pytest.mark.parametrize(
    ("kind", "reply", "outcome", "busy"),
    [
        ("wecom", {"errcode": 45009, "errmsg": "api freq out of limit"}, TryAgain, True),
        ("wecom", {"errcode": -1, "errmsg": "system busy"}, TryAgain, False),
        ("wecom", {"errcode": 93000, "errmsg": "invalid webhook url"}, GiveUp, False),
        ("dingtalk", {"errcode": 130101, "errmsg": "send too fast"}, TryAgain, True),
        ("dingtalk", {"errcode": 310000, "errmsg": "sign not match"}, GiveUp, False),
        ("feishu", {"code": 11232, "msg": "frequency limited"}, TryAgain, True),
        ("feishu", {"code": 19021, "msg": "sign match fail"}, GiveUp, False),
        ("feishu", {"hello": "maintenance"}, TryAgain, False),
    ],
)
def test_robots_say_in_the_body_how_it_went(
    receiver: Receiver, kind: str, reply: dict[str, Any], outcome: type[Exception], busy: bool
) -> None:
    receiver.replies.append(robot_reply(**reply))
    with pytest.raises(outcome) as caught:
        send(Channel("r", kind, url=receiver.url))
    if isinstance(caught.value, TryAgain):
        assert caught.value.busy == busy
    if "errmsg" in reply:
        assert reply["errmsg"] in str(caught.value)
