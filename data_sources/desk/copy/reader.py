"""A question's access to the tables: SELECT over those of its area, all as of one moment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import duckdb

from dashboard.core.model.rules import Rules
from data_sources.desk.copy.guard import Guard

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]


class Reader:
    """The tables as one question sees them; not valid after it."""

    def __init__(
        self,
        cursor: duckdb.DuckDBPyConnection,
        guard: Guard,
        rules: Rules,
        now_ms: int,
        area: str = "",
        as_of_ms: int = 0,
    ) -> None:
        self._cursor, self._guard = cursor, guard
        self.rules, self.now_ms = rules, now_ms
        #: the place that the tables are cut to, "" for the whole city
        self.area = area
        #: everything known until then is in the tables, in the domain's time; ms
        self.as_of_ms = as_of_ms

    def rows(self, sql: str, /, **params: Any) -> list[dict[str, Any]]:
        """The rows of a SELECT; parameters are written ``$name``. Raises: `Forbidden`."""
        found = self._run(sql, params)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def one(self, sql: str, /, **params: Any) -> dict[str, Any]:
        """The only row of a SELECT."""
        (row,) = self.rows(sql, **params)
        return row

    def frame(self, sql: str, /, **params: Any) -> pd.DataFrame:
        """The rows of a SELECT as a data frame."""
        return self._run(sql, params).df()

    def _run(self, sql: str, params: dict[str, Any]) -> duckdb.DuckDBPyConnection:
        self._guard.check(sql)
        given = {name: _plain(value) for name, value in params.items()}
        return self._cursor.execute(sql, given or None)


def _plain(value: Any) -> Any:
    """The value as a parameter: sets and tuples become lists."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        return value
    return list(value)
