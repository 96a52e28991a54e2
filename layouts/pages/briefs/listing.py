"""The list of briefs, and the briefs that one press makes. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.config.words.figures import NOTHING
from dashboard.core.questions.ask import Ask
from layouts.pages.briefs.parts import Line, Listing, files, make_button, progress
from layouts.pages.kit import messages
from layouts.pages.kit.parts import Head, section, table

Text = Mapping[str, str]


def body(data: Listing, ask: Ask, text: Text, *, may_take: bool) -> list[Component]:
    """The page."""
    made = [_make(data, ask, text)] if data.may_make else []
    return [*made, _list(data, ask, text, may_take=may_take)]


def _make(data: Listing, ask: Ask, text: Text) -> Component:
    cards = []
    for offer in data.offers:
        note = text["review.briefs.so_far"] if offer.running else text["review.briefs.whole"]
        cards.append(
            html.Li(
                [
                    html.P(offer.kind, className="b-kind"),
                    html.P(offer.when, className="b-when"),
                    html.P(note, className="r-hint"),
                    make_button(data.area, offer.at, ask, text, text["review.briefs.make"]),
                ]
            )
        )
    return section(
        text["review.briefs.new"].format(place=data.place),
        html.Ul(cards, className="b-offers"),
        _other(data, ask, text),
        note=data.planned,
        id="make",
    )


def _other(data: Listing, ask: Ask, text: Text) -> Component:
    """Any other day, or the week or month around it."""
    kinds = dmc.SegmentedControl(
        data=[
            {"value": kind, "label": text[f"briefs.kind.{kind}"]}
            for kind in ("day", "week", "month")
        ],
        value="month",
        size="xs",
        transitionDuration=0,
        className="b-kinds",
        **{"aria-label": text["review.briefs.kind"]},
    )
    return html.Details(
        [
            html.Summary(text["review.briefs.other"]),
            html.Div(
                [
                    kinds,
                    dmc.TextInput(
                        label=text["review.briefs.day_in"],
                        size="xs",
                        value=data.today,
                        attributes={"input": {"type": "date"}},
                        classNames={"input": "b-day"},
                    ),
                    html.Button(
                        text["review.briefs.make"],
                        type="button",
                        className="b-make",
                        **{
                            "data-brief-make": "",
                            "data-brief-area": data.area,
                            "data-brief-go": ask.url("/briefs/-", area=data.area or None),
                            "data-brief-wrong": text["review.briefs.not_made"],
                        },
                    ),
                ],
                className="b-form",
            ),
        ],
        className="b-other",
    )


def _list(data: Listing, ask: Ask, text: Text, *, may_take: bool) -> Component:
    if not data.lines:
        return section(text["review.briefs.kept"], messages.empty(text, text["review.briefs.none"]))
    heads = [
        Head(text["review.briefs.col.what"]),
        Head(text["review.briefs.col.place"], wide=True),
        Head(text["review.briefs.col.state"]),
        Head(text["review.briefs.col.by"], wide=True),
        Head(text["review.briefs.col.asked"], wide=True),
        Head(text["review.briefs.col.files"]),
    ]
    rows = [
        [
            dcc.Link(f"{line.kind} · {line.when}", href=ask.url(f"/briefs/{line.id}", range=None)),
            line.place,
            _state(line, text),
            line.by or text["review.briefs.by_schedule"],
            line.asked,
            files(line.id, ask, text) if line.state == "done" and may_take else NOTHING,
        ]
        for line in data.lines
    ]
    shown = table(heads, rows, caption=text["review.briefs.kept"])
    waiting = any(not line.over for line in data.lines)
    again = {"data-again": "2"} if waiting else {}
    return section(text["review.briefs.kept"], html.Div(shown, **again), id="kept")


def _state(line: Line, text: Text) -> Component | str:
    if not line.over:
        return progress(line.share, text)
    words = text[f"review.briefs.state.{line.state}"]
    if line.sent:
        words = f"{words} · {text['review.briefs.sent'].format(n=line.sent)}"
    return words
