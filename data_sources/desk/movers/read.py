"""Answers who moved most in a figure, and why: one question, a few statements.

Ranking, reasons and courses of counts and rates are sums of `units`; scores and medians, whose
parts do not add up by themselves, have modules of their own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.core.fold.views import TIERS
from dashboard.core.model.periods import Span
from dashboard.core.questions import movers as core
from dashboard.core.questions.ask import Ask
from dashboard.core.questions.departments import month_of
from dashboard.core.questions.movers import Cell, Course, Figure, Found, Moved, Reason, Value
from data_sources.desk.copy.reader import Reader
from data_sources.desk.filters import where
from data_sources.desk.movers import medians, scores
from data_sources.desk.movers.steps import Steps, course_steps, reason_steps
from data_sources.desk.movers.units import parts_of, standing, stock, units

_SUMS = ", ".join(f"sum({one})::DOUBLE AS {one}" for one in ("now", "was", "of_now", "of_was"))


def movers(
    reader: Reader, ask: Ask, name: str, by: str, now: Span, before: Span, worst: int, best: int
) -> Found:
    """The ranking of all subjects; course and reason of the first ``worst`` and ``best``."""
    figure = core.FIGURES[name]
    least = reader.rules.weights_of(month_of(now)).min_ranked
    if figure.kind == "score":
        return _scored(reader, ask, figure, by, now, before, worst, best)
    clear: Mapping[str, bool] | None = None
    if figure.kind == "median":
        own, was, clear = medians.values(reader, ask, by, now, before)
    else:
        own, was = _values(reader, ask, figure, by, now, before)
    unknown = _unknown(own, was)
    found = core.ranking(figure, own, was, least, clear)
    shown = [*found.worse[:worst], *found.better[:best]]
    keys = [one.key for one in shown]
    draw = course_steps(reader.rules, now, before)
    why: Mapping[str, Reason] = {}
    courses: Mapping[str, Course] = {}
    if keys and figure.kind == "median":
        why = medians.reasons(reader, ask, by, now, before, shown, least)
        courses = medians.courses(reader, ask, by, now, before, draw, keys)
    elif keys:
        steps = reason_steps(reader.rules, now, before)
        cells = _Cells(reader, ask, figure, by, now, before, steps, keys)
        why = _reasons(cells, shown)
        if stock(name):
            courses = _standing(reader, ask, figure, by, now, before, draw, keys)
        elif draw == steps:
            courses = _from_cells(figure, draw, cells.all, keys)
        else:
            courses = _flowing(reader, ask, figure, by, now, before, draw, keys)
    return Found(
        figure=figure,
        by=by,
        ranking=found,
        unknown=unknown,
        courses=courses,
        reasons=why,
        step=draw.name,
        subjects=subjects(reader, ask),
    )


def subjects(reader: Reader, ask: Ask) -> tuple[str, ...]:
    """The kinds of subject of which the area has several, widest first."""
    kept, params = where(Ask(area=ask.area))
    several = ", ".join(f"count(DISTINCT nullif({one}, '')) AS {one}" for one in core.SUBJECTS)
    row = reader.one(f"SELECT {several} FROM events WHERE {kept}", **params)
    return tuple(one for one in core.SUBJECTS if row[one] > 1)


def usual_subject(found: Sequence[str]) -> str:
    """What is ranked unless another is asked for: the widest places, else departments."""
    places = [one for one in found if one in TIERS]
    return places[0] if places else found[0] if found else "department"


def _scored(
    reader: Reader, ask: Ask, figure: Figure, by: str, now: Span, before: Span,
    worst: int, best: int,
) -> Found:  # fmt: skip
    boards = scores.Boards(reader, ask, by, now, before)
    own, was = boards.values(figure.name)
    # a board ranks by its own least number of cases
    found = core.ranking(figure, own, was, boards.least)
    shown = [*found.worse[:worst], *found.better[:best]]
    keys = [one.key for one in shown]
    draw = course_steps(reader.rules, now, before)
    return Found(
        figure=figure,
        by=by,
        ranking=found,
        courses=boards.courses(figure.name, draw, keys) if keys else {},
        reasons=boards.reasons(figure.name, keys) if keys else {},
        step=draw.name,
        subjects=subjects(reader, ask),
    )


def _values(
    reader: Reader, ask: Ask, figure: Figure, by: str, now: Span, before: Span
) -> tuple[dict[str, Value], dict[str, Value]]:
    sql, params = units(figure.name, ask, by, now, before)
    rows = reader.rows(f"{sql} SELECT subject, {_SUMS} FROM units GROUP BY subject", **params)
    own, was = {}, {}
    for row in rows:
        own[row["subject"]] = _value(figure, row["now"], row["of_now"])
        was[row["subject"]] = _value(figure, row["was"], row["of_was"])
    return own, was


def _value(figure: Figure, counted: float, of: float) -> Value:
    if figure.kind != "rate":
        return Value(counted, counted)
    failed = counted / of if of else None
    if failed is None:
        return Value(None, 0)
    return Value(1 - failed if figure.kept else failed, of)


def _unknown(own: dict[str, Value], was: dict[str, Value]) -> Moved | None:
    """What is counted of no known subject, taken out of the values."""
    now, before = own.pop("", None), was.pop("", None)
    if now is None or before is None or not now.n + before.n:
        return None
    return Moved(key="", now=now.value, before=before.value, n=now.n, n_before=before.n)


class _Cells:
    """What each part of the subjects shown counted.

    Of what is there at a moment, a step is no part: when it began explains nothing of the period.
    """

    def __init__(
        self, reader: Reader, ask: Ask, figure: Figure, by: str, now: Span, before: Span,
        steps: Steps, keys: Sequence[str],
    ) -> None:  # fmt: skip
        self._reader, self.figure, self.parts = reader, figure, parts_of(by)
        self._steps = None if figure.kind == "stock" else steps
        self._sql, params = units(figure.name, ask, by, now, before, subjects=True)
        self._params = {**params, **steps.params, "subjects": list(keys)}
        self.all = self._read(self._sql, "units")

    def within(self, wanted: Mapping[str, Reason]) -> dict[str, list[Cell]]:
        """The same, of the units in the part that is each subject's reason."""
        which = " ".join(f"WHEN '{part}' THEN u.{part}" for part in self.parts)
        joined, step = "", ""
        if self._steps is not None:
            joined = self._steps.joined("u.moment")
            step = f"WHEN '{self._steps.name}' THEN steps.place::VARCHAR"
        chosen = f"""chosen AS (
            SELECT unnest($whose) AS subject, unnest($what) AS part, unnest($which) AS key
        ), within AS MATERIALIZED (
            SELECT u.* FROM units u {joined} JOIN chosen c ON u.subject = c.subject
            AND c.key = CASE c.part {which} {step} END
        )"""
        return self._read(
            f"{self._sql}, {chosen}",
            "within",
            whose=list(wanted),
            what=[one.cell.part for one in wanted.values()],
            which=[one.cell.key for one in wanted.values()],
        )

    def _read(self, sql: str, table: str, **more: Any) -> dict[str, list[Cell]]:
        selects = [
            f"SELECT subject, '{part}' AS part, {part} AS key, {_SUMS} FROM {table}"
            " GROUP BY subject, key"
            for part in self.parts
        ]
        if self._steps is not None:
            selects.append(
                f"SELECT subject, '{self._steps.name}' AS part, steps.place::VARCHAR AS key,"
                f" {_SUMS} FROM {table} {self._steps.joined('moment')} GROUP BY subject, key"
            )
        sql += " UNION ALL ".join(selects)
        out: dict[str, list[Cell]] = {}
        for row in self._reader.rows(sql, **_used(sql, {**self._params, **more})):
            out.setdefault(row.pop("subject"), []).append(Cell(**row))
        return out


