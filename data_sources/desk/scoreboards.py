"""The scoreboard of a range: everybody's score, what it was before, and the plain counts."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.core.model.periods import compared, span
from dashboard.core.questions import departments as views
from dashboard.core.questions.answers import Kpis
from dashboard.core.questions.ask import Ask
from dashboard.core.questions.whatif import tried
from dashboard.core.scoring import scores as scoring
from dashboard.core.scoring.weights import version_of
from data_sources.desk.figures import counted
from data_sources.desk.reader import Reader
from data_sources.desk.tallied import sums


def scoreboard(reader: Reader, ask: Ask, by: str) -> views.Standings:
    """Departments, townships or communities in the range; raises ``AskError``."""
    of = span(ask, reader.rules, reader.now_ms)
    past = compared(of, reader.rules, ask.compare)
    ask = plain(ask, by)
    rules, department = reader.rules, by == "department"
    month = views.month_of(of)
    weights = rules.weights_of(month)
    wanted = tried(weights, ask.extra)
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
    plainly = counted(reader, ask, of, by)
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
                kpis=plainly.get(score.subject, Kpis()),
            )
            for score in scoring.compared(now.scores, earlier)
        ],
        closed=views.closed(of, rules, reader.now_ms),
    )


def plain(ask: Ask, by: str) -> Ask:
    """Without filters that a scoreboard of this kind has no use for."""
    return ask.but(status=None, department=None if by == "department" else ask.department)


def narrowed(ask: Ask, by: str, subject: str) -> Ask:
    """The events that are one subject's now."""
    if by == "department":
        return ask.but(status=None, department=subject or "-")
    return ask.but(status=None, area=subject)


def _by_subject(scores: list[scoring.Score]) -> dict[str, scoring.Score]:
    return {score.subject: score for score in scores}
