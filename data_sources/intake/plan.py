"""A whole file, read before anything is written: pure.

Out: every action in the order of time, the row it belongs to, the dead letters, and notes on what
was corrected. So a file that is wrong as a whole leaves the store untouched.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from dashboard.config import cities
from dashboard.core.model.actions import Action, ActionError, check
from dashboard.errors import GridwallError
from data_sources.intake.boston311 import BOSTON311
from data_sources.intake.dead_letter import DeadLetter, RowError
from data_sources.intake.formats import Format, life
from data_sources.intake.la311 import LA311
from data_sources.intake.rows import FileError, Row, read_rows

FORMATS: dict[str, Format] = {form.name: form for form in (LA311, BOSTON311)}


@dataclass
class Plan:
    """The contents of a file."""

    city: str
    rows: int = 0
    #: rows that repeat an earlier row of the file
    doubled: int = 0
    letters: list[DeadLetter] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)
    #: the actions of each accepted row, in order
    lives: list[list[Action]] = field(default_factory=list)

    def in_time(self) -> list[tuple[Action, int]]:
        """(action, index of its row's life), sorted by time, then row, then step."""
        pairs = [(action, row) for row, actions in enumerate(self.lives) for action in actions]
        # Stable: rows and the steps of a row keep their order within one millisecond.
        return sorted(pairs, key=lambda pair: pair[0].ts)


def format_of(name: str) -> Format:
    """The format with this name. Raises: `GridwallError` for an unknown one."""
    if name not in FORMATS:
        raise GridwallError(f"format={name!r}: expected one of {', '.join(FORMATS)}")
    return FORMATS[name]


def read_plan(file: Path, form: Format) -> Plan:
    """Read all of ``file``. Raises: `FileError` if it is not of this format."""
    city = cities.load(form.city)
    plan = Plan(form.city)
    seen: dict[str, tuple[int, dict[str, str]]] = {}
    for row in read_rows(file, form.columns, form.name):
        plan.rows += 1
        try:
            _take(plan, form, city, row, seen)
        except RowError as error:
            letter = DeadLetter(
                file=file.name,
                line=row.line,
                field=error.field,
                value=error.value,
                reason=error.reason,
            )
            plan.letters.append(letter)
    if not plan.rows:
        raise FileError(file, "it has a header and no row")
    return plan


def _take(
    plan: Plan,
    form: Format,
    city: cities.City,
    row: Row,
    seen: dict[str, tuple[int, dict[str, str]]],
) -> None:
    """Add a row to the plan. Raises: `RowError` if it has to be a dead letter."""
    if row.error is not None:
        raise row.error
    key = row.values[form.key].strip()
    if key in seen:
        line, values = seen[key]
        if values != row.values:
            raise RowError(form.key, key, f"line {line} has the same {form.key}, but differs")
        plan.doubled += 1
        return
    case = form.read(row.values, city)
    actions = [replace(action, source=form.name) for action in life(case, city)]
    try:
        for action in actions:
            check(action)
    except ActionError as error:
        raise RowError(error.field, str(error.value), error.reason) from error
    seen[key] = (row.line, row.values)
    plan.notes.update(case.notes)
    plan.lives.append(actions)
