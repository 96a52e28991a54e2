"""The department board: what each has open, late and done, and its score with its interval.

The departments' scores: rank, n, three indicators with bars, total, change of rank.

Beside the map: the areas with most open events, and the newest red events.

The escalation queue: what, where, who must act, which step, how much of the clock is gone.

What is far above its own usual for the hour: where, what, how many, how many usually.

The footer: what surges, if anything does, and the last actions, newest first.
"""

from __future__ import annotations

from collections.abc import Mapping

from dash import html

from dashboard.config.words.figures import NOTHING
from layouts.look import ids
from layouts.look.city import CityView, pick
from layouts.wall.parts import listing, panel

INDICATORS = ("dispatch", "handling", "outcome")


def scores(text: Mapping[str, str]) -> html.Section:
    """A department with too few events is shown but not ranked."""
    names = ("n", *INDICATORS, "total")
    head = [html.Span(className="rank"), html.Span(className="name")]
    head += [html.Span(text[f"scores.{name}"], className=name) for name in names]
    head.append(html.Span(className="change"))
    return panel(
        "scores",
        text["scores.title"],
        html.Div(head, className="columns", **{"aria-hidden": "true"}),
        listing(
            ids.SCORES,
            text["scores.empty"],
            "scores",
            [
                text["metric.scores_rank_name"],
                text["read.name"],
                *(text[f"metric.scores_{name}_name"] for name in ("n", *INDICATORS, "shrunk")),
                text["metric.scores_rank_change_name"],
            ],
        ),
        scope=html.Span(NOTHING, id="gw-scores-period"),
    )


COUNTS = ("open", "overdue", "reported", "closed")


def departments(text: Mapping[str, str]) -> html.Section:
    """As many rows as fit, in the order of the scores; in an area the rows are its places."""
    head = [html.Span(className="rank"), html.Span(className="name")]
    head += [html.Span(text[f"departments.{name}"], className=name) for name in COUNTS]
    head += [
        html.Span(
            [
                html.Span(text[f"departments.{name}"], className="long"),
                html.Span(text[f"scores.{name}"], className="short"),
            ],
            className=name,
        )
        for name in INDICATORS
    ]
    head.append(
        html.Span(
            [text["departments.score"], " ", html.Span(NOTHING, id="gw-departments-floor")],
            className="score",
        )
    )
    head.append(html.Span(text["departments.n"], className="n"))
    head.append(html.Span(className="change"))
    return panel(
        "departments",
        text["departments.title"],
        html.Div(head, className="columns", **{"aria-hidden": "true"}),
        listing(
            ids.DEPARTMENTS,
            text["departments.empty"],
            "board",
            [
                text["metric.scores_rank_name"],
                text["read.name"],
                *(text[f"departments.{name}"] for name in COUNTS),
                *(text[f"metric.scores_{name}_name"] for name in (*INDICATORS, "shrunk", "n")),
                text["metric.scores_rank_change_name"],
            ],
        ),
        scope=[
            html.Span(id="gw-departments-shown"),
            html.Span(NOTHING, id="gw-departments-period"),
        ],
    )


def places(text: Mapping[str, str]) -> html.Section:
    """Rows carry the ordinal that also stands on the map."""
    return panel(
        "places",
        text["places.title"],
        listing(
            ids.PLACES,
            text["places.empty"],
            "tall",
            [
                text["metric.scores_rank_name"],
                text["read.name"],
                text["metric.by_place_open_name"],
                text["metric.by_place_overdue_name"],
            ],
        ),
    )


def stage(text: Mapping[str, str]) -> html.Section:
    """The newest red events that nobody has answered for, in words."""
    return panel("stage", text["map.stage"], listing(ids.STAGE, text["map.stage_none"], "reds"))


def credit(city: CityView, lang: str, text: Mapping[str, str]) -> html.P:
    """Whose boundaries the map shows; small, but always there."""
    whose = pick(city.credit, lang)
    return html.P(
        text["map.credit"].replace("{credit}", whose), className="credit", hidden=not whose
    )


def queue(text: Mapping[str, str]) -> html.Section:
    """As many rows as fit; the scope says how many wait in all."""
    return panel(
        "queue",
        text["queue.title"],
        listing(
            ids.QUEUE,
            text["queue.empty"],
            "queue",
            [text[f"read.{name}"] for name in ("level", "what", "who", "due")],
        ),
        scope=html.Span(
            NOTHING,
            id="gw-queue-scope",
            **{"data-kpi": "queue_total"},
        ),
    )


def surges(text: Mapping[str, str]) -> html.Section:
    """The least likely first."""
    return panel(
        "surges",
        text["surges.title"],
        listing(
            ids.SURGES,
            text["surges.empty"],
            "surging",
            [
                text["read.what"],
                text["metric.warnings_observed_name"],
                text["read.since"],
            ],
        ),
        scope=[html.Span(id="gw-surges-scope"), html.Span(text["surges.hour"])],
    )


def recent(text: Mapping[str, str]) -> html.Footer:
    """As many whole items as fit on the line."""
    return html.Footer(
        [
            html.Div("", id=ids.SURGE, className="surge clip", hidden=True),
            html.Div("", id=ids.UNWATCHED, className="unwatched", hidden=True),
            html.H2(text["recent.title"]),
            listing(ids.RECENT, text["recent.empty"], "recent"),
            html.Span(id=ids.SOUND, className="sound"),
        ],
        className="foot-line",
    )
