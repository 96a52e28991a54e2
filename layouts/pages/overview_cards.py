"""The overview's numbers: each with its change, its course, and what the city wants it to reach."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from dash.development.base_component import Component

from dashboard.core.questions.answers import Kpis, Point
from dashboard.core.questions.ask import Ask
from layouts.look.theme import THEMES
from layouts.pages.kit import parts
from layouts.pages.kit.parts import Better
from layouts.pages.kit.values import amount, lasting, percent

#: name, which way is good, where it leads, what its line shows
_Spark = Callable[[Point], float | None]
_Lead = Literal["queue", "overdue", "departments"]
_CARDS: tuple[tuple[str, Better, _Lead, _Spark | None], ...] = (
    ("reported", "", "departments", lambda p: p.reported),
    ("closed", "up", "departments", lambda p: p.closed),
    ("close_rate", "up", "departments", None),
    ("on_time_rate", "up", "departments", lambda p: p.on_time_rate),
    ("median_ms", "down", "departments", None),
    ("open", "down", "queue", lambda p: p.open),
    ("overdue", "down", "overdue", lambda p: p.overdue),
    ("became_overdue", "down", "departments", lambda p: p.became_overdue),
    ("return_rate", "down", "departments", None),
    ("rework_rate", "down", "departments", None),
)


def cards(
    now: Kpis,
    before: Kpis | None,
    points: Sequence[Point],
    targets: Mapping[str, float],
    ask: Ask,
    text: Mapping[str, str],
) -> Component:
    """All of them; ``before`` is None without a comparison."""
    shown = [_kpi(*one, now, before, points, targets, ask, text) for one in _CARDS]
    return parts.cards(shown, text["review.overview.kpis"])


def _kpi(
    name: str,
    better: Better,
    lead: _Lead,
    spark: _Spark | None,
    kpis: Kpis,
    kpis_before: Kpis | None,
    points: Sequence[Point],
    targets: Mapping[str, float],
    ask: Ask,
    text: Mapping[str, str],
) -> Component:
    now = getattr(kpis, name)
    was = None if kpis_before is None else getattr(kpis_before, name)
    share, clock = name.endswith("_rate"), name.endswith("_ms")
    note, written = "", ""
    if clock:
        value, written = lasting(now, text), lasting(was, text)
        note = text["review.overview.p90"].format(n=lasting(kpis.p90_ms, text))
    else:
        value = percent(now) if share else amount(now)
    if name == "close_rate":
        note = text["review.overview.by_now"]
    elif name == "on_time_rate":
        note = text["review.overview.of_decided"].format(n=amount(kpis.decided))
    changed: Component | str = ""
    # what was reported before has had longer to be closed: no fair comparison
    if kpis_before is not None and name != "close_rate":
        changed = parts.change(now, was, text, better=better, share=share, was=written)
    target = targets.get(name)
    if target is not None:
        note = " · ".join(filter(None, (_target(name, better, now, target, text), note)))
    line: Component | str = ""
    if spark is not None:
        label = text["review.overview.spark"].format(name=text[f"review.kpi.{name}"])
        line = parts.sparkline(
            [spark(point) for point in points], THEMES[ask.theme or "light"], label, target
        )
    return parts.kpi(
        text[f"review.kpi.{name}"],
        value,
        href=_lead_to(lead, ask),
        define=parts.to_definition(ask, name),
        change=changed,
        spark=line,
        note=note,
    )


def _target(
    name: str, better: Better, now: float | None, target: float, text: Mapping[str, str]
) -> str:
    """What it should be, and whether it is."""
    wanted = lasting(round(target), text) if name.endswith("_ms") else percent(target)
    told = text[f"review.overview.target_{better}"].format(n=wanted)
    if now is None:
        return told
    met = now >= target if better == "up" else now <= target
    return told + text["review.overview.target_met" if met else "review.overview.target_missed"]


def _lead_to(lead: _Lead, ask: Ask) -> str:
    if lead == "queue":
        return parts.to_queue(ask)
    return parts.to_queue(ask, clock="overdue") if lead == "overdue" else parts.to_departments(ask)
