"""The scores of every subject in both periods, and which part's events moved them.

What moved a score is the points that a part's events took from it now, less those they took
before: the points of all parts add up to the change as measured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import hypot
from typing import Any

from dashboard.core.model.periods import Span
from dashboard.core.model.rules import Weights
from dashboard.core.questions import movers as core
from dashboard.core.questions.ask import Ask
from dashboard.core.questions.departments import month_of
from dashboard.core.questions.movers import Cell, Course, Reason, Value
from dashboard.core.scoring import scores as scoring
from dashboard.core.scoring.reasons import prices
from dashboard.core.scoring.scores import Score
from data_sources.desk.copy.reader import Reader
from data_sources.desk.movers.steps import Steps
from data_sources.desk.movers.units import parts_of
from data_sources.desk.scores.scoreboards import plain, sums, tallied

#: the half width of a 90 % interval in standard deviations
_NINETY = 1.645


class Boards:
    """The scoreboards of two periods."""

    def __init__(self, reader: Reader, ask: Ask, by: str, now: Span, before: Span) -> None:
        self._reader, self._ask, self._by = reader, plain(ask, by), by
        self._spans = {"now": now, "was": before}
        self._weights: dict[str, Weights] = {}
        self._scores: dict[str, dict[str, Score]] = {}
        for name, span in self._spans.items():
            weights = reader.rules.weights_of(month_of(span))
            found = scoring.board(sums(reader, self._ask, by, span), weights).scores
            self._weights[name] = weights
            self._scores[name] = {one.subject: one for one in found if one.subject}
        self.least = self._weights["now"].min_ranked

    def values(self, figure: str) -> tuple[dict[str, Value], dict[str, Value]]:
        """A score of each subject now and before, the total moved towards the mean of all."""
        now, was = (
            {
                key: value
                for key, one in self._scores[name].items()
                if (value := _value(one, figure)) is not None
            }
            for name in ("now", "was")
        )
        return now, was

    def reasons(self, figure: str, keys: Sequence[str]) -> dict[str, Reason]:
        """What took most of the points that each subject lost, or no longer lost."""
        cells = self._cells(figure, keys, {})
        changes = {key: self._change(figure, key) for key in keys}
        first = {
            key: found
            for key in keys
            if (found := core.reason(cells.get(key, ()), change=changes[key]))
        }
        wanted = {key: one for key, one in first.items() if not one.spread}
        inside = self._cells(figure, list(wanted), wanted) if wanted else {}
        return {
            key: core.inner(one, inside.get(key, ()), core.several(cells[key]))
            if key in wanted
            else one
            for key, one in first.items()
        }

    def courses(self, figure: str, draw: Steps, keys: Sequence[str]) -> dict[str, Course]:
        """The score of each step, as measured."""
        lines: dict[str, dict[str, list[float | None]]] = {}
        for name, moments in (("now", draw.now), ("was", draw.before)):
            sql, params = tallied(self._ask, self._by, self._spans[name])
            rows = self._reader.rows(
                f"""{sql} SELECT subject, steps.place AS place, measure,
                sum(amount)::BIGINT AS n FROM counted {draw.joined("moment")}
                WHERE list_contains($subjects, subject) GROUP BY ALL""",
                **params, subjects=list(keys), **draw.params,
            )  # fmt: skip
            found: dict[int, dict[str, dict[str, int]]] = {}
            for row in rows:
                own = found.setdefault(row["place"], {}).setdefault(row["subject"], {})
                own[row["measure"]] = row["n"]
            lines[name] = {key: [None] * len(moments) for key in keys}
            for place, of_step in found.items():
                if place >= len(moments):
                    continue
                for one in scoring.board(of_step, self._weights[name]).scores:
                    lines[name][one.subject][place] = getattr(one, figure)
        return {key: Course(tuple(lines["now"][key]), tuple(lines["was"][key])) for key in keys}

    def _change(self, figure: str, key: str) -> float:
        """By how much more points were lost, as measured."""
        now, was = (getattr(self._scores[name][key], figure) for name in ("now", "was"))
        return float(was or 0.0) - float(now or 0.0)

    def _cells(
        self, figure: str, keys: Sequence[str], within: Mapping[str, Reason]
    ) -> dict[str, list[Cell]]:
        """Subject → the points that each of its parts took; ``within`` a part of it only."""
        found: dict[str, dict[tuple[str, str], dict[str, float]]] = {}
        for name in ("now", "was"):
            for row in self._points(figure, name, keys, within):
                own = found.setdefault(row["subject"], {})
                own.setdefault((row["part"], row["key"]), {})[name] = row["points"]
        return {
            subject: [
                Cell(part, key, points.get("now", 0.0), points.get("was", 0.0))
                for (part, key), points in cells.items()
            ]
            for subject, cells in found.items()
        }

    def _points(
        self, figure: str, name: str, keys: Sequence[str], within: Mapping[str, Reason]
    ) -> list[dict[str, Any]]:
        sql, params = tallied(self._ask, self._by, self._spans[name])
        parts = parts_of(self._by)
        columns = ", ".join(
            f"{'c.answered' if part == 'department' else f'e.{part}'} AS {part}" for part in parts
        )
        priced = [
            (key, price.measure, price.points * scale)
            for key in keys
            if (scale := _scale(self._scores[name][key], figure))
            for price in prices(self._scores[name][key], self._weights[name])
            if figure in ("total", price.component.split(".")[0])
        ]
        if not priced:
            return []
        only, more = "", dict[str, Any]()
        if within:
            which = " ".join(f"WHEN '{part}' THEN p.{part}" for part in parts)
            only = f"""JOIN (SELECT unnest($whose) AS subject, unnest($what) AS part,
                unnest($which) AS key) c ON c.subject = p.subject AND c.key =
                CASE c.part {which} END"""
            more = {
                "whose": list(within),
                "what": [one.cell.part for one in within.values()],
                "which": [one.cell.key for one in within.values()],
            }
        selects = " UNION ALL ".join(
            f"SELECT subject, '{part}' AS part, {part} AS key, sum(points) AS points FROM kept"
            " GROUP BY subject, key"
            for part in parts
        )
        return self._reader.rows(
            f"""{sql}, priced AS (
                SELECT unnest($subjects) AS subject, unnest($measures) AS measure,
                    unnest($points)::DOUBLE AS points
            ), paid AS (
                SELECT c.subject, {columns}, c.amount * r.points AS points
                FROM counted c JOIN priced r USING (subject, measure) JOIN events e
                USING (event_id)
            ), kept AS MATERIALIZED (SELECT p.* FROM paid p {only})
            {selects}""",
            **params,
            **more,
            subjects=[key for key, _, _ in priced],
            measures=[measure for _, measure, _ in priced],
            points=[points for _, _, points in priced],
        )


def _own(score: Score, figure: str) -> dict[str, float]:
    """Component → its share in a figure of a score."""
    kept = {
        name: part.share
        for name, part in score.parts.items()
        if figure in ("total", name.split(".")[0])
    }
    whole = sum(kept.values())
    return {name: share / whole for name, share in kept.items()} if whole else {}


def _scale(score: Score, figure: str) -> float:
    """What a point of the total is in a figure of the score."""
    whole = sum(score.parts[name].share for name in _own(score, figure))
    return 1 / whole if whole else 0.0


def _value(score: Score, figure: str) -> Value | None:
    """A figure of a score; the total is the one that is ranked."""
    own = _own(score, figure)
    value = score.shrunk if figure == "total" else getattr(score, figure)
    if not own or value is None:
        return None
    widths = [
        share * (score.parts[name].high - score.parts[name].low) / 2 for name, share in own.items()
    ]
    return Value(value, score.n, hypot(*widths) / _NINETY)
