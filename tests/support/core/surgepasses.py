"""A small city of three townships and 24 grids, its models, and passes of the watcher over it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dashboard.core.model.rules import HOUR, Surge
from dashboard.core.surges.budget import thresholds
from dashboard.core.surges.incidents import Outcome, SurgeWarning, step
from dashboard.core.surges.judge import TIERS, Judgement, judge, windows
from dashboard.core.surges.model import Day, Model, learn, read_day
from tests.support.core.surgetrial import LOCAL, START, WORK, day_number, township_of


def history(rates: dict[str, float], days: int, seed: int = 1) -> list[Day]:
    """Days on which each pair has Poisson reports, all between 8 and 18 o'clock."""
    rng = np.random.default_rng(seed)
    out = []
    for day in range(days):
        counts = {
            f"{pair}|{hour:02d}": int(n)
            for pair, rate in rates.items()
            for hour in range(8, 18)
            if (n := rng.poisson(rate / 10))
        }
        out.append(read_day(day_number(day), day % 7 < 5, counts))
    return out


RATES = {f"{t:03d}{g:03d}|litter": 2.0 for t in range(1, 4) for g in range(1, 9)}


def models_of(rates: dict[str, float] = RATES, days: int = 28) -> dict[str, Model]:
    grids = history(rates, days)
    towns: dict[str, float] = {}
    for pair, rate in rates.items():
        town = f"{pair[:3]}|{pair.partition('|')[2]}"
        towns[town] = towns.get(town, 0.0) + rate
    return {"grid": learn(grids), "township": learn(history(towns, days))}


MODELS = models_of()
NOON = START + 28 * 24 * HOUR + 12 * HOUR


_ALPHA: dict[int, dict[str, float]] = {}
Reports = dict[tuple[int, str], int]


def look(
    now: int,
    counts: Reports,
    opened: dict[str, SurgeWarning] | None = None,
    models: Mapping[str, Model] = MODELS,
) -> list[Judgement]:
    """Judge reports given as {(hour of the 28th day, grid's pair): n} at ``now``."""
    seen: dict[str, dict[tuple[int, int], dict[str, int]]] = {tier: {} for tier in TIERS}
    for (hour, pair), n in counts.items():
        for tier, name in (("grid", pair), ("township", pair[:3] + pair[6:])):
            of = seen[tier].setdefault((day_number(28), hour), {})
            of[name] = of.get(name, 0) + n
    if id(models) not in _ALPHA:
        _ALPHA[id(models)] = thresholds(models, True, Surge())
    return judge(
        models,
        windows(LOCAL, WORK, now),
        seen,
        alpha=_ALPHA[id(models)],
        min_count=3,
        opened={warning.pair for warning in (opened or {}).values()},
    )


def pass_of(
    opened: dict[str, SurgeWarning],
    now: int,
    counts: Reports,
    models: Mapping[str, Model] = MODELS,
) -> Outcome:
    """One pass; ``opened`` is brought up to date."""
    found = look(now, counts, opened, models)
    outcome = step(models, list(opened.values()), found, now, township_of)
    for warning in (*outcome.raised, *outcome.updated, *(one.warning for one in outcome.moved)):
        opened[warning.id] = warning
    for over in outcome.ended:
        del opened[over.warning.id]
    return outcome
