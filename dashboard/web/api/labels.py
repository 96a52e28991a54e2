"""The labels of metrics: few values, whatever the store holds. Pure.

A monitoring system keeps a series for each set of labels for good. The value of a label comes from
the store, and with it from outside; one that is none of those listed here is counted as `OTHER`.
"""

from __future__ import annotations

from collections.abc import Collection

from dashboard.core.fold.became import OTHER, RESULTS
from dashboard.core.lifecycle.reasons import CODES
from dashboard.core.model.actions import Action
from dashboard.core.model.persons import PATTERNS

#: what an item of a request is answered with
ANSWERS = ("accepted", "repeated", "changed", "invalid")
#: the two fields of a position
POSITION = "lat/lon"
#: the field of an item that no action has
UNKNOWN = "unknown"
#: fields that an item can be refused for, or be taken without; "": none
FIELDS = frozenset((*Action.__struct_fields__, "action", POSITION, UNKNOWN, ""))
#: what the guard for personal text counts
MASKED = frozenset((*PATTERNS, "actor"))
#: parts of the engine that set items aside
PARTS = frozenset(
    ("projector", "clock", "linker", "watcher", "keeper", "courier", "archiver", "briefs")
)
#: the results of an answer and of a fold, and what each is about
ANSWERED = (frozenset(ANSWERS), FIELDS)
FOLDED = (frozenset(RESULTS), frozenset((*CODES, "")))


def bounded(value: str, known: Collection[str]) -> str:
    """The value if it is known, else `OTHER`."""
    return value if value in known else OTHER
