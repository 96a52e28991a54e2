"""Errors of the world outside."""

from __future__ import annotations

from dashboard.errors import GridwallError


class LeaseLost(GridwallError):
    """Another process plays this role now; what was about to be written was not."""


class WrongCity(GridwallError):
    """The store holds another city's events."""
