"""A warning as a wall shows it: what, where, how many against how many usual. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashboard.core.surges.judge import SurgeWarning


def row(warning: SurgeWarning, named: Callable[[str], str]) -> dict[str, Any]:
    """``named`` gives the finest place above a code that a screen has a name for."""
    return {
        "id": warning.id,
        "tier": warning.tier,
        "place": warning.code,
        "area": named(warning.code),
        "category": warning.category,
        "raised_at": warning.raised_at,
        "observed": warning.evidence.observed,
        "expected": round(warning.evidence.expected, 1),
    }
