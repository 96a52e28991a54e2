"""What a channel is given to send, and the two ways in which sending fails.

The texts of `TryAgain` and `GiveUp` are shown to people, so they contain no secrets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.config.redact import redacted
from dashboard.core.model.notices import Notice
from dashboard.errors import GridwallError


@dataclass(frozen=True)
class Message:
    """A notice in words."""

    notice: Notice
    #: where the event comes from: live, replay or simulated
    source: str
    #: one line without markup, e.g. 【红色·告警】…
    title: str
    text: str
    #: how many attempts were made before
    attempts: int = 0

    @property
    def line(self) -> str:
        """Title and text in one line."""
        return f"{self.title}{self.text}"


def title_of(messages: Sequence[Message], lang: str) -> str:
    """The headline of a message, or of several sent as one."""
    if len(messages) == 1:
        return messages[0].title
    count = len(messages)
    return f"【汇总】{count} 条通知" if lang == "zh" else f"[Digest] {count} notices"


def lines_of(messages: Sequence[Message]) -> list[str]:
    """One line a message, numbered where there are several."""
    if len(messages) == 1:
        return [messages[0].text]
    return [f"{number}. {message.line}" for number, message in enumerate(messages, 1)]


class TryAgain(GridwallError):
    """Not delivered, or not known whether delivered: try again later."""

    def __init__(
        self,
        reason: str,
        *,
        after_ms: int = 0,
        busy: bool = False,
        outage: bool = False,
        answered: bool = True,
        words: str = "",
    ) -> None:
        #: the wait the server asked for, ms; 0: none
        self.after_ms = after_ms
        #: the whole channel has to pause, not this message alone
        self.busy = busy
        #: the server did not answer at all, so the message is not the reason
        self.outage = outage
        #: the receiver has answered; else it may not have got the message
        self.answered = answered and not outage
        #: the receiver's own words, on one short line
        self.words = words
        super().__init__(reason)


class GiveUp(GridwallError):
    """The server will never accept this message."""

    def __init__(self, reason: str, *, words: str = "") -> None:
        #: the receiver's own words, on one short line
        self.words = words
        super().__init__(reason)


def short(text: object) -> str:
    """A receiver's words on one line, without what it repeats of a secret."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    line = "".join(char if char.isprintable() else " " for char in str(text or ""))
    return " ".join(redacted(line).split())[:160]
