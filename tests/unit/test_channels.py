"""What each channel sends, against real servers, and what it makes of their answers."""

from __future__ import annotations

import base64
import email
import email.policy
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit
from zoneinfo import ZoneInfo

import pytest

from dashboard.cities import load
from dashboard.core.notices import Notice
from data_sources.channels import webhook
from data_sources.channels.fields import ChannelError
from data_sources.channels.message import Message
from data_sources.channels.model import Channel, Smtp, read
from data_sources.channels.outcome import GiveUp, TryAgain
from data_sources.channels.posting import retry_after
from data_sources.channels.sender import open_sender
from data_sources.channels.wording import Wording, escape_markdown
from tests.receivers import Receiver, Reply, certificate, http_receiver, smtp_receiver

ZONE = ZoneInfo("Asia/Shanghai")
AT = 1_781_000_000_000


def notice(number: int = 1, **more: Any) -> Notice:
    values: dict[str, Any] = {
        "id": f"E1:step:handle:1:{number}",
        "event_id": "E1",
        "at": AT,
        "what": "step",
        "to": "city",
        "clock": "handle",
        "step": 3,
        "level": "red",
        "department": "zj",
        "place": ("150402",),
        "category": "gas-leak",
        "due": AT,
    }
    return Notice(**{**values, **more})


def message(one: Notice | None = None, lang: str = "zh", source: str = "live") -> Message:
    return Wording(load("chifeng"), ZONE, lang).message(one or notice(), source)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with http_receiver() as found:
        yield found


def send(channel: Channel, *messages: Message) -> str:
    sender = open_sender(channel)
    try:
        return sender.send(messages or (message(),))
    finally:
        sender.close()


# --- words


def test_words_in_chinese() -> None:
    found = message()
    assert found.title == "【红色·升级】"
    assert found.text == (
        "事项 E1（红山区，燃气泄漏）超期未办结："
        "承办住房建设局，办理时限 6月9日 18:13，请市级领导督办。"
    )


def test_words_in_english() -> None:
    found = message(lang="en")
    assert found.title == "[RED·escalation] "
    assert found.text == (
        "Event E1 (Hongshan District, Gas Leak): not handled in time; with Housing, "
        "handle by 2026-06-09 18:13 CST; the city's leader is asked to step in."
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "what", ["dispatched", "step", "alarm", "onsite_lapsed", "urged", "handed_over", "withdrawn"]
)
def test_every_kind_has_words(lang: str, what: str) -> None:
    for clock in ("", "respond", "handle"):
        for step in range(5):
            found = message(notice(what=what, clock=clock, step=step, to="yj", due=0), lang)
            assert "E1" in found.text
            assert what not in found.title or lang == "en"
    bare = Notice(id="x", event_id="E1", at=1, what=what, to="")
    assert "E1" in message(bare, lang).text


def test_data_that_is_not_live_says_so() -> None:
    assert message(source="simulated").title.startswith("（模拟数据）")
    assert message(source="replay", lang="en").title.startswith("(replay)")


def test_text_from_outside_is_one_line_without_markup() -> None:
    nasty = message(notice(event_id="a\n<@all>[x](http://y)*b*" + "z" * 200, category="<b>\r\n"))
    assert "\n" not in nasty.whole
    assert "\r" not in nasty.whole
    assert len(nasty.whole) < 250
    assert not set("<>[]*`_\\") & set(escape_markdown(nasty.whole))


# --- webhook


def test_webhook_is_signed_and_has_an_id(receiver: Receiver) -> None:
    one = notice(id="事项 1:step")
    send(Channel("w", "webhook", url=f"{receiver.url}/in", secret="s3cret"), message(one))
    (got,) = receiver.requests
    assert got.path == "/in"
    assert unquote(got.headers[webhook.ID]) == "事项 1:step"
    stamp, signature = got.headers[webhook.TIMESTAMP], got.headers[webhook.SIGNATURE]
    mac = hmac.new(b"s3cret", stamp.encode() + b"." + got.body, hashlib.sha256).hexdigest()
    assert signature == f"sha256={mac}"
    now = time.time()
    assert webhook.verify("s3cret", stamp, signature, got.body, now=now)
    assert not webhook.verify("s3cret", stamp, signature, got.body + b" ", now=now)
    assert not webhook.verify("other", stamp, signature, got.body, now=now)
    assert not webhook.verify("s3cret", stamp, signature, got.body, now=now + 301)
    body = json.loads(got.body)
    assert body["id"] == "事项 1:step"
    assert body["level"] == "red"
    assert body["not_before"] == 0, "fields with their default are there too"
    assert body["source"] == "live"
    assert body["text"].startswith("事项 E1")


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_2xx_is_a_receipt(receiver: Receiver, status: int) -> None:
    receiver.replies.append((status, {}, b""))
    assert send(Channel("w", "webhook", url=receiver.url)) == ""


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(receiver: Receiver, status: int) -> None:
    receiver.replies.append((status, {"Retry-After": "7"}, b""))
    with pytest.raises(TryAgain) as caught:
        send(Channel("w", "webhook", url=receiver.url))
    assert caught.value.after_ms == 7000
    assert caught.value.busy == (status in (429, 503))
    assert not caught.value.outage


