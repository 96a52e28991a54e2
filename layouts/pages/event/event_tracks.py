"""An event's clocks, drawn: what was used of the limit, when each ran, stood still, ran over."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.core.questions.clockviews import ClockView
from dashboard.core.questions.storypage import StoryPage
from layouts.pages.event.wording import Wording

_TICKS = 5
_DAY_MS = 86_400_000


def tracks(page: StoryPage, words: Wording) -> Component:
    """Both clocks over one axis of time."""
    if not page.clocks:
        return html.P(words.text["review.event.no_clock"], className="r-empty")
    legend = [
        html.Li([html.I(className=f"e-piece {name}"), words.text[f"review.event.clock_{name}"]])
        for name in ("running", "paused", "overdue")
    ]
    step = html.Li([html.I(className="e-flag"), words.text["review.event.clock_step"]])
    due = html.Li([html.I(className="e-due"), words.text["review.event.clock_due"]])
    return html.Div(
        [
            *[_clock(page, clock, words) for clock in page.clocks],
            _axis(page, words),
            html.Ul([*legend, step, due], className="e-legend"),
        ],
        className="e-tracks",
    )


def _clock(page: StoryPage, clock: ClockView, words: Wording) -> Component:
    text = words.text
    used = text["review.event.used"].format(
        used=words.lasting(clock.spent), limit=words.lasting(clock.limit)
    )
    left = clock.limit - clock.spent
    key = "over" if left < 0 else "in_time" if clock.state == "stopped" else "left"
    verdict = text[f"review.event.clock_{key}"].format(t=words.lasting(abs(left)))
    state = text[f"review.event.clock_{clock.state}"]
    hours = [html.Span(text["review.event.working"], className="e-hours")] if clock.working else []
    name = text[f"review.event.clock_{clock.clock}"]
    return html.Div(
        [
            html.Div(
                [
                    html.Strong(name),
                    html.Span(verdict, className="e-verdict" + (" over" if clock.over else "")),
                    html.Span(used),
                    html.Span(state, className="e-state"),
                    *hours,
                ],
                className="e-clockhead",
            ),
            html.Div(
                [*_pieces(page, clock, words), *_flags(page, clock, words)],
                className="e-track",
                role="img",
                **{"aria-label": f"{name}: {used}, {verdict}, {state}"},
            ),
        ],
        className="e-clock",
        **{"data-clock": clock.clock},
    )


def _pieces(page: StoryPage, clock: ClockView, words: Wording) -> list[Component]:
    return [
        html.I(
            className=f"e-piece {piece.state}",
            style={
                "left": _percent(page, piece.begun),
                "width": f"{100 * (piece.ended - piece.begun) / (page.end - page.begin):.3f}%",
            },
            title=" ".join(
                (
                    words.text[f"review.event.clock_{piece.state}"],
                    f"{words.when(piece.begun)} – {words.when(piece.ended)}",
                )
            ),
            **{"data-state": piece.state},
        )
        for piece in clock.stretches
    ]


def _flags(page: StoryPage, clock: ClockView, words: Wording) -> list[Component]:
    found: list[Component] = []
    if page.begin <= clock.due <= page.end:
        title = words.text["review.event.due_at"].format(at=words.when(clock.due))
        found.append(
            html.I(className="e-due", style={"left": _percent(page, clock.due)}, title=title)
        )
    for step in clock.steps:
        if page.begin <= step.at <= page.end:
            title = words.text["review.event.step_at"].format(
                step=step.step, at=words.when(step.at)
            )
            style = {"left": _percent(page, step.at)}
            found.append(html.B(str(step.step), className="e-flag", style=style, title=title))
    return found


def _axis(page: StoryPage, words: Wording) -> Component:
    times: Sequence[int] = [
        page.begin + (page.end - page.begin) * n // (_TICKS - 1) for n in range(_TICKS)
    ]
    shape = "%m-%d %H:%M" if page.end - page.begin > _DAY_MS // 2 else "%H:%M"
    return html.Div(
        [html.Span(words.when(at, shape), style={"left": _percent(page, at)}) for at in times],
        className="e-axis",
        **{"aria-hidden": "true"},
    )


def _percent(page: StoryPage, at: int) -> str:
    return f"{100 * (at - page.begin) / (page.end - page.begin):.3f}%"
