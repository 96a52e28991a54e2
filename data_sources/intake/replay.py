"""Replays a file of a city's open data as if it happened now.

The whole file is read and checked first; then its actions are sent in the order of time, at full
speed or paced, while the replay's clock is the wall's 'now'. Actions that the store already knows
are not sent again, so a replay that was stopped goes on where it was, and a second one changes
nothing.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import cast
from zoneinfo import ZoneInfo

import msgspec
import redis
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from dashboard.config import cities
from dashboard.config.settings import Settings
from dashboard.core.model.actions import Action
from dashboard.errors import GridwallError
from data_sources.intake.dead_letter import RowError, store_new
from data_sources.intake.feeder import FeedClock, Sink, pace, rush
from data_sources.intake.local_time import parse, to_ms
from data_sources.intake.plan import Plan, format_of, read_plan
from data_sources.store import keys
from data_sources.store.actions import ActionLog
from data_sources.store.connection import connect
from data_sources.store.workers import stop_on_signals

_START_TIMES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
#: actions looked up at a time
_LOOK_UP = 500
Entry = tuple[bytes, dict[bytes, bytes]]


class Summary(msgspec.Struct):
    """The outcome of the rows; ``rows`` is the sum of the other three."""

    rows: int
    accepted: int
    repeated: int
    dead_letters: int
    notes: dict[str, int] = {}


@dataclass
class Work:
    """A plan compared with what the store knows."""

    summary: Summary
    #: the actions still to be sent, in the order of time
    actions: list[Action]


def compare(plan: Plan, log: Sink) -> Work:
    """Separate new rows from repeated ones: those whose actions are all known."""
    known: list[bool] = []
    actions = [action for life in plan.lives for action in life]
    # In the order of the file, so that an event's actions are looked up together.
    for start in range(0, len(actions), _LOOK_UP):
        known += log.known(actions[start : start + _LOOK_UP])
    news = {action.action_id for action, there in zip(actions, known, strict=True) if not there}
    accepted = sum(any(a.action_id in news for a in life) for life in plan.lives)
    summary = Summary(
        rows=plan.rows,
        accepted=accepted,
        repeated=len(plan.lives) - accepted + plan.doubled,
        dead_letters=len(plan.letters),
        notes=dict(sorted(plan.notes.items())),
    )
    return Work(summary, [action for action, _ in plan.in_time() if action.action_id in news])


def wait_for_projector(log: ActionLog, patience_s: float = 5.0) -> None:
    """Wait while a projector folds an earlier run, so that repeats are recognised.

    Gives up when none has folded anything for ``patience_s`` seconds; a repeat is folded to
    nothing anyway.
    """
    least, since = log.lag(), time.monotonic()
    while least and time.monotonic() - since < patience_s:
        time.sleep(0.05)
        if (lag := log.lag()) < least:
            least, since = lag, time.monotonic()


def start_ms(text: str, zone: ZoneInfo) -> int:
    """The ms of ``--from``: a local time of the city, or ISO 8601 with an offset.

    Raises: `GridwallError`.
    """
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        when = None
    if when is not None and when.tzinfo is not None:
        return round(when.timestamp() * 1000)
    try:
        local = when or parse("--from", text, _START_TIMES)
    except RowError as error:
        raise GridwallError(f"{error}, such as 2018-01-03 09:00") from error
    return to_ms(local, zone)


def run(
    settings: Settings,
    url: str,
    file: Path,
    format_name: str,
    speed: str,
    start_from: str | None,
    json_out: bool,
) -> None:
    """Replay ``file`` into the store at ``url``.

    Raises: `GridwallError` before anything is written if it can't be used, or once it was stopped.
    """
    form = format_of(format_name)
    if settings.city != form.city:
        raise GridwallError(
            f"format={form.name!r}: it is of city {form.city!r}, not {settings.city!r}; "
            f"say --city {form.city}"
        )
    console = Console(stderr=True, quiet=json_out)
    start = start_ms(start_from, cities.load(form.city).tz) if start_from else None
    plan = read_plan(file, form)
    r = connect(url)
    log = ActionLog(r, settings.shards)
    clock = FeedClock(r, "replay")
    wait_for_projector(log)
    work = compare(plan, log)
    store_new(log, plan.letters, _kept_letters(r))
    finished = send(work.actions, log, clock, speed, start, console, stop_on_signals())
    if not finished:
        raise GridwallError("replay stopped before its end; run it again to go on")
    last = max((life[-1].ts for life in plan.lives), default=0)
    if last:
        clock.publish(last, 0.0, ended=True)
    report(work.summary, file, json_out)


def send(
    actions: list[Action],
    log: Sink,
    clock: FeedClock,
    speed: str,
    start: int | None,
    console: Console,
    stop: Event,
) -> bool:
    """Send the actions at ``speed`` (a number, or ``max``); True if all were sent.

    ``start`` is the time (ms) from which they are paced; the earlier ones go at full speed.
    """
    if speed == "max":
        return _rush(actions, log, clock, console, stop)
    if not actions:
        return True
    # A run that was stopped goes on where it was: time never goes back.
    start = max(clock.left_at, actions[0].ts if start is None else start)
    past = [action for action in actions if action.ts <= start]
    if not _rush(past, log, clock, console, stop):
        return False
    coming = actions[len(past) :]
    sent = pace(iter(coming), log, clock, stop, start=start, speed=float(speed))
    return sent == len(coming)


def _rush(
    actions: list[Action], log: Sink, clock: FeedClock, console: Console, stop: Event
) -> bool:
    if not actions:
        return True
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("回放 replay", total=len(actions))
        sent = rush(actions, log, clock, stop, lambda count: progress.advance(bar, count))
    return sent == len(actions)


def _kept_letters(r: redis.Redis) -> Iterator[dict[str, str]]:
    entries = cast(list[Entry], r.xrevrange(keys.DEAD_LETTERS, count=100_000))
    for _, fields in entries:
        yield {k.decode(): v.decode("utf-8", "replace") for k, v in fields.items()}


def report(summary: Summary, file: Path, json_out: bool) -> None:
    """The last line for machines, or a small table for people."""
    console = Console()
    if json_out:
        line = json.dumps(msgspec.to_builtins(summary), ensure_ascii=False)
        console.file.write(line + "\n")
        return
    table = Table(title=str(file.name), title_justify="left")
    names = {
        "rows": "行 rows",
        "accepted": "受理 accepted",
        "repeated": "重复 repeated",
        "dead_letters": "死信 dead letters",
    }
    for title in names.values():
        table.add_column(title, justify="right")
    table.add_row(*(f"{getattr(summary, name):,}" for name in names))
    console.print(table)
    for note, count in Counter(summary.notes).most_common():
        console.print(f"  {count:>6,} × {note}")
    if not summary.accepted:
        console.print("没有变化 nothing changed")
    if summary.dead_letters:
        console.print("死信见 see `gridwall dead-letters`")
