"""Links: to the other leaders' pages, to an event, to a definition, and to a table's file. Pure.

``ask`` is the page's own; changes to it are as in `Ask.url`.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.core.questions.ask import Ask

#: pages whose table can be taken as a file, and the kinds of file
EXPORTED = (*("overview", "queue", "departments", "department", "warnings", "events", "grid"),)
KINDS = ("xlsx", "csv")


def link(words: Component | str, href: str, title: str = "", kind: str = "") -> Component:
    """To another of these pages, without loading the document again; ``kind`` is a class."""
    more = {"title": title} if title else {}
    return dcc.Link(words, href=href, className=kind or None, **more)


def to_queue(ask: Ask, **more: str | None) -> str:
    """The queue, with the area and filters of a page."""
    return ask.bare().but(range=None, compare=None).url("/queue", **more)


def to_departments(ask: Ask, **more: str | None) -> str:
    """The scoreboard of the same range."""
    return ask.bare().url("/departments", **more)


def to_department(ask: Ask, code: str, **more: str | None) -> str:
    """A department's page of the same range."""
    return ask.bare().but(department=None).url(f"/departments/{quote(code, safe='')}", **more)


def to_event(ask: Ask, event_id: str) -> str:
    """An event's story."""
    return Ask(lang=ask.lang, theme=ask.theme).url(f"/events/{quote(event_id, safe='')}")


def to_grid(ask: Ask, code: str) -> str:
    """A grid's page."""
    return Ask(lang=ask.lang, theme=ask.theme).url(f"/grids/{quote(code, safe='')}")


def to_definition(ask: Ask, term: str) -> str:
    """What a number means: `term` is one of layouts/pages/definitions.py."""
    return Ask(lang=ask.lang, theme=ask.theme).url("/definitions") + f"#{term}"


def export_address(page: str, kind: str, ask: Ask, **more: str | None) -> str:
    """The address of the file with the table that the page shows."""
    if page not in EXPORTED or kind not in KINDS:
        raise ValueError(f"no export of {page!r} as {kind!r}")
    path = ask.url(f"/api/v1/export/{page}.{kind}", theme=None, **more)
    # the server's own language need not be the page's
    return path if ask.lang != "zh" else f"{path}{'&' if '?' in path else '?'}lang=zh"


def export_buttons(page: str, ask: Ask, text: Mapping[str, str], **more: str | None) -> Component:
    """Links to the page's table as Excel and CSV.

    ``more`` is what the ask does not hold: ``code`` of a department's page, ``by`` of a table that
    is one of several.
    """
    links = [
        html.A(
            text[f"export.{kind}"],
            href=export_address(page, kind, ask, **more),
            download="",
            title=text["export.hint"],
            className="r-export",
        )
        for kind in KINDS
    ]
    label = {"aria-label": text["export.label"]}
    return html.Div([html.Span(text["export.label"], className="r-unseen"), *links],
                    className="r-exports", role="group", **label)  # fmt: skip
