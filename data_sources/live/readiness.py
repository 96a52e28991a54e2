"""Whether a web worker may be called ready; it becomes so again only after a steady while."""

from __future__ import annotations

import time

from data_sources.live.pulse import Pulse

#: with views older than this, the server is not ready
READY_AGE_MS = 15_000
#: everything must have been well for so long before a server that was not is ready again, s
_STEADY_S = 3.0


def sound(pulse: Pulse | None) -> bool:
    """Whether Redis works, projector and clock run, nothing is lost and the views are current."""
    if pulse is None or pulse.health.state == "engine-stopped" or pulse.health.cause:
        return False
    return pulse.age_ms < READY_AGE_MS


class Readiness:
    """Follows every look at the engine of one worker."""

    def __init__(self) -> None:
        self.ready = False
        self._once = False
        #: since when every look was well (monotonic)
        self._well_since: float | None = None

    def note(self, pulse: Pulse | None) -> bool:
        """Take a look into account; returns whether the worker is ready now."""
        now = time.monotonic()
        if not sound(pulse):
            self.ready, self._well_since = False, None
            return False
        if self._well_since is None:
            self._well_since = now
        self.ready = self.ready or not self._once or now - self._well_since >= _STEADY_S
        self._once = True
        return self.ready
