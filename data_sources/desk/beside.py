"""The range that another is compared with, where all of it is known."""

from __future__ import annotations

from dashboard.core.model.periods import Span, compared
from dashboard.core.model.rules import Rules
from data_sources.desk.reader import Reader


def beside(reader: Reader, of: Span, compare: str) -> Span | None:
    """The ``previous`` one or that of the ``year`` before; None for ``none``, and where the data
    begin later than it does: what was not recorded is no number to grow from."""
    found = compared(of, reader.rules, compare)
    return found if found is not None and _known(reader, reader.rules, found) else None


def _known(reader: Reader, rules: Rules, before: Span) -> bool:
    """Something was reported by its first day."""
    first = reader.one("SELECT min(reported_at) AS first FROM events")["first"]
    return first is not None and rules.local.day(first) <= before.first_day
