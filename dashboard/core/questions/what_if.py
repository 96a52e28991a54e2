"""'What if' weights of scores, as a page's address holds them: ``w_handling=60``. Pure.

Nothing is stored. Shares may be any numbers from 0 to 100; they are scaled to add up to 1 within
their group, so that moving one slider never makes an address that is refused.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import msgspec

from dashboard.core.model.actions import Level
from dashboard.core.model.periods import AskError
from dashboard.core.model.rules import Weights
from dashboard.core.questions.ask import WEIGHT_PREFIX
from dashboard.core.scoring.weights import WeightsError, reweighted

#: group of shares → their names; a group adds up to 1
SHARES: Mapping[str, tuple[str, ...]] = {
    "total": ("dispatch", "handling", "outcome"),
    "outcome": ("satisfied", "rework", "recurrence"),
}
LEVELS = tuple(Level)
RATING, MIN_RANKED = "rating", "min_ranked"
#: the largest weight of a level that a page offers
MAX_LEVEL = 100
NAMES = (
    *(WEIGHT_PREFIX + name for names in SHARES.values() for name in names),
    *(WEIGHT_PREFIX + level for level in LEVELS),
    WEIGHT_PREFIX + RATING,
    WEIGHT_PREFIX + MIN_RANKED,
)


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """The weights that a page uses."""

    weights: Weights
    #: those that differ from the weights in force, named as in the API: ``total.dispatch`` → 0.4
    changed: dict[str, float]

    @property
    def what_if(self) -> bool:
        """Whether they differ from the weights in force."""
        return bool(self.changed)


def tried(base: Weights, texts: Mapping[str, str]) -> Tried:
    """The weights in force (``base``) with those of an address: ``w_handling`` → "60".

    Raises :class:`AskError` naming the parameter. Names that are no weights are ignored.
    """
    given = {name: texts[name] for name in NAMES if name in texts}
    wanted = fields(base) | {name: _number(name, text) for name, text in given.items()}
    changes: dict[str, float] = {}
    for group, names in SHARES.items():
        if not any(WEIGHT_PREFIX + name in given for name in names):
            continue
        whole = math.fsum(wanted[WEIGHT_PREFIX + name] for name in names)
        if whole <= 0:
            raise AskError(
                WEIGHT_PREFIX + names[0], given.get(WEIGHT_PREFIX + names[0], "0"), "all are 0"
            )
        changes |= {f"{group}.{name}": wanted[WEIGHT_PREFIX + name] / whole for name in names}
    changes |= {
        f"levels.{v}": wanted[WEIGHT_PREFIX + v] for v in LEVELS if WEIGHT_PREFIX + v in given
    }
    if WEIGHT_PREFIX + RATING in given:
        changes[RATING] = wanted[WEIGHT_PREFIX + RATING] / 100
    if WEIGHT_PREFIX + MIN_RANKED in given:
        changes[MIN_RANKED] = wanted[WEIGHT_PREFIX + MIN_RANKED]
    try:
        weights = reweighted(base, changes)
    except WeightsError as error:
        name = WEIGHT_PREFIX + error.field.rpartition(".")[2]
        raise AskError(name, str(error.value), error.reason) from error
    now = _flat(base)
    moved = {k: v for k, v in _flat(weights).items() if not math.isclose(v, now[k], abs_tol=1e-9)}
    return Tried(weights=weights if moved else base, changed=moved)


def fields(weights: Weights) -> dict[str, float]:
    """Parameter → what the page's field shows for these weights: shares as percent."""
    out: dict[str, float] = {}
    for group, names in SHARES.items():
        shares = getattr(weights, group)
        out |= {WEIGHT_PREFIX + name: round(100 * shares[name], 6) for name in names}
    out |= {WEIGHT_PREFIX + level: float(weights.levels[level]) for level in LEVELS}
    out[WEIGHT_PREFIX + RATING] = round(100 * weights.rating, 6)
    out[WEIGHT_PREFIX + MIN_RANKED] = float(weights.min_ranked)
    return out


def _flat(weights: Weights) -> dict[str, float]:
    out: dict[str, float] = {}
    for group, names in {**SHARES, "levels": LEVELS}.items():
        out |= {f"{group}.{name}": float(getattr(weights, group)[name]) for name in names}
    return out | {RATING: weights.rating, MIN_RANKED: float(weights.min_ranked)}


def _number(name: str, text: str) -> float:
    top = (
        MAX_LEVEL
        if name[len(WEIGHT_PREFIX) :] in LEVELS
        else 1000
        if name.endswith(MIN_RANKED)
        else 100
    )
    whole = top != 100 or name[len(WEIGHT_PREFIX) :] in LEVELS
    try:
        value = float(text)
        if not 0 <= value <= top or (whole and not value.is_integer()):
            raise ValueError
    except ValueError:
        kind = "a whole number" if whole else "a number"
        raise AskError(name, text, f"expected {kind} from 0 to {top}") from None
    return value
