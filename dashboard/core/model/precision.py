"""How finely a time was written, for sources that do not state their precision. Pure.

A time at midnight, to the ms, may be a whole day; one at a whole minute may be a whole
minute. For a finely timed action that happens to be at a whole minute nothing is lost: the
precision is used only for an action that would not be lawful at its own time.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from dashboard.core.model.vocabulary import Precision


def written_precision(value: object, zone: tzinfo) -> Precision:
    """The precision that a time shows: ISO 8601 text, or ms since the epoch.

    The day of a text is that of its own offset, the day of a number that of ``zone``. Anything
    that cannot be read is taken as exact.
    """
    if isinstance(value, bool):
        return Precision.MS
    try:
        if isinstance(value, int):
            whole, ms = divmod(value, 1000)
            when = datetime.fromtimestamp(whole, UTC).astimezone(zone)
        elif isinstance(value, str):
            when = datetime.fromisoformat(value)
            ms = when.microsecond
        else:
            return Precision.MS
    except (ValueError, OverflowError, OSError):
        return Precision.MS
    if ms:
        return Precision.MS
    if when.second:
        return Precision.S
    return Precision.MIN if when.minute or when.hour else Precision.DAY
