"""The numbers of one range, for the filters of an ask."""

from __future__ import annotations

from dashboard.core.model.periods import Span
from dashboard.core.questions.answers import Kpis
from dashboard.core.questions.ask import Ask
from data_sources.desk.figures import counted
from data_sources.desk.reader import Reader


def kpis(reader: Reader, ask: Ask, span: Span) -> Kpis:
    """The numbers of the range."""
    return counted(reader, ask, span).get("", Kpis())
