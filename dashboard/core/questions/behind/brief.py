"""The addresses of the events behind a brief's figures. Pure.

In: a brief's head and one of its figures. Out: the address of the list (`questions.opened`) as a
path, or "" for a number that opens nothing: a change, a share of another number, a rank, a name.
The lists of a period that was not over end when the brief was composed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dashboard.core.briefs.model import Cell, Chart, Figure, Head, Sentence, Table
from dashboard.core.questions.ask import NONE, Ask
from dashboard.core.questions.behind.opened import COUNTS, address

#: id of a definition → the figure of the list
_OF = {
    **{name: name for name in ("reported", "closed", "open", "overdue", "response_overdue")},
    **{name: name for name in ("decided", "on_time", "on_time_rate", "unmeasured")},
    **{name: name for name in ("return_rate", "rework_rate")},
    "handle_median": "median_ms",
    "handle_p90": "p90_ms",
}
#: of a scoreboard's line
_SCORED = {
    "score_total": "shrunk",
    **{f"score_{name}": name for name in ("dispatch", "handling", "outcome")},
    "score_n": "score.n",
    "unmeasured": "score.unmeasured",
}
#: a figure of some levels in a sentence: id of its definition → figure
_OF_LEVELS = {"reported_level": "reported", "open_urgent": "open"}
#: and of a place or a category
_OF_NAMES = {"reported_area": "reported", "reported_category": "reported"}
_STOCKS = ("open", "overdue", "response_overdue")
_SUBJECTS = ("level", "department", "category", "area")
_HOUR = timedelta(hours=1)


def of_cell(head: Head, table: Table, row: tuple[Cell, ...], n: int, lang: str) -> str:
    """The address behind a cell of a table."""
    column, value = table.columns[n], row[n]
    if not isinstance(value, int | float):
        return ""
    if table.id == "indicators":
        metric = str(row[0])
        if column.id == "now":
            return _plain(head, metric, value, lang)
        return _before(head, metric, value, lang) if column.id == "before" else ""
    kinds = [one.kind for one in table.columns]
    subject = next((kind for kind in _SUBJECTS if kind in kinds), "")
    code = str(row[kinds.index(subject)] or "") if subject else ""
    if table.id == "scores":
        return _scored(head, column.metric, subject, code, lang)
    if subject == "area" and not code and not head.tier:
        return ""
    if table.id == "longest" or column.metric not in _OF:
        return ""
    return _plain(head, column.metric, value, lang, **_narrowed(head, subject, code))


def of_figure(head: Head, sentence: Sentence, name: str, lang: str) -> str:
    """The address behind a value of a sentence."""
    one = sentence.values[name]
    if one.kind == "event" or not isinstance(one.value, int | float):
        return ""
    if one.metric in _OF_LEVELS:
        level = name if one.metric == "reported_level" else "red,orange"
        return _list(head, _OF_LEVELS[one.metric], one.value, lang, level=level)
    names = [sentence.values[key] for key in ("name", "name2", "name3") if key in sentence.values]
    if one.metric in _OF_NAMES or (one.metric in _SCORED and names):
        # a number that several share is of each of them, and has no list of its own
        return _named(head, one, names[0], lang) if len(names) == 1 else ""
    return _plain(head, one.metric, one.value, lang)


def of_point(head: Head, chart: Chart, line: int, n: int, lang: str) -> str:
    """The address behind a value of a chart."""
    value, x, metric = chart.lines[line].values[n], chart.x[n], chart.lines[line].metric
    if value is None:
        return ""
    if chart.kind == "day":
        return _plain(head, metric, value, lang, range=_day(int(str(x or 0))).isoformat())
    if chart.kind == "hour":
        day = _day(head.first)
        start = datetime(day.year, day.month, day.day, int(str(x or 0)), tzinfo=ZoneInfo(head.zone))
        begin, end = (round(at.timestamp() * 1000) for at in (start, start + _HOUR))
        return _plain(head, metric, value, lang, since=begin, until=_until(head, end))
    return _plain(head, metric, value, lang, **_narrowed(head, chart.kind, str(x or "")))


def _day(number: int) -> date:
    return date(number // 10000, number // 100 % 100, number % 100)


def _named(head: Head, one: Figure, name: Figure, lang: str) -> str:
    code = str(name.value or "")
    if one.metric in _SCORED:
        return _scored(head, one.metric, name.kind, code, lang)
    return _list(head, _OF_NAMES[one.metric], one.value, lang, **_narrowed(head, name.kind, code))


def _narrowed(head: Head, subject: str, code: str) -> Mapping[str, object]:
    """The filter of a line's subject; of what has no place, the tier at which it has none."""
    if subject == "area" and not code:
        return {"unplaced": head.tier}
    return {subject: code or NONE}


def _plain(head: Head, metric: str, value: Cell, lang: str, **changes: object) -> str:
    return _list(head, _OF[metric], value, lang, **changes) if metric in _OF else ""


def _before(head: Head, metric: str, value: Cell, lang: str) -> str:
    """Behind a number of the period before; of what lasts, at its end."""
    if metric in _STOCKS:
        last = _day(head.first) - timedelta(days=1)
        return _plain(head, metric, value, lang, range=last.isoformat(), until=None)
    changes = {"range": head.compared, "until": head.compared_end or None}
    return _plain(head, metric, value, lang, **changes)


def _scored(head: Head, metric: str, by: str, code: str, lang: str) -> str:
    if metric not in _SCORED or by != "department" or not code:
        return ""
    return _list(head, _SCORED[metric], None, lang, code=code)


def _list(head: Head, of: str, value: Cell, lang: str, **changes: object) -> str:
    ask = Ask(area=head.area, range=head.at, lang=lang)
    given: dict[str, object] = {"until": _until(head), **changes}
    if of in COUNTS and isinstance(value, int | float):
        given["counted"] = round(value)
    return address(ask, of, **given)


def _until(head: Head, end: int | None = None) -> int | None:
    """Where a list ends: when the brief was composed, if its period was not over."""
    if not head.running:
        return end
    made = head.as_of + 1
    return made if end is None else min(end, made)
