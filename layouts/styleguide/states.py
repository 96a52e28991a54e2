"""Which component is shown in which states, and how large; the guide is this table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from layouts.styleguide.city import NOW


@dataclass(frozen=True, slots=True)
class State:
    """A state of the data: what is held, how old it is, what has stopped."""

    #: kind of ``sample.panels``; "" where nothing has come yet
    kind: str = "live"
    age: int = 400
    health: dict[str, Any] = field(
        default_factory=lambda: {"state": "live", "stop": None, "lag": 0}
    )
    #: whether signs of life go on coming
    beating: bool = True

    def beat(self) -> dict[str, Any]:
        """The sign of life, with a stopped clock."""
        return {
            "now": NOW,
            "speed": 0,
            "wall": NOW,
            "age": self.age,
            "health": self.health,
            "checked": {"at": NOW - 12_000, "differences": 0},
            "build": "styleguide",
            "steer": [],
            "parts": {},
        }


def _stopped(part: str) -> State:
    health = {"state": "engine-stopped", "stop": part, "lag": 9}
    return State(age=9_000, health=health)


STATES = {
    "fresh": State(),
    "ageing": State(age=7_000),
    "stale": State(age=192_000),
    "silent": State(health={"state": "feed-silent", "stop": "feed", "lag": 0}),
    "stopped": _stopped("redis"),
    "clock": _stopped("clock"),
    "lost": State(beating=False),
    "loading": State(kind=""),
    "empty": State(kind="empty"),
    "overflow": State(kind="overflow"),
    "many": State(kind="many"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A component's place in the guide, in px of the design."""

    width: int
    height: int
    states: tuple[str, ...]


_DATA = ("fresh", "stale", "stopped", "empty", "overflow")
#: In the order of the guide. ``head`` and ``foot`` are the wall's own rows, not panels.
PANELS: dict[str, Shown] = {
    "head": Shown(
        1500, 76, ("fresh", "ageing", "stale", "silent", "stopped", "clock", "lost", "loading")
    ),
    "foot": Shown(1500, 52, ("fresh", "empty")),
    "kpis": Shown(432, 450, ("fresh", "stale", "stopped", "loading", "empty", "many", "overflow")),
    "levels": Shown(432, 230, ("fresh", "empty", "overflow")),
    "trend": Shown(432, 330, ("fresh", "empty")),
    "map": Shown(640, 560, ("fresh", "stopped", "empty", "many")),
    "places": Shown(260, 500, ("fresh", "empty", "overflow")),
    "stage": Shown(260, 200, ("fresh", "empty")),
    "queue": Shown(580, 560, ("fresh", "stale", "clock", "loading", "empty", "overflow")),
    "scores": Shown(580, 340, ("fresh", "empty", "overflow")),
    "departments": Shown(1200, 460, ("fresh", "empty", "overflow")),
    "brief": Shown(1600, 920, ("fresh", "empty", "overflow")),
    "area": Shown(420, 600, ("fresh", "empty", "overflow")),
    "surges": Shown(420, 300, ("fresh", "empty")),
}
