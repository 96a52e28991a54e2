"""Tallies of a range as scores count them, by department or place: the SQL behind scoreboards.

The same rules as the projector's views (``score_facts`` in :mod:`dashboard.core.fold.views`): what came
after its month was closed is late news, an excluded event counts as that only.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from dashboard.core.model.periods import Span
from dashboard.core.model.state import Standing
from dashboard.core.questions.ask import Ask
from data_sources.desk.filters import where
from data_sources.desk.reader import Reader

_SUBJECTS = {"department": "t.department", "township": "e.township", "community": "e.community"}


def tallied(
    ask: Ask, by: str, span: Span, subject: str | None = None
) -> tuple[str, dict[str, Any]]:
    """Common tables ``seen`` and ``counted`` and their parameters.

    ``counted`` has subject, event_id, moment, answered (the department then), measure, amount.
    """
    cut = ("department", "status")
    kept, params = where(ask, "e", without=cut)
    whose = _SUBJECTS[by]
    conditions = [f"t.at BETWEEN $start AND $end - 1 AND {kept}"]
    if subject is not None:
        conditions.append(f"{whose} = $subject")
        params["subject"] = subject
    elif by != "department":
        conditions.append(f"{whose} <> ''")
    if ask.department and by != "department":
        conditions.append("list_contains($answered, t.department)")
        params["answered"] = ["" if v == "-" else v for v in ask.many("department")]
    late, stands = int(Standing.LATE), int(Standing.STANDS)
    sql = f"""
        WITH seen AS (
            SELECT {whose} AS subject, t.event_id, t.at AS moment, t.day, t.department AS answered,
                t.measure, t.amount, t.standing, e.excluded, e.excluded_why
            FROM tallies t JOIN events e USING (event_id) WHERE {" AND ".join(conditions)}
        ), counted AS (
            SELECT subject, event_id, moment, answered, measure, amount FROM seen
            WHERE NOT excluded AND standing <> {late}
            UNION ALL
            SELECT subject, event_id, moment, answered, 'late_news', 1 FROM seen
            WHERE NOT excluded AND standing <> {stands}
            UNION ALL
            SELECT subject, event_id, min(moment), answered, 'excluded', 1 FROM seen
            WHERE excluded GROUP BY subject, event_id, day, answered
        )
    """
    return sql, {"start": span.start_ms, "end": span.end_ms, **params}


def sums(reader: Reader, ask: Ask, by: str, span: Span) -> dict[str, dict[str, int]]:
    """Subject → measure → n."""
    sql, params = tallied(ask, by, span)
    return grouped(
        reader.rows(
            f"{sql} SELECT subject AS key, measure, sum(amount)::BIGINT AS n FROM counted"
            " GROUP BY subject, measure HAVING sum(amount) <> 0",
            **params,
        )
    )


def by_periods(
    reader: Reader, ask: Ask, by: str, subject: str, spans: list[Span]
) -> list[dict[str, int]]:
    """Measure → n of one subject in each of some periods that follow each other."""
    whole = replace(spans[0], end_ms=spans[-1].end_ms)
    sql, params = tallied(ask, by, whole, subject)
    place = " + ".join(f"(moment >= {one.start_ms})::INTEGER" for one in spans)
    found = grouped(
        reader.rows(
            f"{sql} SELECT {place} AS key, measure, sum(amount)::BIGINT AS n FROM counted"
            " GROUP BY key, measure HAVING sum(amount) <> 0",
            **params,
        )
    )
    return [found.get(number, {}) for number in range(1, len(spans) + 1)]


def grouped(rows: list[dict[str, Any]]) -> dict[Any, dict[str, int]]:
    """Rows of key, measure, n as a table of tables."""
    out: dict[Any, dict[str, int]] = {}
    for row in rows:
        out.setdefault(row["key"], {})[row["measure"]] = row["n"]
    return out
