"""The events behind one subject's score: what each added to it, and the points that it cost."""

from __future__ import annotations

from typing import Any, NamedTuple

from dashboard.core.model.periods import Span
from dashboard.core.questions.answers import rate
from dashboard.core.questions.ask import AskError
from dashboard.core.questions.behind.opened import BY_LEVEL, IN_TIME, TALLIED, Opened, measures
from dashboard.core.questions.departments import month_of
from dashboard.core.questions.what_if import tried
from dashboard.core.scoring import scores as scoring
from dashboard.core.scoring.formulas import COMPONENTS, formulas
from dashboard.core.scoring.reasons import prices
from data_sources.desk.copy.reader import Reader
from data_sources.desk.scores.scoreboards import plain, sums, tallied

#: smaller points are rounding errors
NOTHING = 1e-9


class Scored(NamedTuple):
    """The rows behind a score as the table ``listed`` of a WITH clause, and the figure."""

    sql: str
    params: dict[str, Any]
    #: missed, good and all → rows; of a measure, its name → rows
    counts: dict[str, int]
    figure: float | None
    above: float | None = None
    below: float | None = None


def scored(reader: Reader, asked: Opened, of: Span) -> Scored:
    """What is behind a figure of the score of ``asked``. Raises: `AskError`."""
    by, code = asked.by, asked.code
    ask = plain(asked.ask, by)
    weights = tried(reader.rules.weights_of(month_of(of)), ask.own.weights).weights
    board = scoring.board(sums(reader, ask, by, of), weights, department=by == "department")
    score = next((one for one in board.scores if one.subject == code), None)
    if score is None:
        raise AskError("code", code[:40], "nothing was counted for it")
    sql, params = tallied(ask, by, of, code)
    kept, more = _only(asked)
    source = f"""{sql}, kept AS (
        SELECT c.* FROM counted c JOIN events e USING (event_id) WHERE {kept}
    )"""
    params = params | more
    if asked.of.startswith(TALLIED):
        return _tallied(reader, asked, score, source, params)
    wanted, priced = formulas(weights), prices(score, weights)
    names = [name for name in COMPONENTS if asked.of in (name, name.partition(".")[0])]
    whole = asked.of if asked.of in COMPONENTS else ""
    names = names or list(COMPONENTS)
    sizes: dict[str, list[float]] = {}
    for name in names:
        above, below = wanted[name]
        for measure in {**above, **below}:
            size = sizes.setdefault(measure, [0.0, 0.0, 0.0])
            size[0] += above.get(measure, 0)
            size[1] += below.get(measure, 0)
    for one in priced:
        if one.component in names:
            sizes[one.measure][2] += one.points
    columns = [list(column) for column in zip(*sizes.values(), strict=True)]
    params |= dict(zip(("above", "below", "points"), columns, strict=True), names=list(sizes))
    # everything that was counted is behind a whole score, part of a formula or not
    outer = "LEFT" if asked.of in ("total", "shrunk", "lost", "events") else ""
    missed = "above < below" if whole else f"points > {NOTHING}"
    source = f"""{source}, sized AS (
        SELECT unnest($names) AS measure, unnest($above)::DOUBLE AS above,
            unnest($below)::DOUBLE AS below, unnest($points)::DOUBLE AS points
    ), behind AS (
        SELECT event_id, max(moment) AS moment, arg_max(answered, moment) AS answered,
            coalesce(sum(amount * above), 0) AS above, coalesce(sum(amount * below), 0) AS below,
            coalesce(sum(amount * points), 0) AS points
        FROM kept {outer} JOIN sized USING (measure) GROUP BY event_id
    ), nonzero AS (SELECT * FROM behind WHERE {"above <> 0 OR below <> 0" if whole else "true"})"""
    totals = reader.one(
        f"""{source} SELECT count(*) AS n, count(*) FILTER ({missed}) AS missed,
            coalesce(sum(points), 0) AS points FROM nonzero""",
        **params,
    )
    found = totals["missed"]
    counts = {"missed": found, "good": totals["n"] - found, "all": totals["n"]}
    test = {"missed": missed, "good": f"NOT ({missed})", "all": "true"}[asked.show]
    shown = "above, below" if whole else "NULL::DOUBLE AS above, NULL::DOUBLE AS below"
    source = f"""{source}, listed AS (
        SELECT event_id, moment, answered, {shown}, points FROM nonzero WHERE {test}
    )"""
    part = score.parts.get(asked.of)
    if asked.of in ("lost", "events"):
        figure = totals["points"] if asked.of == "lost" else counts[asked.show]
    else:
        figure = _figure(score, asked.of)
    if part is None:
        return Scored(source, params, counts, figure)
    return Scored(source, params, counts, part.value, part.numerator, part.denominator)


def _tallied(
    reader: Reader, asked: Opened, score: scoring.Score, source: str, params: dict[str, Any]
) -> Scored:
    """What one measure counted, each time a row."""
    counts = {}
    for name in asked.shows():
        wanted = _measures(name.removeprefix(TALLIED), score)
        found = f"{source} SELECT count(*) AS n FROM kept WHERE list_contains($measures, measure)"
        counts[name] = reader.one(found, **params, measures=list(wanted))["n"]
    shown = _measures(asked.show.removeprefix(TALLIED), score)
    source = f"""{source}, listed AS (
        SELECT event_id, moment, answered, NULL::DOUBLE AS above, NULL::DOUBLE AS below,
            NULL::DOUBLE AS points
        FROM kept WHERE list_contains($measures, measure)
    )"""
    params = {**params, "measures": list(shown)}
    figure: float | None = counts[asked.show]
    if asked.of == IN_TIME:
        decided, on_time = (counts[name] for name in BY_LEVEL)
        figure = rate(on_time, decided)
    return Scored(source, params, counts, figure)


def _measures(name: str, score: scoring.Score) -> tuple[str, ...]:
    """The measures that are counted under a name."""
    if name != "n":
        return measures(name)
    # a score rests on its dispatches or its decisions, whichever are more
    decided = measures("decided")
    many = sum(score.sums.get(one, 0) for one in decided)
    return decided if many > score.sums.get("dispatched", 0) else ("dispatched",)


def _figure(score: scoring.Score, of: str) -> float | None:
    if of in COMPONENTS:
        return None
    found: float | None = getattr(score, of)
    return found


def _only(asked: Opened) -> tuple[str, dict[str, Any]]:
    """The condition of one category, place or department, and its parameter."""
    what, code = asked.only
    if not what:
        return "true", {}
    column = "c.answered" if what == "department" else f"e.{what}"
    return f"{column} = $only", {"only": code}
