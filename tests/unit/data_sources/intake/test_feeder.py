"""Pacing with a clock set by hand: what is sent when, and the time that walls are given."""

from collections.abc import Mapping, Sequence
from threading import Event

from dashboard.core.model.actions import Action, Kind
from data_sources.intake.dead_letter import DeadLetter, store_new
from data_sources.intake.feeder import BATCH, pace, rush


class Log:
    """A sink that remembers."""

    def __init__(self) -> None:
        self.sent: list[Action] = []
        self.batches: list[int] = []
        self.letters: list[dict] = []

    def append(self, actions: Sequence[Action]) -> list[str]:
        self.sent += actions
        self.batches.append(len(actions))
        return [""] * len(actions)

    def known(self, actions: Sequence[Action]) -> list[bool]:
        return [action in self.sent for action in actions]

    def dead_letter(self, fields: Mapping[str, str | int]) -> None:
        self.letters.append(dict(fields))


class Clock:
    """A clock that checks that nothing it has passed is still to come."""

    def __init__(self, log: Log, actions: Sequence[Action]) -> None:
        self.log, self.actions = log, actions
        self.published: list[int] = []

    def publish(self, virtual: int, speed: float, ended: bool = False) -> None:
        del speed, ended
        assert not [a for a in self.actions if a.ts < virtual and a not in self.log.sent]
        self.published.append(virtual)


class Stop(Event):
    """Waiting moves time on."""

    def __init__(self, until: float = 1e9) -> None:
        super().__init__()
        self.now, self.until = 0.0, until

    def wait(self, timeout: float | None = None) -> bool:
        self.now += timeout or 0
        if self.now >= self.until:
            self.set()
        return self.is_set()


def some(*times: int) -> list[Action]:
    return [
        Action(action_id=f"a{i}", event_id=f"e{i}", kind=Kind.REGISTER, ts=ts)
        for i, ts in enumerate(times)
    ]


def test_rush_sends_all_in_batches() -> None:
    actions, log = some(*range(1, 1202)), Log()
    clock = Clock(log, actions)
    assert rush(actions, log, clock, Event()) == 1201
    assert log.sent == actions
    assert log.batches == [BATCH, BATCH, 201]
    assert clock.published == [500, 1000, 1201]


def test_rush_stops_between_batches() -> None:
    stop = Event()
    actions, log = some(*range(1, 1202)), Log()
    sent = rush(actions, log, Clock(log, actions), stop, watch=lambda _: stop.set())
    assert sent == BATCH


def test_pace_keeps_to_the_clock() -> None:
    actions, log, stop = some(1000, 1500, 9000, 21_000), Log(), Stop()
    clock = Clock(log, actions)
    sent = pace(iter(actions), log, clock, stop, start=1000, speed=10, monotonic=lambda: stop.now)
    assert sent == 4
    assert log.sent == actions
    # 20 s of the domain at ten a second, in slices of 0.1 s.
    assert 1.9 <= stop.now <= 2.2
    assert clock.published == sorted(clock.published)
    assert clock.published[-1] >= 21_000


def test_pace_catches_up_without_passing_what_is_to_come() -> None:
    actions, log, stop = some(*[1000] * (2 * BATCH), 1001), Log(), Stop()
    clock = Clock(log, actions)
    pace(iter(actions), log, clock, stop, start=2000, speed=1, monotonic=lambda: stop.now)
    assert len(log.sent) == 2 * BATCH + 1
    assert stop.now == 0.0


def test_pace_that_began_earlier_is_not_late() -> None:
    actions, log, stop = some(1000, 6000), Log(), Stop()
    stop.now = 7.0
    clock = Clock(log, actions)
    pace(
        iter(actions), log, clock, stop, start=1000, speed=1, began=2.0,
        monotonic=lambda: stop.now,
    )  # fmt: skip
    assert log.sent == actions
    assert stop.now == 7.0


def test_pace_ends_at_its_end_or_when_stopped() -> None:
    actions = some(1000, 50_000)
    for stop, end in ((Stop(), 3000), (Stop(until=2.0), None)):
        log = Log()
        clock = Clock(log, actions)
        sent = pace(
            iter(actions), log, clock, stop, start=1000, speed=1, end=end,
            monotonic=lambda stop=stop: stop.now,
        )  # fmt: skip
        assert sent == 1
        assert max(clock.published) <= 3000


def test_a_dead_letter_is_kept_once() -> None:
    letter = DeadLetter(file="f", line=3, field="Status", value="x" * 500 + "\udcff", reason="?")
    log = Log()
    assert store_new(log, [letter], []) == 1
    kept = [{name: str(value) for name, value in log.letters[0].items()}]
    assert len(kept[0]["value"]) == 80
    assert store_new(log, [letter], kept) == 0
