"""A question about the past that can't be answered."""

from __future__ import annotations

from dashboard.errors import GridwallError


class PastQueryError(GridwallError):
    """Names the parameter and its value; ``unknown``: well asked, but there is nothing to tell."""

    def __init__(self, field: str, value: object, reason: str, *, unknown: bool = False) -> None:
        self.field, self.value, self.reason, self.unknown = field, value, reason, unknown
        super().__init__(f"{field}={value!r}: {reason}")
