"""How sending ends when it does not end well. The texts are shown to people: no secrets."""

from __future__ import annotations

from dashboard.errors import GridwallError


class TryAgain(GridwallError):
    """Not delivered, or not known to be: try again later."""

    def __init__(
        self, reason: str, *, after_ms: int = 0, busy: bool = False, outage: bool = False
    ) -> None:
        #: what the server asked to wait
        self.after_ms = after_ms
        #: the channel as a whole is to pause, not this message alone
        self.busy = busy
        #: nobody answered: says nothing about the message
        self.outage = outage
        super().__init__(reason)


class GiveUp(GridwallError):
    """The other side will never take this message."""
