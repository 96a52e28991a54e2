"""DingTalk (钉钉) group robots, with the optional signature (加签).

open.dingtalk.com/document/group/custom-robot-access
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from urllib.parse import quote_plus

import msgspec

from data_sources.channels.https import Poster
from data_sources.channels.message import Message, lines_of, title_of
from data_sources.channels.robots import judge, signature
from data_sources.channels.settings import Channel
from data_sources.channels.wording import escape_markdown

#: 130101 too many in a minute, 90030 and 90018 too many calls, 88 and 660026 flow control
_DINGTALK_BUSY = (130101, 90030, 90018, 88, 660026)
#: -1 the system is busy
_DINGTALK_PASSING = (-1,)


class DingTalk:
    """Posts text, or Markdown."""

    def __init__(self, channel: Channel) -> None:
        self._channel, self._poster = channel, Poster(channel)

    def send(self, messages: Sequence[Message]) -> str:
        """Send one message, or several as a digest."""
        answer = self._poster.post(self._url(), msgspec.json.encode(self._body(messages)))
        judge(answer, "errcode", "errmsg", _DINGTALK_BUSY, _DINGTALK_PASSING)
        return ""

    def _url(self) -> str:
        """The address; signed with this moment where the robot has a secret."""
        url, secret = self._channel.url, self._channel.secret
        if not secret:
            return url
        stamp = str(round(time.time() * 1000))
        sign = quote_plus(signature(secret, f"{stamp}\n{secret}"))
        return f"{url}{'&' if '?' in url else '?'}timestamp={stamp}&sign={sign}"

    def _body(self, messages: Sequence[Message]) -> dict[str, object]:
        title, lines = title_of(messages, self._channel.lang), lines_of(messages)
        if self._channel.format == "text":
            return {"msgtype": "text", "text": {"content": "\n".join([title, *lines])}}
        paragraphs = [f"### {escape_markdown(title)}", *map(escape_markdown, lines)]
        # the title is what the phone's notification shows
        content = {"title": escape_markdown(title), "text": "\n\n".join(paragraphs)}
        return {"msgtype": "markdown", "markdown": content}

    def close(self) -> None:
        self._poster.close()
