"""One event's page: its state, clocks, actions, place, notices and surroundings. Pure.

It begins with what a leader asks first: what, where, who is responsible, in time or not. The place
is shown in words and as a point on the city's own outlines (no tiles).
"""

from __future__ import annotations

from math import log2
from urllib.parse import quote

import dash_leaflet as dl
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.config.words.figures import NOTHING
from dashboard.core.model.state import EventState
from dashboard.core.questions.ask import Ask
from dashboard.core.questions.story import StoryPage
from layouts.look.theme import THEMES
from layouts.pages.event import voids
from layouts.pages.event.around import linked, neighbours
from layouts.pages.event.scores import moved_scores, scores
from layouts.pages.event.story import actions, notices, tracks
from layouts.pages.event.wording import Wording
from layouts.pages.kit import ids, parts
from layouts.pages.kit.links import link, to_grid

#: the map shows about this share of the city's longer side
_SHARE = 0.3
#: tiles of 256 px that fit next to each other
_TILES = 1.7
_RADIUS = 9
_MINUTE_MS = 60_000


def event_body(
    page: StoryPage, ask: Ask, words: Wording, past: bool, *, may_void: bool = False
) -> Component:
    """The page; ``past``: whether the wall can be played back; ``may_void``: the user's right."""
    state, text = page.story.state, words.text
    if state is None:
        return html.Div(
            [
                html.P(text["review.event.parked"], className="r-note"),
                parts.section(text["review.event.actions"], actions(page, words)),
            ],
            className="e-page",
        )
    left = [
        parts.section(text["review.event.clocks"], tracks(page, words)),
        parts.section(
            text["review.event.actions"],
            actions(page, words),
            note=text["review.event.actions_note"],
        ),
        *neighbours(page, state, ask, words),
    ]
    right = [
        parts.section(text["review.event.place"], where(state, ask, words)),
        parts.section(
            text["review.event.told"], notices(page, words), note=text["review.event.told_note"]
        ),
        parts.section(text["review.event.links"], linked(page, state, ask, words)),
        *moved_scores(page, ask, words),
        parts.section(text["review.event.scores"], scores(state, words)),
    ]
    if may_void:
        right.append(voids.offered(state, ask, words))
    return html.Div(
        [
            *voids.outcome(ask, words),
            *voids.banner(state, words),
            _head(page, state, ask, words, past),
            html.Div([html.Div(left), html.Div(right)], className="e-columns"),
        ],
        className="e-page",
    )


def _head(page: StoryPage, state: EventState, ask: Ask, words: Wording, past: bool) -> Component:
    text = words.text
    status = [text[f"status.{state.status}"]]
    if state.void is not None:
        status = [text["review.event.void"]]
    if state.response_overdue:
        over = text["review.event.response_overdue"]
        status.append(html.Strong(over, className="e-over"))
    if state.overdue:
        status.append(html.Strong(text["review.event.overdue"], className="e-over"))
    elif state.late and state.void is None:
        status.append(html.Span(text["review.event.was_late"], className="e-over"))
    facts = [
        ("department", words.department(state.department)),
        ("reported", words.when(state.reported_at, "%Y-%m-%d %H:%M:%S")),
        ("channel", words.word(f"review.channel.{state.channel}", state.channel or NOTHING)),
        ("lasted", words.duration((state.ended_at or page.now) - state.reported_at)),
    ]
    if state.ended_at:
        facts.append(("ended", words.when(state.ended_at)))
    counts = ("returns", "reworks", "reopens", "extensions", "urges", "absorbed")
    facts += [(name, str(n)) for name in counts if (n := getattr(state, name))]
    return html.Header(
        [
            html.Div(
                [
                    parts.level(state.level, text),
                    html.H2(words.category(state.category)),
                    html.Span(status, className="e-status"),
                    *_ways(state, ask, words, past),
                ],
                className="e-title",
            ),
            html.Dl(
                [
                    html.Div(
                        [html.Dt(text[f"review.event.fact_{name}"]), html.Dd(value)],
                        **{"data-fact": name},
                    )
                    for name, value in facts
                ],
                className="e-facts",
            ),
        ],
        className="e-head",
    )


def where(state: EventState, ask: Ask, words: Wording) -> Component:
    """The path of places, and the map if it is known where."""
    trail: list[Component | str] = []
    for n, code in enumerate(state.place):
        if code:
            trail += [" › "] if trail else []
            name = words.place(code)
            trail.append(link(name, to_grid(ask, code)) if n == 3 else name)
    path = html.P(trail or words.text["review.event.no_place"], className="e-trail")
    if state.lat is None or state.lon is None:
        return html.Div([path, html.P(words.text["review.event.no_point"], className="r-hint")])
    theme = THEMES[ask.theme or "light"]
    # without a fill: the outlines come later than the point and would cover it
    outlines = {"color": theme.border, "weight": 1, "fillOpacity": 0}
    point = [state.lat, state.lon]
    return html.Div(
        [
            path,
            dl.Map(
                [
                    dl.GeoJSON(url=words.city.areas_url, interactive=False, style=outlines),
                    dl.CircleMarker(
                        center=point,
                        radius=_RADIUS,
                        color=theme.text,
                        weight=2,
                        # a circle in a level's colour would say blue
                        fillColor=theme.accent,
                        fillOpacity=1,
                    ),
                ],
                id=ids.EVENT_MAP,
                center=point,
                zoom=_zoom(words),
                minZoom=6,
                maxZoom=16,
                attributionControl=False,
                scrollWheelZoom=False,
                className="e-map",
                style={"background": theme.raised},
            ),
            html.P(f"{state.lat:.5f}, {state.lon:.5f}", className="r-hint"),
        ],
        # Leaflet's own words are English (assets/pages/shell.mjs)
        **{f"data-zoom-{way}": words.text[f"review.event.zoom_{way}"] for way in ("in", "out")},
    )


def _zoom(words: Wording) -> int:
    """So that neighbouring outlines are in sight, in a small city and in a large one."""
    (south, west), (north, east) = words.city.bounds
    span = max(north - south, east - west, 0.01)
    return max(6, min(14, round(log2(360 * _TILES / (_SHARE * span)))))


def _ways(state: EventState, ask: Ask, words: Wording, past: bool) -> list[Component]:
    """To the wall when it had just been reported, and to the grid."""
    ways: list[Component] = []
    look = Ask(lang=ask.lang, theme=ask.theme)
    if past:
        at = state.reported_at + _MINUTE_MS
        day, clock = words.when(at, "%Y-%m-%d"), words.when(at, "%H:%M:%S")
        href = look.url("/past", day=day, at=clock)
        ways.append(dcc.Link(words.text["review.event.to_past"], href=href))
    if state.grid:
        href = look.url(f"/grids/{quote(state.grid, safe='')}")
        ways.append(dcc.Link(words.text["review.event.to_grid"], href=href))
    return [html.Span(ways, className="e-ways")] if ways else []
