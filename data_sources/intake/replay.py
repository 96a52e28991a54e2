"""Replays a file of a city's open data as if it happened now.

The whole file is read and checked first; then its actions are sent in the order of time, at full
speed or paced, while the replay's clock is the wall's 'now'. Actions that the store already knows
are not sent again, so a replay that was stopped goes on where it was, and a second one changes
nothing. What is read waits on disk (`Spool`), so memory does not grow with the file.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from threading import Event
from typing import cast
from zoneinfo import ZoneInfo

import msgspec
import redis
from rich.console import Console
from rich.table import Table

from dashboard.config import cities
from dashboard.config.rules.book import rules_for
from dashboard.config.settings import Settings
from dashboard.config.sources import Source, sources_for
from dashboard.errors import GridwallError
from data_sources.intake.comparison import Summary, compare
from data_sources.intake.dates import Order
from data_sources.intake.dead_letter import RowError, store_new
from data_sources.intake.feeder import FeedClock, Sink, pace, rush
from data_sources.intake.formats import Format
from data_sources.intake.local_time import parse, to_ms
from data_sources.intake.plan import Content, Watching, format_of, read_file
from data_sources.intake.progress import Bars
from data_sources.intake.spool import Spool
from data_sources.store import keys
from data_sources.store.actions import ActionLog, SourceLog
from data_sources.store.connection import connect
from data_sources.store.workers import stop_on_signals

_START_TIMES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
#: dead letters of earlier runs that are read at a time
_PAGE = 1000
Entry = tuple[bytes, dict[bytes, bytes]]
#: reads files into a spool, as the source that they are; the watch shows how far it is
Reading = Callable[[Spool, Watching, Source | None], Content]


def wait_for_projector(log: ActionLog, patience_s: float = 5.0) -> None:
    """Wait while a projector folds an earlier run, so that repeats are recognised.

    Gives up when none has folded anything for ``patience_s`` seconds; a repeat is folded to
    nothing anyway.
    """
    done, since = log.folded(), time.monotonic()
    while log.lag() and time.monotonic() - since < patience_s:
        time.sleep(0.05)
        if (now := log.folded()) != done:
            done, since = now, time.monotonic()


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
    dates: Order | None = None,
) -> Summary:
    """Replay ``file`` into the store at ``url``; returns what became of its rows.

    Raises: `GridwallError` before anything is written if it can't be used, or once it was stopped.
    """
    form = format_of(format_name)

    def read(spool: Spool, watching: Watching, source: Source | None) -> Content:
        return read_file(file, form, spool, dates, watching, source)

    return replay(settings, url, file, form, read, speed, start_from, json_out)


def replay(
    settings: Settings,
    url: str,
    file: Path,
    form: Format,
    read: Reading,
    speed: str,
    start_from: str | None,
    json_out: bool,
) -> Summary:
    """Replay what ``read`` puts into the spool; see :func:`run`."""
    if settings.city != form.city:
        raise GridwallError(
            f"format={form.name!r}: it is of city {form.city!r}, not {settings.city!r}; "
            f"say --city {form.city}"
        )
    start = start_ms(start_from, cities.load(form.city).tz) if start_from else None
    with Spool() as spool, Bars() as bars:

        def watching(what: str, size: int) -> Callable[[int], None]:
            return bars.stage(what, size, data=True)

        source = sources_for(settings).named(form.name)
        content = read(spool, watching, source)
        r = connect(url)
        kept = settings.dead_letters_kept
        log = SourceLog(r, settings.shards, rules_for(settings), letters_kept=kept)
        clock = FeedClock(r, "replay")
        wait_for_projector(log)
        # a change without a time of its own became known when the file ended, or now
        now = max(content.end, clock.left_at)
        watch = bars.stage("对照 compare", content.rows)
        summary = compare(spool, content, log, form, now, watch)
        store_new(log, spool.letters(), _kept_letters(r, kept) if content.letters else ())
        if not send(spool, log, clock, speed, start, bars, stop_on_signals()):
            raise GridwallError("replay stopped before its end; run it again to go on")
        if content.last:
            clock.publish(content.last, 0.0, ended=True)
    report(summary, file, json_out)
    return summary


def send(
    spool: Spool,
    log: Sink,
    clock: FeedClock,
    speed: str,
    start: int | None,
    bars: Bars,
    stop: Event,
) -> bool:
    """Send the spool's actions at ``speed`` (a number, or ``max``); True if all were sent.

    ``start`` is the time (ms) from which they are paced; the earlier ones go at full speed.
    """
    count, first = spool.to_send()
    if not count:
        return True
    # A run that was stopped goes on where it was: time never goes back.
    start = max(clock.left_at, first if start is None else start)
    past = count if speed == "max" else spool.until(start)
    actions, sent = spool.in_time(), 0
    watch = bars.stage("发送 send", past)

    def advance(more: int) -> None:
        nonlocal sent
        sent += more
        watch(sent)

    if rush(islice(actions, past), log, clock, stop, advance) < past:
        return False
    coming = count - past
    if not coming:
        return True
    return pace(actions, log, clock, stop, start=start, speed=float(speed)) == coming


def _kept_letters(r: redis.Redis, most: int) -> Iterator[dict[str, str]]:
    """The newest dead letters of the store, a page at a time."""
    before = "+"
    for _ in range(1 + most // _PAGE):
        page = cast(list[Entry], r.xrevrange(keys.DEAD_LETTERS, max=before, count=_PAGE))
        for _, fields in page:
            yield {k.decode(): v.decode("utf-8", "replace") for k, v in fields.items()}
        if len(page) < _PAGE:
            return
        before = f"({page[-1][0].decode()}"


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
        "changed": "其中变更 of these, changed",
    }
    for title in names.values():
        table.add_column(title, justify="right")
    table.add_row(*(f"{getattr(summary, name):,}" for name in names))
    console.print(table)
    console.print(f"  编码 encoding: {summary.encoding}")
    for order, columns in _by_order(summary.dates).items():
        console.print(f"  日期 dates {order}: {', '.join(columns)}")
    for note, count in Counter(summary.notes).most_common():
        console.print(f"  {count:>6,} × {note}")
    if not summary.accepted:
        console.print("没有变化 nothing changed")
    if summary.dead_letters:
        console.print("死信见 see `gridwall dead-letters`")


def _by_order(dates: Mapping[str, str]) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for column, order in dates.items():
        out.setdefault(order, []).append(column)
    return out
