"""The streams of one web worker: the whole city's, and one for each place that a client watches.

A place's topic begins with its first client and ends a minute after the last one left. The pulse
is read once a tick for all of them, and beats are the same bytes; each topic composes in a task
of its own, and rests in proportion to what it took and to how many there are, so that a slow one
delays no other and a worker with many areas stays responsive.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

import redis
import structlog

from data_sources.live.beats import Beats
from data_sources.live.composer import Composer
from data_sources.live.fanout import Frame, Hub
from data_sources.live.place_reader import Ground
from data_sources.live.pulse import Pulse

log = structlog.get_logger("topics")

MOST = 64
IDLE_S = 60.0
#: no topic rests longer
_LONGEST_REST_S = 2.0
#: panels that could not be composed for so long are shown as stopped
_STUCK_S = 5.0
#: a worker that composes one topic for so long ends, and is started again
_HUNG_S = 60.0


class TooManyTopics(Exception):
    """More places are looked at than one worker composes."""


class Topic:
    """One place's frames and its clients."""

    def __init__(self, composer: Composer, beats: Beats) -> None:
        self.composer = composer
        self.hub = Hub(lambda: [f for f in (composer.full(), beats.last()) if f is not None])
        self.wake = asyncio.Event()
        self.over = asyncio.Event()
        self.task: asyncio.Task[None] | None = None
        #: when it began to compose what it composes now (monotonic)
        self.began: float | None = None
        #: since when nothing could be composed (monotonic)
        self.failing_since: float | None = None
        #: since when it has had no client (monotonic)
        self.alone_since = time.monotonic()


class Topics:
    """All topics of a worker; ``compose`` makes a composer for a place, or for the city."""

    def __init__(
        self,
        beats: Beats,
        compose: Callable[[Ground | None], Composer],
        ground: Callable[[str], Ground | None],
        *,
        tick_ms: int = 250,
        idle_s: float = IDLE_S,
    ) -> None:
        self.beats = beats
        self._compose, self._ground = compose, ground
        self._tick, self._idle = tick_ms / 1000, idle_s
        self._stopping = False
        self._city = Topic(compose(None), beats)
        self._topics: dict[str, Topic] = {"": self._city}
        beats.stuck = self._stuck

    def __len__(self) -> int:
        """Open streams."""
        return sum(len(topic.hub) for topic in self._topics.values())

    @property
    def areas(self) -> tuple[str, ...]:
        """The places that have a topic now."""
        return tuple(code for code in self._topics if code)

    def composer(self, area: str) -> Composer | None:
        """What composes a place ("" is the city) once, for one answer; None if there is none."""
        if not area:
            return self._city.composer
        ground = self._ground(area)
        return None if ground is None else self._compose(ground)

    def open(self, area: str) -> Topic | None:
        """The topic of a place, created if there is none; None for an unknown place.

        Raises :class:`TooManyTopics`.
        """
        found = self._topics.get(area)
        if found is not None:
            found.alone_since = time.monotonic()
            return found
        ground = self._ground(area)
        if ground is None:
            return None
        if len(self._topics) > MOST:
            self._end_idle(0.0)
        if len(self._topics) > MOST:
            raise TooManyTopics(f"this worker composes {MOST} areas already")
        topic = self._topics[area] = Topic(self._compose(ground), self.beats)
        if not self._stopping:
            topic.task = asyncio.create_task(self._work(topic))
            topic.wake.set()
        return topic

    async def run(self, stop: asyncio.Event) -> None:
        """Read the pulse every tick and have the topics compose, until ``stop`` is set.

        Not by cancelling: a command to Redis that is cancelled half-way may be tried again.
        """
        for topic in self._topics.values():
            topic.task = asyncio.create_task(self._work(topic))
        while not stop.is_set():
            started = time.monotonic()
            if (beat := await self._beat()) is not None:
                for topic in self._topics.values():
                    topic.hub.publish(beat)
            self._check_tasks()
            # what has been lost is not shown as zero: the last picture stays
            if self.beats.pulse is not None and not self.beats.pulse.lost:
                for topic in self._topics.values():
                    topic.wake.set()
            self._end_idle(self._idle)
            left = max(0.02, self._tick - (time.monotonic() - started))
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), left)
        self._stopping = True
        tasks = [topic.task for topic in self._topics.values() if topic.task is not None]
        for topic in self._topics.values():
            topic.over.set()
            topic.wake.set()
        await asyncio.gather(*tasks)
        await self._city.composer.close()

    def _stuck(self) -> bool:
        """Whether the city's panels have not been composed for a while although they should be."""
        since = self._city.failing_since
        return since is not None and time.monotonic() - since > _STUCK_S

    def _check_tasks(self) -> None:
        """Raise if a topic's work has ended or hangs: its walls would go on without news."""
        now = time.monotonic()
        for code, topic in self._topics.items():
            if topic.task is not None and topic.task.done():
                raise RuntimeError(f"the topic {code!r} has ended") from topic.task.exception()
            if topic.began is not None and now - topic.began > _HUNG_S:
                raise RuntimeError(f"the topic {code!r} has been composing for {_HUNG_S:.0f} s")

    async def _beat(self) -> Frame | None:
        try:
            return (await self.beats.tick())[1]
        except Exception as error:  # noqa: BLE001 - this loop is the process's outermost: it must go on
            if self.beats.pulse is not None or not _outage(error):
                _complain("no pulse", error)
            return self.beats.lost(error)

    async def _work(self, topic: Topic) -> None:
        """Compose whenever woken, until the topic has ended."""
        whole = topic is self._city
        while not topic.over.is_set():
            await topic.wake.wait()
            topic.wake.clear()
            pulse = self.beats.pulse
            if topic.over.is_set() or pulse is None:
                continue
            started = time.monotonic()
            topic.began = started
            await self._advance(topic, pulse)
            topic.began = None
            if not whole:
                took = time.monotonic() - started
                with suppress(TimeoutError):
                    rest = min(_LONGEST_REST_S, took * len(self._topics))
                    await asyncio.wait_for(topic.over.wait(), rest)

    async def _advance(self, topic: Topic, pulse: Pulse) -> None:
        try:
            fresh = await topic.composer.advance(pulse)
        except Exception as error:  # noqa: BLE001 - one topic's trouble is not the others'
            if not topic.composer.failing:
                _complain("nothing composed", error)
                topic.failing_since = time.monotonic()
            topic.composer.failing = True
            return
        topic.composer.failing, topic.failing_since = False, None
        if fresh is not None:
            topic.hub.publish(fresh)

    def _end_idle(self, idle: float) -> None:
        """End the places' topics that have had no client for ``idle`` seconds."""
        now = time.monotonic()
        for code, topic in list(self._topics.items()):
            if len(topic.hub):
                topic.alone_since = now
            elif code and now - topic.alone_since >= idle:
                del self._topics[code]
                topic.over.set()
                topic.wake.set()


def _outage(error: Exception) -> bool:
    return isinstance(error, redis.RedisError | OSError)


def _complain(what: str, error: Exception) -> None:
    reason = str(error) or type(error).__name__
    log.warning(what, reason=reason, exc_info=None if _outage(error) else error)
