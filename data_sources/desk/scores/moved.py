"""The scores that one event moved: of its departments, community and township, month by month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dashboard.core.model.periods import Span, span
from dashboard.core.model.rules import Weights
from dashboard.core.questions.ask import Ask
from dashboard.core.questions.departments import BY, MovedPart, MovedScore
from dashboard.core.scoring import scores as scoring
from dashboard.core.scoring.formulas import added, formulas
from dashboard.core.scoring.reasons import prices
from data_sources.desk.copy.reader import Reader
from data_sources.desk.scores.scoreboards import sums

_COUNTED = """SELECT DISTINCT t.day // 100 AS month, t.department, e.township, e.community
    FROM tallies t JOIN events e USING (event_id)
    WHERE t.event_id = $event AND e.event_id = $event AND NOT e.excluded
    ORDER BY month, t.department"""


def moved(reader: Reader, event_id: str) -> tuple[MovedScore, ...]:
    """What an event added to each score, and the points that it cost; by month, then by kind."""
    months: dict[int, dict[str, set[str]]] = {}
    for row in reader.rows(_COUNTED, event=event_id):
        subjects = months.setdefault(row["month"], {})
        for by in BY:
            if row[by]:
                subjects.setdefault(by, set()).add(row[by])
    found = []
    for month, kinds in months.items():
        of = span(f"{month // 100:04d}-{month % 100:02d}", reader.rules, reader.now_ms)
        own = sums(reader, Ask(), "department", of, event=event_id)
        weights = reader.rules.weights_of(of.first_day // 100)
        for by in BY:
            for subject, whole in _wholes(reader, by, of, sorted(kinds.get(by, ()))):
                counted = own.get(subject, {}) if by == "department" else _together(own)
                parts = tuple(_parts(subject, whole, counted, weights))
                if parts:
                    found.append(MovedScore(by=by, subject=subject, span=of, parts=parts))
    return tuple(found)


def _wholes(
    reader: Reader, by: str, of: Span, subjects: list[str]
) -> Iterator[tuple[str, Mapping[str, int]]]:
    """Each subject with the sums of all its events."""
    if subjects:
        found = sums(reader, Ask(), by, of, subjects=subjects)
        for subject in subjects:
            yield subject, found.get(subject, {})


def _together(own: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """What an event counted for all departments: that is what it counted for its places."""
    out: dict[str, int] = {}
    for counted in own.values():
        for measure, n in counted.items():
            out[measure] = out.get(measure, 0) + n
    return out


def _parts(
    subject: str, whole: Mapping[str, int], counted: Mapping[str, int], weights: Weights
) -> Iterator[MovedPart]:
    """Each component of one score to which the event added anything."""
    # a price depends on the subject's own sums only, so no other subject is asked for
    (score,) = scoring.board({subject: whole}, weights).scores
    wanted, priced = formulas(weights), prices(score, weights)
    for name in score.parts:
        above, below = (added(linear, counted) for linear in wanted[name])
        if above or below:
            points = sum(
                one.points * counted.get(one.measure, 0) for one in priced if one.component == name
            )
            yield MovedPart(component=name, above=above, below=below, points=points)
