"""Scoreboards of a range: every subject's score, its earlier score, and the plain figures.

`tallied` is their SQL: the tallies of a range by department or place, as scores count them. The
rules are those of the projector's views (``score_facts`` in `dashboard.core.fold.views`): what
arrived after its month was closed is late news, an excluded event counts as excluded only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from dashboard.core.model.periods import Span, compared, span
from dashboard.core.model.state import Standing
from dashboard.core.questions import departments as views
from dashboard.core.questions.answers import Kpis
from dashboard.core.questions.ask import Ask
from dashboard.core.questions.what_if import tried
from dashboard.core.scoring import ranks
from dashboard.core.scoring import scores as scoring
from dashboard.core.scoring.weights import version_of
from data_sources.desk.copy.reader import Reader
from data_sources.desk.figures import counted
from data_sources.desk.filters import where

_SUBJECTS = {"department": "t.department", "township": "e.township", "community": "e.community"}


def scoreboard(reader: Reader, ask: Ask, by: str) -> views.Standings:
    """The scoreboard of departments, townships or communities. Raises: `AskError`."""
    of = span(ask, reader.rules, reader.now_ms)
    past = compared(of, reader.rules, ask.compare)
    ask = plain(ask, by)
    rules, department = reader.rules, by == "department"
    month = views.month_of(of)
    weights = rules.weights_of(month)
    wanted = tried(weights, ask.own.weights)
    own = sums(reader, ask, by, of)
    now = scoring.board(own, wanted.weights, department=department)
    present: Mapping[str, scoring.Score] = {}
    if wanted.what_if:
        present = _by_subject(scoring.board(own, weights, department=department).scores)
    earlier: list[scoring.Score] = []
    if past is not None:
        usual = rules.weights_of(views.month_of(past))
        used = wanted.weights if wanted.what_if else usual
        earlier = scoring.board(sums(reader, ask, by, past), used, department=department).scores
    before = _by_subject(earlier)
    figures = counted(reader, ask, of, by)
    return views.Standings(
        by=by,
        span=of,
        compared=past,
        weighed=views.Weighed(
            weights=wanted.weights,
            usual=weights,
            version=version_of(rules, month),
            changed=wanted.changed,
        ),
        priors={name: group for name, group in now.priors.items() if group.subjects},
        rows=[
            views.Row(
                score=score,
                before=before.get(score.subject),
                present=present.get(score.subject),
                kpis=figures.get(score.subject, Kpis()),
            )
            for score in ranks.compared(now.scores, earlier, wanted.weights.min_ranked)
        ],
        closed=views.closed(of, rules, reader.now_ms),
    )


def plain(ask: Ask, by: str) -> Ask:
    """The ask without the filters that a scoreboard of this kind ignores."""
    return ask.but(status=None, department=None if by == "department" else ask.department)


def narrowed(ask: Ask, by: str, subject: str) -> Ask:
    """The ask for the events that one subject has now."""
    if by == "department":
        return ask.but(status=None, department=subject or "-")
    return ask.but(status=None, area=subject)


def _by_subject(scores: list[scoring.Score]) -> dict[str, scoring.Score]:
    return {score.subject: score for score in scores}


def tallied(
    ask: Ask,
    by: str,
    span: Span,
    subject: str | None = None,
    *,
    subjects: Sequence[str] = (),
    event: str = "",
) -> tuple[str, dict[str, Any]]:
    """A WITH clause of the tables ``seen`` and ``counted``, and its parameters.

    Of one subject, of several, or of one event, where they are given: no other rows are read.
    ``counted`` has subject, event_id, moment (ms), answered (the department then), measure, amount.
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
    if subjects:
        conditions.append(f"list_contains($only, {whose})")
        params["only"] = list(subjects)
    if event:
        conditions.append("t.event_id = $event AND e.event_id = $event")
        params["event"] = event
    if ask.department and by != "department":
        conditions.append("list_contains($answered, t.department)")
        params["answered"] = ["" if v == "-" else v for v in ask.many("department")]
    late, counts = int(Standing.LATE), int(Standing.STANDS)
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
            WHERE NOT excluded AND standing <> {counts}
            UNION ALL
            SELECT subject, event_id, min(moment), answered, 'excluded', 1 FROM seen
            WHERE excluded GROUP BY subject, event_id, day, answered
        )
    """
    return sql, {"start": span.start_ms, "end": span.end_ms, **params}


def sums(
    reader: Reader, ask: Ask, by: str, span: Span, *, subjects: Sequence[str] = (), event: str = ""
) -> dict[str, dict[str, int]]:
    """The sums of a range: subject → measure → n; of some subjects or one event if given."""
    sql, params = tallied(ask, by, span, subjects=subjects, event=event)
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
    """The sums (measure → n) of one subject in each of several consecutive periods."""
    together = replace(spans[0], end_ms=spans[-1].end_ms)
    sql, params = tallied(ask, by, together, subject)
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
    """Rows of key, measure, n as key → measure → n."""
    out: dict[Any, dict[str, int]] = {}
    for row in rows:
        out.setdefault(row["key"], {})[row["measure"]] = row["n"]
    return out
