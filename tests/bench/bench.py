"""What the rows share: one running Gridwall, one plain Dash app, and one feed into both."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from rich.console import Console

from tests.bench import screen
from tests.bench.city import Feed
from tests.bench.running import Gridwall, PlainDash
from tests.bench.screen import Look
from tests.bench.table import Line

#: the open events there are when measuring begins
_SETTLE_S = 20.0


@dataclass(frozen=True)
class Options:
    """How long and how much to measure."""

    seconds: float = 30.0
    events: int = 1_000_000


class Row(Protocol):
    """A module of one row."""

    TITLE: str

    def measure(self, bench: Bench) -> list[Line]:
        """Measure and return the row's lines."""


class Bench:
    """Use as a context manager: ends whatever was started."""

    def __init__(self, options: Options, console: Console) -> None:
        self.options, self._console = options, console
        self._stack = ExitStack()

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def quiet(self) -> None:
        """End whatever runs, for a row that needs the machine to itself."""
        self._stack.close()
        for name in ("gridwall", "feed", "lasting_feed", "plain"):
            self.__dict__.pop(name, None)

    def say(self, text: str) -> None:
        self._console.print(f"[dim]{time.strftime('%H:%M:%S')} {text}[/dim]")

    @cached_property
    def gridwall(self) -> Gridwall:
        """A whole Gridwall, ready; `feed` brings it 50 events a second."""
        self.say("starting gridwall up")
        system = Gridwall()
        self._stack.callback(system.end)
        return system.ready()

    @cached_property
    def feed(self) -> Feed:
        """The feed into it, running since long enough that about 1,000 events are open."""
        system = self.gridwall
        feed = Feed(system.port, system.token, system.wall()["today"]["reported"])
        self._stack.enter_context(feed)
        self.say(f"feeding 50 events/s, {_SETTLE_S:.0f} s until about 1,000 are open")
        time.sleep(_SETTLE_S)
        return feed

    @cached_property
    def lasting_feed(self) -> Feed:
        """A feed that goes on after the web process was away, for rows that end it."""
        self.quiet()
        system = self.gridwall
        feed = Feed(system.port, system.token, 0, patient=True)
        self._stack.enter_context(feed)
        self.say(f"feeding 50 events/s, {_SETTLE_S:.0f} s until about 1,000 are open")
        time.sleep(_SETTLE_S)
        return feed

    @cached_property
    def plain(self) -> PlainDash:
        """Plain Dash on the same Redis."""
        system = self.gridwall
        plain = PlainDash(system.redis_url, system.directory)
        self._stack.callback(plain.end)
        return plain.ready()

    @cached_property
    def tab(self) -> Look:
        """One real tab of the wall."""
        feed = self.feed
        self.say("one tab of the wall")
        return screen.look(self.gridwall.port, self.gridwall.page, feed, self.options.seconds)

    @cached_property
    def plain_tab(self) -> Look:
        """One real tab of plain Dash."""
        feed, plain = self.feed, self.plain
        self.say("one tab of plain Dash")
        return screen.look(plain.port, plain.page, feed, self.options.seconds / 2, loads=1)
