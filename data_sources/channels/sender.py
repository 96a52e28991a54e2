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
    """Sends a channel's messages; may be used by several threads at once."""

    def send(self, messages: Sequence[Message]) -> str:
        """Send them as one message; return "" or a remark for the record.

        Raises :class:`TryAgain` or :class:`GiveUp`, which count for all of them.
        """

    def close(self) -> None:
        """Close idle connections."""


_KINDS: dict[str, Callable[[Channel], Sender]] = {
    "webhook": Webhook,
    "wecom": WeCom,
    "dingtalk": DingTalk,
    "feishu": Feishu,
    "email": Email,
}


def open_sender(channel: Channel) -> Sender:
    """The sender for a channel's kind."""
    return _KINDS[channel.kind](channel)
