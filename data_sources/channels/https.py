"""One HTTPS POST: no redirects, no retries, no proxy from the environment.

Reasons of failures are written here and contain no address, since a robot's address is its key.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import urllib3
from urllib3 import exceptions as broken

from data_sources.channels.message import GiveUp, TryAgain, short
from data_sources.channels.settings import Channel

#: so many bytes of an answer are read; robots answer with less than 200
_READ = 4096
#: 4xx that may succeed later; every other 4xx will not
_PASSING = frozenset({408, 409, 425, 429})


@dataclass(frozen=True)
class Answer:
    """A 2xx answer."""

    status: int
    body: bytes


class Poster:
    """Posts through one channel's proxy, certificates and time limits."""

    def __init__(self, channel: Channel) -> None:
        options: dict[str, Any] = {
            "timeout": urllib3.Timeout(connect=min(channel.timeout, 5.0), read=channel.timeout),
            "retries": False,
            "maxsize": channel.parallel,
            "ssl_context": ssl.create_default_context(cafile=channel.ca_file or None),
        }
        self._pool: urllib3.PoolManager = (
            urllib3.ProxyManager(channel.proxy, **options)
            if channel.proxy
            else urllib3.PoolManager(**options)
        )

    def post(self, url: str, body: bytes, headers: dict[str, str] | None = None) -> Answer:
        """Send ``body``; return a 2xx answer, else raise :class:`TryAgain` or :class:`GiveUp`."""
        sent = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Gridwall"}
        try:
            response = self._pool.request(
                "POST",
                url,
                body=body,
                headers={**sent, **(headers or {})},
                redirect=False,
                preload_content=False,
            )
            try:
                text = response.read(_READ)
            finally:
                if response.length_remaining != 0:
                    # keep a connection only if the answer was read to its end
                    response.close()
                response.release_conn()
        except broken.HTTPError as error:
            unreachable = _unreachable(error)
            raise TryAgain(_reason(error), outage=unreachable, answered=False) from None
        status = response.status
        if 200 <= status < 300:
            return Answer(status, text)
        asked = retry_after(response.headers.get("Retry-After"))
        if status in _PASSING or status >= 500:
            busy = status in (429, 503)
            raise TryAgain(f"HTTP {status}", after_ms=asked, busy=busy, words=short(text)) from None
        raise GiveUp(f"HTTP {status}", words=short(text))

    def close(self) -> None:
        """Close idle connections."""
        self._pool.clear()


def retry_after(value: str | None) -> int:
    """The header's seconds or date as ms from now; 0 if there is none or it is unreadable."""
    if not value:
        return 0
    if value.strip().isdecimal():
        return int(value.strip()[:6]) * 1000
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return 0
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0, round((when - datetime.now(UTC)).total_seconds() * 1000))


def _unreachable(error: broken.HTTPError) -> bool:
    kinds = (broken.NewConnectionError, broken.ConnectTimeoutError, broken.ProxyError)
    return isinstance(error, kinds)


def _reason(error: broken.HTTPError) -> str:
    match error:
        case broken.NameResolutionError():
            return "the host's name cannot be resolved"
        case broken.NewConnectionError():
            return "no connection: refused or unreachable"
        case broken.ConnectTimeoutError():
            return "no connection in time"
        case broken.TimeoutError():
            return "no answer in time; it may have arrived"
        case broken.SSLError():
            return "TLS: the certificate or the connection was not accepted"
        case broken.ProxyError():
            return "the proxy cannot be used"
        case broken.ProtocolError():
            return "the connection broke; it may have arrived"
    return type(error).__name__
