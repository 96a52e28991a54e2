"""Times of a table's cells, in any form that one column keeps to. Pure.

In: the cells of a column, one by one. Out: `Times`, what they show; the `Form` that follows from
all of them; and with it the time of each cell, local and without a zone unless the cell names an
offset. Besides dates in figures (`dashboard.core.mapping.dates`) a column may have months in words
in eight languages, whole figures as ``20240312``, seconds or milliseconds since 1970, days of a
spreadsheet, or years of the Republic of China.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import msgspec

from dashboard.core.mapping.dates import Evidence, Order, date_of

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january janvier januar jaenner januari enero ene janeiro gennaio gen",
            "feb february fevrier fevr februar februari febrero fevereiro fev febbraio",
            "mar march mars marz maerz maart mrt marzo marco",
            "apr april avril avr abril abr aprile",
            "may mai mei mayo maio maggio mag",
            "jun june juin juni junio junho giugno giu",
            "jul july juillet juil juli julio julho luglio lug",
            "aug august aout augustus agosto ago",
            "sep sept september septembre septiembre setembro set settembre",
            "oct october octobre okt oktober octubre outubro out ottobre ott",
            "nov november novembre noviembre novembro",
            "dec december decembre dez dezember diciembre dic dezembro dicembre",
        ),
        1,
    )
    for name in names.split()
}
_TIME = (
    r"(?:[T,\s]+(?:um |at |a las |alle )?(\d{1,2})[:h.](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?"
    r"\s*(?:([AaPp])\.?\s?[Mm]\.?|Uhr|h|uur)?)?"
    r"\s*(?:Z|UTC|GMT|[+-]\d\d:?\d\d|[A-Z]{3,4})?"
)
_DAY_WORD = re.compile(
    r"(?:[^\W\d]{2,10}\.?,?\s+)?(\d{1,2})(?:st|nd|rd|th|er|\.)?[\s\-/]+(?:de |di |of )?"
    r"([^\W\d]{3,10})\.?[\s\-/,]+(?:de |del )?(\d{4}|\d{2})" + _TIME
)
_WORD_DAY = re.compile(
    r"(?:[^\W\d]{2,10}\.?,?\s+)?([^\W\d]{3,10})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})" + _TIME
)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:[T ]?(\d\d)(\d\d)(\d\d)?)?(?:\.0)?")
#: years since 1911, as Taiwan writes them: 105/07/25, 民國105年7月25日
_ROC = re.compile(
    r"(?:民國|民国)?\s*(\d{2,3})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[T\s]+(\d{1,2})[:時时](\d{2})(?:[:分](\d{2}))?[秒分]?)?"
)
_WHOLE = re.compile(r"\d{5,13}(?:\.\d+)?")
_TIME_ONLY = re.compile(
    r"(\d{1,2})[:h時时](\d{2})(?:[:分](\d{2})(?:\.\d+)?)?分?\s*([AaPp]?)\.?[Mm]?\.?"
)
#: the only whole numbers that may be a time: 1985 to 2100
_EPOCH_S = (473_385_600, 4_102_444_800)
_EXCEL = (31_000, 73_050)
_EXCEL_BEGIN = datetime(1899, 12, 30)


class Written(StrEnum):
    """How a column writes its times."""

    #: 2024-03-12 09:30, 12.03.2024, 2024年3月12日
    FIGURES = "figures"
    #: 12 Mar 2024, March 12, 2024
    WORDS = "words"
    #: 20240312, 20240312093000
    COMPACT = "compact"
    #: milliseconds, seconds since 1970
    MILLISECONDS = "milliseconds"
    SECONDS = "seconds"
    #: days since 30 December 1899
    SPREADSHEET = "spreadsheet"
    #: 113/03/12
    ROC = "roc"


class Form(msgspec.Struct, frozen=True):
    """The form of a column's times."""

    written: Written = Written.FIGURES
    #: of dates with the year last
    order: Order | None = None

    def read(self, cell: str) -> datetime | None:
        """The time of a cell; None for a blank one or for what is no time in this form.

        It has a zone where the cell names an offset or counts since 1970.
        """
        cell = cell.strip()
        if not cell:
            return None
        try:
            if self.written is Written.FIGURES:
                # by far the most frequent; the library reads them quickest
                if cell[4:5] == "-" and cell[7:8] == "-" and len(cell) > 9:
                    try:
                        return datetime.fromisoformat(cell)
                    except ValueError:
                        pass
                return date_of(cell, (self.order,) if self.order else ())
            return _READERS[self.written](cell)
        except (ValueError, OverflowError):
            return None


