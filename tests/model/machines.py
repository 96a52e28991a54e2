"""How the state machines run: their seed, how many examples, and how long they may take.

One seed by default, so that a red run speaks of the change at hand; ``GRIDWALL_SEED=random`` looks
for something new, ``GRIDWALL_SEED=…`` runs one again. ``GRIDWALL_HYPOTHESIS=long`` runs twenty
times as many.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, settings

_GIVEN = os.environ.get("GRIDWALL_SEED") or "1"
SEED = secrets.randbits(32) if _GIVEN == "random" else int(_GIVEN)
LONG = os.environ.get("GRIDWALL_HYPOTHESIS") == "long"
#: seconds for one test
PATIENCE = 4 * 3600 if LONG else 300


def thorough(examples: int, *, steps: int = 50) -> settings:
    """Settings for a machine; a failure prints what reproduces it."""
    return settings(
        max_examples=examples * 20 if LONG else examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@contextmanager
def seeded(capsys: pytest.CaptureFixture[str], examples: int) -> Iterator[None]:
    """Say the seed whatever comes of the test."""
    count = examples * 20 if LONG else examples
    with capsys.disabled():
        sys.stdout.write(f"\n  {count} examples; again with GRIDWALL_SEED={SEED} ")
    yield
