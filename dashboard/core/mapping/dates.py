"""Reads dates of a file in the order that the whole column has: day, month or year first.

In: cells, as text. Out: `Evidence` of a column, from all of its cells; the `Order` that follows
from it; and times without a zone (with one where the cell names its offset). A cell with the year
first is read as it is written. One with the year last is read in the order of its column:
``21/01/2022`` in any row shows that ``05/01/2022`` in another is the fifth of January. Where no
cell shows it, the format's own order is taken, and without one the operator is asked. Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

_DATE = re.compile(
    r"(\d{4}|\d{1,2})([-/.年])(\d{1,2})([-/.月])(\d{4}|\d{1,2})日?"
    r"(?:[T\s]+(上午|下午|午前|午後|오전|오후)?\s*(\d{1,2})[:时時](\d{2})(?:[:分](\d{2})(?:[.,](\d{1,9}))?)?[分秒]?"
    r"\s*([AaPp])?(?:(?<=[AaPp])\.?\s?[Mm]\.?)?)?"
    r"\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?"
)
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")
#: one order outweighs cells that contradict it if they are at most one of so many
_OUTWEIGHS = 20
#: years of two digits below this are of this century
_PIVOT = 69
#: forms shown of a column that cannot be read
_SHOWN = 3


class Order(StrEnum):
    """Which part of a date comes first."""

    YEAR_FIRST = "year-first"
    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


#: how each order is written, for messages
WRITTEN = {
    Order.YEAR_FIRST: "2022-01-31",
    Order.DAY_FIRST: "31/01/2022",
    Order.MONTH_FIRST: "01/31/2022",
}


class DateError(ValueError):
    """A column whose dates cannot be read, or in two ways; the message names form and remedy."""


class Evidence:
    """What the cells of one column show of its dates."""

    def __init__(self) -> None:
        self.cells = self.unread = self.timeless = self.year_first = 0
        #: cells with the year last: of which only one order makes a date, or either does
        self.day_first = self.month_first = self.either = 0
        #: the forms of cells that are no dates, as ``99/99/9999``
        self.forms: Counter[str] = Counter()

    def see(self, cell: str) -> None:
        """Count one cell; a blank one shows nothing."""
        cell = cell.strip()
        if not cell:
            return
        self.cells += 1
        found = _DATE.fullmatch(cell)
        if found is None:
            self._strange(cell)
            return
        self.timeless += found[7] is None
        first, second = found[1], int(found[3])
        if len(first) == 4:
            self.year_first += 1
        elif int(first) > 12 >= second:
            self.day_first += 1
        elif second > 12 >= int(first):
            self.month_first += 1
        elif second <= 12:
            self.either += 1
        else:
            self._strange(cell)

    def _strange(self, cell: str) -> None:
        self.unread += 1
        if len(self.forms) < 100:
            self.forms[form_of(cell)] += 1

    @property
    def short(self) -> int:
        """Cells with the year last."""
        return self.day_first + self.month_first + self.either


def decide(
    columns: Mapping[str, Evidence],
    declared: Mapping[str, tuple[Order, ...]],
    asked: Order | None = None,
) -> dict[str, Order]:
    """The order of each column of a file whose cells have the year last.

    ``declared`` are the orders of the format; ``asked`` is the operator's word, which wins. Raises:
    `DateError` for a column that no order reads, that mixes two, or that may be read in two.
    """
    own = {name: _year_last(orders) for name, orders in declared.items()}
    out: dict[str, Order] = {}
    shown: list[Order] = []
    open_: list[str] = []
    for name, seen in columns.items():
        _check_readable(name, seen, declared.get(name, ()))
        if not seen.short:
            continue
        found = asked or _shown(name, seen, own.get(name))
        if found is None:
            open_.append(name)
        else:
            out[name] = found
            shown.append(found)
    for name in open_:
        order = own.get(name)
        if shown and all(other is shown[0] for other in shown):
            out[name] = shown[0]
        elif order is not None:
            out[name] = order
        else:
            raise DateError(
                f"column {name}: dates such as 03/04/2022 can be read with the day or the month "
                "first, and no cell shows which: add --dates day-first or --dates month-first"
            )
    return out


def _year_last(orders: tuple[Order, ...]) -> Order | None:
    return next((order for order in orders if order is not Order.YEAR_FIRST), None)


def _check_readable(name: str, seen: Evidence, declared: tuple[Order, ...]) -> None:
    if seen.unread < seen.cells or seen.cells < _SHOWN:
        return
    forms = ", ".join(repr(form) for form, _ in seen.forms.most_common(_SHOWN))
    wanted = declared or tuple(Order)
    expected = " or ".join(WRITTEN[order] for order in wanted)
    raise DateError(
        f"column {name}: no date in any of {seen.cells:,} cells; their form is {forms} "
        f"(9 for a digit, A for a letter), expected a date such as {expected}"
    )


def _shown(name: str, seen: Evidence, declared: Order | None) -> Order | None:
    """The order that the column's own cells show; None if they show none."""
    day, month = seen.day_first, seen.month_first
    if not day and not month:
        return None
    less, more = sorted((day, month))
    if less * _OUTWEIGHS > more:
        raise DateError(
            f"column {name}: {day:,} cells have the day first ({WRITTEN[Order.DAY_FIRST]}) and "
            f"{month:,} the month ({WRITTEN[Order.MONTH_FIRST]}): one file has one form; "
            "add --dates to read all in one order and refuse the others"
        )
    found = Order.DAY_FIRST if day > month else Order.MONTH_FIRST
    # a few slips among many cells that fit the format's own order do not turn it round
    if declared is not None and found is not declared and more * _OUTWEIGHS < seen.either:
        return declared
    return found