def time_of_day(cell: str) -> timedelta | None:
    """A cell that has the time of a day alone, as the time since midnight."""
    found = _TIME_ONLY.fullmatch(cell.strip())
    if found is None:
        return None
    hour, minute, second, half = int(found[1]), int(found[2]), int(found[3] or 0), found[4]
    if half:
        hour = hour % 12 + 12 * (half in "pP")
    if hour > 23 or minute > 59 or second > 59:
        return None
    return timedelta(hours=hour, minutes=minute, seconds=second)


class Times:
    """What the cells of one column show of its times."""

    def __init__(self) -> None:
        self.figures = Evidence()
        self.cells = self.clocks = self.offsets = self.utc_words = 0
        self.written: Counter[Written] = Counter()
        self.zones: Counter[str] = Counter()

    def see(self, cell: str) -> None:
        """Count one cell; a blank one shows nothing."""
        cell = cell.strip()
        if not cell:
            return
        self.cells += 1
        before = self.figures.unread, self.figures.timeless
        self.figures.see(cell)
        if self.figures.unread == before[0]:
            self.written[Written.FIGURES] += 1
            if self.figures.timeless == before[1]:
                self.clocks += 1
                self._zone(cell)
            return
        for written, read in _READERS.items():
            try:
                when = read(cell)
            except (ValueError, OverflowError):
                continue
            if when is not None:
                self.written[written] += 1
                self.clocks += bool(when.hour or when.minute or when.second)
                return

    def _zone(self, cell: str) -> None:
        if cell.endswith(("UTC", "GMT")):
            self.utc_words += 1
        elif cell.endswith("Z") or (len(cell) > 16 and cell[-6:-5] in "+-" and cell[-3] == ":"):
            self.offsets += 1
            self.zones["Z" if cell.endswith("Z") else cell[-6:]] += 1

    @property
    def form(self) -> Written | None:
        """The form of most cells; None if too few are times in one form."""
        if not self.written:
            return None
        best, count = self.written.most_common(1)[0]
        return best if count >= 0.8 * self.cells else None

    @property
    def dated(self) -> float:
        """The share of the cells that are times in that form."""
        return max(self.written.values(), default=0) / self.cells if self.cells else 0.0

    @property
    def timeless(self) -> bool:
        """Whether days only are written."""
        return not self.clocks


def _folded(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.lower())
    return "".join(mark for mark in plain if not unicodedata.combining(mark))


def _clock(found: re.Match[str], day: datetime) -> datetime:
    hour, minute, second, half = found.groups()[3:7]
    if hour is None:
        return day
    hours = int(hour)
    if half:
        hours = hours % 12 + 12 * (half in "pP")
    return day.replace(hour=hours, minute=int(minute), second=int(second or 0))


def _words(cell: str) -> datetime | None:
    found = _DAY_WORD.fullmatch(cell)
    if found is not None:
        day, word, year = found.groups()[:3]
    else:
        found = _WORD_DAY.fullmatch(cell)
        if found is None:
            return None
        word, day, year = found.groups()[:3]
    month = _MONTHS.get(_folded(word))
    if month is None:
        return None
    number = int(year) if len(year) == 4 else 2000 + int(year)
    return _clock(found, datetime(number, month, int(day)))


def _compact(cell: str) -> datetime | None:
    found = _COMPACT.fullmatch(cell)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    return datetime(year, month, day, hour, minute, second) if 1980 <= year <= 2100 else None


def _seconds(cell: str) -> datetime | None:
    if _WHOLE.fullmatch(cell) is None:
        return None
    value = float(cell)
    low, high = _EPOCH_S
    return datetime.fromtimestamp(value, UTC) if low <= value <= high else None


def _milliseconds(cell: str) -> datetime | None:
    if _WHOLE.fullmatch(cell) is None:
        return None
    value = float(cell) / 1000
    low, high = _EPOCH_S
    return datetime.fromtimestamp(value, UTC) if low <= value <= high else None


def _spreadsheet(cell: str) -> datetime | None:
    if _WHOLE.fullmatch(cell) is None:
        return None
    value = float(cell)
    low, high = _EXCEL
    if not low <= value <= high:
        return None
    return _EXCEL_BEGIN + timedelta(seconds=round(value * 86_400))


def _roc(cell: str) -> datetime | None:
    found = _ROC.fullmatch(cell)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    return datetime(year + 1911, month, day, hour, minute, second) if 60 <= year < 200 else None


_READERS = {
    Written.WORDS: _words,
    Written.COMPACT: _compact,
    Written.MILLISECONDS: _milliseconds,
    Written.SECONDS: _seconds,
    Written.SPREADSHEET: _spreadsheet,
    Written.ROC: _roc,
}
