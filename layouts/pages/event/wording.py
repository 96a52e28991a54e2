"""The codes of an event's story in the words of a language and the names of a city. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dashboard.config.words.durations import duration
from dashboard.config.words.figures import NOTHING, moment
from layouts.look.city import CityView, pick


@dataclass(frozen=True)
class Wording:
    """The words and names of one language and city."""

    text: Mapping[str, str]
    city: CityView
    lang: str
    #: the name of a place of any tier
    named: Callable[[str], str]

    def word(self, key: str, otherwise: str = "") -> str:
        """A message, or ``otherwise`` if there is none with this id."""
        return self.text.get(key, otherwise)

    def category(self, code: str) -> str:
        return pick(self.city.categories.get(code, {}), self.lang) or code or NOTHING

    def department(self, code: str) -> str:
        return pick(self.city.departments.get(code, {}), self.lang) or code or NOTHING

    def place(self, code: str) -> str:
        return self.named(code) if code else ""

    def actor(self, actor: str) -> str:
        """Who did it: a role, a department, a grid's member; never a person."""
        kind, _, code = actor.partition(":")
        if kind == "dept":
            return self.department(code)
        role = self.word(f"review.event.actor_{kind}")
        if role and code:
            return f"{role} {self.place(code)}" if kind == "grid" else role
        return role or self.unit(actor)

    def unit(self, code: str) -> str:
        """A rung of the ladder, or a department."""
        if code in self.city.departments:
            return self.department(code)
        return self.word(f"review.event.unit_{code}") or self.place(code) or NOTHING

    def when(self, ms: int, shape: str = "%Y-%m-%d %H:%M:%S") -> str:
        """A moment in the city's time, "" if it has not been."""
        return moment(ms, self.city.zone, shape) if ms else ""

    def duration(self, ms: int) -> str:
        """A length of time in one or two units; a negative one is 0."""
        return duration(max(0, ms), self.text)
