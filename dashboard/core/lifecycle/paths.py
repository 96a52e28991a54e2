"""The shortest lawful way from one status to another: which steps must be taken, in order. Pure.

For sources that say where an event is, and not how it came there: an event closed last night and
open today has been opened again and dispatched in between.
"""

from __future__ import annotations

from collections import deque
from functools import lru_cache

from dashboard.core.lifecycle.steps import LIFECYCLE
from dashboard.core.model.actions import Kind, Status

#: the steps that are taken, those that are liked best first
_STEPS = (
    Kind.REGISTER,
    Kind.DISPATCH,
    Kind.ACCEPT,
    Kind.HANDLE,
    Kind.CLOSE,
    Kind.RETURN,
    Kind.REJECT,
    Kind.REWORK,
    Kind.REOPEN,
    Kind.RESUME,
)


@lru_cache(maxsize=1024)
def path(start: Status, target: Status, before: Status | None = None) -> tuple[Kind, ...] | None:
    """The steps that lead from ``start`` to ``target``; () if it is there, None if no way does.

    ``before`` is what a suspended event goes back to.
    """
    waiting: deque[tuple[Status, tuple[Kind, ...]]] = deque([(start, ())])
    seen = {start}
    while waiting:
        status, taken = waiting.popleft()
        if status is target:
            return taken
        for kind in _STEPS:
            step = LIFECYCLE[kind]
            if status not in step.allowed_from:
                continue
            to = step.to or before or Status.REGISTERED
            if to not in seen:
                seen.add(to)
                waiting.append((to, (*taken, kind)))
    return None
