"""What the briefs' pages are given, in words already, and their buttons. Pure.

A button holds its request in data attributes; `assets/pages/briefs.mjs` sends it. ``make_button``
is also used by other pages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from dashboard.config.words.briefs import Words
from dashboard.core.briefs.model import Brief
from dashboard.core.questions.ask import Ask


@dataclass(frozen=True)
class Line:
    """A brief in the list."""

    id: str
    #: the place's code and the period, as asked for
    area: str
    at: str
    #: the kind's name, such as 'Monthly brief'
    kind: str
    #: the period's name, such as 'January 2018'
    when: str
    place: str
    #: who asked; "" is the schedule
    by: str
    #: queued, running, done, failed or cancelled
    state: str
    share: float
    reason: str
    #: when it was asked for
    asked: str
    sent: int
    #: a user cancelled it, but it is still being made
    cancelled: bool = False

    @property
    def over(self) -> bool:
        return self.state in ("done", "failed", "cancelled")


@dataclass(frozen=True)
class Offer:
    """A brief that can be made with one press."""

    at: str
    kind: str
    when: str
    #: not over yet
    running: bool = False


@dataclass(frozen=True)
class Listing:
    """The list."""

    lines: Sequence[Line]
    offers: Sequence[Offer]
    #: the area that a new brief would cover: code and name
    area: str
    place: str
    may_make: bool
    #: the schedule in words: when which are made; "" if none is
    planned: str
    #: today, 2018-01-31
    today: str


@dataclass(frozen=True)
class One:
    """One brief, or its progress."""

    line: Line
    brief: Brief | None
    words: Words
    may_make: bool
    may_take: bool


Text = Mapping[str, str]
_PERIOD = re.compile(r"\d{4}-(?:W?\d{2}|\d{2}-\d{2})")


def make_button(area: str, at: str, ask: Ask, text: Text, words: str = "") -> Component:
    """The button that makes an area's brief of a day, week or month (2018-01) and opens it.

    Empty if ``at`` is another range.
    """
    if not _PERIOD.fullmatch(at):
        return html.Span()
    return html.Button(
        words or text["review.briefs.make_this"],
        className="b-make",
        type="button",
        **{
            "data-brief-make": at,
            "data-brief-area": area,
            "data-brief-go": ask.url("/briefs/-", area=area or None),
            "data-brief-wrong": text["review.briefs.not_made"],
        },
    )


def progress(share: float, text: Text) -> Component:
    """The progress of a brief that is being made."""
    words = text["review.briefs.share"].format(n=round(share * 100))
    return html.Span(
        [
            html.Progress(value=str(round(share * 100)), max="100", **{"aria-label": words}),
            html.Span(f"{round(share * 100)}%"),
        ],
        className="b-progress",
    )


def call_off(brief_id: str, text: Text) -> Component:
    """The button that cancels a brief that is being made."""
    return html.Button(
        text["review.briefs.cancel"],
        type="button",
        **{"data-brief-cancel": brief_id, "data-brief-wrong": text["review.briefs.not_cancelled"]},
    )


def files(brief_id: str, ask: Ask, text: Text) -> Component:
    """The three files."""
    path = f"/api/v1/briefs/{brief_id}/paper"
    return html.Span(
        [
            html.A(
                text[f"review.briefs.file.{kind}"],
                href=f"{path}.{kind}?lang={ask.lang}",
                className="b-file",
                **({"target": "_blank"} if kind == "pdf" else {"download": ""}),
            )
            for kind in ("pdf", "docx", "xlsx")
        ],
        className="b-files",
    )
