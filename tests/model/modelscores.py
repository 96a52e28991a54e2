"""The naive model's scores: what counts, what is late news, what an appeal took out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from tests.model.model import Received, fold, without
from tests.model.modelclock import DAY, EIGHT
from tests.model.modelrules import LIMITS

Fact = tuple[int, str, str, int]
STANDS, LATE, FROZEN = 0, 1, 2
_EPOCH = date(1970, 1, 1)


def day_of(at: int) -> int:
    """Local day, YYYYMMDD."""
    return int((_EPOCH + timedelta(days=(at + EIGHT) // DAY)).strftime("%Y%m%d"))


def month_of(at: int) -> int:
    return day_of(at) // 100


def closes(month: int) -> int:
    """The last ms of the fifth day of the next month."""
    year, number = divmod(month, 100)
    sixth = date(year + number // 12, number % 12 + 1, 6)
    return (sixth - _EPOCH).days * DAY - EIGHT - 1


def standings(received: Iterable[Received], limits: Any = LIMITS) -> list[tuple[Fact, int]]:
    """Each fact of an event and how it counts in the score of its month."""
    received = without(list(received))
    event = fold(received, limits=limits).event
    facts: list[Fact] = event["facts"] if event else []
    if not any(r.known > closes(month_of(r.action.ts)) for r in received):
        makers = event["makers"] if event else []
        return [
            (fact, LATE if maker > closes(month_of(fact[0])) else STANDS)
            for fact, maker in zip(facts, makers, strict=True)
        ]
    out: list[tuple[Fact, int]] = []
    top = max(r.known for r in received)
    at = min(r.action.ts for r in received)
    while True:
        month = month_of(at)
        full = Counter(fact for fact in facts if month_of(fact[0]) == month)
        if closes(month) >= top:
            # this month and those after it are still open
            out += [(fact, STANDS) for fact in facts if month_of(fact[0]) >= month]
            break
        known = [r for r in received if r.known <= closes(month)]
        then = fold(known, until=closes(month), limits=limits).event
        sub = Counter(
            fact for fact in (then["facts"] if then else ()) if month_of(fact[0]) == month
        )
        out += [(fact, STANDS) for fact in (full & sub).elements()]
        out += [(fact, LATE) for fact in (full - sub).elements()]
        out += [(fact, FROZEN) for fact in (sub - full).elements()]
        # closing days lie in the month after
        at = closes(month)
    return out


def scores(event: dict[str, Any], stood: list[tuple[Fact, int]]) -> Counter[tuple[str, str]]:
    """What one event adds to the scores of its department, township and community."""
    n: Counter[tuple[str, str]] = Counter()
    place = event["place"]
    if event["void"]:
        return n
    if event["excluded"]:
        days = {(fact[1], day_of(fact[0])) for fact, _ in stood}
        counted = [(day, department, "excluded", 1) for department, day in days]
    else:
        counted = []
        for (at, department, what, amount), standing in stood:
            if standing in (STANDS, FROZEN):
                counted.append((day_of(at), department, what, amount))
            if standing in (LATE, FROZEN):
                counted.append((day_of(at), department, "late_news", 1))
    for day, department, what, amount in counted:
        subjects = [("d", department)]
        subjects += [("t", place[1])] if len(place) > 1 and place[1] else []
        subjects += [("c", place[2])] if len(place) > 2 and place[2] else []
        for tier, subject in subjects:
            n[f"score:{tier}:{day // 100}", f"{subject}|{what}"] += amount
            n[f"scoreday:{tier}:{day}", f"{subject}|{what}"] += amount
    return n
