"""Which times are plausible: a span with both ends, and what is wrong with a time outside it. Pure.

A time outside is never repaired: what came with it is refused, and the refusal names the span.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from dashboard.core.model.actions import Action, ActionError

_LAST = 253_402_300_799_000  # the last second of the year 9999


@dataclass(frozen=True)
class Span:
    """The times from ``earliest`` to ``latest``, both ms UTC and included; shown in ``zone``."""

    earliest: int
    latest: int
    zone: tzinfo = UTC

    def __contains__(self, moment: int) -> bool:
        return self.earliest <= moment <= self.latest

    def refusal(self, moment: int) -> str | None:
        """Why a time (ms) is not plausible, naming the span; None for one that is."""
        if moment in self:
            return None
        side = "before" if moment < self.earliest else "after"
        return f"is {side} the plausible span, {self}{self._hint(moment)}"

    def early(self, moment: int) -> str | None:
        """The same for a time that may be in the future, such as a due date."""
        return self.refusal(moment) if moment < self.earliest else None

    def __str__(self) -> str:
        return f"{self._iso(self.earliest)} to {self._iso(self.latest)}"

    def _hint(self, moment: int) -> str:
        """What the number may be instead of milliseconds."""
        for unit, ms in (("seconds", moment * 1000), ("microseconds", moment // 1000)):
            if ms in self:
                return f"; looks like {unit}, expected milliseconds"
        return ""

    def _iso(self, moment: int) -> str:
        at = min(max(moment, 0), _LAST) // 1000
        return datetime.fromtimestamp(at, self.zone).isoformat(timespec="seconds")


def plausible(action: Action, span: Span) -> Action:
    """The same action if its times are plausible; raises :class:`ActionError` with the field.

    ``due`` and ``until`` may be in the future; how far, :func:`check` has judged.
    """
    reasons = {"ts": span.refusal(action.ts)}
    for name in ("due", "until"):
        moment = getattr(action, name)
        reasons[name] = None if moment is None else span.early(moment)
    for name, reason in reasons.items():
        if reason is not None:
            raise ActionError(name, getattr(action, name), reason)
    return action
