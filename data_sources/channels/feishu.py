"""Feishu/Lark (飞书) group robots, with the optional signature.

open.larkoffice.com/document/ukTMukTMukTM/ucTM5YjL3ETO24yNxkjN
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import msgspec

from data_sources.channels.https import Poster
from data_sources.channels.message import Message, lines_of, title_of
from data_sources.channels.robots import judge, signature
from data_sources.channels.settings import Channel

#: 11232 and 11233 too many messages, 99991400 too many calls
_FEISHU_BUSY = (11232, 11233, 99991400)
#: errors inside Feishu
_FEISHU_PASSING = (-1, 11246, 19005)
#: colours of a card's head
_FEISHU_COLOURS = {"red": "red", "orange": "orange", "yellow": "yellow", "blue": "blue"}


class Feishu:
    """Posts text, or a card whose head has the level's colour."""

    def __init__(self, channel: Channel) -> None:
        self._channel, self._poster = channel, Poster(channel)

    def send(self, messages: Sequence[Message]) -> str:
        """Send one message, or several as a digest."""
        body = {**self._signed(), **self._body(messages)}
        answer = self._poster.post(self._channel.url, msgspec.json.encode(body))
        judge(answer, "code", "msg", _FEISHU_BUSY, _FEISHU_PASSING)
        return ""

    def _signed(self) -> dict[str, object]:
        """Feishu takes timestamp and secret as the key, and signs nothing with it."""
        secret = self._channel.secret
        if not secret:
            return {}
        stamp = str(int(time.time()))
        return {"timestamp": stamp, "sign": signature(f"{stamp}\n{secret}", "")}

    def _body(self, messages: Sequence[Message]) -> dict[str, object]:
        title, lines = title_of(messages, self._channel.lang), lines_of(messages)
        if self._channel.format == "text":
            # the one thing Feishu reads in a text is a mention: <at …>
            content = "\n".join([title, *lines]).replace("<", "＜")
            return {"msg_type": "text", "content": {"text": content}}
        colour = _FEISHU_COLOURS.get(messages[0].notice.level, "blue")
        plain = [{"tag": "div", "text": {"tag": "plain_text", "content": line}} for line in lines]
        head = {"title": {"tag": "plain_text", "content": title}, "template": colour}
        card = {"config": {"wide_screen_mode": True}, "header": head, "elements": plain}
        return {"msg_type": "interactive", "card": card}

    def close(self) -> None:
        self._poster.close()
