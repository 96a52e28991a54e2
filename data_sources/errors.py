"""Errors of the stores, Redis and the archive; each has a text that a person can read."""

from __future__ import annotations

from collections.abc import Mapping

import redis

from dashboard.errors import GridwallError

#: Redis cannot be reached, or failed to answer. Packages above the data sources catch this name;
#: it is the client's own base class, so nothing has to be translated.
RedisUnavailable = redis.RedisError
#: no connection to Redis; one kind of `RedisUnavailable`
RedisDown = redis.ConnectionError


class LeaseLost(GridwallError):
    """Another process has taken over this role; nothing was written."""


class WrongCity(GridwallError):
    """The store holds another city's events."""


class ViewsReplaced(GridwallError):
    """A rebuild has replaced the views; a batch folded over the old ones was not written."""


class OtherRules(GridwallError):
    """The views were folded under other rules than this process has."""


class RebuildRunning(GridwallError):
    """Another process is rebuilding the views."""


class UnknownArea(GridwallError):
    """The city has no place with the requested code."""


class DataLost(GridwallError):
    """The store holds less than it had counted, and no operator has accepted that yet."""

    def __init__(self, lost: Mapping[str, object]) -> None:
        super().__init__(
            f"data were lost in {', '.join(sorted(lost))}: restore a backup, or see `gridwall lost`"
        )


class ArchiveUnreadable(GridwallError):
    """A file of the archive is missing or damaged; the text names it."""
