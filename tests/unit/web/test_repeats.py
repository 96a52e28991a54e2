"""A log has a line a second about what repeats, with how often it did."""

from __future__ import annotations

from dashboard.web.security.repeats import _MOST, Repeats


def test_a_line_a_second_says_how_often() -> None:
    now = [0.0]
    repeats = Repeats(1.0, lambda: now[0])
    assert [repeats.due("a") for _ in range(400)] == [1] + [0] * 399
    assert repeats.due("b") == 1, "another one has a line of its own"
    now[0] = 1.0
    assert [repeats.due("a") for _ in range(3)] == [400, 0, 0]
    now[0] = 9.0
    assert repeats.due("a") == 3
    assert repeats.due("b") == 1


def test_what_is_remembered_is_bounded() -> None:
    repeats = Repeats(1.0, lambda: 0.0)
    for n in range(3 * _MOST):
        assert repeats.due(n) == 1
    assert len(repeats._seen) == _MOST
