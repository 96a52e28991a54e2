"""Errors of the world outside."""

from __future__ import annotations

import redis

from dashboard.errors import GridwallError

#: Redis cannot be reached, or failed to answer. Rooms above the data sources catch this name; it
#: is the client's own base class, so nothing has to be translated.
RedisUnavailable = redis.RedisError
#: no connection to Redis; one kind of `RedisUnavailable`
RedisDown = redis.ConnectionError


class LeaseLost(GridwallError):
    """Another process plays this role now; what was about to be written was not."""


class WrongCity(GridwallError):
    """The store holds another city's events."""


class ViewsReplaced(GridwallError):
    """A rebuild has replaced the views; what was folded over the old ones was not written."""


class OtherRules(GridwallError):
    """The views were folded under other rules than this process has."""


class RebuildRunning(GridwallError):
    """Somebody else is making the views anew."""


class UnknownArea(GridwallError):
    """The city has no place with the code that was asked for."""


class ArchiveUnreadable(GridwallError):
    """A file of the archive is missing or damaged; the text names it."""
