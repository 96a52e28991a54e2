"""One department or place: all figures of its page, and up to four side by side."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec.structs import replace

from dashboard.core.model.actions import Level
from dashboard.core.model.periods import Span, span
from dashboard.core.model.rules import Weights
from dashboard.core.questions import departments as views
from dashboard.core.questions.ask import Ask, AskError
from dashboard.core.scoring import scores as scoring
from dashboard.core.scoring.formulas import CHECKS
from dashboard.core.scoring.reasons import checked, fall
from data_sources.desk.copy.reader import Reader
from data_sources.desk.distributions import backlog, handling
from data_sources.desk.scores.costs import Bill
from data_sources.desk.scores.scoreboards import by_periods, narrowed, plain, scoreboard
from data_sources.desk.series import series

#: events listed by what they cost, and as evidence of a check
COSTLY, EVIDENCE = 10, 6
#: the trend of a range of up to so many days is by days; up to so many by weeks; else by months
_DAYS, _WEEKS = 10, 92
#: points of a trend
_POINTS = {"day": 14, "week": 12, "month": 12}


def whole(reader: Reader, ask: Ask, by: str, subject: str) -> views.Whole | None:
    """All figures of one subject; None if it has no score and no counts.

    Raises: `AskError`.
    """
    board = scoreboard(reader, ask, by)
    row = board.row(subject)
    if row is None:
        return None
    own, asked, weights = narrowed(ask, by, subject), plain(ask, by), board.weighed.weights
    bill = Bill(reader, asked, by, board.span, row.score, weights)
    costly, number = bill.costly(COSTLY)
    before = None
    if board.compared is not None and row.before is not None:
        used = weights
        if not board.weighed.changed:
            used = reader.rules.weights_of(views.month_of(board.compared))
        before = Bill(reader, asked, by, board.compared, row.before, used)
    others_by = "township" if by == "department" else "department"
    return views.Whole(
        board=board,
        row=row,
        trend=_trend(reader, asked, by, subject, board.span, weights),
        series=series(reader, own, board.span, board.span.grain),
        fall=fall(row.score, row.before),
        costly=costly,
        costly_events=number,
        categories=_worst(bill, before, "category"),
        others=_worst(bill, before, others_by),
        others_by=others_by,
        handling=handling(reader, own, board.span),
        levels=[
            views.LevelSpread(level=level, handling=found)
            for level in reversed(Level)
            if not own.level or level in own.many("level")
            if (found := handling(reader, own.but(level=level), board.span)).count
        ],
        backlog=backlog(reader, own),
        evidence=_evidence(bill, row, board),
        excluded=bill.excluded(),
    )


def comparison(reader: Reader, ask: Ask, by: str, subjects: list[str]) -> views.Comparison:
    """Several subjects side by side, in the order asked.

    Those without a row are left out.
    """
    board = scoreboard(reader, ask, by)
    asked, weights, sides = plain(ask, by), board.weighed.weights, []
    for subject in subjects[: views.SIDES]:
        row = board.row(subject)
        if row is None:
            continue
        own = narrowed(ask, by, subject)
        bill = Bill(reader, asked, by, board.span, row.score, weights)
        costly, _ = bill.costly(1)
        sides.append(
            views.Side(
                row=row,
                trend=_trend(reader, asked, by, subject, board.span, weights),
                handling=handling(reader, own, board.span),
                backlog=backlog(reader, own),
                evidence=_evidence(bill, row, board),
                worst=costly[0] if costly else None,
            )
        )
    return views.Comparison(board=board, sides=sides)


def kind(ask: Ask) -> str:
    """The kind of subject that is scored. Raises: `AskError`."""
    by = ask.own.by or views.BY[0]
    if by not in views.BY:
        raise AskError("by", by, f"expected one of {', '.join(views.BY)}")
    return by


def _worst(bill: Bill, before: Bill | None, by: str) -> list[views.Worst]:
    now = bill.worst(by)
    was = before.worst(by, 10_000) if before else {}
    return [
        replace(one, before=was[code].points if code in was else 0.0) if before else one
        for code, one in now.items()
        if one.points > 0.005
    ]


def _evidence(bill: Bill, row: views.Row, board: views.Standings) -> list[views.Evidence]:
    found = bill.checked(list(CHECKS), EVIDENCE)
    checks = checked(row.score, [other.score for other in board.rows])
    return [views.Evidence(check=one, events=found.get(one.name, [])) for one in checks]


def _trend(
    reader: Reader, ask: Ask, by: str, subject: str, of: Span, weights: Weights
) -> list[views.Point]:
    """The scores of periods up to the range's end, from the first that has one."""
    spans = periods(reader, of)
    found = by_periods(reader, ask, by, subject, spans)
    points: list[views.Point] = []
    for one, sums in zip(spans, found, strict=True):
        scores = scoring.board({subject: sums}, weights).scores if sums else []
        score = scores[0] if scores and scores[0].total is not None else None
        if points or score:
            points.append(views.Point(span=one, score=score))
    return points


def periods(reader: Reader, of: Span) -> list[Span]:
    """Consecutive days, weeks or months; the last one contains the range's last day."""
    size = "day" if of.length <= _DAYS else "week" if of.length <= _WEEKS else "month"
    last_day = min(of.last_day, reader.rules.local.day(reader.now_ms))
    at = date(last_day // 10000, last_day // 100 % 100, last_day % 100)
    labels: list[str] = []
    for _ in range(_POINTS[size]):
        if size == "day":
            labels.append(at.isoformat())
            at -= timedelta(days=1)
        elif size == "week":
            year, week, weekday = at.isocalendar()
            labels.append(f"{year:04d}-W{week:02d}")
            at -= timedelta(days=weekday)
        else:
            labels.append(f"{at:%Y-%m}")
            at = at.replace(day=1) - timedelta(days=1)
    return [span(label, reader.rules, reader.now_ms) for label in reversed(labels)]
