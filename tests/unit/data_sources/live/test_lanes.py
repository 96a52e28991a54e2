"""One who looks back at a time, in turn; a wall that is being composed goes first."""

from __future__ import annotations

import threading

import pytest

from data_sources.live.lanes import Lane, composing
from tests.support.processes import wait_until


def test_one_at_a_time_and_each_in_turn() -> None:
    lane, steps, inside = Lane(slice_s=0.0), list[str](), list[int]()
    running = 0

    def work(name: str) -> None:
        nonlocal running
        with lane:
            for _ in range(100):
                running += 1
                inside.append(running)
                steps.append(name)
                running -= 1
                lane.breathe()

    threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
    with lane:
        for number, thread in enumerate(threads, 1):
            thread.start()
            wait_until(lambda number=number: len(lane._waiting) == number, 30)
    for thread in threads:
        thread.join(30)
    assert steps == list("abc") * 100
    assert set(inside) == {1}


def test_it_is_left_when_the_work_fails() -> None:
    lane = Lane()
    with pytest.raises(ValueError, match="broken"), lane:
        raise ValueError("broken")
    with lane:
        pass


def test_a_wall_goes_first() -> None:
    lane, passed = Lane(patience_s=30), threading.Event()

    def look_back() -> None:
        with lane:
            lane.breathe()
            passed.set()

    with composing():
        thread = threading.Thread(target=look_back)
        thread.start()
        assert not passed.wait(0.2)
    assert passed.wait(10)
    thread.join(10)


def test_no_wall_is_waited_for_without_end() -> None:
    lane = Lane(patience_s=0.01)
    with composing(), lane:
        lane.breathe()
