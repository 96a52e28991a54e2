"""Registers the leaders' pages with Dash."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import dash
from dash import Dash
from dash.development.base_component import Component
from starlette.concurrency import run_in_threadpool

from callbacks import pages
from dashboard.web.answers.titles import leave_title, title
from dashboard.web.pages.render import render
from dashboard.web.pages.site import ReviewSite
from dashboard.web.pages.table import PAGES, Page


def register(app: Dash, site: ReviewSite) -> None:
    """Register all pages, and the page for unknown addresses."""
    for page in PAGES:
        where = "path_template" if page.variables else "path"
        dash.register_page(
            f"review_{page.id}",
            **{where: page.path_template},
            title=title,
            layout=_layout(site, page),
        )
    dash.register_page("not_found_404", path="/not-found", title=title, layout=_layout(site, None))
    pages.register(app)


def _layout(site: ReviewSite, page: Page | None) -> Callable[..., Awaitable[Component]]:
    async def layout(**given: Any) -> Component:
        # in a thread: the walls' streams share this loop
        shown = await run_in_threadpool(render, site, page, given)
        leave_title(shown.title, shown.where)
        return shown.body

    return layout
