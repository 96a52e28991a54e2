"""All that a file holds at once, for tests: its counts, its dead letters, the life of each row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from dashboard.config import cities
from dashboard.core.model.actions import Action
from data_sources.intake.dates import Order
from data_sources.intake.dead_letter import DeadLetter
from data_sources.intake.formats import Format, life
from data_sources.intake.plan import read_file
from data_sources.intake.spool import Spool


@dataclass
class Plan:
    """The contents of a file."""

    rows: int
    doubled: int
    letters: list[DeadLetter]
    notes: Counter[str]
    lives: list[list[Action]]
    encoding: str
    dates: dict[str, Order]

    def in_time(self) -> list[tuple[Action, int]]:
        """(action, index of its row's life), sorted by time, then row, then step."""
        pairs = [(action, row) for row, actions in enumerate(self.lives) for action in actions]
        return sorted(pairs, key=lambda pair: pair[0].ts)


def read_plan(file: Path, form: Format, dates: Order | None = None) -> Plan:
    """Read all of a file. Raises: `FileError` if it is not of this format."""
    city = cities.load(form.city)
    with Spool() as spool:
        content = read_file(file, form, spool, dates)
        cases = [case for batch in spool.cases(500) for case in batch]
        return Plan(
            rows=content.rows,
            doubled=content.doubled,
            letters=list(spool.letters()),
            notes=content.notes,
            lives=[life(case, city, form.name) for case in cases],
            encoding=content.encoding.name,
            dates=content.taken.orders,
        )
