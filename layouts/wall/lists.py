"""The wall's lists: scores, departments, places, new red events, the queue, surges, recent actions.

Each function returns an empty panel with its title and columns; the browser fills the rows
(``assets/wall/panels``).
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
    """The departments' scores; one with too few events is shown without a rank."""
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
        scope=html.Span(NOTHING, id=ids.SCORES_PERIOD),
    )


COUNTS = ("open", "overdue", "response_overdue", "reported", "closed")


def departments(text: Mapping[str, str]) -> html.Section:
    """The department board, as many rows as fit, by score; in an area its rows are places."""
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
            [text["departments.score"], " ", html.Span(NOTHING, id=ids.DEPARTMENTS_FLOOR)],
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
            uncounted=text["list.uncounted"],
        ),
        scope=[
            html.Span(id=ids.DEPARTMENTS_SHOWN),
            html.Span(NOTHING, id=ids.DEPARTMENTS_PERIOD),
        ],
    )


def places(text: Mapping[str, str]) -> html.Section:
    """Areas with most open events; a row has the same ordinal as its area on the map."""
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
                text["metric.by_place_response_overdue_name"],
            ],
            uncounted=text["list.uncounted"],
        ),
        scope=[
            html.Span(text["places.late"], className="in-full"),
            html.Span(
                [html.Span(text["places.late_handle"]), html.Span(text["places.late_respond"])],
                className="in-two",
            ),
        ],
    )


def stage(text: Mapping[str, str]) -> html.Section:
    """The newest red events that no one has accepted yet, in words."""
    return panel("stage", text["map.stage"], listing(ids.STAGE, text["map.stage_none"], "reds"))


def credit(city: CityView, lang: str, text: Mapping[str, str]) -> html.P:
    """The source of the map's boundaries, in small letters, always shown."""
    whose = pick(city.credit, lang)
    return html.P(
        text["map.credit"].replace("{credit}", whose), className="credit", hidden=not whose
    )


def queue(text: Mapping[str, str]) -> html.Section:
    """The escalation queue, as many rows as fit; the scope shows how many there are in all."""
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
            id=ids.QUEUE_SCOPE,
            **{"data-kpi": "queue_total"},
        ),
    )


def surges(text: Mapping[str, str]) -> html.Section:
    """Counts far above what is usual for the hour, the least likely first."""
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
        scope=[html.Span(id=ids.SURGES_SCOPE), html.Span(text["surges.hour"])],
    )


def recent(text: Mapping[str, str]) -> html.Footer:
    """The footer: unanswered red events, a surge, and as many of the last actions as fit."""
    return html.Footer(
        [
            html.Div(id=ids.UNANSWERED, className="unanswered", hidden=True),
            html.Div("", id=ids.SURGE, className="surge clip", hidden=True),
            html.Div("", id=ids.UNWATCHED, className="unwatched", hidden=True),
            html.H2(text["recent.title"]),
            listing(ids.RECENT, text["recent.empty"], "recent", uncounted=text["recent.none_here"]),
            html.Span(id=ids.SOUND, className="sound"),
        ],
        className="foot-line",
    )
