"""The sender of a channel, by its kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from data_sources.channels.email import Email
from data_sources.channels.message import Message
from data_sources.channels.robots import DingTalk, Feishu, WeCom
from data_sources.channels.settings import Channel
from data_sources.channels.webhook import Webhook


class Sender(Protocol):
    """Sends; may be used by several threads at once."""

    def send(self, messages: Sequence[Message]) -> str:
        """Send them as one; returns "" or a remark for the record.

        Raises :class:`TryAgain` or :class:`GiveUp` for all of them.
        """

    def close(self) -> None:
        """Let go of connections."""


_KINDS: dict[str, Callable[[Channel], Sender]] = {
    "webhook": Webhook,
    "wecom": WeCom,
    "dingtalk": DingTalk,
    "feishu": Feishu,
    "email": Email,
}


def open_sender(channel: Channel) -> Sender:
    """What sends for a channel."""
    return _KINDS[channel.kind](channel)
