"""Pieces of the briefs' pages, and the button by which other pages have one made. Pure.

Buttons say in data attributes what they want; `assets/pages/briefs.js` asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from dashboard.core.questions.ask import Ask

Text = Mapping[str, str]
_PERIOD = re.compile(r"\d{4}-(?:W?\d{2}|\d{2}-\d{2})")


def make_button(area: str, at: str, ask: Ask, text: Text, words: str = "") -> Component:
    """Has the brief of an area and a day, week or month (2018-01) made and leads to it.

    Nothing where ``at`` is another range.
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
    """How far it has come."""
    words = text["review.briefs.share"].format(n=round(share * 100))
    return html.Span(
        [
            html.Progress(value=str(round(share * 100)), max="100", **{"aria-label": words}),
            html.Span(f"{round(share * 100)}%"),
        ],
        className="b-progress",
    )


def call_off(brief_id: str, text: Text) -> Component:
    """Calls a brief off that is being made."""
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
