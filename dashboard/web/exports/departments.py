"""The tables of scores: the scoreboard, and the events that cost one subject points."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashboard.config.words import catalogue
from dashboard.config.words.ranks import reason
from dashboard.core.questions.ask import NONE, Ask, AskError, span
from dashboard.core.questions.departments import Row, Standings
from dashboard.documents.tables import MOST_ROWS, Column, Table
from dashboard.web.exports.behind import Behind, cells, story_path
from dashboard.web.exports.overview import HOMES, homes
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Person
from data_sources.desk.copy.reader import Reader
from data_sources.desk.scores.costs import Bill
from data_sources.desk.scores.department import kind
from data_sources.desk.scores.scoreboards import plain
from data_sources.desk.scores.scoreboards import scoreboard as standings

_SCORES = ("total", "low", "high", "dispatch", "handling", "outcome")
_COUNTS = (
    *("reported", "closed", "open", "overdue", "became_overdue", "decided", "on_time"),
    *("response_overdue", "became_response_overdue"),
)
_BOARD = (
    Column("rank"),
    Column("subject", "text"),
    Column("code", "text"),
    *(Column(f"score_{name}", "score") for name in _SCORES),
    Column("score_measured", "score"),
    Column("score_n"),
    Column("score_unmeasured"),
    Column("rank_change", "places"),
    Column("rank_before"),
    Column("rank_why", "text"),
    Column("score_before", "score"),
    *(Column(name) for name in _COUNTS),
    *(Column(name, "rate") for name in ("on_time_rate", "return_rate", "rework_rate")),
    *(Column(name, "hours") for name in ("median_ms", "p90_ms")),
    Column("behind", "link"),
)
_COMPONENTS = ("dispatch", "handling", "outcome")
_EVENTS = (
    *(Column(name, "text") for name in ("event", "level", "status", "category_name")),
    *(Column(name, "text") for name in ("department_name", "place", "place_code")),
    *(Column(name, "time") for name in ("reported_at", "handled_at")),
    *(Column(name, "hours") for name in ("spent", "limit")),
    Column("points", "number"),
    *(Column(f"points_{name}", "number") for name in _COMPONENTS),
    Column("story", "link"),
)


def scoreboard(site: ReviewSite, who: Person, ask: Ask, reader: Reader) -> Table:
    """Every subject's score in the range, best first."""
    by = kind(ask)
    board = standings(reader, ask, by)
    behind = Behind(ask, reader)
    of_places = by != "department"
    columns = (*_BOARD[:-1], *(HOMES if of_places else ()), _BOARD[-1])
    rows = (_subject(site, board, row, ask, behind, of_places) for row in board.rows)
    lines = (("by", catalogue(ask.lang)[f"export.by_{by}"]), *_weights(board))
    return Table(columns=columns, rows=rows, total=len(board.rows), notes=lines)


def department(site: ReviewSite, who: Person, ask: Ask, reader: Reader) -> Table:
    """The events that took points from ``code``'s score, the costliest first."""
    by, subject = kind(ask), ask.own.code
    board = standings(reader, ask, by)
    row = board.row(subject)
    if row is None:
        raise AskError("code", subject, "nothing was counted for it")
    of = span(ask, reader.rules, reader.now_ms)
    bill = Bill(reader, plain(ask, by), by, of, row.score, board.weighed.weights)
    found, count = bill.costly(MOST_ROWS)
    lines = (("subject", _name(site, board.by, subject, ask.lang)), *_weights(board))
    rows = _costly(site, found, ask.lang)
    return Table(columns=_EVENTS, rows=rows, total=count, notes=lines)


def _weights(board: Standings) -> tuple[tuple[str, str], ...]:
    changed = board.weighed.changed
    words = ", ".join(f"{name}={value:g}" for name, value in changed.items())
    return (("what_if", words),) if changed else ()


def _subject(
    site: ReviewSite, board: Standings, row: Row, ask: Ask, behind: Behind, of_places: bool
) -> tuple[Any, ...]:
    score, before, counts, code = row.score, row.before, row.kpis, row.score.subject
    names = ("on_time_rate", "return_rate", "rework_rate", "median_ms", "p90_ms")
    of_score: dict[str, Any] = {"by": ask.own.by or None, "code": code, **ask.own.weights}
    of_events: dict[str, Any] = {"department" if board.by == "department" else "area": code or NONE}

    def scored(of: str, value: float | None) -> Any:
        return behind.cell(of, value, **of_score)

    return (
        score.rank,
        _name(site, board.by, score.subject, ask.lang),
        score.subject,
        *(
            scored("shrunk", score.shrunk)
            if name == "total"
            else scored(name, getattr(score, name))
            if name in _COMPONENTS
            else getattr(score, name)
            for name in _SCORES
        ),
        scored("total", score.total),
        scored("score.n", score.n),
        scored("score.unmeasured", score.unmeasured),
        score.rank_change,
        before.rank if before is not None else None,
        reason(score.moved, catalogue(ask.lang)) if score.moved is not None else "",
        before.shrunk if before is not None else None,
        *cells(behind, (*_COUNTS, *names), counts, **of_events),
        *(homes(site, code, counts) if of_places else ()),
        behind.path("shrunk", **of_score),
    )


def _costly(site: ReviewSite, found: Any, lang: str) -> Iterator[tuple[Any, ...]]:
    city, text = site.city, catalogue(lang)
    for one in found:
        place = one.community or one.township
        yield (
            one.event_id,
            text[f"level.{one.level}"],
            text[f"status.{one.status}"],
            city.category_name(one.category, lang),
            city.department_name(one.department, lang) if one.department else "",
            city.place_name(place, lang) if place else "",
            place,
            one.reported_at,
            one.handled_at,
            one.spent,
            one.limit,
            one.points,
            *(one.by.get(name) for name in _COMPONENTS),
            story_path(one.event_id),
        )


def _name(site: ReviewSite, by: str, code: str, lang: str) -> str:
    if not code:
        return catalogue(lang)["export.none"]
    city = site.city
    return city.department_name(code, lang) if by == "department" else city.place_name(code, lang)
