"""What events, categories and places cost a score."""

from __future__ import annotations

from typing import Any

from dashboard.core.model.periods import Span
from dashboard.core.model.rules import Weights
from dashboard.core.questions.ask import Ask
from dashboard.core.questions.departments import Costly, Worst
from dashboard.core.scoring.reasons import Price, prices
from dashboard.core.scoring.scores import Score
from data_sources.desk.copy.reader import Reader
from data_sources.desk.scores.scoreboards import tallied

#: smaller points are rounding errors
_NOTHING = 1e-9
_EVENT = """e.event_id, e.status, e.level, e.category, e.department, e.township, e.community,
    e.reported_at, e.handled_at, e.handle_spent_ms AS spent, e.handle_limit_ms AS "limit\""""
_PRICED = """, priced AS (
    SELECT unnest($measures) AS measure, unnest($components) AS component,
        unnest($points) AS points
), cost AS (
    SELECT c.event_id, c.answered, p.component, sum(c.amount * p.points) AS points
    FROM counted c JOIN priced p USING (measure) GROUP BY ALL
)"""


class Bill:
    """One subject's tallies of a range, each at its price in points of the score."""

    def __init__(
        self, reader: Reader, ask: Ask, by: str, span: Span, score: Score, weights: Weights
    ) -> None:
        self._reader, self._score, self._weights = reader, score, weights
        self._sql, self._params = tallied(ask, by, span, score.subject)
        self._prices = prices(score, weights)

    def costly(self, most: int) -> tuple[list[Costly], int]:
        """The events that cost most, and how many cost anything.

        Of equal ones, those come first that took longest from report to the end of handling.
        """
        if not self._prices:
            return [], 0
        found = self._reader.rows(
            f"""{self._sql}{_PRICED}, total AS (
                SELECT event_id, sum(points) AS points FROM cost GROUP BY event_id
                HAVING sum(points) > {_NOTHING}
            )
            SELECT {_EVENT}, t.points, count(*) OVER () AS number
            FROM total t JOIN events e USING (event_id)
            ORDER BY round(t.points, 9) DESC,
                coalesce(e.handled_at, e.ended_at, $now) - e.reported_at DESC, e.event_id
            LIMIT $most""",
            most=most,
            now=self._reader.now_ms,
            **self._priced(),
        )
        number = found[0].pop("number") if found else 0
        return self._with_parts(found), number

    def worst(self, by: str, most: int = 8) -> dict[str, Worst]:
        """Categories, townships, … by what their events cost; the most costly first.

        ``by`` is a column of ``events``; ``department`` is the one that the tally was counted for.
        """
        if not self._prices:
            return {}
        key = "c.answered" if by == "department" else f"e.{by}"
        found = self._reader.rows(
            f"""{self._sql}{_PRICED}, lost AS (
                SELECT {key} AS code, sum(c.points) AS points
                FROM cost c JOIN events e USING (event_id) GROUP BY code
            ), plain AS (
                SELECT {key} AS code, count(DISTINCT c.event_id) AS events,
                    coalesce(sum(amount) FILTER (measure LIKE 'decided.%'), 0)::BIGINT AS decided,
                    coalesce(sum(amount) FILTER (measure LIKE 'on_time.%'), 0)::BIGINT AS on_time
                FROM counted c JOIN events e USING (event_id) GROUP BY code
            )
            SELECT code, coalesce(points, 0) AS points, events, decided, on_time
            FROM plain LEFT JOIN lost USING (code)
            ORDER BY round(coalesce(points, 0), 9) DESC, code LIMIT $most""",
            most=most,
            **self._priced(),
        )
        return {row["code"]: Worst(before=None, **row) for row in found}

    def checked(self, measures: list[str], most: int) -> dict[str, list[str]]:
        """Measure → up to ``most`` events that it counted, the latest first."""
        found = self._reader.rows(
            f"""{self._sql}, one AS (
                SELECT measure, event_id, max(moment) AS latest FROM counted
                WHERE list_contains($wanted, measure) GROUP BY measure, event_id
                HAVING sum(amount) > 0
            ) SELECT measure, event_id FROM one
            QUALIFY row_number() OVER (PARTITION BY measure ORDER BY latest DESC, event_id) <= $most
            ORDER BY measure, latest DESC, event_id""",
            wanted=measures,
            most=most,
            **self._params,
        )
        out: dict[str, list[str]] = {}
        for row in found:
            out.setdefault(row["measure"], []).append(row["event_id"])
        return out

    def excluded(self) -> dict[str, str]:
        """The events that an appeal excluded, with its reason."""
        found = self._reader.rows(
            f"{self._sql} SELECT DISTINCT event_id, excluded_why AS why FROM seen WHERE excluded"
            " ORDER BY event_id",
            **self._params,
        )
        return {row["event_id"]: row["why"] for row in found}

    def _with_parts(self, rows: list[dict[str, Any]]) -> list[Costly]:
        """Events with the points that each cost, by component."""
        found: dict[str, dict[str, float]] = {row["event_id"]: {} for row in rows}
        if rows and self._prices:
            parts = self._reader.rows(
                f"""{self._sql}{_PRICED} SELECT event_id, component, sum(points) AS points FROM cost
                WHERE list_contains($ids, event_id) GROUP BY ALL""",
                ids=list(found),
                **self._priced(),
            )
            for part in parts:
                if abs(part["points"]) > _NOTHING:
                    found[part["event_id"]][part["component"]] = part["points"]
        out = []
        for row in rows:
            fields = {k: v for k, v in row.items() if k not in ("points", "number")}
            own = dict(sorted(found[row["event_id"]].items(), key=lambda item: -item[1]))
            out.append(Costly(points=sum(own.values()), by=own, **fields))
        return out

    def _priced(self) -> dict[str, Any]:
        listed: list[Price] = self._prices
        return {
            "measures": [one.measure for one in listed],
            "components": [one.component for one in listed],
            "points": [one.points for one in listed],
            **self._params,
        }
