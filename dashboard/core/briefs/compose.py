"""From what was counted to a brief: sentences, tables, charts, definitions. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dashboard.core.briefs.model import (
    Brief,
    Cell,
    Chart,
    Column,
    Figure,
    Head,
    Line,
    Material,
    Point,
    Row,
    Scored,
    Sentence,
    Table,
)
from dashboard.core.briefs.sentences import sentences
from dashboard.core.model.records import coverage

#: rows of a table; below it is how many were left out
MOST = 15
#: bars of a chart
BARS = 10
_LEVELS = ("red", "orange", "yellow", "blue")


def compose(head: Head, what: Material) -> Brief:
    """The brief for a head and what was counted."""
    composed = _recorded(head, sentences(what))
    quiet = composed[-1].rule in ("nothing", "records_none", "records_empty")
    tables = () if quiet else tuple(_tables(what, compared=bool(head.compared)))
    charts = () if quiet else tuple(_charts(what))
    return Brief(
        head=head,
        sentences=composed,
        tables=tables,
        charts=charts,
        definitions=tuple(dict.fromkeys(_metrics(composed, tables, charts))),
        events=what.total.now.reported,
    )


def _recorded(head: Head, composed: tuple[Sentence, ...]) -> tuple[Sentence, ...]:
    """The sentences, after one about the days that are not recorded, if any.

    Of a period without records there is nothing else to say: it is not that nothing happened.
    """
    if head.since == 0:
        return composed
    kept = coverage(head.first, head.last, head.since)
    if kept.since is None:
        return (Sentence("records_empty"),)
    since = Figure("date", kept.since)
    if not kept.days:
        return (Sentence("records_none", {"since": since}),)
    if kept.whole:
        return composed
    days = {"n": Figure("count", kept.days), "of": Figure("count", kept.of), "since": since}
    return (Sentence("records_part", days), *composed)


def _tables(what: Material, *, compared: bool) -> Iterator[Table]:
    yield _indicators(what, compared=compared)
    levels = sorted(what.levels, key=lambda row: _LEVELS.index(row.code))
    if levels:
        yield _subjects("levels", "level", levels, compared=compared)
    if what.scores:
        yield _scores(what)
        if any(one.moved for one in what.scores):
            yield _ranks(what)
    for id_, kind, rows in (
        ("departments", "department", what.departments),
        ("areas", "area", what.areas),
        ("categories", "category", what.categories),
    ):
        if rows:
            yield _subjects(id_, kind, rows, compared=compared)
    if what.longest:
        yield _longest(what)


def _indicators(what: Material, *, compared: bool) -> Table:
    """One row a number: now, before, change."""
    now, before = what.total.now, what.total.before
    rows: list[tuple[Cell, ...]] = []

    def add(metric: str, kind: str, value: float | None, was: float | None) -> None:
        change = None if value is None or was is None else value - was
        rows.append((metric, kind, value, was, change) if compared else (metric, kind, value))

    def was(name: str) -> float | None:
        return None if before is None else getattr(before, name)

    add("reported", "count", now.reported, was("reported"))
    add("closed", "count", now.closed, was("closed"))
    add("open", "count", now.open, what.open_before if before else None)
    add("overdue", "count", now.overdue, what.overdue_before if before else None)
    slow_before = what.response_overdue_before if before else None
    add("response_overdue", "count", now.response_overdue, slow_before)
    add("decided", "count", now.decided, was("decided"))
    add("on_time_rate", "percent", now.on_time_rate, was("on_time_rate"))
    add("handle_median", "hours", now.median, was("median"))
    add("handle_p90", "hours", now.p90, was("p90"))
    if now.unmeasured or (before is not None and before.unmeasured):
        add("unmeasured", "count", now.unmeasured, was("unmeasured"))
    add("return_rate", "percent", now.returned, was("returned"))
    add("rework_rate", "percent", now.reworked, was("reworked"))
    columns = [Column("measure", "measure"), Column("kind", "kind"), Column("now", "any")]
    if compared:
        columns += [Column("before", "any"), Column("change", "any_change")]
    return Table("indicators", tuple(columns), tuple(rows), len(rows))


def _subjects(id_: str, kind: str, rows: Sequence[Row], *, compared: bool) -> Table:
    columns = [Column(kind, kind), Column("reported", "count", "reported")]
    if compared:
        columns.append(Column("change", "change", "reported_change"))
    columns += [
        Column("closed", "count", "closed"),
        Column("open", "count", "open"),
        Column("overdue", "count", "overdue"),
        Column("response_overdue", "count", "response_overdue"),
        Column("decided", "count", "decided"),
        Column("on_time_rate", "percent", "on_time_rate"),
    ]
    if kind == "area":
        columns += [
            Column("households", "homes", "households"),
            Column("reported_per_1000", "score", "reported_per_1000"),
        ]
    ordered = rows if kind == "level" else sorted(rows, key=_most_first)
    kept = ordered[:MOST]
    more = _homes if kind == "area" else _nothing
    cells = tuple((*_cells(row, compared=compared), *more(row)) for row in kept)
    return Table(id_, tuple(columns), cells, len(rows))


def _homes(row: Row) -> tuple[Cell, ...]:
    """Households, and what was reported per 1,000 of them; nothing where they are not recorded."""
    homes = row.households
    return homes, 1000 * row.now.reported / homes if homes else None


def _nothing(row: Row) -> tuple[Cell, ...]:
    return ()


def _cells(row: Row, *, compared: bool) -> tuple[Cell, ...]:
    now, before = row.now, row.before
    change: tuple[Cell, ...] = ()
    if compared:
        change = (None if before is None else now.reported - before.reported,)
    return (
        row.code,
        now.reported,
        *change,
        now.closed,
        now.open,
        now.overdue,
        now.response_overdue,
        now.decided,
        now.on_time_rate,
    )


def _most_first(row: Row) -> tuple[int, int, str]:
    # those without a code stand last
    return (-row.now.reported if row.code else 1, -row.now.open, row.code)


def _scores(what: Material) -> Table:
    kind = what.scores_of
    blind = any(one.unmeasured for one in what.scores)
    columns = (
        Column("rank", "rank", "rank"),
        Column("rank_change", "places", "rank_change"),
        Column(kind, kind),
        Column("total", "score", "score_total"),
        Column("dispatch", "score", "score_dispatch"),
        Column("handling", "score", "score_handling"),
        Column("outcome", "score", "score_outcome"),
        Column("n", "count", "score_n"),
        *([Column("unmeasured", "count", "unmeasured")] if blind else []),
    )
    rows = tuple(
        (
            *(s.rank, _places(s), s.code, s.total, s.dispatch, s.handling, s.outcome, s.n),
            *([s.unmeasured] if blind else []),
        )
        for s in what.scores[:MOST]
    )
    return Table("scores", columns, rows, len(what.scores))


def _ranks(what: Material) -> Table:
    """Every rank that is not what it was, with the reason."""
    kind = what.scores_of
    columns = (
        Column(kind, kind),
        Column("rank_before", "rank"),
        Column("rank", "rank", "rank"),
        Column("rank_change", "places", "rank_change"),
        Column("why", "why"),
    )
    rows = tuple(
        (one.code, one.moved.rank_before, one.rank, _places(one), one.moved)
        for one in what.scores
        if one.moved is not None
    )
    return Table("ranks", columns, rows, len(rows))


def _places(score: Scored) -> Cell:
    """Places gained; of a rank that came or went, only that."""
    if score.moved is not None and score.moved.way in ("new", "gone"):
        return score.moved.way
    return score.rank_change


def _longest(what: Material) -> Table:
    columns = (
        Column("event", "event"),
        Column("level", "level"),
        Column("category", "category"),
        Column("department", "department"),
        Column("area", "area"),
        Column("since", "time"),
        Column("age", "age", "overdue_for"),
    )
    rows = tuple(
        (
            one.event_id,
            one.level,
            one.category,
            one.department,
            one.area,
            one.since,
            max(0, what.end - one.since),
        )
        for one in what.longest
    )
    return Table("longest", columns, rows, what.total.now.overdue)


def _charts(what: Material) -> Iterator[Chart]:
    points = what.series
    kind = "hour" if points and points[0].at < 24 else "day"
    seen = [point for point in points if not point.running]
    if any(point.reported or point.closed for point in points):
        yield Chart(
            "course",
            "columns",
            kind,
            tuple(point.at for point in points),
            (
                Line("reported", "count", _known(points, "reported")),
                Line("closed", "count", _known(points, "closed")),
            ),
        )
    if kind == "day" and sum(1 for point in seen if point.decided) > 2:
        yield Chart(
            "on_time",
            "line",
            kind,
            tuple(point.at for point in points),
            (Line("on_time_rate", "percent", tuple(map(_rate, points))),),
        )
    for id_, name, rows, field in (
        ("areas", "area", what.areas, "reported"),
        ("categories", "category", what.categories, "reported"),
        ("overdue", "department", what.departments, "overdue"),
    ):
        bars = _bars(rows, field)
        if len(bars) > 1:
            values = tuple(float(getattr(row.now, field)) for row in bars)
            codes = tuple(row.code for row in bars)
            yield Chart(id_, "bars", name, codes, (Line(field, "count", values),))


def _known(points: Sequence[Point], field: str) -> tuple[float | None, ...]:
    """What has not begun is no zero."""
    values = [(point.running, float(getattr(point, field))) for point in points]
    return tuple(None if running and not value else value for running, value in values)


def _rate(point: Point) -> float | None:
    return point.on_time / point.decided if point.decided and not point.running else None


def _bars(rows: Iterable[Row], field: str) -> list[Row]:
    named = [row for row in rows if row.code and getattr(row.now, field)]
    return sorted(named, key=lambda row: (-getattr(row.now, field), row.code))[:BARS]


def _metrics(
    composed: Sequence[Sentence], tables: Sequence[Table], charts: Sequence[Chart]
) -> Iterator[str]:
    for sentence in composed:
        yield from (figure.metric for figure in sentence.values.values() if figure.metric)
    for table in tables:
        yield from (column.metric for column in table.columns if column.metric)
        if table.id == "indicators":
            yield from (str(row[0]) for row in table.rows)
    for chart in charts:
        yield from (line.metric for line in chart.lines)
