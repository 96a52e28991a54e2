"""The scores that one event moved: of its departments, community and township, month by month."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.core.model.periods import Span, span
from dashboard.core.questions.ask import Ask
from dashboard.core.questions.departments import BY, MovedPart, MovedScore
from dashboard.core.scoring import scores as scoring
from dashboard.core.scoring.formulas import added, formulas
from dashboard.core.scoring.reasons import prices
from data_sources.desk.copy.reader import Reader
from data_sources.desk.scores.scoreboards import by_periods, grouped, tallied

_COUNTED = """SELECT DISTINCT t.day // 100 AS month, t.department, e.township, e.community
    FROM tallies t JOIN events e USING (event_id)
    WHERE event_id = $event AND NOT e.excluded ORDER BY month, t.department"""


def moved(reader: Reader, event_id: str) -> tuple[MovedScore, ...]:
    """What an event added to each score, and the points that it cost; by month, then by kind."""
    subjects: dict[tuple[int, str, str], None] = {}
    for row in reader.rows(_COUNTED, event=event_id):
        for by in BY:
            if row[by]:
                subjects[row["month"], by, row[by]] = None
    ordered = sorted(subjects, key=lambda one: (one[0], BY.index(one[1]), one[2]))
    found = []
    for month, by, subject in ordered:
        of = span(f"{month // 100:04d}-{month % 100:02d}", reader.rules, reader.now_ms)
        parts = tuple(_parts(reader, by, subject, of, event_id))
        if parts:
            found.append(MovedScore(by=by, subject=subject, span=of, parts=parts))
    return tuple(found)


def _parts(reader: Reader, by: str, subject: str, of: Span, event_id: str) -> Iterator[MovedPart]:
    """Each component of one score to which the event added anything."""
    (sums,) = by_periods(reader, Ask(), by, subject, [of])
    weights = reader.rules.weights_of(of.first_day // 100)
    # a price depends on the subject's own sums only, so no other subject is asked for
    (score,) = scoring.board({subject: sums}, weights).scores
    sql, params = tallied(Ask(), by, of, subject)
    counted = grouped(
        reader.rows(
            f"{sql} SELECT event_id AS key, measure, sum(amount)::BIGINT AS n FROM counted"
            " WHERE event_id = $event GROUP BY event_id, measure",
            event=event_id,
            **params,
        )
    ).get(event_id, {})
    wanted, priced = formulas(weights), prices(score, weights)
    for name in score.parts:
        above, below = (added(linear, counted) for linear in wanted[name])
        if above or below:
            points = sum(
                one.points * counted.get(one.measure, 0) for one in priced if one.component == name
            )
            yield MovedPart(component=name, above=above, below=below, points=points)
