"""E-mail against a real SMTP server."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path
from typing import Any

import pytest

from data_sources.channels.message import GiveUp, TryAgain
from data_sources.channels.settings import Channel, Smtp
from tests.support.channels import message, notice, send
from tests.support.receivers import certificate, smtp_receiver


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
