"""Local times of a file, written without a zone, as milliseconds UTC.

A time that summer time skips (02:30 in spring) is read with the offset before the change, so
it comes out an hour later on the clock. A time that occurs twice (01:30 in autumn) is the first
of the two, unless that is before a moment it must not precede; then it is the second.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from data_sources.intake.dead_letter import RowError


def parse(field: str, text: str, formats: Sequence[str]) -> datetime:
    """The naive local time of ``text``, by the first ``strptime`` format that fits.

    Raises: `RowError` naming ``field``.
    """
    text = text.strip()
    for form in formats:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    raise RowError(field, text, "not a date and time" if text else "empty, expected a time")


def to_ms(local: datetime, zone: ZoneInfo, not_before: int = 0) -> int:
    """The moment (ms UTC) of a naive local time in a zone, or of one that has a zone of its own.

    ``not_before`` is in ms too.
    """
    if local.tzinfo is not None:
        return round(local.timestamp() * 1000)
    first = round(local.replace(tzinfo=zone, fold=0).timestamp() * 1000)
    second = round(local.replace(tzinfo=zone, fold=1).timestamp() * 1000)
    # Where summer time skips an hour, ``second`` is the earlier of the two: not a repeat.
    return second if first < not_before <= second else first


def end_of_day(day: date, zone: ZoneInfo) -> int:
    """The last millisecond (UTC) of a local day, which may have 23 or 25 hours."""
    if day == date.max:  # 31 December 9999 is written for "never", and has no day after it
        return to_ms(datetime.combine(day, time.max.replace(microsecond=999_000)), zone)
    return to_ms(datetime.combine(day + timedelta(days=1), time()), zone) - 1


def local_text(moment: int, zone: ZoneInfo) -> str:
    """A moment (ms) as a local ISO time; as ms where the calendar (years 1 to 9999) has none."""
    try:
        return datetime.fromtimestamp(moment / 1000, zone).isoformat()
    except (ValueError, OverflowError, OSError):
        return f"{moment} ms"
