"""The time range of an address in words, and the ranges a user can choose. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from dash.development.base_component import Component

from dashboard.config.words.figures import day, spoken
from dashboard.core.model.periods import Span, last_days
from dashboard.core.model.records import coverage
from dashboard.core.questions.ask import Ask
from layouts.pages.kit.frame import Truth
from layouts.pages.kit.known import coverage_words
from layouts.pages.kit.links import link

PRESETS = ("today", "yesterday", "7d", "30d", "week", "month", "last-month", "year")
#: months back that can be chosen by name
MONTHS = 36


def range_words(written: str, text: Mapping[str, str]) -> str:
    """A range of an address, such as `7d` or `2018-W03`, in words."""
    if written in PRESETS:
        return text[f"review.range.{written}"]
    if number := last_days(written):
        return text["review.range.last_days"].format(n=number)
    if ".." in written:
        first, _, last = written.partition("..")
        if "T" in written:
            return _times(first, last)
        return text["review.range.days"].format(first=first, last=last)
    if "-W" in written:
        year, _, week = written.partition("-W")
        return text["review.range.named_week"].format(year=year, week=int(week))
    parts = written.split("-")
    if len(parts) == 2:
        return month_words(int(parts[0]), int(parts[1]), text)
    return text["review.range.named_year"].format(year=written) if len(parts) == 1 else written


def _times(first: str, last: str) -> str:
    """01-15 08:30–10:00: the list has little room, and the page's heading has the year."""
    begin, end = first[5:].replace("T", " "), last[5:].replace("T", " ")
    if first[:10] == last[:10]:
        return f"{begin if 'T' in first else begin + ' 00:00'}–{last[11:] or '24:00'}"
    return f"{begin} – {end}"


def month_words(year: int, month: int, text: Mapping[str, str]) -> str:
    """The month and its year as the language writes them."""
    name = text[f"review.month.{month}"]
    return text["review.range.named_month"].format(year=year, month=name)


class Compared(Protocol):
    """What a page knows of its range."""

    @property
    def span(self) -> Span: ...
    @property
    def compared(self) -> Span | None: ...
    @property
    def first_day(self) -> int:
        """Of the viewer's records, YYYYMMDD; 0: there are none."""

    @property
    def since(self) -> int:
        """The first day of the whole city's records, YYYYMMDD; 0: there are none."""

    @property
    def short(self) -> bool:
        """The range is shorter than this month, because nothing is before that."""


def compared_words(
    data: Compared, ask: Ask, path: str, zone: str, text: Mapping[str, str]
) -> list[Component | str]:
    """The range and what it is compared with; of a short one why, and the way to the month."""
    now, before = data.span, data.compared
    words = spoken(now, zone, short=True)
    if now.running:
        words = text["review.overview.running"].format(range=words)
    kept = coverage(now.first_day, now.last_day, data.since or None)
    if not kept.whole:
        words += f" · {coverage_words(kept, text)}"
    if not kept.days:
        return [words]
    if before is None:
        if ask.compare == "none":
            return [words]
        key = "review.overview.alone_since" if data.first_day else "review.overview.alone"
        return [text[key].format(range=words, day=day(data.first_day))]
    was = spoken(before, zone, short=True)
    key = "review.overview.against_part" if now.running else "review.overview.against"
    found: list[Component | str] = [text[key].format(range=words, was=was)]
    if data.short:
        month = f"{now.last_day // 10000:04d}-{now.last_day // 100 % 100:02d}"
        found += [
            text["review.overview.short"].format(day=day(data.first_day)),
            link(text["review.overview.whole_month"], ask.url(path, range=month)),
        ]
    return found


def range_choices(
    chosen: str, truth: Truth | None, zone: str, text: Mapping[str, str], short: bool = False
) -> list[dict[str, Any]]:
    """Grouped options: the usual ones, the last months, and the present one if it is another.

    ``short``: the page shows fewer days than this month, which is chosen by its name then.
    """
    usual = [one for one in PRESETS if not (short and one == "month")]
    groups = [_group(text["review.range.usual"], [(one, range_words(one, text)) for one in usual])]
    months: list[tuple[str, str]] = []
    if truth is not None:
        today = datetime.fromtimestamp(truth.now_ms / 1000, UTC).astimezone(ZoneInfo(zone)).date()
        months = [(f"{m:%Y-%m}", range_words(f"{m:%Y-%m}", text)) for m in _back(today)]
    if chosen not in PRESETS and chosen not in dict(months):
        own = [(chosen, range_words(chosen, text))]
        groups.insert(0, _group(text["review.range.chosen"], own))
    if months:
        groups.append(_group(text["review.range.months"], months))
    return groups


def _group(name: str, items: list[tuple[str, str]]) -> dict[str, Any]:
    return {"group": name, "items": [{"value": v, "label": words} for v, words in items]}


def _back(today: date) -> list[date]:
    first = today.year * 12 + today.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(first, first - MONTHS, -1)]
