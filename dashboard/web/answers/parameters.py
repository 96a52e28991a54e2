"""The kinds of numbers in addresses: one type for each, with the values it may have.

A route names the kind; FastAPI refuses what is outside with 422 and the parameter's name. Without a
limit a number would reach a database, a calendar or a loop that cannot hold it.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

#: times are before the year 2286, as in actions
TIME_END = 10_000_000_000_000
#: rows that a view may have
_ROWS = 10_000_000

#: a moment, ms UTC; 0 for none, where a route allows that
Moment = Annotated[int, Query(ge=0, lt=TIME_END)]
#: a local day, YYYYMMDD
Day = Annotated[int, Query(ge=1970_01_01, le=2285_12_31)]
#: how many rows come before a page
Offset = Annotated[int, Query(ge=0, le=_ROWS)]
#: a number that the server has given
Number = Annotated[int, Query(ge=0, lt=2**53)]
#: the code of a place, a department or a category; "" for none
Code = Annotated[str, Query(max_length=200)]
#: a short text of a person, such as a filter
Text = Annotated[str, Query(max_length=300)]
