"""What walls answer to an order: shown only where a wall has said so, and what it waits for."""

from __future__ import annotations

import random

import pytest

from dashboard.core.wall.steering import Order
from dashboard.core.wall.steering_answers import (
    AGAIN_MS,
    UNHEARD_MS,
    Answer,
    Heard,
    again_ms,
    answer,
    may_report,
)

AT = 1_800_000_000_000
ALL = Order(id="o1", at=AT, until=AT + 300_000)
LOBBY = Order(id="o2", device="lobby", at=AT, until=AT + 300_000)


def heard(page: int, state: str = "shown", at: int = AT, **more: object) -> Heard:
    fields = {"order": "o1", "page": f"{page:016x}", "state": state, "at": at, **more}
    return Heard(**fields)  # type: ignore[arg-type]


def brief(found: Answer) -> tuple[str, str, int, int, int]:
    return found.state, found.before, found.shown, found.waiting, found.gone


def test_sent_is_not_shown() -> None:
    assert brief(answer(LOBBY, [], AT + 100)) == ("sent", "sending", 0, 0, 0)
    assert brief(answer(LOBBY, [], AT + UNHEARD_MS)) == ("sent", "unheard", 0, 0, 0)
    assert brief(answer(LOBBY, [heard(1)], AT + 100)) == ("shown", "", 1, 0, 0)


def test_what_stands_before_it_is_named_with_its_end() -> None:
    reports = [
        heard(1, "waiting", before="loading", device="a"),
        heard(2, "waiting", before="red", until=AT + 40_000, device="b"),
        heard(3, "waiting", before="red", until=AT + 60_000, device="c"),
        heard(4, device="d"),
    ]
    found = answer(ALL, reports, AT + 100)
    assert brief(found) == ("sent", "red", 1, 3, 0)
    assert found.until == AT + 60_000
    assert [wall.device for wall in found.walls] == ["b", "c", "a", "d"]
    # in whatever order they come
    for seed in range(5):
        mixed = random.Random(seed).sample(reports, len(reports))
        assert answer(ALL, mixed, AT + 100) == found


def test_a_wall_that_is_gone_is_not_said_to_show_it() -> None:
    late = AT + 3 * AGAIN_MS
    assert brief(answer(LOBBY, [heard(1)], late)) == ("gone", "", 0, 0, 1)
    assert brief(answer(LOBBY, [heard(1, at=late - 100)], late)) == ("shown", "", 1, 0, 0)
    assert brief(answer(LOBBY, [heard(1, "gone")], AT + 100)) == ("gone", "", 0, 0, 1)
    # many walls report less often, and are not taken for gone until they are late by that
    assert again_ms(3) == AGAIN_MS
    assert again_ms(5000) == 100_000
    slow = heard(1, again=again_ms(5000))
    assert answer(ALL, [slow], AT + 200_000).state == "shown"
    assert answer(ALL, [slow], AT + 260_000).state == "gone"


def test_a_page_that_another_of_its_screen_follows_is_not_gone() -> None:
    reports = [heard(1, "gone", device="lobby"), heard(2, device="lobby")]
    assert brief(answer(LOBBY, reports, AT + 100)) == ("shown", "", 1, 0, 0)
    # of walls without a name nothing is known of which is which
    reports = [heard(1, "gone"), heard(2)]
    assert brief(answer(ALL, reports, AT + 100)) == ("shown", "", 1, 0, 1)


@pytest.mark.parametrize(
    ("device", "order", "own", "may"),
    [
        ("lobby", LOBBY, "lobby", True),
        ("lobby", LOBBY, "", False),  # a browser that calls itself so: the screen is paired
        ("hall", LOBBY, "hall", False),
        ("hall", ALL, "", True),
        ("", ALL, "", True),
        ("lobby", ALL, "", False),
    ],
)
def test_only_the_screen_itself_answers_for_it(
    device: str, order: Order, own: str, may: bool
) -> None:
    assert may_report(device, order, own, ["lobby"]) is may
