"""The facts about each department and place, counted again from simulated lives' actions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar
import pandas as pd

from dashboard.core.model.actions import Action, Kind
from tests.support.counts import scorecount as count

SHANGHAI = ZoneInfo("Asia/Shanghai")
Row = tuple[Any, ...]


def workday(day: date) -> bool:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


class Spell:
    """A clock that can be stopped: its limit and the spans in which it ran."""

    def __init__(self, office: count.Office, start: int, limit: int, *, always: bool) -> None:
        self.office, self.limit, self.always = office, limit, always
        self.spent, self.since = 0, start

    def used(self, at: int) -> int:
        return self.spent + self.office.between(self.since, at, always=self.always)

    @property
    def due(self) -> int:
        return self.office.add(self.since, self.limit - self.spent, always=self.always)

    def pause(self, at: int) -> None:
        self.spent = self.used(at)

    def extend(self, at: int, until: int) -> None:
        more = self.office.between(at, until, always=self.always)
        if more > 0:
            self.limit = max(self.limit, self.used(at) + more)


def facts_of(
    actions: list[Action], office: count.Office, end: int, refused: list[str]
) -> Iterator[tuple[Any, ...]]:
    """One life's facts: (at, measure, amount, known, department)."""
    report = actions[0]
    level = str(report.level)
    always = level in ("orange", "red")
    respond_limit, handle_limit = count.LIMITS[level]
    department, sent, accepted, shut = "", 0, 0, 0
    respond: Spell | None = None
    handle: Spell | None = None
    failed = decided = late = visited = False
    for a in [*actions[1:], None]:
        now = end + 1 if a is None else a.ts
        # what fell due before this action
        if respond is not None and respond.due < now and not failed:
            failed = True
            yield sent, "dispatch_failed", 1, respond.due, department
        if handle is not None and handle.due < now and not late:
            late = True
            if not decided:
                decided = True
                yield handle.due, f"decided.{level}", 1, handle.due, department
        if a is None:
            return
        if a.kind is Kind.DISPATCH:
            department, sent, accepted = a.department, a.ts, 0
            failed = decided = late = False
            respond = Spell(office, a.ts, respond_limit, always=always)
            handle = Spell(office, a.ts, handle_limit, always=always)
            yield a.ts, "dispatched", 1, a.ts, department
        elif a.kind in (Kind.ACCEPT, Kind.ACKNOWLEDGE):
            respond = None
            accepted = accepted or (a.ts if a.kind is Kind.ACCEPT else 0)
        elif a.kind is Kind.RETURN:
            assert handle is not None
            if handle.used(a.ts) / handle.limit >= 0.9 and not late:
                yield a.ts, "returned_late", 1, a.ts, department
            if not failed:
                yield sent, "dispatch_failed", 1, a.ts, department
            failed, respond, handle = True, None, None
        elif a.kind is Kind.SUSPEND:
            assert handle is not None
            handle.pause(a.ts)
            paused, handle = handle, None
        elif a.kind is Kind.RESUME:
            paused.since, handle = a.ts, paused
        elif a.kind is Kind.EXTEND:
            assert handle is not None
            if late:
                yield a.ts, "extended_late", 1, a.ts, department
            handle.extend(a.ts, a.until or 0)
            late = late and handle.due <= a.ts
        elif a.kind is Kind.HANDLE:
            respond = handle = None
            if not decided:
                yield a.ts, f"decided.{level}", 1, a.ts, department
                yield a.ts, f"on_time.{level}", 1, a.ts, department
            decided = True
            yield a.ts, "handled", 1, a.ts, department
            if a.ts - (accepted or sent) < 60_000:
                yield a.ts, "quick", 1, a.ts, department
        elif a.kind is Kind.REWORK:
            decided = late = False
            handle = Spell(office, a.ts, round(handle_limit * 0.5), always=always)
            yield a.ts, "reworked", 1, a.ts, department
        elif a.kind is Kind.CLOSE:
            shut = a.ts
            yield a.ts, "closed", 1, a.ts, department
            if report.place[3]:
                yield a.ts, "closed_in_grid", 1, a.ts, department
        elif a.kind is Kind.REVISIT:
            if a.ratings and a.actor.removeprefix("grid:") not in report.place:
                refused.append(a.action_id)
                continue
            assert not visited
            visited = True
            yield shut, "visited", 1, a.ts, department
            if a.satisfied is not None:
                yield shut, "revisited", 1, a.ts, department
                if a.satisfied:
                    yield shut, "satisfied", 1, a.ts, department
            for name, rating in zip(("dispatch", "handling", "outcome"), a.ratings, strict=False):
                yield shut, f"rated.{name}", 1, a.ts, department
                if rating > 1:
                    yield shut, f"rating.{name}", rating - 1, a.ts, department


def left_out(actions: list[Action]) -> str | None:
    """Why an event counts in no score at the end; None if it counts."""
    why = None
    for a in actions:
        if a.kind in (Kind.EXCLUDE, Kind.RESTORE):
            why = a.reason if a.kind is Kind.EXCLUDE else None
    return why


def chifeng_facts(sample: list[list[Action]], end: int, refused: list[str]) -> pd.DataFrame:
    """Facts of all lives; an excluded event only gives the days on which it is left out.

    What is found to be unlawful is added to ``refused``.
    """
    office = count.Office(SHANGHAI, workday, range(2025, 2028))
    out: list[Row] = []
    closed: list[Row] = []
    reports: list[Row] = []
    by_event: dict[str, list[Row]] = {}
    for actions in sample:
        report, event = actions[0], actions[0].event_id
        rows = by_event[event] = [
            (at, known, owner, report.place[1], report.place[2], measure, amount)
            for at, measure, amount, known, owner in facts_of(actions, office, end, refused)
        ]
        matter = (event, report.place[3], report.category)
        registered = [a.ts for a in actions if a.kind is Kind.REGISTER]
        if matter[1] and registered:
            reports.append((*matter, report.ts, registered[0]))
        closed += [(*matter, r[0], r[1]) for r in rows if r[5] == "closed_in_grid"]
    names = ["event", "grid", "category", "at", "known"]
    recurred = count.recurrences(
        pd.DataFrame(closed, columns=names), pd.DataFrame(reports, columns=names)
    )
    for again in recurred.itertuples():
        last = by_event[again.event][-1]
        by_event[again.event].append((again.at, again.known, *last[2:5], "recurred", 1))
    for actions in sample:
        rows = by_event[actions[0].event_id]
        if left_out(actions) is None:
            out += rows
            continue
        shown: dict[tuple[date, str], Row] = {}
        for row in rows:
            day = datetime.fromtimestamp(row[0] / 1000, SHANGHAI).date()
            shown.setdefault((day, row[2]), (row[0], row[0], *row[2:5], "excluded", 1))
        out += shown.values()
    return count.days_of(count.table(out), SHANGHAI)