@pytest.mark.parametrize("status", [301, 307, 400, 401, 403, 404, 410, 413])
def test_other_answers_are_final_and_redirects_not_followed(
    receiver: Receiver, status: int
) -> None:
    receiver.replies.append((status, {"Location": f"{receiver.url}/elsewhere"}, b""))
    with pytest.raises(GiveUp, match=f"HTTP {status}"):
        send(Channel("w", "webhook", url=receiver.url))
    assert len(receiver.requests) == 1


def test_a_broken_connection_and_none_at_all(receiver: Receiver) -> None:
    receiver.replies.append(None)
    with pytest.raises(TryAgain, match="may have arrived") as caught:
        send(Channel("w", "webhook", url=receiver.url))
    assert not caught.value.outage
    with pytest.raises(TryAgain, match="no connection") as caught:
        send(Channel("w", "webhook", url="http://127.0.0.1:9/key-in-path"))
    assert caught.value.outage
    assert "key-in-path" not in str(caught.value)


def test_a_slow_answer_is_not_waited_for(receiver: Receiver) -> None:
    def slow(_: object) -> Reply:
        time.sleep(0.6)
        return None

    receiver.decide = slow
    start = time.monotonic()
    with pytest.raises(TryAgain, match="no answer in time"):
        send(Channel("w", "webhook", url=receiver.url, timeout=0.2))
    assert time.monotonic() - start < 0.5


