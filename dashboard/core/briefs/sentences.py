"""The sentences of a brief: fixed rules, no adjectives, nothing that chance explains. Pure.

- What did not happen is put in words ("no matter is overdue"), never as a rate of nothing.
- A change in percent needs at least ``BASE`` events; below, only the difference is given. Medians
  and rates of handling likewise: with fewer events they are in the table, not in a sentence.
- A rise of one place or kind is mentioned only if it is larger than chance makes it (two standard
  deviations of the difference of two counts).
- Those with the same number are named together, up to ``TIED``; of more, none is named.
- Scores are mentioned only where there is a rank, and a lowest only among three or more.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence

from dashboard.core.briefs.model import Figure, Late, Material, Row, Scored, Sentence

#: a percentage of fewer events than this would look more exact than it is
BASE = 20
#: how many are named together
TIED = 3
#: rates that differ by less count as equal: they are written with one decimal
_SAME = 0.0005


def sentences(what: Material) -> tuple[Sentence, ...]:
    """All sentences that the rules allow, in a fixed order."""
    if not _anything(what):
        return (Sentence("nothing"),)
    rules: list[Callable[[Material], Iterator[Sentence]]] = [
        _volume,
        _open,
        _on_time,
        _overdue,
        _response,
        _urgent,
        _speed,
        _unmeasured,
        _quality,
        _places,
        _kinds,
        _scores,
    ]
    return tuple(sentence for rule in rules for sentence in rule(what))


def count(value: int, metric: str) -> Figure:
    """A number of events."""
    return Figure("count", value, metric)


def _anything(what: Material) -> bool:
    now = what.total.now
    return bool(now.reported or now.closed or now.open or now.decided)


def _volume(what: Material) -> Iterator[Sentence]:
    now, before = what.total.now, what.total.before
    values = {"reported": count(now.reported, "reported"), "closed": count(now.closed, "closed")}
    if not now.reported:
        yield Sentence("volume_none", {"closed": values["closed"]})
    elif before is None:
        yield Sentence("volume_first", values)
    elif not before.reported:
        yield Sentence("volume_from_none", values)
    else:
        change = now.reported - before.reported
        changed = {**values, "change": count(abs(change), "reported_change")}
        if not change:
            yield Sentence("volume_same", values)
            return
        way = "more" if change > 0 else "fewer"
        if before.reported < BASE:
            yield Sentence(f"volume_{way}", changed)
        else:
            share = Figure("percent", abs(change) / before.reported, "reported_change")
            yield Sentence(f"volume_{way}_share", {**changed, "share": share})


def _open(what: Material) -> Iterator[Sentence]:
    now, before = what.total.now.open, what.open_before
    values = {"open": count(now, "open")}
    if not now:
        yield Sentence("open_none", tone="good")
    elif before is None or now == before:
        yield Sentence("open" if before is None else "open_same", values)
    else:
        way = "more" if now > before else "fewer"
        yield Sentence(f"open_{way}", {**values, "change": count(abs(now - before), "open_change")})


def _on_time(what: Material) -> Iterator[Sentence]:
    now, before = what.total.now, what.total.before
    rate = now.on_time_rate
    if rate is None:
        yield Sentence("on_time_none")
        return
    values = {
        "rate": Figure("percent", rate, "on_time_rate"),
        "decided": count(now.decided, "decided"),
        "on_time": count(now.on_time, "on_time"),
    }
    was = before.on_time_rate if before else None
    if was is None:
        rule = "on_time_all" if now.on_time == now.decided else "on_time"
        yield Sentence(rule, values, "good" if rule == "on_time_all" else "")
        return
    change = rate - was
    if abs(change) < _SAME:
        yield Sentence("on_time_same", values)
        return
    points = Figure("points", abs(change) * 100, "on_time_change")
    way, tone = ("up", "good") if change > 0 else ("down", "bad")
    yield Sentence(f"on_time_{way}", {**values, "points": points}, tone)


def _overdue(what: Material) -> Iterator[Sentence]:
    now, before = what.total.now, what.overdue_before
    if not now.overdue:
        if now.open:
            yield Sentence("overdue_none", tone="good")
        return
    values = {"overdue": count(now.overdue, "overdue")}
    if now.open >= BASE:
        values["share"] = Figure("percent", now.overdue / now.open, "overdue_share")
    rule = "overdue_share" if "share" in values else "overdue"
    if before is not None and before != now.overdue:
        values["change"] = count(abs(now.overdue - before), "overdue_change")
        rule += "_more" if now.overdue > before else "_fewer"
    yield Sentence(rule, values, "bad" if rule.endswith("_more") else "")
    if what.longest:
        yield _longest(what.longest[0], what.end)


def _response(what: Material) -> Iterator[Sentence]:
    now, before = what.total.now.response_overdue, what.response_overdue_before
    if not now:
        return
    values = {"response_overdue": count(now, "response_overdue")}
    rule = "response_overdue"
    if before is not None and before != now:
        values["change"] = count(abs(now - before), "response_overdue_change")
        rule += "_more" if now > before else "_fewer"
    yield Sentence(rule, values, "bad" if rule.endswith("_more") else "")


def _longest(late: Late, end: int) -> Sentence:
    return Sentence(
        "longest",
        {
            "event": Figure("event", late.event_id),
            "category": Figure("category", late.category),
            "department": Figure("department", late.department),
            "age": Figure("age", max(0, end - late.since), "overdue_for"),
        },
        "bad",
    )


def _urgent(what: Material) -> Iterator[Sentence]:
    rows = {row.code: row.now for row in what.levels}
    red, orange = (rows.get(code) for code in ("red", "orange"))
    came = {"red": red.reported if red else 0, "orange": orange.reported if orange else 0}
    left = sum(one.open for one in (red, orange) if one)
    values = {code: count(n, "reported_level") for code, n in came.items()}
    if not any(came.values()) and not left:
        yield Sentence("urgent_none")
    elif left:
        yield Sentence("urgent_open", {**values, "open": count(left, "open_urgent")}, "bad")
    else:
        yield Sentence("urgent_done", values, "good")


def _speed(what: Material) -> Iterator[Sentence]:
    now = what.total.now
    if now.timed >= BASE and now.median is not None and now.p90 is not None:
        yield Sentence(
            "speed",
            {
                "median": Figure("hours", now.median, "handle_median"),
                "p90": Figure("hours", now.p90, "handle_p90"),
            },
        )


def _unmeasured(what: Material) -> Iterator[Sentence]:
    n = what.total.now.unmeasured
    if n:
        yield Sentence("unmeasured", {"n": count(n, "unmeasured")})


def _quality(what: Material) -> Iterator[Sentence]:
    now = what.total.now
    if min(now.dispatched, now.handled) < BASE or now.returned is None or now.reworked is None:
        return
    if now.returned + now.reworked > 0:
        yield Sentence(
            "quality",
            {
                "returned": Figure("percent", now.returned, "return_rate"),
                "reworked": Figure("percent", now.reworked, "rework_rate"),
            },
        )


def _places(what: Material) -> Iterator[Sentence]:
    yield from _most(what.areas, what.total.now.reported, "area")
    yield from _rise(what.areas, "area")


def _kinds(what: Material) -> Iterator[Sentence]:
    yield from _most(what.categories, what.total.now.reported, "category")
    yield from _rise(what.categories, "category")


def _most(rows: Sequence[Row], total: int, kind: str) -> Iterator[Sentence]:
    """The places or kinds with most reports, if there are others to compare with."""
    named = [row for row in rows if row.code and row.now.reported]
    if len(named) < 2:
        return
    top = max(row.now.reported for row in named)
    first = sorted(row.code for row in named if row.now.reported == top)
    if len(first) > TIED or len(first) == len(named):
        return
    values = {"n": count(top, f"reported_{kind}")}
    if total >= BASE:
        values["share"] = Figure("percent", top / total, f"share_{kind}")
    rule = f"most_{kind}" + ("_share" if "share" in values else "")
    yield _with_names(rule, values, first, kind)


def _rise(rows: Sequence[Row], kind: str) -> Iterator[Sentence]:
    """What rose most beyond chance against the period before."""
    risen = [
        (row.now.reported - row.before.reported, row)
        for row in rows
        if row.code and row.before is not None and surprising(row)
    ]
    if not risen:
        return
    most = max(change for change, _ in risen)
    first = sorted((row for change, row in risen if change == most), key=lambda row: row.code)
    if len(first) > TIED:
        return
    values = {"n": count(most, "reported_change")}
    before = first[0].before
    if len(first) == 1 and before is not None and before.reported >= BASE:
        values["share"] = Figure("percent", most / before.reported, "reported_change")
    rule = f"rise_{kind}" + ("_share" if "share" in values else "")
    yield _with_names(rule, values, [row.code for row in first], kind)


def surprising(row: Row) -> bool:
    """Whether it rose by more than two standard deviations of the difference of two counts."""
    if row.before is None:
        return False
    change = row.now.reported - row.before.reported
    return change > 2 * math.sqrt(row.now.reported + row.before.reported)


def _scores(what: Material) -> Iterator[Sentence]:
    ranked = sorted((s for s in what.scores if s.rank is not None), key=_place)
    if not ranked:
        return
    kind = what.scores_of
    best = [s for s in ranked if s.rank == ranked[0].rank]
    if len(best) <= TIED and len(ranked) > 1 and best[0].total is not None:
        values = {"score": Figure("score", best[0].total, "score_total")}
        yield _with_names(f"best_{kind}", values, [s.code for s in best], kind, "good")
    gained = [s for s in ranked if (s.rank_change or 0) > 0]
    if gained:
        most = max(s.rank_change or 0 for s in gained)
        first = [s.code for s in gained if s.rank_change == most]
        if len(first) <= TIED:
            places = {"places": Figure("places", most, "rank_change")}
            yield _with_names(f"gained_{kind}", places, first, kind, "good")
    slow = [s for s in ranked if s.handling is not None]
    if len(slow) >= 3:
        least = min(s.handling or 0.0 for s in slow)
        last = [s.code for s in slow if s.handling == least]
        if len(last) <= TIED and least < 100:
            values = {"score": Figure("score", least, "score_handling")}
            yield _with_names(f"slowest_{kind}", values, last, kind, "bad")


def _place(score: Scored) -> tuple[int, str]:
    return (score.rank or 0, score.code)


def _with_names(
    rule: str, values: dict[str, Figure], codes: Iterable[str], kind: str, tone: str = ""
) -> Sentence:
    """With up to TIED names, as ``name``, ``name2`` and ``name3``."""
    names = {
        f"name{number if number > 1 else ''}": Figure(kind, code)
        for number, code in enumerate(codes, 1)
    }
    return Sentence(rule, {**names, **values}, tone)
