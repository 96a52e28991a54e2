"""A brief in words: codes, numbers, times and sentences in Chinese or English."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel.dates import format_date

from dashboard.config.cities import City
from dashboard.config.words import catalogue
from dashboard.config.words.durations import duration, signed_duration
from dashboard.config.words.figures import NOTHING, as_date, count, days, percent, points, signed
from dashboard.config.words.figures import day as written_day
from dashboard.config.words.plurals import form
from dashboard.config.words.ranks import arrow, reason
from dashboard.core.briefs.model import Brief, Cell, Column, Figure, Head, Sentence
from dashboard.core.scoring.scores import RankMove

_LOCALE = {"zh": "zh_CN", "en": "en_GB"}
_NAMES = ("name", "name2", "name3")


class Piece(NamedTuple):
    """A part of a sentence; of a number ``metric`` is the id of its definition, ``name`` its name
    in the sentence's values."""

    text: str
    metric: str = ""
    name: str = ""


class Words:
    """The words of one language for one city; times are in ``zone``."""

    def __init__(self, city: City, lang: str, zone: ZoneInfo) -> None:
        self.city, self.lang, self.zone = city, lang, zone
        self.text = catalogue(lang)

    def __getitem__(self, key: str) -> str:
        return self.text[key]

    # ---- the head

    def title(self, head: Head) -> str:
        """The title of a brief: 赤峰市红山区网格化治理月报."""
        return self["briefs.title"].format(
            place=self.area(head.area), kind=self[f"briefs.kind.{head.period}"]
        )

    def area(self, code: str) -> str:
        """The full name of a place, from the city down to it."""
        names = [self.city.name(self.lang)]
        names += [self.city.place_name(one, self.lang) for one in self._path(code)]
        return "".join(names) if self.lang == "zh" else ", ".join(reversed(names))

    def _path(self, code: str) -> list[str]:
        path: list[str] = []
        while code and code not in path:
            path.insert(0, code)
            place = self.city.places.get(code)
            code = place.parent if place else ""
        return path

    def period(self, head: Head) -> str:
        """The period: 2018年1月; 2018年第3周（1月15日至1月21日）; 2018年1月15日 星期一."""
        first, last = as_date(head.first), as_date(head.last)
        if head.period == "month":
            shape = "y年M月" if self.lang == "zh" else "MMMM y"
            return self._date(first, shape)
        if head.period == "day":
            return self._date(first, "y年M月d日 EEEE" if self.lang == "zh" else "EEEE, d MMMM y")
        year, week, _ = first.isocalendar()
        if self.lang == "zh":
            span = f"{self._date(first, 'M月d日')}至{self._date(last, 'M月d日')}"
            return f"{year}年第{week}周（{span}）"
        return (
            f"Week {week} of {year} ({self._date(first, 'd MMM')} to {self._date(last, 'd MMM')})"
        )

    def _date(self, day: date, shape: str) -> str:
        return format_date(day, shape, locale=_LOCALE[self.lang])

    def facts(self, brief: Brief) -> list[tuple[str, str]]:
        """The lines of the head as (label, value): area, range, comparison, times, source."""
        head = brief.head
        return [
            (self["briefs.head.area"], self.area(head.area)),
            (self["briefs.head.range"], f"{self.days(head.first, head.last)} ({head.zone})"),
            (self["briefs.head.compared"], head.compared or self["briefs.head.no_compare"]),
            (self["briefs.head.as_of"], self.time(head.as_of)),
            (self["briefs.head.made"], self.time(head.made)),
            (self["briefs.head.source"], self.text.get(f"source.{head.source}", head.source)),
        ]

    def days(self, first: int, last: int) -> str:
        """A range of days: 2018-01-01 – 2018-01-31, both included."""
        return days(first, last)

    def time(self, ms: int) -> str:
        """A time in ms as 2018-02-01 08:00 with the zone's abbreviation."""
        return datetime.fromtimestamp(ms / 1000, self.zone).strftime("%Y-%m-%d %H:%M %Z")

    # ---- sentences

    def sentence(self, head: Head, sentence: Sentence) -> list[Piece]:
        """The sentence in pieces, so that each number can be shown with its definition."""
        names = [sentence.values[name] for name in _NAMES if name in sentence.values]
        rule = sentence.rule
        if len(names) > 1 and f"briefs.say.{self._each(rule)}" in self.text:
            rule = self._each(rule)
        given = {
            "period": Piece(self[f"briefs.period.{head.period}"]),
            "before": Piece(self[f"briefs.before.{head.period}"]),
            "names": Piece(self.together([self.figure(one) for one in names])),
            **{
                name: Piece(self.figure(one), one.metric, name)
                for name, one in sentence.values.items()
                if name not in _NAMES
            },
        }
        pieces: list[Piece] = []
        numbers = {name: one.value for name, one in sentence.values.items()}
        for part in form(self.text, f"briefs.say.{rule}", numbers).split("{"):
            name, closed, rest = part.partition("}")
            pieces += [given[name], Piece(rest)] if closed else [Piece(part)]
        return [piece for piece in pieces if piece.text]

    def plain(self, head: Head, sentence: Sentence) -> str:
        """The sentence as one text."""
        text = "".join(piece.text for piece in self.sentence(head, sentence))
        return text[:1].upper() + text[1:]

    @staticmethod
    def _each(rule: str) -> str:
        return rule.replace("_share", "_each_share") if "_share" in rule else f"{rule}_each"

    def together(self, names: list[str]) -> str:
        """Names in a list: A、B、C; A, B and C."""
        if self.lang == "zh" or len(names) < 2:
            return self["briefs.name.and"].join(names)
        return ", ".join(names[:-1]) + self["briefs.name.and"] + names[-1]

    # ---- values

    def figure(self, one: Figure) -> str:
        """A value in a sentence."""
        return self.value(one.kind, one.value)

    def value(self, kind: str, value: Cell) -> str:
        """A value of a kind as text; NOTHING for a missing one."""
        if kind in ("area", "department", "category", "level"):
            return self.name(kind, str(value or ""))
        if value is None or value == "":
            return self["known.unrecorded"] if kind == "homes" else NOTHING
        if isinstance(value, RankMove):
            return reason(value, self.text)
        if kind == "places":
            return arrow(value, self.text)
        if isinstance(value, str):
            return self["briefs.def." + value + "_name"] if kind == "measure" else value
        match kind:
            case "count" | "rank" | "homes":
                return count(value, 0)
            case "change":
                return signed(value)
            case "percent":
                return percent(value)
            case "percent_change":
                return self["briefs.points"].format(n=signed(value * 100, 1))
            case "points" | "score":
                return points(value)
            case "hours" | "age":
                return duration(value, self.text)
            case "hours_change":
                return signed_duration(value, self.text)
            case "time":
                return self.time(int(value))
            case "date":
                return written_day(int(value))
            case "day":
                return self._date(as_date(int(value)), "M月d日" if self.lang == "zh" else "d MMM")
            case "hour":
                return f"{int(value):02d}"
        return str(value)

    def cell(self, column: Column, row: tuple[Cell, ...], at: int) -> str:
        """A table's cell; in the table of main figures the second cell of a row is its kind."""
        kind = column.kind
        if kind in ("any", "any_change"):
            kind = str(row[1]) + ("_change" if kind == "any_change" else "")
            kind = "change" if kind == "count_change" else kind
        return self.value(kind, row[at])

    def name(self, kind: str, code: str) -> str:
        """A place, department, category or level by its code."""
        if not code:
            return self["briefs.name.none"]
        if kind == "level":
            return self.text.get(f"level.{code}", code)
        known = {
            "area": self.city.place_name,
            "department": self.city.department_name,
            "category": self.city.category_name,
        }
        return known[kind](code, self.lang)

    def head_of(self, column: Column) -> str:
        """A column's head: its own word, or the name of its metric."""
        own = f"briefs.col.{column.id}"
        return self.text[own] if own in self.text else self[f"briefs.def.{column.metric}_name"]


def serial(zone: ZoneInfo, ms: int) -> datetime:
    """A time as spreadsheets store it: local, without zone."""
    return datetime.fromtimestamp(ms / 1000, zone).replace(tzinfo=None)
