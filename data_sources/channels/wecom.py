"""WeCom (企业微信) group robots: developer.work.weixin.qq.com/document/path/91770."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from data_sources.channels.https import Poster
from data_sources.channels.message import Message, lines_of, title_of
from data_sources.channels.robots import judge
from data_sources.channels.settings import Channel
from data_sources.channels.wording import escape_markdown

#: 45009 too many calls, 45033 too many at once
_WECOM_BUSY = (45009, 45033)
#: -1 the system is busy, 6000 a conflict inside
_WECOM_PASSING = (-1, 6000)
#: the colours WeCom's Markdown has
_WECOM_COLOURS = {"red": "warning", "orange": "warning", "yellow": "comment", "blue": "info"}


class WeCom:
    """Posts text, or Markdown with a coloured headline."""

    def __init__(self, channel: Channel) -> None:
        self._channel, self._poster = channel, Poster(channel)

    def send(self, messages: Sequence[Message]) -> str:
        """Send one message, or several as a digest."""
        answer = self._poster.post(self._channel.url, msgspec.json.encode(self._body(messages)))
        judge(answer, "errcode", "errmsg", _WECOM_BUSY, _WECOM_PASSING)
        return ""

    def _body(self, messages: Sequence[Message]) -> dict[str, object]:
        title, lines = title_of(messages, self._channel.lang), lines_of(messages)
        if self._channel.format == "text":
            # the one thing WeCom reads in a text is a mention: <@name>
            content = "\n".join([title, *lines]).replace("<", "＜")
            return {"msgtype": "text", "text": {"content": content}}
        colour = _WECOM_COLOURS.get(messages[0].notice.level, "info")
        head = f'**<font color="{colour}">{escape_markdown(title)}</font>**'
        content = "\n".join([head, *(f"> {escape_markdown(line)}" for line in lines)])
        return {"msgtype": "markdown", "markdown": {"content": content}}

    def close(self) -> None:
        self._poster.close()
