"""At most so many attempts of an address in a moving window, with bounded memory."""

from __future__ import annotations

import pytest

from dashboard.web.security import limiter
from dashboard.web.security.limiter import Limiter


class Clock:
    def __init__(self) -> None:
        self.ms = 1_000_000

    def __call__(self) -> int:
        return self.ms


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(limiter, "_now", made)
    return made


def test_the_window_moves_with_each_attempt(clock: Clock) -> None:
    one = Limiter(3, 60)
    for _ in range(3):
        assert one.wait("a") == 0
        one.count("a")
        clock.ms += 10_000
    # the first was 30 s ago: it counts for 30 s more
    assert one.wait("a") == 31
    assert one.wait("b") == 0
    clock.ms += 30_000
    assert one.wait("a") == 1
    clock.ms += 1
    assert one.wait("a") == 0
    one.count("a")
    assert one.wait("a") == 10


def test_attempts_beyond_the_limit_change_nothing(clock: Clock) -> None:
    one = Limiter(2, 60)
    for _ in range(5):
        one.count("a")
        clock.ms += 1000
    assert one.wait("a") == 56
    clock.ms += 60_000
    assert one.wait("a") == 0


def test_the_least_recent_address_is_forgotten(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiter, "_ADDRESSES", 2)
    one = Limiter(1, 60)
    for name in ("a", "b", "a", "c"):
        one.count(name)
    assert [one.wait(name) > 0 for name in "abc"] == [True, False, True]
    assert len(one._buckets) == 2
