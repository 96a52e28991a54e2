"""The notices of a few actions, for tests of notices."""

from __future__ import annotations

from typing import Any

from dashboard.core.model.actions import Action, Level
from dashboard.core.model.notices import Notice
from dashboard.core.model.rules import Rules
from tests.support.core.memory_store import Store
from tests.support.core.shorthand import RULES, act


def notices_of(*actions: Action, rules: Rules = RULES) -> list[Notice]:
    """The notices, in the order in which they were created."""
    store = Store(rules)
    store.take_each(actions)
    return store.notices


def begun(level: Level, at: int, **more: Any) -> list[Action]:
    """An event that is reported, registered and dispatched to D1 at ``at``."""
    return [act("report", at, level=level), act("register", at), act("dispatch", at, **more)]
