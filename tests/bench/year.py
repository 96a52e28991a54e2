"""A year of closed events, written by the archive's own writer: what do the pages' questions take?

`python -m tests.bench.year --events N [--copies K]`: the simulated city's lives of one year, each
folded on its own, by two processes, and K times the same under other names (a life takes longer to
make up than to read); then one desk over the files, and each page's questions in ms.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import msgspec

from dashboard.config import cities
from dashboard.config.rules.book import rules_for
from dashboard.config.settings import Settings
from dashboard.core.lifecycle.late import replay
from dashboard.core.lifecycle.replay import Item
from dashboard.core.model.periods import compared
from dashboard.core.questions.ask import Ask, span
from data_sources.archive.files import Writer, engine, packed
from data_sources.archive.listing import Unit, path_of, paths
from data_sources.desk.copy.reader import Reader
from data_sources.desk.desk import Desk, DeskLoading
from data_sources.desk.distributions import backlog, handling
from data_sources.desk.figures import breakdown, kpis
from data_sources.desk.scores.scoreboards import scoreboard
from data_sources.desk.series import calendar, series
from data_sources.engine.server import Engine
from data_sources.intake.simulator import lives
from data_sources.store import domain_clock
from data_sources.store.connection import connect
from data_sources.store.filing import month_of
from data_sources.store.keys import ShardKeys

CITY, YEAR = "chifeng", 2025
#: events of one unit, as large as the archiver makes them
UNIT = 100_000
PROCESSES = 2
_ROUNDS = 3
Made = list[tuple[str, Unit]]


def _start(month: int) -> int:
    zone = cities.load(CITY).tz
    at = datetime(YEAR + (month - 1) // 12, (month - 1) % 12 + 1, 1, tzinfo=zone)
    return round(at.timestamp() * 1000)


def make(directory: Path, rate: float, months: list[int]) -> Made:
    """The lives that begin in these months, as units."""
    rules, city = rules_for(Settings(city=CITY)), cities.load(CITY)
    writer, made = Writer(directory, "g0", rules), list[tuple[str, Unit]]()
    waiting: dict[str, dict[str, bytes]] = {}
    for month in months:
        for life in lives(city, rules, rate, 1, _start(month), _start(month + 1)):
            items = [Item(f"{a.ts}-{n}", a, a.ts) for n, a in enumerate(life)]
            state = replay(rules, items).state
            if state is None or state.open:
                continue
            group = waiting.setdefault(month_of(rules.local, state), {})
            group[state.event_id] = msgspec.msgpack.encode(state)
            if len(group) >= UNIT:
                made.append(writer.write(month_of(rules.local, state), group))
                group.clear()
    made += [writer.write(name, group) for name, group in waiting.items() if group]
    return made


def questions() -> dict[str, Callable[[Reader], Any]]:
    """What the pages ask, each over the whole year and over one month."""
    whole, month = Ask(range=str(YEAR)), Ask(range=f"{YEAR}-06", compare="previous")
    area = next(p.code for p in cities.load(CITY).places.values() if p.tier == "county")
    inside = Ask(range=f"{YEAR}-06", area=area)

    def over(ask: Ask, what: Callable[..., Any], *more: Any, **how: Any) -> Callable[[Reader], Any]:
        return lambda r: what(r, ask, span(ask, r.rules, r.now_ms), *more, **how)

    def moved(ask: Ask, by: str) -> Callable[[Reader], Any]:
        def asked(r: Reader) -> Any:
            when = span(ask, r.rules, r.now_ms)
            return breakdown(r, ask, when, by=by, compare=compared(when, r.rules, ask.compare))

        return asked

    out: dict[str, Callable[[Reader], Any]] = {}
    for name, ask in (("year", whole), ("month", month), ("month, a county", inside)):
        out[f"kpis, {name}"] = over(ask, kpis)
        out[f"series by day, {name}"] = over(ask, series)
        out[f"breakdown by department, {name}"] = moved(ask, "department")
        out[f"breakdown by area, {name}"] = moved(ask, "area")
        out[f"handling times, {name}"] = over(ask, handling)
    out["calendar, year"] = lambda r: calendar(r, whole, YEAR)
    out["backlog"] = lambda r: backlog(r, whole)
    for name, ask in (("year", whole), ("month", month)):
        out[f"departments' scores, {name}"] = lambda r, a=ask: scoreboard(r, a, "department")
    return out


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.year", description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000, help="about so many lives")
    parser.add_argument("--copies", type=int, default=0, help="how often each once more")
    given = parser.parse_args()
    rate = given.events / ((_start(13) - _start(1)) / 1000)
    with tempfile.TemporaryDirectory(prefix="gridwall-year-") as folder:
        directory, began = Path(folder) / "archive", time.monotonic()
        made = _make(directory, rate)
        more = range(given.copies)
        made += [copied(directory, name, unit, n) for name, unit in made for n in more]
        measure(Path(folder), directory, made, time.monotonic() - began)


def _make(directory: Path, rate: float) -> Made:
    with get_context("spawn").Pool(PROCESSES) as pool:
        months = [list(range(1 + n, 13, PROCESSES)) for n in range(PROCESSES)]
        return sum(pool.starmap(make, [(directory, rate, part) for part in months]), Made())


def copied(directory: Path, name: str, unit: Unit, number: int) -> tuple[str, Unit]:
    """The same unit under other names."""
    other = f"{name}-{number}"
    with engine() as db:
        for table in unit.files:
            old, new = (path_of(directory, "g0", n, table) for n in (name, other))
            db.execute(
                f"COPY (SELECT * REPLACE (event_id || '~{number}' AS event_id)"
                f" FROM read_parquet('{old}')) TO '{new}'"
                " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20000)"
            )
    return other, unit


def measure(folder: Path, directory: Path, made: Made, took: float) -> None:
    """Ask a desk over these units."""
    events = sum(unit.events for _, unit in made)
    size = sum(file.bytes for _, unit in made for file in unit.files.values())
    _say(f"{events:,} events in {len(made)} units, {size / 1e6:,.0f} MB, made in {took:.0f} s")
    keys = ShardKeys(0)
    with Engine(folder / "redis") as engine, connect(engine.url) as r:
        for number, (name, unit) in enumerate(made, 1):
            listed = msgspec.structs.replace(unit, number=number)
            r.hset(keys.archived, name, packed(listed))
        r.hset(keys.meta, mapping={"archives": len(made), "position": "0-1", "fresh": _start(13)})
        domain_clock.publish(r, mode="replay", virtual_ms=_start(13) - 1, speed=0, ended=True)
        rules = rules_for(Settings(city=CITY))
        desk = Desk(r, [keys], rules, archived=paths(directory), archive=directory)
        while True:
            try:
                found = desk.ask("", lambda reader: reader.one("SELECT count(*) AS n FROM events"))
                break
            except DeskLoading:
                time.sleep(0.05)
        assert found.value["n"] == events, (found.value, events)
        for name, question in questions().items():
            times, worked = list[float](), time.process_time()
            for _ in range(1 + _ROUNDS):
                began = time.monotonic()
                desk.ask("", question)
                times.append((time.monotonic() - began) * 1000)
            worked = (time.process_time() - worked) * 1000 / len(times)
            then = statistics.median(times[1:])
            took = f"first {times[0]:7.0f}  then {then:7.0f}  processor {worked:7.0f} ms"
            _say(f"{name:38} {took}")
        desk.close()


def _say(text: str) -> None:
    print(text)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
