"""A test message through one channel: sent at once, and what exactly became of it.

It does not pass the courier, so nothing waits in front of it and nothing is tried again. It is
marked as a test in its words and by ``what``, and is about no event.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Literal, cast

import msgspec
import redis

from dashboard.core.model.names import trial
from dashboard.core.model.notices import Notice
from data_sources.channels.message import GiveUp, TryAgain
from data_sources.channels.sender import open_sender
from data_sources.channels.settings import Channel
from data_sources.channels.wording import Wording
from data_sources.store import keys

#: a channel is tried from pages at most this often, ms
EVERY_MS = 20_000

Outcome = Literal["sent", "refused", "unreachable"]


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a test message. No field holds an address or a secret."""

    channel: str
    outcome: Outcome
    #: why it was not sent; a remark if it was, or ""
    reason: str = ""
    #: the receiver's own words, "" if it had none
    words: str = ""
    #: when it was over, ms
    at: int = 0
    #: how long it took, ms
    took: int = 0
    by: str = ""


def attempt(channel: Channel, wording: Wording, by: str) -> Trial:
    """Send a test message through the channel now."""
    began, at = time.monotonic(), round(time.time() * 1000)
    notice = Notice(id=trial(channel.name, at), event_id="test", at=at, what="test", to="city")
    outcome: Outcome = "sent"
    reason = words = ""
    sender = open_sender(channel)
    try:
        reason = sender.send([wording.message(notice, "live", channel.prefix)])
    except GiveUp as error:
        outcome, reason, words = "refused", str(error), error.words
    except TryAgain as error:
        outcome = "refused" if error.answered else "unreachable"
        reason, words = str(error), error.words
    finally:
        sender.close()
    took = round((time.monotonic() - began) * 1000)
    return Trial(
        channel=channel.name, outcome=outcome, reason=reason, words=words, at=at + took,
        took=took, by=by,
    )  # fmt: skip


class Trials:
    """The last trial of each channel, and how long a page must wait for the next."""

    def __init__(self, r: redis.Redis) -> None:
        self._r = r

    def turn(self, channel: str) -> int:
        """Take the turn to try a channel; 0, or the wait in ms if it was just tried."""
        key = keys.channel_turn(channel)
        if self._r.set(key, 1, px=EVERY_MS, nx=True):
            return 0
        return max(1, self._r.pttl(key))

    def note(self, trial: Trial) -> None:
        """Keep the outcome."""
        self._r.hset(keys.CHANNEL_TRIALS, trial.channel, msgspec.json.encode(trial))

    def last(self) -> dict[str, Trial]:
        """Channel → its last trial."""
        raw = cast(Mapping[bytes, bytes], self._r.hgetall(keys.CHANNEL_TRIALS))
        return {
            name.decode(): msgspec.json.decode(value, type=Trial) for name, value in raw.items()
        }
