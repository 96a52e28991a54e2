"""Group robots: WeCom (企业微信), DingTalk (钉钉) and Feishu/Lark (飞书).

All answer HTTP 200 with a code in the body, which :func:`judge` reads; the last two take an
optional signature (加签). Their documentation: developer.work.weixin.qq.com/document/path/91770,
open.dingtalk.com/document/group/custom-robot-access and
open.larkoffice.com/document/ukTMukTMukTM/ucTM5YjL3ETO24yNxkjN.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import quote_plus

import msgspec

from data_sources.channels.https import Answer, Poster
from data_sources.channels.message import GiveUp, Message, TryAgain, lines_of, short, title_of
from data_sources.channels.settings import Channel
from data_sources.channels.wording import escape_markdown

#: 45009 too many calls, 45033 too many at once
_WECOM_BUSY = (45009, 45033)
#: -1 the system is busy, 6000 a conflict inside
_WECOM_PASSING = (-1, 6000)
#: the colours of WeCom's Markdown
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
            # the only markup WeCom reads in a text is a mention: <@name>
            content = "\n".join([title, *lines]).replace("<", "＜")
            return {"msgtype": "text", "text": {"content": content}}
        colour = _WECOM_COLOURS.get(messages[0].notice.level, "info")
        head = f'**<font color="{colour}">{escape_markdown(title)}</font>**'
        content = "\n".join([head, *(f"> {escape_markdown(line)}" for line in lines)])
        return {"msgtype": "markdown", "markdown": {"content": content}}

    def close(self) -> None:
        self._poster.close()


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
        """The address, signed with the current time if the robot has a secret."""
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
        # a phone's notification shows the title
        content = {"title": escape_markdown(title), "text": "\n\n".join(paragraphs)}
        return {"msgtype": "markdown", "markdown": content}

    def close(self) -> None:
        self._poster.close()


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
        """The signature: Feishu takes timestamp and secret as the key, over an empty text."""
        secret = self._channel.secret
        if not secret:
            return {}
        stamp = str(int(time.time()))
        return {"timestamp": stamp, "sign": signature(f"{stamp}\n{secret}", "")}

    def _body(self, messages: Sequence[Message]) -> dict[str, object]:
        title, lines = title_of(messages, self._channel.lang), lines_of(messages)
        if self._channel.format == "text":
            # the only markup Feishu reads in a text is a mention: <at …>
            content = "\n".join([title, *lines]).replace("<", "＜")
            return {"msg_type": "text", "content": {"text": content}}
        colour = _FEISHU_COLOURS.get(messages[0].notice.level, "blue")
        plain = [{"tag": "div", "text": {"tag": "plain_text", "content": line}} for line in lines]
        head = {"title": {"tag": "plain_text", "content": title}, "template": colour}
        card = {"config": {"wide_screen_mode": True}, "header": head, "elements": plain}
        return {"msg_type": "interactive", "card": card}

    def close(self) -> None:
        self._poster.close()


def judge(
    answer: Answer, code_name: str, text_name: str, busy: Collection[int], passing: Collection[int]
) -> None:
    """Return if the robot accepted the message; else raise by the code of its answer.

    ``busy``: too many messages, the channel has to pause. ``passing``: may succeed later. Every
    other code (a wrong key, signature, keyword, address) is final: :class:`GiveUp`.
    """
    try:
        found: Any = msgspec.json.decode(answer.body)
    except msgspec.DecodeError:
        found = None
    code = found.get(code_name) if isinstance(found, dict) else None
    if not isinstance(code, int):
        # a page of a proxy or of a maintenance, not the robot's answer
        raise TryAgain("HTTP 200 without a readable answer", words=short(answer.body))
    if code == 0:
        return
    words = short(found.get(text_name))
    reason = f"{code_name} {code}: {words}"
    if code in busy:
        raise TryAgain(reason, busy=True, words=words)
    if code in passing:
        raise TryAgain(reason, words=words)
    raise GiveUp(reason, words=words)


def signature(key: str, text: str) -> str:
    """Base64 of the HMAC-SHA256, as DingTalk and Feishu expect it."""
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()
