"""An event's actions in the order of time, the notices about it, and its two clocks drawn. Pure.

Text from outside is only ever text. The clocks show how much of the limit is used and when each
ran, was paused, was over.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.config.words.durations import apart, excess
from dashboard.config.words.figures import NOTHING
from dashboard.config.words.plurals import say
from dashboard.core.questions.story import ClockView, Line, Sent, StoryPage
from layouts.pages.event.wording import Wording
from layouts.pages.kit import parts
from layouts.pages.kit.parts import Head

#: shown at once; a long story's middle can be opened
_OPEN = 60
_TICKS = 5
_DAY_MS = 86_400_000


def actions(page: StoryPage, words: Wording) -> Component:
    """Every action: when, what, by which role, its content, its outcome."""
    shown = [line for line in page.story.actions if line.outcome != "time" or line.said.get("step")]
    items: list[Component] = []
    before = day = ""
    last = 0
    for line in shown:
        day = words.when(line.at, "%Y-%m-%d")
        if day != before:
            items.append(html.Li(day, className="e-day"))
        items.append(_action(line, last, words))
        before, last = day, line.at
    rest: list[Component] = []
    if page.story.left_out:
        note = say(words.text, "review.event.left_out", n=page.story.left_out)
        rest = [html.P(note, className="r-hint")]
    if len(items) <= _OPEN:
        return html.Div([html.Ol(items, className="e-lines"), *rest])
    more = words.text["review.event.more"].format(n=len(items) - _OPEN)
    return html.Div(
        [
            html.Ol(items[:_OPEN], className="e-lines"),
            html.Details(
                [html.Summary(more), html.Ol(items[_OPEN:], className="e-lines")],
            ),
            *rest,
        ]
    )


def notices(page: StoryPage, words: Wording) -> Component:
    """The notices about an event: to which role or department, and the outcome on each channel."""
    text = words.text
    if not page.sent:
        return html.P(text["review.event.nobody"], className="r-empty")
    heads = [
        Head(text["review.event.at"]),
        Head(text["review.event.to"]),
        Head(text["review.event.about"]),
        Head(text["review.event.delivery"]),
    ]
    rows = [_sent(one, words, silent=page.silent) for one in page.sent]
    return parts.table(heads, rows, caption=text["review.event.told"])


def tracks(page: StoryPage, words: Wording) -> Component:
    """Both clocks over one axis of time."""
    if not page.clocks:
        state = page.story.state
        name = "no_clock" if state is None or state.void is None else "void_clock"
        return html.P(words.text[f"review.event.{name}"], className="r-empty")
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


def _action(line: Line, last: int, words: Wording) -> Component:
    text = words.text
    gap = text["review.event.after"].format(t=words.duration(line.at - last)) if last else ""
    what = [
        html.Strong(words.word(f"kind.{line.kind}", line.kind)),
        html.Span(words.actor(line.actor), className="e-by"),
    ]
    for content in _content(line, words):
        what.append(html.Span(content, className="e-said"))
    outcome = line.outcome
    if outcome not in ("applied", "time"):
        ended = words.word(f"review.event.outcome_{outcome}", outcome)
        if line.refused:
            ended = f"{ended}: {line.refused}"
        what.append(html.Span(ended, className="e-outcome"))
    return html.Li(
        [
            html.Span(words.when(line.at, "%H:%M:%S"), className="e-at"),
            html.Span(gap, className="e-gap"),
            html.Div(what, className="e-what"),
        ],
        className=f"e-line {outcome} {line.kind}",
        **{"data-kind": line.kind, "data-outcome": outcome},
    )


def _content(line: Line, words: Wording) -> list[str]:
    """The content of an action besides its kind, in words."""
    said, text = line.said, words.text
    out: list[str] = []

    def tell(key: str, **values: Any) -> None:
        out.append(text[f"review.event.said_{key}"].format(**values))

    if said.get("department"):
        tell("department", name=words.department(str(said["department"])))
    if said.get("to"):
        tell("to", name=words.unit(str(said["to"])))
    if said.get("level"):
        tell("level", name=words.word(f"level.{said['level']}", str(said["level"])))
    if said.get("category"):
        tell("category", name=words.category(str(said["category"])))
    for name in ("due", "until"):
        if said.get(name):
            tell(name, at=words.when(int(said[name]), "%Y-%m-%d %H:%M"))
    if said.get("written"):
        tell("written", at=words.when(int(said["written"]), "%Y-%m-%d %H:%M:%S"))
    if said.get("clock") and said.get("step"):
        clock = text[f"review.event.clock_{said['clock']}"]
        tell("step", clock=clock, step=said["step"])
    if said.get("satisfied") is not None:
        out.append(text[f"review.event.said_{'' if said['satisfied'] else 'not_'}satisfied"])
    if said.get("ratings"):
        tell("ratings", marks=" / ".join(str(one) for one in said["ratings"]))
    if said.get("stable"):
        out.append(text["review.event.said_stable"])
    if said.get("target"):
        tell("target", id=str(said["target"]))
    for name in ("reason", "text"):
        if said.get(name):
            out.append(text["known.quoted"].format(words=said[name]))
    return out


def _sent(one: Sent, words: Wording, *, silent: bool) -> Sequence[Any]:
    text = words.text
    about = words.word(f"review.event.notice_{one.what}", one.what)
    if one.what == "step" and one.clock:
        clock = text[f"review.event.clock_{one.clock}"]
        about = text["review.event.said_step"].format(clock=clock, step=one.step)
    if one.withdrawn:
        about = f"{about} · {text['review.event.withdrawn']}"
    states = [
        " ".join(filter(None, (channel, words.word(f"review.event.told_{state}", state))))
        for channel, state in one.channels
    ]
    delivery = " · ".join(states) or (NOTHING if not silent else text["review.event.no_channel"])
    return words.when(one.at, "%m-%d %H:%M:%S"), words.unit(one.to), about, delivery


def _clock(page: StoryPage, clock: ClockView, words: Wording) -> Component:
    text = words.text
    spent, limit = apart(clock.spent, clock.limit, text)
    used = text["review.event.used"].format(used=spent, limit=limit)
    left = clock.limit - clock.spent
    key = "over" if left < 0 else "in_time" if clock.state == "stopped" else "left"
    verdict = text[f"review.event.clock_{key}"].format(
        t=excess(left, text) if left < 0 else words.duration(left)
    )
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
