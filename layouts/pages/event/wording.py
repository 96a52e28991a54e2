"""Codes of an event's story in words of a language: units, places, kinds, reasons. Text only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from layouts.look.city import CityView, pick
from layouts.pages.kit.values import moment

_NONE = "—"


@dataclass(frozen=True)
class Wording:
    """The words and names of one language and city."""

    text: Mapping[str, str]
    city: CityView
    lang: str

    def said(self, key: str, otherwise: str = "") -> str:
        """A word that may not be there."""
        return self.text.get(key, otherwise)

    def category(self, code: str) -> str:
        return pick(self.city.categories.get(code, {}), self.lang) or code or _NONE

    def department(self, code: str) -> str:
        return pick(self.city.departments.get(code, {}), self.lang) or code or _NONE

    def place(self, code: str) -> str:
        return pick(self.city.places.get(code, {}), self.lang) or code

    def actor(self, actor: str) -> str:
        """Who did it: a role, a department, a grid's member; never a person."""
        kind, _, code = actor.partition(":")
        if kind == "dept":
            return self.department(code)
        role = self.said(f"review.event.actor_{kind}")
        if role and code:
            return f"{role} {self.place(code)}" if kind == "grid" else role
        return role or self.unit(actor)

    def unit(self, code: str) -> str:
        """A rung of the ladder, or a department."""
        if code in self.city.departments:
            return self.department(code)
        return self.said(f"review.event.unit_{code}") or self.place(code) or _NONE

    def when(self, ms: int, shape: str = "%Y-%m-%d %H:%M:%S") -> str:
        """A moment in the city's time, "" if it has not been."""
        return moment(ms, self.city.zone, shape) if ms else ""

    def lasting(self, ms: int) -> str:
        """A length of time in one or two units."""
        seconds = max(0, ms) // 1000
        minutes, hours = seconds // 60, seconds // 3600
        if seconds < 60:
            return self._unit("second", seconds)
        if minutes < 60:
            return self._unit("minute", minutes)
        if hours < 48:
            rest = self._unit("minute", minutes % 60) if minutes % 60 else ""
            return f"{self._unit('hour', hours)} {rest}".strip()
        rest = self._unit("hour", hours % 24) if hours % 24 else ""
        return f"{self._unit('day', hours // 24)} {rest}".strip()

    def _unit(self, name: str, n: int) -> str:
        return self.text[f"unit.{name}"].format(n=n)
