"""The generic webhook: JSON, signed, with an id by which the receiver knows a repeat."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Sequence
from urllib.parse import quote

import msgspec

from data_sources.channels.https import Poster
from data_sources.channels.message import Message
from data_sources.channels.settings import Channel

#: the notice's id, percent-encoded UTF-8; the same each time the notice is sent
ID = "X-Gridwall-Id"
#: seconds since 1970 when it was sent
TIMESTAMP = "X-Gridwall-Timestamp"
#: sha256=HEX, the HMAC of timestamp, a full stop and the body
SIGNATURE = "X-Gridwall-Signature"
#: 1 for the first attempt
ATTEMPT = "X-Gridwall-Attempt"


class Webhook:
    """Posts one notice in each request."""

    def __init__(self, channel: Channel) -> None:
        self._channel, self._poster = channel, Poster(channel)

    def send(self, messages: Sequence[Message]) -> str:
        """Send the one message; any 2xx means that it was accepted."""
        (message,) = messages
        body = payload(message)
        stamp = str(int(time.time()))
        headers = {
            ID: quote(message.notice.id, safe=":"),
            TIMESTAMP: stamp,
            ATTEMPT: str(message.attempts + 1),
        }
        if self._channel.secret:
            headers[SIGNATURE] = sign(self._channel.secret, stamp, body)
        self._poster.post(self._channel.url, body, headers)
        return ""

    def close(self) -> None:
        self._poster.close()


def payload(message: Message) -> bytes:
    """The JSON body: the notice's fields, its source, title and text; times are ms UTC."""
    # every field is sent, so that a receiver need not know our defaults
    fields = {name: getattr(message.notice, name) for name in message.notice.__struct_fields__}
    return msgspec.json.encode(
        {**fields, "source": message.source, "title": message.title.strip(), "text": message.text}
    )


def sign(secret: str, stamp: str, body: bytes) -> str:
    """The signature header's value."""
    mac = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256)
    return f"sha256={mac.hexdigest()}"


def verify(
    secret: str, stamp: str, signature: str, body: bytes, *, now: float, within: float = 300
) -> bool:
    """Whether the signature fits and is at most ``within`` seconds old, as a receiver checks it."""
    return (
        stamp.isdecimal()
        and abs(now - int(stamp)) <= within
        and hmac.compare_digest(sign(secret, stamp, body).encode(), signature.encode())
    )
