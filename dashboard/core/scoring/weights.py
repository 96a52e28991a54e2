"""Scoring weights: checked, compared, and changed for a 'what if' that leaves no trace. Pure."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dashboard.core.model.actions import Level
from dashboard.core.model.rules import Rules, Weights

#: what a what-if may name, with the keys of each group
_GROUPS: Mapping[str, tuple[str, ...]] = {
    "total": ("dispatch", "handling", "outcome"),
    "outcome": ("satisfied", "rework", "recurrence"),
    "levels": tuple(Level),
}
_SINGLE = ("rating", "rating_half", "min_ranked")
_MAX_LEVEL, _MAX_HALF, _MAX_RANKED = 1000, 1000, 1_000_000


class WeightsError(ValueError):
    """Weights that can't be used; names the field ("weights.total.dispatch") and the value."""

    def __init__(self, field: str, value: object, reason: str) -> None:
        self.field, self.value, self.reason = field, value, reason
        super().__init__(f"{field}={value!r}: {reason}")


def version_of(rules: Rules, month: int) -> int:
    """Which version of the weights a month (YYYYMM) is scored with: the month from which it is
    in force, 0 for the first."""
    index = bisect_right(rules.weights, month, key=lambda version: version[0])
    return rules.weights[max(0, index - 1)][0]


def checked(weights: Weights) -> Weights:
    """The same weights; raises :class:`WeightsError` unless each group is whole, no weight is
    negative, and the shares of ``total`` and of ``outcome`` each add up to 1."""
    for name, keys in _GROUPS.items():
        values = getattr(weights, name)
        if set(values) != set(keys):
            raise WeightsError(f"weights.{name}", sorted(values), f"expected {', '.join(keys)}")
        top = _MAX_LEVEL if name == "levels" else 1
        for key, value in values.items():
            _number(f"weights.{name}.{key}", value, top)
        if name == "levels":
            if not any(values.values()):
                raise WeightsError("weights.levels", dict(values), "expected one above 0")
        elif not math.isclose(math.fsum(values.values()), 1.0, abs_tol=1e-9):
            shares = " + ".join(f"{key} {values[key]:g}" for key in keys)
            raise WeightsError(
                f"weights.{name}",
                round(math.fsum(values.values()), 9),
                f"{shares} must add up to 1",
            )
    _number("weights.rating", weights.rating, 1)
    _number("weights.rating_half", weights.rating_half, _MAX_HALF)
    _number("weights.min_ranked", weights.min_ranked, _MAX_RANKED)
    return weights


def reweighted(base: Weights, changes: Mapping[str, Any]) -> Weights:
    """``base`` with changes written as ``{"total.dispatch": 0.5, …}`` (numbers or their text).

    What is not named stays, so a change of one share needs another; raises
    :class:`WeightsError` for an unknown name, no number, or shares that don't add up.
    """
    groups = {name: dict(getattr(base, name)) for name in _GROUPS}
    single: dict[str, float] = {}
    for name, given in changes.items():
        field = f"weights.{name}"
        group, _, key = name.partition(".")
        if group in _GROUPS and key in _GROUPS[group]:
            value = _read(field, given, whole=group == "levels")
            groups[group][Level(key) if group == "levels" else key] = value
        elif name in _SINGLE:
            single[name] = _read(field, given, whole=name == "min_ranked")
        else:
            known = [f"{g}.{k}" for g, keys in _GROUPS.items() for k in keys]
            raise WeightsError(field, given, f"expected one of {', '.join([*known, *_SINGLE])}")
    return checked(replace(base, **groups, **single))  # type: ignore[arg-type]


def flat(nested: Mapping[str, Any]) -> dict[str, Any]:
    """``{"total": {"dispatch": 0.5}}`` as ``{"total.dispatch": 0.5}``."""
    out: dict[str, Any] = {}
    for name, value in nested.items():
        if isinstance(value, Mapping):
            out |= {f"{name}.{key}": inner for key, inner in value.items()}
        else:
            out[name] = value
    return out


def _read(field: str, given: Any, *, whole: bool) -> float:
    try:
        number = float("x" if isinstance(given, bool) else given)
        if whole and not number.is_integer():
            raise ValueError
        return int(number) if whole else number
    except (ValueError, TypeError, OverflowError):
        kind = "a whole number" if whole else "a number"
        raise WeightsError(field, given, f"expected {kind}") from None


def _number(field: str, value: float, top: int) -> None:
    if not 0 <= value <= top:  # also what NaN comes to
        raise WeightsError(field, value, f"expected 0 to {top}")
