"""The two links that give a page's table as a file. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from dashboard.core.questions.ask import Ask

PAGES = ("overview", "queue", "departments", "department", "warnings")
KINDS = ("xlsx", "csv")


def address(page: str, kind: str, ask: Ask, **more: str | None) -> str:
    """Where the file is, for the view that the page shows."""
    if page not in PAGES or kind not in KINDS:
        raise ValueError(f"no export of {page!r} as {kind!r}")
    path = ask.url(f"/api/v1/export/{page}.{kind}", theme=None, **more)
    # the server's own language need not be the page's
    return path if ask.lang != "zh" else f"{path}{'&' if '?' in path else '?'}lang=zh"


def buttons(page: str, ask: Ask, text: Mapping[str, str], **more: str | None) -> Component:
    """Links to the page's table as Excel and CSV; ``more`` is what the ask does not say itself:
    ``code`` of a department's page, ``by`` of a table that is shown among several."""
    links = [
        html.A(
            text[f"export.{kind}"],
            href=address(page, kind, ask, **more),
            download="",
            title=text["export.hint"],
            className="r-export",
        )
        for kind in KINDS
    ]
    label = {"aria-label": text["export.label"]}
    return html.Div([html.Span(text["export.label"], className="r-unseen"), *links],
                    className="r-exports", role="group", **label)  # fmt: skip
