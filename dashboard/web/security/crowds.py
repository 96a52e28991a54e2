"""How much one caller may have of what a worker has little of: open streams, costly questions.

Counted in one worker, in memory, while a request runs; nothing is left when it ends. Streams count
for their caller and for their address: many walls may share an address, and a paired screen counts
for itself only. Costly questions wait for a turn, a few of each person and a few in all; one that
would wait too long, or behind too many, answers 429. So questions never take all of the threads
that the intake needs.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager

from starlette.requests import HTTPConnection

from dashboard.config.addresses import neighbours
from dashboard.config.settings import Settings
from dashboard.web.answers.errors import Refused
from dashboard.web.people.model import DEMO, TOKEN
from dashboard.web.security.access import Identity, remote

#: streams of one paired screen: it reconnects before the server notices that the old one is gone
_OF_A_SCREEN = 8
#: costly questions that run at a time, of all persons
_AT_ONCE = 4
#: questions of one person that may wait, and how long
_WAITING, _PATIENCE_S = 16, 5.0
_STREAM_RETRY_S, _QUESTION_RETRY_S = 30, 2


class Crowded(Exception):
    """A caller has too much already; `refused` is the answer."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.error)
        self.refused = refused


class Streams:
    """Open streams by caller."""

    def __init__(self, of_an_address: int) -> None:
        self._most = of_an_address
        self._open: Counter[str] = Counter()

    @contextmanager
    def one(self, request: HTTPConnection, who: Identity) -> Iterator[None]:
        """Count a stream while the block runs; raises 429 if the caller has too many."""
        if who.is_screen:
            key, most = f"screen {who.token}", _OF_A_SCREEN
        else:
            key, most = f"address {neighbours(remote(request))}", self._most
        if self._open[key] >= most:
            reason = f"{most} streams are open already; close some, or see docs/security.md"
            raise Crowded(Refused(429, "too many streams", reason, _STREAM_RETRY_S))
        self._open[key] += 1
        try:
            yield
        finally:
            self._open[key] -= 1
            if not self._open[key]:
                del self._open[key]


class Questions:
    """Turns for costly questions."""

    def __init__(self, of_a_person: int, at_once: int = _AT_ONCE) -> None:
        self._most = of_a_person
        self._all = asyncio.Semaphore(at_once)
        #: by person: turns, and how many questions hold or await one
        self._turns: dict[str, tuple[asyncio.Semaphore, list[None]]] = {}

    @asynccontextmanager
    async def turn(
        self, request: HTTPConnection, who: Identity
    ) -> AsyncIterator[Callable[[], None]]:
        """Wait for a turn; raises 429 if that takes too long.

        It is held while the block runs, or until what it gives is called: an answer that is
        ready takes no thread, however slowly its client reads it.
        """
        key = _name(request, who)
        own, asked = self._turns.setdefault(key, (asyncio.Semaphore(self._most), []))
        if len(asked) >= self._most + _WAITING:
            raise _busy("too many questions of yours are waiting")
        asked.append(None)
        try:
            try:
                async with asyncio.timeout(_PATIENCE_S):
                    await own.acquire()
                    try:
                        await self._all.acquire()
                    except BaseException:
                        own.release()
                        raise
            except TimeoutError as error:
                raise _busy("other questions take longer than usual") from error
            with ExitStack() as turn:
                turn.callback(self._all.release)
                turn.callback(own.release)
                yield turn.close
        finally:
            asked.pop()
            if not asked:
                self._turns.pop(key, None)


class Crowds:
    """The limits of one worker."""

    def __init__(self, settings: Settings) -> None:
        self.streams = Streams(settings.streams_per_address)
        self.questions = Questions(settings.questions_per_person)


def _name(request: HTTPConnection, who: Identity) -> str:
    """The person; of names that many share, the one at this address."""
    person = who.person
    if who.is_screen:
        return f"screen {who.token}"
    if person.how in (DEMO, TOKEN):
        return f"{person.how} {neighbours(remote(request))}"
    return f"person {person.how} {person.name}"


def _busy(reason: str) -> Crowded:
    return Crowded(Refused(429, "busy", f"{reason}; try again", _QUESTION_RETRY_S))
