"""The time machine: the wall as it was, a track of the day with its marks, and the controls. Pure.

The wall is in a frame of the same origin; `assets/pages/past/*.mjs` hand it frames of
`/api/v1/past/frames` and draw the marks of `/api/v1/past/marks`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.core.questions.ask import Ask
from dashboard.core.questions.past import SPEEDS, PastView
from layouts.pages.kit import ids

Words = Mapping[str, str]

#: (what it does, its sign, key)
_MOVES: tuple[tuple[str, Component | str, str], ...] = (
    ("before", html.I(className="sign s-first"), "["),
    ("back", "−1′", "←"),
    ("play", html.I(className="sign s-play"), "Space"),
    ("on", "+1′", "→"),
    ("after", html.I(className="sign s-last"), "]"),
)
_LEGEND = ("red", "step4", "step", "raised", "ended")
_UNKNOWN = ("late", "names", "screens", "weather")
_PREFIXES = ("review.past.", "level.", "unit.")


def body(
    view: PastView, ask: Ask, zone: str, locale: str, text: Words, *, empty: bool = False
) -> Component:
    """The page; with ``empty`` nothing has ever happened."""
    if empty:
        return html.P(text["review.past.nothing"], className="r-empty")
    return html.Div(
        [
            _controls(view, text),
            html.Div(
                html.Iframe(
                    id=ids.PAST_WALL,
                    src=_wall(view, ask),
                    title=text["review.past.wall"],
                    className="t-wall",
                    tabIndex=-1,
                ),
                id=ids.PAST_STAGE,
                className="t-stage",
                **{"aria-busy": "true"},
            ),
            html.P(id=ids.PAST_MESSAGE, className="t-said", role="status"),
            _track(text),
            html.Dl(id=ids.PAST_FIGURES, className="t-figures"),
            html.Section(
                [
                    html.H2(text["review.past.near"]),
                    html.Ol(id=ids.PAST_NEAR, className="t-near"),
                ],
                className="t-list",
            ),
            _unknown(text),
            dcc.Store(id=ids.PAST_SETUP, data=_setup(view, ask, zone, locale, text)),
            dcc.Store(id=ids.PAST_STARTED),
        ],
        id=ids.PAST,
        className="t-page",
    )


def _wall(view: PastView, ask: Ask) -> str:
    query = {"past": "1", "rotate": "0", "shift": "0", "lang": ask.lang}
    query |= {"theme": ask.theme or "light"}
    query |= {"area": view.area} if view.area else {}
    query |= {"scene": view.scene} if view.scene else {}
    return f"/wall?{urlencode(query)}"


def _controls(view: PastView, text: Words) -> Component:
    def button(name: str, sign: Component | str, key: str) -> Component:
        words = text[f"review.past.{name}"]
        return html.Button(
            sign,
            type="button",
            className=f"t-{name}",
            title=f"{words} ({key})",
            **{"data-past": name, "aria-label": words},
        )

    speeds = [
        html.Button(
            f"×{speed}",
            type="button",
            **{"data-speed": str(speed), "aria-pressed": str(speed == view.speed).lower()},
        )
        for speed in SPEEDS
    ]
    day = [
        button("yesterday", "‹", "PgUp"),
        # the browser's own picker, made by the script: Dash has no component for it
        html.Span(id=ids.PAST_DAY, className="t-date"),
        button("tomorrow", "›", "PgDn"),
    ]
    # fields are made by the script, which reads them in the city's zone
    typed = [
        html.Span(id=ids.PAST_TYPED, className="t-typed"),
        html.Span(id=ids.PAST_READING, className="t-reading", role="status"),
        html.Span(id=ids.PAST_WRONG, className="t-wrong", role="alert"),
    ]
    return html.Div(
        [
            html.Div(day, className="t-days"),
            html.Output(id=ids.PAST_TIME, className="t-time"),
            html.Div([button(*move) for move in _MOVES], className="t-moves", role="group"),
            html.Div(typed, className="t-when"),
            html.Div(
                speeds,
                className="t-speeds",
                role="group",
                **{"aria-label": text["review.past.speed"]},
            ),
            html.Div([button("full", text["review.past.full_short"], "F")]),
        ],
        className="t-bar",
        role="toolbar",
        **{"aria-label": text["review.past.controls"]},
    )


def _track(text: Words) -> Component:
    legend = [
        html.Li(
            [
                html.I(className="t-mark " + ("mark red" if name == "red" else name)),
                text[f"review.past.mark_{name}"],
            ]
        )
        for name in _LEGEND
    ]
    return html.Div(
        [
            html.Div(id=ids.PAST_MARKS, className="t-marks"),
            html.Div(id=ids.PAST_SLIDER, className="t-slider"),
            html.Ul(legend, className="t-legend"),
        ],
        className="t-track",
    )


def _unknown(text: Words) -> Component:
    return html.Details(
        [
            html.Summary(text["review.past.unknown"]),
            html.Ul([html.Li(text[f"review.past.unknown_{name}"]) for name in _UNKNOWN]),
        ],
        className="t-unknown",
    )


def _setup(view: PastView, ask: Ask, zone: str, locale: str, text: Words) -> dict[str, Any]:
    return {
        "text": {k: v for k, v in text.items() if k.startswith(_PREFIXES)},
        "query": ask.query(),
        "lang": ask.lang,
        "zone": zone,
        "locale": locale,
        "area": view.area,
        "day": view.day,
        "at": view.at,
        "asked": view.asked,
        "speed": view.speed,
        "speeds": list(SPEEDS),
        "first": view.first,
        "now": view.now,
    }
