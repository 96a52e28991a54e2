"""Which SQL a question may run: one SELECT over the tables it is given, and nothing else.

A statement is judged by its syntax tree: every table it reads must be one of the question's own
(or a name that it defines itself), every table function one of the few that make rows from their
own arguments. So SQL can't reach the whole city's tables, the catalogue, or a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import msgspec

from data_sources.desk.copy.schema import TABLES

#: table functions that read nothing
_FUNCTIONS = frozenset({"unnest", "range", "generate_series"})
#: kinds of tree nodes that read something other than tables
_READERS = frozenset({"SHOW_REF", "PIVOT", "COPY"})
#: allowed statements that are remembered; values are parameters, so there are few
_REMEMBERED = 2000


class Forbidden(ValueError):
    """The statement reads something that no question may read."""


class Guard:
    """Checks statements; remembers those it has allowed."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection.cursor()
        found = connection.execute(
            "SELECT view_name FROM duckdb_views() UNION SELECT table_name FROM duckdb_tables()"
        ).fetchall()
        #: names of the engine's own tables and views, which a question may not define
        self._taken = frozenset(name.lower() for (name,) in found)
        self._allowed: set[str] = set()

    def check(self, sql: str) -> None:
        """Check a statement. Raises: `Forbidden` if a question may not run it."""
        if sql in self._allowed:
            return
        self._judge_all(sql)
        if len(self._allowed) >= _REMEMBERED:
            self._allowed.clear()
        self._allowed.add(sql)

    def _judge_all(self, sql: str) -> None:
        """Judge the syntax tree of a statement."""
        cursor = self._connection.cursor()
        try:
            (text,) = cursor.execute("SELECT json_serialize_sql($1)", [sql]).fetchall()[0]
        finally:
            cursor.close()
        tree = msgspec.json.decode(text)
        if tree.get("error"):
            raise Forbidden(f"not a SELECT: {tree.get('error_message', '')}")
        if len(tree["statements"]) != 1:
            raise Forbidden("more than one statement")
        nodes = list(_nodes(tree))
        own = {str(entry["key"]).lower() for node in nodes for entry in _made(node)}
        for name in own:
            if name in self._taken or name in TABLES or name.startswith("_"):
                raise Forbidden(f"the name {name} is taken")
        for node in nodes:
            self._judge(node, own)

    def _judge(self, node: dict[str, Any], own: set[str]) -> None:
        kind = node.get("type")
        if kind in _READERS:
            raise Forbidden(f"{kind} is not for questions")
        if kind == "BASE_TABLE":
            name = str(node.get("table_name", "")).lower()
            if node.get("schema_name") or node.get("catalog_name"):
                raise Forbidden(f"{name} of another schema")
            if name not in TABLES and name not in own:
                raise Forbidden(f"there is no table {name}")
        if kind == "TABLE_FUNCTION":
            name = str(node.get("function", {}).get("function_name", "")).lower()
            if name not in _FUNCTIONS:
                raise Forbidden(f"{name}() is not for questions")


def _made(node: dict[str, Any]) -> list[dict[str, Any]]:
    """The named tables (CTE) that a statement defines for itself."""
    made = node.get("cte_map")
    found = made.get("map", []) if isinstance(made, dict) else []
    return list(found)


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """All nodes of a syntax tree."""
    if isinstance(tree, dict):
        yield tree
        for value in tree.values():
            yield from _nodes(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _nodes(value)
