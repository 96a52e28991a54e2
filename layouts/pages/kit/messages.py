"""Plain words in place of a page or a section that cannot be shown, and a way on. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.config.words.figures import NOTHING

Words = Mapping[str, str]


def note(title: str, words: str, *actions: Component, kind: str = "plain") -> Component:
    """A quiet box: what it is, what to do."""
    return html.Section(
        [html.H2(title), html.P(words), html.P(list(actions), className="r-actions")],
        className=f"r-note {kind}",
        role="status",
    )


def invalid(text: Words, field: str, value: str, home: str) -> Component:
    """The address has an invalid parameter."""
    name = text.get(f"review.filter.{field}", field)
    words = text["review.ill.words"].format(field=name, value=value[:60])
    return note(text["review.ill.title"], words, dcc.Link(text["review.home"], href=home))


def refused(text: Words, status: int, sign_in: str) -> Component:
    """Not signed in, or not allowed."""
    if status == 401:
        way = html.A(text["review.sign_in"], href=sign_in)
        return note(text["review.unknown.title"], text["review.unknown.words"], way)
    return note(text["review.refused.title"], text["review.refused.words"])


def missing(text: Words, what: str, home: str) -> Component:
    """There is no such event, department, … (``what``)."""
    words = text["review.missing.words"].format(what=what[:60] or NOTHING)
    return note(text["review.missing.title"], words, dcc.Link(text["review.home"], href=home))


def loading(text: Words, share: float) -> Component:
    """The desk is still loading; the page loads itself again after 2 s."""
    words = text["review.loading.words"].format(n=round(share * 100))
    bar = html.Progress(value=str(round(share * 100)), max="100", **{"aria-label": words})
    box = note(text["review.loading.title"], words, bar, kind="loading")
    return html.Div(box, **{"data-again": "2"})


def no_data(text: Words) -> Component:
    """Redis is unreachable."""
    box = note(text["review.no_data.title"], text["review.no_data.words"], kind="alarm")
    return html.Div(box, **{"data-again": "10"})


def no_archive(text: Words, file: str) -> Component:
    """A file of closed events can't be read; numbers without it would be wrong."""
    words = text["review.no_archive.words"].format(file=file)
    return note(text["review.no_archive.title"], words, kind="alarm")


def failed(text: Words) -> Component:
    """An error of ours; the log has it."""
    return note(text["review.failed.title"], text["review.failed.words"], kind="alarm")


def empty(text: Words, words: str = "") -> Component:
    """A section without anything to show."""
    return html.P(words or text["review.empty"], className="r-empty")
