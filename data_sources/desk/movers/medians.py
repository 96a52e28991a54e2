"""The median handling time of every subject in both periods, and which part moved it."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Any

from dashboard.core.model.periods import Span
from dashboard.core.questions.ask import Ask
from dashboard.core.questions.movers import Course, Moved, Reason, Value, Without, median_reason
from data_sources.desk.copy.reader import Reader
from data_sources.desk.movers.steps import Steps
from data_sources.desk.movers.units import parts_of, units

_NAME = "median_ms"
#: parts of a kind that are tried: those with most handlings
_TRIED = 8
#: a change larger than this many standard deviations is more than chance makes
_CLEAR = 1.96
_FEWEST = 10
_MIDDLES = """median(now) FILTER (of_now > 0) AS now, median(was) FILTER (of_was > 0) AS was,
    sum(of_now)::BIGINT AS of_now, sum(of_was)::BIGINT AS of_was"""


def values(
    reader: Reader, ask: Ask, by: str, now: Span, before: Span
) -> tuple[dict[str, Value], dict[str, Value], dict[str, bool]]:
    """The medians of each subject now and before, and whether they differ clearly.

    They do if the handlings above the median before are not about half of those now.
    """
    sql, params = units(_NAME, ask, by, now, before)
    rows = reader.rows(
        f"""{sql}, middles AS (SELECT subject, {_MIDDLES} FROM units GROUP BY subject)
        SELECT m.*, count(*) FILTER (u.of_now > 0 AND u.now > m.was) AS above
        FROM middles m JOIN units u USING (subject) GROUP BY ALL""",
        **params,
    )
    own, was, clear = {}, {}, {}
    for row in rows:
        key, n, n_before = row["subject"], row["of_now"], row["of_was"]
        own[key], was[key] = Value(_whole(row["now"]), n), Value(_whole(row["was"]), n_before)
        clear[key] = (
            min(n, n_before) >= _FEWEST and abs(row["above"] - n / 2) > _CLEAR * sqrt(n) / 2
        )
    return own, was, clear


def _whole(ms: float | None) -> int | None:
    """A median in whole ms, as all pages have it."""
    return None if ms is None else round(ms)


def courses(
    reader: Reader, ask: Ask, by: str, now: Span, before: Span, draw: Steps, keys: Sequence[str]
) -> dict[str, Course]:
    """The median of each step."""
    sql, params = units(_NAME, ask, by, now, before, subjects=True)
    rows = reader.rows(
        f"{sql} SELECT subject, steps.place AS place, {_MIDDLES} FROM units {draw.joined('moment')}"
        " GROUP BY subject, steps.place",
        **params, subjects=list(keys), **draw.params,
    )  # fmt: skip
    found = {(row["subject"], row["place"]): row for row in rows}

    def line(key: str, name: str, steps: int) -> tuple[float | None, ...]:
        return tuple(found.get((key, n), {}).get(name) for n in range(steps))

    return {
        key: Course(line(key, "now", len(draw.now)), line(key, "was", len(draw.before)))
        for key in keys
    }


def reasons(
    reader: Reader, ask: Ask, by: str, now: Span, before: Span, shown: Sequence[Moved], least: int
) -> dict[str, Reason]:
    """The part without which each median would have changed least."""
    sql, params = units(_NAME, ask, by, now, before, subjects=True)
    parts = parts_of(by)
    columns = ", ".join(("subject", "now", "was", "of_now", *parts))
    frame = reader.frame(
        f"{sql} SELECT {columns} FROM units", **params, subjects=[one.key for one in shown]
    )
    own = dict(list(frame.groupby("subject")))
    out = {}
    for one in shown:
        found = median_reason(one.change, _tried(own.get(one.key), parts), least)
        if found is not None:
            out[one.key] = found
    return out


def _tried(frame: Any, parts: Sequence[str]) -> list[Without]:
    """The medians of a subject without each of its larger parts."""
    if frame is None:
        return []
    in_now = frame["of_now"].to_numpy() > 0
    took = frame["now"].where(in_now, frame["was"])
    out = []
    for part in parts:
        column = frame[part]
        for key in column.value_counts().index[:_TRIED]:
            rest = (column != key).to_numpy()
            own, was = took[rest & in_now], took[rest & ~in_now]
            if key and len(own) and len(was):
                middles = float(own.median()), float(was.median())
                out.append(Without(part, str(key), *middles, len(own), len(was)))
    return out
