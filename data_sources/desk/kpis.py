"""The numbers of one range, for the filters of an ask."""

from __future__ import annotations

from dashboard.core.answers import Kpis
from dashboard.core.ask import Ask
from dashboard.core.spans import Span
from data_sources.desk.counts import counted
from data_sources.desk.reader import Reader


def kpis(reader: Reader, ask: Ask, span: Span) -> Kpis:
    """The numbers of the range."""
    return counted(reader, ask, span).get("", Kpis())
