"""The sentence that gives the reason of a change, from `dashboard.core.questions.movers`. Pure.

Its rules are in docs/leaders.md. No verb or noun of it depends on a number, so it needs no plural.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dashboard.config.words.durations import duration
from dashboard.config.words.figures import count, day, percent, points, signed
from dashboard.core.model.periods import Span
from dashboard.core.questions.movers import Cell, Figure, Moved, Reason

#: a change of fewer cases has no reason: it is this one case
_LEAST = 2
#: of a rate and of a score, smaller parts are rounding errors
_NOTHING = 0.05


@dataclass(frozen=True)
class Why:
    """What a page's sentences need: its words, its periods, and the names of codes."""

    text: Mapping[str, str]
    span: Span
    #: (part, code) → name; parts are those of `PARTS` but hours and days
    name: Callable[[str, str], str]

    def say(self, key: str, **values: object) -> str:
        """A message of this page."""
        return self.text[f"review.movers.{key}"].format(**values)

    def value(self, figure: Figure, value: float | None) -> str:
        """A figure as the page writes it."""
        if figure.kind == "rate":
            return percent(value)
        if figure.kind == "median":
            return duration(value, self.text)
        return points(value) if figure.kind == "score" else count(value)

    def sentence(self, figure: Figure, one: Moved, found: Reason | None) -> str:
        """What happened to a figure, and what made most of it."""
        way = "rose" if one.change > 0 else "fell"
        before, now = self.value(figure, one.before), self.value(figure, one.now)
        reason = self._reason(figure, one, found) if found is not None else ""
        first = self.say(way, before=before, now=now)
        joined = self.say("because", first=first, reason=reason) if reason else first
        return self.say("end", first=joined)

    def part(self, cell: Cell) -> str:
        """A part of a change with its preposition: at a department, in a category, on a day."""
        if cell.part in ("day", "hour"):
            place = int(cell.key)
            if cell.part == "hour":
                return self.say("part_hour", name=f"{place:02d}:00")
            days = self.span.days
            return self.say("part_day", name=day(days[min(place, len(days) - 1)]))
        return self.say(f"part_{cell.part}", name=self.name(cell.part, cell.key))

    def _reason(self, figure: Figure, one: Moved, found: Reason) -> str:
        if figure.kind == "median":
            return self._without(figure, found)
        # points lost as measured may move the other way than the score that is ranked
        if found.change * one.change * figure.scale <= 0:
            return self.say("by_mean")
        least = _LEAST if figure.kind in ("count", "stock") else 2 * _NOTHING
        if abs(self._units(figure, found.change)) < least:
            return ""
        kind = "spread" if found.spread else self._size(figure, found)
        inside = self._cases(figure, found.cell) if figure.kind == "rate" else ""
        inner = found.inside
        if inner is not None and abs(self._units(figure, inner.made)) >= least:
            inside += self._inside(figure, found.made, inner)
        return self.say(
            f"{kind}_{'more' if found.change > 0 else 'fewer'}{self._unit(figure)}",
            made=self._amount(figure, found.made),
            all=self._amount(figure, found.change),
            rest=self._amount(figure, found.change - found.made),
            part=self.part(found.cell),
            inside=inside,
        )

    def _inside(self, figure: Figure, of: float, inner: Reason) -> str:
        made, part = self._amount(figure, inner.made), self.part(inner.cell)
        if made == self._amount(figure, of):
            return self.say("inside_all", part=part)
        return self.say(f"inside_of{self._unit(figure)}", made=made, part=part)

    def _without(self, figure: Figure, found: Reason) -> str:
        if found.without is None:
            return ""
        before, now = (self.value(figure, ms) for ms in found.without)
        return self.say("without", part=self.part(found.cell), before=before, now=now)

    def _size(self, figure: Figure, found: Reason) -> str:
        """some, all, or beyond: the part did more than the whole, and others less."""
        rest = self._units(figure, found.change - found.made)
        nearly = _NOTHING if figure.kind in ("rate", "score") else 0.5
        if abs(rest) < nearly:
            return "all"
        return "some" if rest * found.change > 0 else "beyond"

    def _cases(self, figure: Figure, cell: Cell) -> str:
        """How many failed of how many in a part of a rate, now and before."""
        failed = self.text[f"review.movers.failed.{figure.name}"]
        now, was = (
            failed.format(n=count(n), of=count(of))
            for n, of in ((cell.now, cell.of_now), (cell.was, cell.of_was))
        )
        return self.say("cases", now=now, was=was)

    @staticmethod
    def _unit(figure: Figure) -> str:
        """Whose words a message has: those of cases, of points of a rate, of points of a score."""
        if figure.kind == "rate":
            return "_points"
        return "_score" if figure.kind == "score" else ""

    @staticmethod
    def _units(figure: Figure, made: float) -> float:
        return made * 100 if figure.kind == "rate" else made

    def _amount(self, figure: Figure, made: float) -> str:
        size = abs(self._units(figure, made))
        return count(size, 1) if figure.kind in ("rate", "score") else count(round(size))


def step_words(figure: Figure, one: Moved, text: Mapping[str, str]) -> str:
    """The change of a figure: +11 (+367%), −8.8 points, +5 h."""
    if figure.kind == "median":
        sign = "+" if one.change > 0 else "−"
        return sign + duration(abs(one.change), text) if one.change else "±0"
    if figure.kind == "rate":
        return text["review.change.points"].format(n=signed(one.change * 100, 1))
    if figure.kind == "score":
        return signed(one.change, 1)
    by = signed(one.change)
    if one.before and one.before >= 10:
        by += f" ({signed(one.change / one.before * 100)}%)"
    return by
