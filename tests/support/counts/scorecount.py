"""Scores counted a second way, with pandas and numpy alone: what the engine must agree with.

Nothing here knows of Gridwall's fold, views or scores. ``facts`` tables have one row a fact: ``at``
(ms, when it counts), ``known`` (ms, when it was learned), ``department``, ``township``,
``community``, ``measure``, ``amount``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from statistics import NormalDist
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

LEVELS = {"blue": 1, "yellow": 2, "orange": 4, "red": 8}
HOUR, DAY = 3_600_000, 86_400_000
#: level → (respond, handle) in ms, counted in office hours for the first two
LIMITS = {
    "blue": (4 * HOUR, 7 * 9 * HOUR),
    "yellow": (2 * HOUR, 3 * 9 * HOUR),
    "orange": (HOUR // 2, 8 * HOUR),
    "red": (HOUR // 4, 2 * HOUR),
}
_FACTS = ("at", "known", "department", "township", "community", "measure", "amount")
_RATINGS = ("dispatch", "handling", "outcome")


class Office:
    """Office hours 08:30 to 17:30 as one long list of spans."""

    def __init__(self, zone: ZoneInfo, workday: Callable[[date], bool], years: range) -> None:
        spans = []
        day = date(years[0], 1, 1)
        while day.year <= years[-1]:
            if workday(day):
                spans.append([
                    round(datetime.combine(day, at, zone).timestamp() * 1000)
                    for at in (time(8, 30), time(17, 30))
                ])  # fmt: skip
            day += timedelta(days=1)
        self.spans = np.array(spans)

    def between(self, start: int, end: int, *, always: bool = False) -> int:
        if always:
            return max(0, end - start)
        opens, closes = self.spans.T
        return int(np.clip(np.minimum(closes, end) - np.maximum(opens, start), 0, None).sum())

    def add(self, start: int, amount: int, *, always: bool = False) -> int:
        if always or amount <= 0:
            return start + (amount if always else 0)
        opens, closes = self.spans.T
        kept = closes > start
        begins, ends = np.maximum(opens[kept], start), closes[kept]
        until = np.cumsum(ends - begins)
        index = int(np.searchsorted(until, amount))  # the first span that has room for the rest
        return int(ends[index] - (until[index] - amount))


def table(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(_FACTS))


def recurrences(closed: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    """Which closings had a report of the same grid and category within the next 30 days.

    ``closed``: event, grid, category, at, known; ``reports``: event, grid, category, at, known (its
    registration). Returns the rows of ``closed`` that recurred, ``known`` when both were.
    """
    pairs = closed.merge(reports, on=["grid", "category"], suffixes=("", "_later"))
    gap = pairs["at_later"] - pairs["at"]
    pairs = pairs[(gap > 0) & (gap <= 30 * DAY) & (pairs["event"] != pairs["event_later"])]
    pairs = pairs.assign(known=pairs[["known", "known_later"]].max(axis=1))
    return pairs.groupby("event", as_index=False).agg({"at": "first", "known": "min"})


def days_of(facts: pd.DataFrame, zone: ZoneInfo) -> pd.DataFrame:
    """With the local ``day`` (date), and late news as a measure of its own."""
    local = pd.to_datetime(facts["at"], unit="ms", utc=True).dt.tz_convert(zone)
    day = local.dt.tz_localize(None).dt.normalize()
    closes = day.dt.to_period("M").dt.to_timestamp() + pd.DateOffset(months=1, days=5)
    known = pd.to_datetime(facts["known"], unit="ms", utc=True).dt.tz_convert(zone)
    late = known.dt.tz_localize(None) >= closes
    return facts.assign(
        day=day.dt.date,
        measure=facts["measure"].where(~late, "late_news"),
        amount=facts["amount"].where(~late, 1),
    )


def sums(facts: pd.DataFrame, by: str, first: date, last: date) -> pd.DataFrame:
    """Subject × measure."""
    rows = facts[(facts["day"] >= first) & (facts["day"] <= last) & (facts[by] != "")]
    return rows.pivot_table(
        index=by, columns="measure", values="amount", aggfunc="sum", fill_value=0
    )


def _parts(table: pd.DataFrame) -> dict[str, tuple[pd.Series, pd.Series, pd.Series]]:
    """Component → numerator, denominator, effective n."""

    def m(name: str) -> pd.Series:
        return table[name] if name in table else pd.Series(0, index=table.index)

    due = sum((m(f"decided.{level}") * w for level, w in LEVELS.items()), start=0.0)
    good = sum((m(f"on_time.{level}") * w for level, w in LEVELS.items()), start=0.0)
    squares = sum((m(f"decided.{level}") * w * w for level, w in LEVELS.items()), start=0.0)
    out = {
        "dispatch.measured": (m("dispatched") - m("dispatch_failed"), m("dispatched")),
        "handling.measured": (good, due),
        "outcome.satisfied": (m("satisfied"), m("revisited")),
        "outcome.rework": (m("handled") - m("reworked"), m("handled")),
        "outcome.recurrence": (m("closed_in_grid") - m("recurred"), m("closed_in_grid")),
    }
    for name in _RATINGS:
        out[f"{name}.rating"] = (m(f"rating.{name}") / 4, m(f"rated.{name}"))
    parts = {k: (x.clip(lower=0).clip(upper=n), n, n) for k, (x, n) in out.items()}
    x, n, _ = parts["handling.measured"]
    parts["handling.measured"] = (x, n, n**2 / squares.where(squares > 0))
    return parts


def _prior(x: np.ndarray, n: np.ndarray) -> tuple[float, float]:
    """Mean and strength, in the terms of Kleinman 1973: gamma = 1 / (m + 1), weights n."""
    p = x.sum() / n.sum()
    if len(n) < 2:
        return p, 0.0
    a = n * (1 - n / n.sum())
    spread = (n * (x / n - p) ** 2).sum()
    top = spread - p * (1 - p) * (a / n).sum()
    bottom = p * (1 - p) * (a.sum() - (a / n).sum())
    if bottom <= 1e-12 * n.sum() or top <= 1e-12 * n.sum():
        return p, 1000.0
    gamma = top / bottom
    return p, min(1000.0, max(0.0, 1 / gamma - 1))


def _wilson(p: float, n: float) -> tuple[float, float]:
    """The roots of (p - q)² = z² q (1 - q) / n."""
    z2 = NormalDist().inv_cdf(0.95) ** 2
    a, b, c = 1 + z2 / n, -(2 * p + z2 / n), p * p
    root = np.sqrt(max(0.0, b * b - 4 * a * c))
    return min(p, (-b - root) / (2 * a)), max(p, (-b + root) / (2 * a))


def _combined(values: dict[str, float], cases: dict[str, float]) -> dict[str, Any]:
    """Indicators and total of components (0 … 1), and each component's share in the total.

    0.7 measured + 0.3 rated; ``rated`` is drawn to the measured part as by five more ratings.
    """
    weights = {"outcome.satisfied": 0.5, "outcome.rework": 0.3, "outcome.recurrence": 0.2}
    out: dict[str, Any] = {}
    inner: dict[str, dict[str, float]] = {}
    for name in _RATINGS:
        own = {k: weights.get(k, 1.0) for k in values if k.startswith(name) and "rating" not in k}
        rating = {k: 1.0 for k in values if k == f"{name}.rating"}
        kept = cases[f"{name}.rating"] / (cases[f"{name}.rating"] + 5) if rating else 0.0
        mix = [(0.7 + 0.3 * (1 - kept), own), (0.3 * kept, rating)]
        mix = [(w, group) for w, group in mix if group]
        if mix:
            whole = sum(w for w, _ in mix)
            inner[name] = {
                k: w / whole * v / sum(group.values()) for w, group in mix for k, v in group.items()
            }
            out[name] = sum(values[k] * share for k, share in inner[name].items())
    outer = {k: w for k, w in zip(_RATINGS, (0.3, 0.4, 0.3), strict=True) if k in inner}
    whole = sum(outer.values())
    out["shares"] = {k: outer[i] / whole * s for i in inner for k, s in inner[i].items()}
    out["total"] = sum(values[k] * s for k, s in out["shares"].items()) if inner else None
    return out


def scores(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Subject → dispatch, handling, outcome, total, shrunk, low, high (0 to 100), n, rank, m."""
    parts = _parts(table)
    priors = {}
    for name, (x, n, eff) in parts.items():
        has = (n > 0).to_numpy()
        if has.any():
            cases = eff[has].to_numpy(dtype=float)
            share = (x[has] / n[has]).to_numpy(dtype=float)
            priors[name] = _prior(share * cases, cases)
    out: dict[str, dict[str, Any]] = {}
    for subject in table.index:
        raw = {k: x[subject] / n[subject] for k, (x, n, _) in parts.items() if n[subject] > 0}
        found = _combined(raw, {k: n[subject] for k, (_, n, _) in parts.items()})
        near: dict[str, tuple[float, float, float]] = {}
        for name, value in raw.items():
            mean, m = priors[name]
            if "rating" in name:
                m = 0.0
            eff = parts[name][2][subject]
            p = (value * eff + m * mean) / (eff + m)
            near[name] = (p, *_wilson(p, eff + m))
        row: dict[str, Any] = {k: 100 * found[k] for k in (*_RATINGS, "total") if found.get(k)
                               is not None}  # fmt: skip
        shares = found["shares"]
        if shares:
            p = sum(s * near[k][0] for k, s in shares.items())
            below = sum((s * (near[k][0] - near[k][1])) ** 2 for k, s in shares.items()) ** 0.5
            above = sum((s * (near[k][2] - near[k][0])) ** 2 for k, s in shares.items()) ** 0.5
            row |= {
                "shrunk": 100 * p, "low": 100 * max(0, p - below), "high": 100 * min(1, p + above)
            }  # fmt: skip
        decided = sum(table.loc[subject].get(f"decided.{level}", 0) for level in LEVELS)
        row["n"] = int(max(table.loc[subject].get("dispatched", 0), decided))
        row["numerators"] = {k: parts[k][0][subject] for k in raw}
        row["denominators"] = {k: parts[k][1][subject] for k in raw}
        out[subject] = row
    fit = [r["shrunk"] for r in out.values() if r["n"] >= 5 and "shrunk" in r]
    for row in out.values():
        ranked = row["n"] >= 5 and "shrunk" in row
        row["rank"] = 1 + sum(v > row["shrunk"] + 1e-9 for v in fit) if ranked else None
    return out