def _reasons(cells: _Cells, shown: Sequence[Moved]) -> dict[str, Reason]:
    rate = cells.figure.kind == "rate"
    sizes = {one.key: (one.n, one.n_before) if rate else (1.0, 1.0) for one in shown}
    first = {
        key: found
        for key, size in sizes.items()
        if (found := core.reason(cells.all.get(key, ()), size))
    }
    wanted = {key: one for key, one in first.items() if not one.spread}
    inside = cells.within(wanted) if wanted else {}
    return {
        key: core.inner(one, inside.get(key, ()), core.several(cells.all[key]), sizes[key])
        if key in wanted
        else one
        for key, one in first.items()
    }


def _used(sql: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that a statement names; DuckDB refuses any others."""
    names = set(re.findall(r"\$(\w+)", sql))
    return {name: value for name, value in params.items() if name in names}


def _from_cells(
    figure: Figure, draw: Steps, cells: Mapping[str, Sequence[Cell]], keys: Sequence[str]
) -> dict[str, Course]:
    """The courses by the steps that the cells have."""
    rows = [
        {"subject": key, "place": int(cell.key), **cell._asdict()}
        for key in keys
        for cell in cells.get(key, ())
        if cell.part == draw.name
    ]
    return _courses(figure, draw, rows, keys)


def _flowing(
    reader: Reader, ask: Ask, figure: Figure, by: str, now: Span, before: Span, draw: Steps,
    keys: Sequence[str],
) -> dict[str, Course]:  # fmt: skip
    """The courses of what happens in a step."""
    sql, params = units(figure.name, ask, by, now, before, subjects=True)
    rows = reader.rows(
        f"{sql} SELECT subject, steps.place AS place, {_SUMS} FROM units {draw.joined('moment')}"
        " GROUP BY subject, steps.place",
        **params, subjects=list(keys), **draw.params,
    )  # fmt: skip
    return _courses(figure, draw, rows, keys)


def _courses(
    figure: Figure, draw: Steps, rows: Sequence[Mapping[str, Any]], keys: Sequence[str]
) -> dict[str, Course]:
    nothing = 0.0 if figure.kind == "count" else None
    own: dict[str, list[float | None]] = {key: [nothing] * len(draw.now) for key in keys}
    was: dict[str, list[float | None]] = {key: [nothing] * len(draw.before) for key in keys}
    for row in rows:
        for lines, counted, of in ((own, "now", "of_now"), (was, "was", "of_was")):
            line, place = lines[row["subject"]], row["place"]
            if place < len(line) and (row[counted] or row[of]):
                line[place] = _value(figure, row[counted], row[of]).value
    return {key: Course(tuple(own[key]), tuple(was[key])) for key in keys}


def _standing(
    reader: Reader, ask: Ask, figure: Figure, by: str, now: Span, before: Span, draw: Steps,
    keys: Sequence[str],
) -> dict[str, Course]:  # fmt: skip
    """The courses of what is there at the end of each step."""
    sql, params = standing(figure.name, ask, by, before.start_ms, now.end_ms)
    ends = draw.ends
    rows = reader.rows(
        f"""{sql}, moments AS (
            SELECT unnest($names) AS name, unnest($numbers) AS number, unnest($moments) AS ended
        ) SELECT subject, name, number, sum(n) AS n FROM units JOIN moments
        ON since < ended AND (until_at IS NULL OR until_at >= ended)
        GROUP BY subject, name, number""",
        **params,
        subjects=list(keys),
        names=[name for name, _, _ in ends],
        numbers=[number for _, number, _ in ends],
        moments=[end for _, _, end in ends],
    )
    found = {(row["subject"], row["name"], row["number"]): float(row["n"]) for row in rows}
    return {
        key: Course(
            tuple(found.get((key, "now", n), 0.0) for n in range(len(draw.now))),
            tuple(found.get((key, "before", n), 0.0) for n in range(len(draw.before))),
        )
        for key in keys
    }
