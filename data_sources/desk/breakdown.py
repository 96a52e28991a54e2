"""A range by areas, departments, categories, levels or channels, beside the one compared with."""

from __future__ import annotations

from dashboard.core.fold.views import TIERS
from dashboard.core.model.periods import Span
from dashboard.core.questions.answers import Breakdown, Kpis, Row
from dashboard.core.questions.ask import Ask
from data_sources.desk.figures import counted
from data_sources.desk.filters import where
from data_sources.desk.reader import Reader

GROUPS = (*TIERS, "department", "category", "level", "channel")
_NOTHING = Kpis()


def breakdown(
    reader: Reader, ask: Ask, span: Span, by: str = "area", compare: Span | None = None
) -> Breakdown:
    """The numbers of every group that has any, then or now; most reports first.

    ``by`` is one of ``GROUPS``, or ``area``: the places right below the one that is asked for.
    Departments: what is with them now, and decisions that were counted for them.
    """
    column = below(reader, ask) if by == "area" else by
    if column not in GROUPS:
        raise ValueError(f"by={by!r}: expected area or one of {', '.join(GROUPS)}")
    now = counted(reader, ask, span, column)
    before = None if compare is None else counted(reader, ask, compare, column)
    rows = [
        Row(key, now.get(key, _NOTHING), None if before is None else before.get(key, _NOTHING))
        for key in {**now, **(before or {})}
    ]
    rows = [row for row in rows if row.now != _NOTHING or row.before not in (None, _NOTHING)]
    rows.sort(key=lambda row: (-row.now.reported, -row.now.open, row.key))
    return Breakdown(column, tuple(rows))


def below(reader: Reader, ask: Ask) -> str:
    """The tier of the places below the one asked for: the first in which it has several."""
    kept, params = where(Ask(area=ask.area))
    at = ", ".join(f"bool_or({tier} = $area) AS at_{tier}" for tier in TIERS)
    several = ", ".join(f"count(DISTINCT nullif({tier}, '')) AS of_{tier}" for tier in TIERS)
    area = ask.area or reader.area
    row = reader.one(f"SELECT {at}, {several} FROM events WHERE {kept}", area=area, **params)
    # "" is the city, and not the places that some events came without
    own = next((n for n, tier in enumerate(TIERS) if area and row[f"at_{tier}"]), -1)
    rest = TIERS[own + 1 :] or TIERS[-1:]
    return next((tier for tier in rest if row[f"of_{tier}"] > 1), rest[-1])
