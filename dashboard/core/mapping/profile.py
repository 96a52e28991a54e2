"""What the cells of one column look like: how many are filled, differ, are numbers … Pure."""

from __future__ import annotations

import re
from collections import Counter

from dashboard.core.mapping.moments import Times, time_of_day
from dashboard.core.mapping.positions import degrees

#: cells that tell whether a column has times at all
_FIRST = 200
#: different cells that are kept of a column
_KEPT = 5000
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}", re.I)
_PHONE = re.compile(
    r"(?:\+?\d{1,3}[\s.-])?\(?\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}|\+\d{9,14}|1[3-9]\d{9}"
)


class Profile:
    """One column; it sees the cells of a sample, then tells."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.cells = self.filled = self.length = self.numbers = self.people = self.hours = 0
        self.times = Times()
        self.values: Counter[str] = Counter()

    def see(self, cell: str) -> None:
        """Count one cell."""
        self.cells += 1
        if not cell:
            return
        self.filled += 1
        self.length += len(cell)
        if len(self.values) < _KEPT or cell in self.values:
            self.values[cell] += 1
        if self.filled <= _FIRST or self.dated:
            self.times.see(cell)
        if self.filled <= _FIRST:
            self.numbers += degrees(cell) is not None
            self.people += bool(_MAIL.search(cell) or _PHONE.fullmatch(cell))
            self.hours += time_of_day(cell) is not None

    @property
    def looked(self) -> int:
        """How many filled cells were looked at closely."""
        return min(self.filled, _FIRST)

    @property
    def dated(self) -> bool:
        """Whether nearly all cells are times in one form."""
        return self.times.cells > 0 and self.times.dated >= 0.8

    @property
    def clock(self) -> bool:
        """Whether nearly all cells are times of the day alone."""
        return self.looked > 0 and self.hours >= 0.9 * self.looked

    @property
    def numeric(self) -> bool:
        """Whether nearly all cells are numbers."""
        return self.looked > 0 and self.numbers >= 0.95 * self.looked

    @property
    def personal(self) -> bool:
        """Whether many cells are mail addresses or telephone numbers."""
        return self.looked > 4 and self.people >= 0.2 * self.looked

    @property
    def share(self) -> float:
        """The share of the cells that are filled."""
        return self.filled / self.cells if self.cells else 0.0

    @property
    def different(self) -> float:
        """The share of the filled cells that differ from all others."""
        return len(self.values) / self.filled if self.filled else 0.0

    @property
    def mean_length(self) -> float:
        """The mean length of a filled cell."""
        return self.length / self.filled if self.filled else 0.0
