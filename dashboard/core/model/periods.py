"""Periods and ranges of local days: as written, as moments, and the one to compare with. Pure.

A :class:`Period` is what scores are counted for: a local day, an ISO week (Monday to Sunday) or a
month, written ``2018-01-15``, ``2018-W03`` and ``2018-01``. A :class:`Span` is any range of days
that a page asks for, or of local times. A range that is still running is compared with the same
part of the one before: as many days, up to the same time of day. Days are ints YYYYMMDD, months
YYYYMM.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum
from typing import NamedTuple

import msgspec

from dashboard.core.model.calendars import written as written_moment
from dashboard.core.model.rules import HOUR, Rules

DAY = 24 * HOUR


class PeriodKind(StrEnum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class PeriodError(ValueError):
    """A period that can't be read; names the field and the value."""

    def __init__(self, field: str, value: object, reason: str) -> None:
        self.field, self.value, self.reason = field, value, reason
        super().__init__(f"{field}={value!r}: {reason}")


_SHAPES = {
    PeriodKind.DAY: (r"\d{4}-\d{2}-\d{2}", "2018-01-15"),
    PeriodKind.WEEK: (r"\d{4}-W\d{2}", "2018-W03"),
    PeriodKind.MONTH: (r"\d{4}-\d{2}", "2018-01"),
}


