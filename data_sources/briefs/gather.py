"""Collects the numbers of a brief: from one snapshot of the desk, and from the scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from dashboard.core.briefs.model import Head, Late, Material, Point, Row, Scored, Sums
from dashboard.core.model.periods import Span, span
from dashboard.core.questions import answers
from dashboard.core.questions.ask import Ask
from dashboard.core.scoring.scores import Score
from data_sources.desk.copy.reader import Reader
from data_sources.desk.desk import Desk
from data_sources.desk.figures import breakdown, comparison_span, first_day, kpis
from data_sources.desk.series import series
from data_sources.records.scores import Scores

#: overdue events that are listed
LATEST = 10
#: called with the share of the work that is done (0 to 1); may raise to end it
Progress = Callable[[float], None]
_LATE = """
    SELECT l.event_id, e.level, e.category, e.department, e.county, e.township, e.community,
           l.since
    FROM late l JOIN events e USING (event_id)
    WHERE l.since < $end AND (l.until IS NULL OR l.until >= $end)
    ORDER BY l.since, l.event_id LIMIT $most
"""


class Gathered:
    """The head of a brief (of what, as of when) and its numbers."""

    def __init__(self, head: Head, what: Material) -> None:
        self.head, self.what = head, what


def gather(
    desk: Desk,
    scores: Scores,
    *,
    id_: str,
    period: str,
    at: str,
    area: str,
    zone: str,
    source: str,
    households: Mapping[str, int] | None = None,
    progress: Progress = lambda _: None,
) -> Gathered:
    """Everything for the brief of an area in a period.

    ``households``: of the places in which all are recorded. Raises: `DeskLoading`,
    `ArchiveUnreadable`, `ScoreQueryError`, ``redis.RedisError``, and what ``progress`` raises.
    """
    answer = desk.ask(area, lambda reader: _counted(reader, at, area, progress))
    what, within, before, tier = answer.value
    homes = households or {}
    what = replace(
        what,
        areas=tuple(replace(row, households=homes.get(row.code or "-")) for row in what.areas),
    )
    if not area:
        found = scores.answer("department", period, at)
        scored = tuple(_scored(score) for score in found.scores)
        what = replace(what, scores=scored)
    progress(1.0)
    # of the whole city: a place without an early event has no fewer records
    since = desk.ask("", first_day).value or None
    head = Head(
        id=id_,
        area=area,
        period=period,
        at=at,
        first=within.first_day,
        last=within.last_day,
        running=within.running,
        compared=before.label if before else "",
        zone=zone,
        made=answer.now_ms,
        as_of=answer.as_of_ms,
        source=source,
        position=dict(answer.position),
        tier=tier,
        since=since,
        compared_end=before.end_ms if before and within.running else 0,
    )
    return Gathered(head, what)


def _counted(
    reader: Reader, at: str, area: str, progress: Progress
) -> tuple[Material, Span, Span | None, str]:
    """The numbers, their range, the range that they are compared with, the tier of the places."""
    ask = Ask(area=area, range=at)
    within = span(ask, reader.rules, reader.now_ms)
    before = comparison_span(reader, within, "previous")
    total = _row("", kpis(reader, ask, within), kpis(reader, ask, before) if before else None)
    progress(0.1)
    start = kpis(reader, ask, _start(within)) if before else None
    groups, tier = {}, ""
    for number, by in enumerate(("level", "area", "category", "department")):
        found = breakdown(reader, ask, within, by, before)
        tier = found.by if by == "area" else tier
        groups[by] = tuple(_row(row.key, row.now, row.before) for row in found.rows)
        progress(0.2 + 0.15 * number)
    by = "hour" if within.first_day == within.last_day else "day"
    points = series(reader, ask, within, by).points
    progress(0.9)
    end = min(within.end_ms, reader.now_ms)
    what = Material(
        total=total,
        open_before=start.open if start else None,
        overdue_before=start.overdue if start else None,
        response_overdue_before=start.response_overdue if start else None,
        levels=tuple(row for row in groups["level"] if row.code),
        areas=groups["area"],
        categories=groups["category"],
        departments=groups["department"],
        series=tuple(_point(point, by, n, points, within) for n, point in enumerate(points)),
        longest=tuple(_late(row) for row in reader.rows(_LATE, end=within.end_ms, most=LATEST)),
        end=end,
    )
    return what, within, before, tier


def _start(within: Span) -> Span:
    """The moment at which the range begins, as an empty range."""
    return Span(
        start_ms=within.start_ms,
        end_ms=within.start_ms,
        first_day=within.first_day,
        last_day=within.first_day,
        label="",
    )


def _row(code: str, now: answers.Kpis, before: answers.Kpis | None) -> Row:
    return Row(code, _sums(now), None if before is None else _sums(before))


def _sums(of: answers.Kpis) -> Sums:
    return Sums(
        reported=of.reported,
        closed=of.closed,
        open=of.open,
        overdue=of.overdue,
        response_overdue=of.response_overdue,
        decided=of.decided,
        on_time=of.on_time,
        timed=of.timed,
        handled=of.handled,
        dispatched=of.dispatched,
        median=of.median_ms,
        p90=of.p90_ms,
        unmeasured=of.unmeasured,
        returned=of.return_rate,
        reworked=of.rework_rate,
    )


def _point(
    point: answers.Point, by: str, n: int, points: tuple[answers.Point, ...], within: Span
) -> Point:
    return Point(
        point.hour if by == "hour" else point.day,
        point.reported,
        point.closed,
        point.decided,
        point.on_time,
        running=within.running and n == len(points) - 1,
    )


def _late(row: dict[str, object]) -> Late:
    places = [str(row[tier]) for tier in ("community", "township", "county") if row[tier]]
    names = ("event_id", "level", "category", "department")
    return Late(
        **{name: str(row[name]) for name in names},
        area=places[0] if places else "",
        since=int(str(row["since"])),
    )


def _scored(score: Score) -> Scored:
    # the total that the rank is by
    total = score.total if score.shrunk is None else score.shrunk
    return Scored(
        code=score.subject,
        n=score.n,
        dispatch=score.dispatch,
        handling=score.handling,
        outcome=score.outcome,
        total=total,
        rank=score.rank,
        rank_change=score.rank_change,
        moved=score.moved,
        unmeasured=score.unmeasured,
    )