def form_of(cell: str) -> str:
    """The form of a cell: 9 for a digit, A for a letter; no word of it is shown."""
    cut = re.sub(r"[^\W\d_]+", lambda m: "A" * min(len(m[0]), 3), cell[:40])
    return re.sub(r"\d", "9", cut)


def date_of(cell: str, orders: Iterable[Order]) -> datetime | None:
    """The time of a cell, without the blanks around it; None for what is no date in any of them.

    Midnight where it names no time, with a zone where it names an offset. ``orders`` are those that
    may be meant of a date with the year last; the first that makes a date is taken. One with the
    year first is always read.
    """
    found = _DATE.fullmatch(cell)
    if found is not None:
        for order in (Order.YEAR_FIRST, *orders):
            if (when := _date(found, order)) is not None:
                return when
    return None


def _date(found: re.Match[str], order: Order) -> datetime | None:
    first, _, middle, _, last = found.groups()[:5]
    if (len(first) == 4) != (order is Order.YEAR_FIRST):
        return None
    if order is Order.YEAR_FIRST:
        year, month, day = first, middle, last
    elif order is Order.DAY_FIRST:
        day, month, year = first, middle, last
    else:
        month, day, year = first, middle, last
    if len(day) > 2:
        return None
    number = int(year)
    if len(year) < 4:
        number += 2000 if number < _PIVOT else 1900
    try:
        when = datetime(number, int(month), int(day))
        return _at(found, when)
    except ValueError:
        return None


def _at(found: re.Match[str], day: datetime) -> datetime:
    """The day at the time that the cell names. Raises: ``ValueError`` for an impossible one."""
    half, hour, minute, second, part, letter, offset = found.groups()[5:]
    if hour is not None:
        hours = int(hour)
        late = half in ("下午", "午後", "오후") or letter in ("p", "P")
        if half or letter:
            if letter and not 1 <= hours <= 12:
                raise ValueError("an hour from 1 to 12 before AM or PM")
            hours = hours % 12 + 12 * late if hours <= 12 else hours
        micro = int(f"{part or 0:0<6}"[:6])
        day = day.replace(
            hour=hours, minute=int(minute), second=int(second or 0), microsecond=micro
        )
    if offset is None:
        return day
    named = _OFFSET.fullmatch(offset)
    if named is None:
        return day.replace(tzinfo=UTC)
    shift = timedelta(hours=int(named[2]), minutes=int(named[3]))
    return day.replace(tzinfo=timezone(-shift if named[1] == "-" else shift))