class Period(msgspec.Struct, frozen=True):
    """A period by its first and last local day (both in it, YYYYMMDD)."""

    kind: PeriodKind
    first: int
    last: int

    @property
    def label(self) -> str:
        """As it is written."""
        day = _date(self.first)
        if self.kind is PeriodKind.DAY:
            return day.isoformat()
        if self.kind is PeriodKind.MONTH:
            return f"{day.year:04d}-{day.month:02d}"
        year, week, _ = day.isocalendar()
        return f"{year:04d}-W{week:02d}"

    @property
    def days(self) -> list[int]:
        """Every day of it, in order."""
        count = (_date(self.last) - _date(self.first)).days
        return [_int(_date(self.first) + timedelta(days=n)) for n in range(count + 1)]

    @property
    def month(self) -> int:
        """The month whose weights it is scored with: a week's is that of its Thursday, as its
        year is."""
        if self.kind is PeriodKind.WEEK:
            return _int(_date(self.first) + timedelta(days=3)) // 100
        return self.first // 100

    def holds(self, day: int) -> bool:
        return self.first <= day <= self.last

    def before(self) -> Period:
        """The period of the same kind that ends the day before."""
        return containing(self.kind, _int(_date(self.first) - timedelta(days=1)))

    def over(self, rules: Rules, now: int) -> bool:
        """Whether it has ended at ``now`` (ms)."""
        return rules.local.next_day(self.last) <= now

    def closed(self, rules: Rules, now: int) -> bool:
        """Whether nothing learned from ``now`` (ms) on counts in it any more."""
        return rules.closes_at(self.last // 100) < now


def containing(kind: PeriodKind, day: int) -> Period:
    """The period of a kind that a day (YYYYMMDD) is in."""
    on = _date(day)
    if kind is PeriodKind.DAY:
        return Period(kind, day, day)
    if kind is PeriodKind.WEEK:
        monday = on - timedelta(days=on.weekday())
        return Period(kind, _int(monday), _int(monday + timedelta(days=6)))
    following = date(on.year + on.month // 12, on.month % 12 + 1, 1)
    return Period(kind, _int(on.replace(day=1)), _int(following - timedelta(days=1)))


def parse(kind: str, at: str) -> Period:
    """The period as written; raises :class:`PeriodError` naming ``period`` or ``at``."""
    try:
        wanted = PeriodKind(kind)
    except ValueError:
        raise PeriodError("period", kind, f"expected one of {', '.join(PeriodKind)}") from None
    shape, example = _SHAPES[wanted]
    if not re.fullmatch(shape, at, re.ASCII):
        raise PeriodError("at", at, f"expected a {wanted} like {example}")
    text = {PeriodKind.DAY: at, PeriodKind.WEEK: f"{at}-1", PeriodKind.MONTH: f"{at}-01"}[wanted]
    try:
        on = date.fromisoformat(text)
        # the first and last years have no period before or after them
        if not 1970 <= on.year <= 9000:
            raise ValueError
    except ValueError:
        raise PeriodError("at", at, f"there is no such {wanted}") from None
    return containing(wanted, _int(on))


def read(at: str) -> Period:
    """The period as written, of the kind that its form shows; raises :class:`PeriodError`."""
    for kind, (shape, _) in _SHAPES.items():
        if re.fullmatch(shape, at, re.ASCII):
            return parse(kind, at)
    examples = ", ".join(example for _, example in _SHAPES.values())
    raise PeriodError("at", at, f"expected a day, a week or a month, like {examples}")


def _date(day: int) -> date:
    return date(day // 10000, day // 100 % 100, day % 100)


def _int(on: date) -> int:
    return on.year * 10000 + on.month * 100 + on.day


class AskError(ValueError):
    """A view that can't be shown: which field of the URL, which value, and why."""

    def __init__(self, field: str, value: object, reason: str) -> None:
        self.field, self.value, self.reason = field, value, reason
        super().__init__(f"{field}={value!r}: {reason}")


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """A range: ``start_ms`` is in it, ``end_ms`` is not; both are local midnights, but where it is
    one of times, or the end of a running one's counterpart."""

    start_ms: int
    end_ms: int
    first_day: int
    last_day: int
    #: as it is written in a URL
    label: str
    #: not over yet at ``until_ms``
    running: bool = False
    #: how far it has come: now, or its end
    until_ms: int = 0
    #: day, week, month, year or days; time: from one local time to another
    kind: str = "days"

    @property
    def days(self) -> list[int]:
        """Every day of it, YYYYMMDD."""
        first, count = _date(self.first_day), self.length
        return [_int(first + timedelta(days=n)) for n in range(count)]

    @property
    def length(self) -> int:
        """How many days it has."""
        return (_date(self.last_day) - _date(self.first_day)).days + 1

    @property
    def grain(self) -> str:
        """The finest step at which a chart has room for it: minute, ten, hour or day."""
        if self.kind != "time":
            return "hour" if self.length <= _HOURLY_DAYS else "day"
        long = self.end_ms - self.start_ms
        return next((name for name, most in _GRAINS if long <= most), "day")


#: whole days are shown hour by hour up to so many
_HOURLY_DAYS = 3
#: a range of times is shown by this step up to this length, ms
_GRAINS = (("minute", 6 * HOUR), ("ten", 48 * HOUR), ("hour", 31 * DAY))

_Days = tuple[date, date, str]


def _this_week(today: date) -> _Days:
    monday = today - timedelta(days=today.weekday())
    return monday, monday + timedelta(days=6), "week"


def _this_month(today: date) -> _Days:
    last = monthrange(today.year, today.month)[1]
    return today.replace(day=1), today.replace(day=last), "month"


#: names of ranges that move with the day
MOVING: dict[str, Callable[[date], _Days]] = {
    "today": lambda day: (day, day, "day"),
    "yesterday": lambda day: (day - timedelta(days=1), day - timedelta(days=1), "day"),
    "week": _this_week,
    "month": _this_month,
    "last-month": lambda day: _this_month(day.replace(day=1) - timedelta(days=1)),
    "year": lambda day: (day.replace(month=1, day=1), day.replace(month=12, day=31), "year"),
}
_MAX_DAYS = 3700
#: the last so many days, to this one
_LAST_DAYS = re.compile(r"[1-9]\d?d", re.ASCII)


def written(text: str) -> str:
    """The range if it can be read; raises :class:`AskError`."""
    if "T" in text:
        _times(text)
    elif text not in MOVING and not last_days(text):
        _fixed(text)
    return text


def last_days(text: str) -> int:
    """How many days a range such as ``7d`` has; 0 for another range."""
    return int(text[:-1]) if _LAST_DAYS.fullmatch(text) else 0


def span(ask: object, rules: Rules, now_ms: int) -> Span:
    """The range of an ask (or as written) at a time; raises :class:`AskError` if it is ahead."""
    text = ask if isinstance(ask, str) else str(getattr(ask, "range", ""))
    if "T" in text:
        return _timed(text, rules, now_ms)
    today = _date(rules.local.day(now_ms))
    if text in MOVING:
        first, last, kind = MOVING[text](today)
    elif number := last_days(text):
        first, last, kind = today - timedelta(days=number - 1), today, "days"
    else:
        first, last, kind = _fixed(text)
    if first > today:
        raise AskError("range", text, "it has not begun yet")
    return _span(rules, first, last, kind, now_ms)


def compared(of: Span, rules: Rules, compare: str) -> Span | None:
    """The span to compare with: the one ``previous``, that of the ``year`` before; or None."""
    if compare == "none":
        return None
    if of.kind == "time":
        return _timed_before(of, rules, compare)
    first, last = _date(of.first_day), _date(of.last_day)
    if compare == "year":
        first, last = _year_before(first, last, of.kind)
    elif of.kind == "month":
        first, last, _ = _this_month(first - timedelta(days=1))
    elif of.kind == "year":
        first = first.replace(year=first.year - 1)
        last = last.replace(year=last.year - 1)
    else:
        first, last = first - timedelta(days=of.length), first - timedelta(days=1)
    if first.year < 1971:
        return None
    whole = _span(rules, first, last, of.kind, None)
    if not of.running:
        return whole
    # the same part: as many days in, up to the same time of day
    day, minute = rules.local.day_minute(of.until_ms)
    gone = (_date(day) - _date(of.first_day)).days
    same = first + timedelta(days=gone)
    if same > last:  # a longer month than the one before
        return whole
    rest = of.until_ms % 60_000
    until = min(rules.local.moment(_int(same), minute) + rest, whole.end_ms)
    label = f"{first.isoformat()}..{same.isoformat()}" if gone else first.isoformat()
    return Span(
        start_ms=whole.start_ms,
        end_ms=until,
        first_day=_int(first),
        last_day=_int(same),
        label=label,
        until_ms=until,
        kind=of.kind,
    )


def _year_before(first: date, last: date, kind: str) -> tuple[date, date]:
    if kind == "week":
        year, week, _ = first.isocalendar()
        weeks = date(year - 1, 12, 28).isocalendar()[1]
        monday = date.fromisocalendar(year - 1, min(week, weeks), 1)
        return monday, monday + timedelta(days=6)
    if kind == "month":
        begin, end, _ = _this_month(first.replace(year=first.year - 1, day=1))
        return begin, end
    return _back(first), _back(last)


def _back(day: date) -> date:
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28) if leap else day.replace(year=day.year - 1)


def _span(rules: Rules, first: date, last: date, kind: str, now: int | None) -> Span:
    start, end = rules.local.start_of_day(_int(first)), rules.local.next_day(_int(last))
    running = now is not None and now < end
    return Span(
        start_ms=start,
        end_ms=end,
        first_day=_int(first),
        last_day=_int(last),
        label=_label(first, last, kind),
        running=running,
        until_ms=now if running and now is not None else end,
        kind=kind,
    )


class _End(NamedTuple):
    """An end of a range of times: day, minute (1440: the day's end), offset from UTC or None."""

    day: date
    minute: int
    offset: timedelta | None

    def moment(self, rules: Rules) -> int:
        day, minute = _int(self.day), self.minute
        if self.offset is not None:
            midnight = datetime.combine(self.day, time(0), timezone(self.offset))
            return round(midnight.timestamp() + minute * 60) * 1000
        return rules.local.next_day(day) if minute == _WHOLE else rules.local.moment(day, minute)


_WHOLE = 1440
_TIME = re.compile(r"(.{10})T(\d\d):(\d\d)(?:([+-])(\d\d):(\d\d))?", re.ASCII)


def _times(text: str) -> tuple[_End, _End]:
    """Both ends as written: days, or times such as 2018-01-15T08:30; raises :class:`AskError`.

    In the hour that is read twice in autumn a time may have its offset: T01:30-07:00.
    """
    begin, _, end = text.partition("..")
    try:
        first, last = _end(begin, 0), _end(end, _WHOLE)
    except (PeriodError, ValueError):
        raise AskError("range", text[:60], "expected times like 2018-01-15T08:30..T24:00") from None
    if (last.day - first.day).days > _MAX_DAYS:
        raise AskError("range", text[:60], "longer than ten years")
    return first, last


def _end(text: str, minute: int) -> _End:
    found = _TIME.fullmatch(text)
    if found is None:
        return _End(_date(parse("day", text).first), minute, None)
    day, hours, minutes = _date(parse("day", found[1]).first), int(found[2]), int(found[3])
    if minutes > 59 or hours * 60 + minutes > _WHOLE:
        raise ValueError(text)
    offset = None
    if found[4]:
        offset = timedelta(hours=int(found[5]), minutes=int(found[6])) * int(found[4] + "1")
        if abs(offset) >= timedelta(days=1):
            raise ValueError(text)
    return _End(day, hours * 60 + minutes, offset)


def _timed(text: str, rules: Rules, now_ms: int) -> Span:
    """A range from one local time to another, as written."""
    first, last = _times(text)
    start, end = first.moment(rules), last.moment(rules)
    if end <= start:
        raise AskError("range", text[:60], "its end lies before its beginning")
    if start > now_ms:
        raise AskError("range", text[:60], "it has not begun yet")
    return _of_times(rules, start, end, now_ms)


def _of_times(rules: Rules, start: int, end: int, now: int) -> Span:
    zone = rules.local.zone
    return Span(
        start_ms=start,
        end_ms=end,
        first_day=rules.local.day(start),
        last_day=rules.local.day(end - 1),
        label=f"{written_moment(zone, start)}..{written_moment(zone, end)}",
        running=now < end,
        until_ms=min(now, end),
        kind="time",
    )


def _timed_before(of: Span, rules: Rules, compare: str) -> Span | None:
    """The same local times as many days before as the range is long, or a year before."""
    count = -(-(of.end_ms - of.start_ms) // DAY)

    def back(moment: int) -> int:
        day, minute = rules.local.day_minute(moment)
        on = _date(day)
        on = _back(on) if compare == "year" else on - timedelta(days=count)
        return rules.local.moment(_int(on), minute) + moment % 60_000

    if _date(of.first_day).year < 1972:
        return None
    start, end = back(of.start_ms), back(of.until_ms)
    return _of_times(rules, start, max(end, start + 1), end) if end > start else None


def _label(first: date, last: date, kind: str) -> str:
    if kind == "month":
        return f"{first.year:04d}-{first.month:02d}"
    if kind == "year":
        return f"{first.year:04d}"
    if kind == "week":
        year, week, _ = first.isocalendar()
        return f"{year:04d}-W{week:02d}"
    return first.isoformat() if first == last else f"{first.isoformat()}..{last.isoformat()}"


def _fixed(text: str) -> _Days:
    try:
        if ".." in text:
            begin, _, end = text.partition("..")
            first, last = read(begin), read(end)
            found = _date(first.first), _date(last.last), "days"
            if found[1] < found[0]:
                raise AskError("range", text, "its end lies before its beginning")
            if (found[1] - found[0]).days > _MAX_DAYS:
                raise AskError("range", text, "longer than ten years")
            return found
        if re.fullmatch(r"\d{4}", text, re.ASCII) and 1971 <= int(text) <= 9000:
            return date(int(text), 1, 1), date(int(text), 12, 31), "year"
        period = read(text)
    except PeriodError:
        expected = "expected today, 7d, week, month, 2018-01-15, 2018-W03, 2018-01, 2018, a..b"
        expected += " or 2018-01-15T08:30..2018-01-15T10:00"
        raise AskError("range", text[:40], expected) from None
    return _date(period.first), _date(period.last), str(period.kind)
