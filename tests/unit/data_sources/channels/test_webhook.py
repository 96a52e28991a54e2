"""The signed webhook against a real HTTP server."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote

import pytest

from data_sources.channels import webhook
from data_sources.channels.https import retry_after
from data_sources.channels.message import GiveUp, TryAgain
from data_sources.channels.settings import Channel
from tests.support.channels import message, notice, send
from tests.support.receivers import Receiver, Reply, certificate, http_receiver


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