def test_the_environments_proxy_is_not_used(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    send(Channel("w", "webhook", url=receiver.url))
    # one that is set deliberately is
    send(Channel("w", "webhook", url="http://far.invalid/in", proxy=receiver.url))
    assert [got.path for got in receiver.requests] == ["/", "http://far.invalid/in"]


def test_certificates_are_checked(tmp_path: Path) -> None:
    cert, context = certificate(tmp_path)
    with http_receiver(context) as receiver:
        with pytest.raises(TryAgain, match="TLS"):
            send(Channel("w", "webhook", url=receiver.url))
        assert not receiver.requests
        send(Channel("w", "webhook", url=receiver.url, ca_file=str(cert)))
        assert len(receiver.requests) == 1


def test_retry_after_as_a_date() -> None:
    soon = datetime.now(UTC) + timedelta(seconds=90)
    assert 85_000 < retry_after(format_datetime(soon, usegmt=True)) <= 90_000
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert retry_after("soon") == retry_after("-5") == retry_after(None) == 0


# --- robots


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


# --- e-mail


def mail_channel(port: int, security: str = "plain", **more: Any) -> Channel:
    secret = more.pop("secret", "")
    smtp = Smtp(
        "127.0.0.1", port, security, more.pop("user", ""), "wall@city.example", ("a@x.cn", "b@x.cn")
    )
    return Channel("m", "email", secret=secret, smtp=smtp, timeout=5, **more)


def test_a_mail() -> None:
    with smtp_receiver() as (port, box):
        assert send(mail_channel(port)) == ""
        send(mail_channel(port))
        send(mail_channel(port), message(notice(2)), message(notice(3)))
    first, again, digest = (
        email.message_from_bytes(found.original_content or b"", policy=email.policy.default)
        for found in box.mails
    )
    assert first["Subject"] == "【红色·升级】 E1"
    assert first["To"] == "a@x.cn, b@x.cn"
    text = first.get_body().get_content()  # type: ignore[union-attr]
    assert text.startswith("事项 E1（红山区")
    assert "E1:step:handle:1:1" in text
    assert first["Message-ID"] == again["Message-ID"] != digest["Message-ID"]
    assert digest["Subject"] == "【汇总】2 条通知"


def test_mail_with_tls_and_login(tmp_path: Path) -> None:
    cert, context = certificate(tmp_path)
    with smtp_receiver(starttls=context, login=True) as (port, box):
        good = mail_channel(port, "starttls", user="duty", secret="right", ca_file=str(cert))
        send(good)
        with pytest.raises(GiveUp, match="login refused"):
            send(mail_channel(port, "starttls", user="duty", secret="no", ca_file=str(cert)))
        with pytest.raises(TryAgain, match="TLS"):
            send(mail_channel(port, "starttls", user="duty", secret="right"))
    assert box.encrypted == [True]
    assert set(box.logins) == {"duty"}
    with smtp_receiver(ssl=context) as (port, box):
        send(mail_channel(port, "ssl", ca_file=str(cert)))
    assert len(box.mails) == 1


def test_mail_that_is_not_taken() -> None:
    with smtp_receiver() as (port, box):
        box.refused = {"b@x.cn": "550 nobody"}
        assert send(mail_channel(port)) == "1 of 2 recipients refused"
        box.refused = {"a@x.cn": "550 nobody", "b@x.cn": "550 nobody"}
        with pytest.raises(GiveUp, match="every recipient"):
            send(mail_channel(port))
        box.refused = {"a@x.cn": "451 later", "b@x.cn": "550 nobody"}
        with pytest.raises(TryAgain, match="every recipient"):
            send(mail_channel(port))
        box.refused = {}
        for reply, outcome in (("451 later", TryAgain), ("554 spam", GiveUp)):
            box.data_reply = reply
            with pytest.raises(outcome, match=reply[:3]):
                send(mail_channel(port))
        with pytest.raises(GiveUp, match="starttls"):
            send(mail_channel(port, "starttls"))
    with pytest.raises(TryAgain, match="no connection"):
        send(mail_channel(9))


# --- settings


def test_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    env = {"WECOM_URL": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k", "PW": "p"}
    duty, hook, mail = read(
        [
            {"name": "duty", "kind": "wecom", "url_env": "WECOM_URL", "levels": ["red", "orange"]},
            {
                "name": "oa",
                "kind": "webhook",
                "url": "https://oa.city.example/in",
                "secret_env": "PW",
                "for_source": ["live", "simulated"],
                "retry": {"first": 0.5, "attempts": 3},
            },
            {
                "name": "mail",
                "kind": "email",
                "host": "mail.city.example",
                "user": "wall",
                "secret_env": "PW",
                "sender": "wall@city.example",
                "recipients": ["duty@city.example"],
            },
        ],
        str,
        env,
    )
    assert duty.url.endswith("key=k")
    assert "key=k" not in repr(duty)
    assert (duty.per_minute, duty.parallel, hook.per_minute, hook.parallel) == (20, 1, 0, 4)
    assert (hook.secret, hook.retry.first, hook.retry.attempts) == ("p", 500, 3)
    assert mail.smtp is not None
    assert mail.smtp.port == 587


BASE = {"name": "x", "kind": "webhook", "url": "https://oa.city.example/in"}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"kind": "fax"}, "kind"),
        ({"name": ""}, "name"),
        ({"levels": ["purple"]}, "levels"),
        ({"places": [150402]}, "places"),
        ({"url": ""}, "url_env"),
        ({"url_env": "UNSET"}, "url_env"),
        ({"secret_env": "UNSET"}, "secret_env"),
        ({"url": "https://oa.city.example/in?token=abc"}, "url"),
        ({"url": "http://oa.city.example/in"}, "url"),
        ({"url": "https://u:p@oa.city.example/in"}, "url"),
        ({"kind": "dingtalk"}, "url"),
        ({"retry": {"frist": 1}}, "retry"),
        ({"colour": "red"}, "colour"),
        ({"timeout": True}, "timeout"),
    ],
)
def test_a_wrong_setting_is_named(change: dict[str, Any], path: str) -> None:
    with pytest.raises(ChannelError) as caught:
        read([{**BASE, **change}], lambda steps: "notify" + "".join(f".{s}" for s in steps), {})
    assert caught.value.place.startswith(f"notify.0.{path}")
    assert "abc" not in str(caught.value)


def test_plain_http_is_for_near_addresses() -> None:
    for url in ("http://127.0.0.1:8/in", "http://10.1.2.3/in", "http://localhost/in"):
        assert read([{**BASE, "url": url}], str, {})[0].url == url
    assert read([{**BASE, "url": "http://oa.city.example/in", "plain": True}], str, {})
    with pytest.raises(ChannelError):
        read([BASE, BASE], str, {})


def test_which_notices_a_channel_takes() -> None:
    def takes(one: Notice | None = None, source: str = "live", **limits: Any) -> bool:
        wanted = {name: frozenset(values) for name, values in limits.items()}
        return Channel("c", "webhook", **wanted).takes(one or notice(), source)  # type: ignore[arg-type]

    assert takes()
    assert not takes(source="simulated")
    assert takes(source="simulated", for_source=["live", "simulated"])
    assert takes(levels=["red"], to=["city"], what=["step"], departments=["zj"], places=["150402"])
    assert not takes(levels=["blue"])
    assert not takes(to=["county"])
    assert not takes(what=["urged"])
    assert not takes(departments=["cg"])
    assert not takes(places=["150403"])
    back = notice(what="withdrawn", ref="E1:step:handle:1:3")
    assert takes(back, what=["step"]), "it goes where the first one went"
    assert not takes(back, what=["urged"])
