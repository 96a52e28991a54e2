"""The leaders' pages: one line each.

To add a page, write `dashboard/web/pages/<page>.py` with a function that reads, calls the layout
and returns a component or :class:`Shown`; add its line to `PAGES`, and its words
`review.nav.<id>` to both catalogues.

`build` runs in a thread, so it may block. It may raise `AskError`, `Refused`, `DeskLoading`,
`RedisUnavailable` and `NotHere`; the page then shows a message instead (`render.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from dash.development.base_component import Component

from dashboard.web.pages import (
    briefs,
    channels,
    definitions,
    departments,
    event,
    events,
    intake,
    movers,
    overview,
    past,
    people,
    queue,
    scenes,
    warnings,
)
from dashboard.web.people.model import Capability
from dashboard.web.security.rights import Reach, Row
from layouts.pages.kit.frame import ALL_FILTERS, Shown

#: `build(site: ReviewSite, who: Person, ask: Ask, **path_vars: str)`; path variables come by the
#: names in `path_template`.
Build = Callable[..., "Component | Shown"]


@dataclass(frozen=True)
class Page:
    """One page and who may open it."""

    id: str
    path_template: str
    build: Build
    #: look | work | manage: the page's group in the navigation; "": not in the navigation
    group: str = ""
    capability: Capability = Capability.SEE
    #: parameters that the filter bar offers, of `layouts.pages.kit.frame.ALL_FILTERS`
    filters: tuple[str, ...] = ALL_FILTERS
    #: how much of it a user restricted to one area may see
    reach: Reach = Reach.OWN
    #: open to a user who must change the password first
    always: bool = False
    #: the last name in the path may hold a "/": it is the whole rest
    rest: bool = False
    #: an address of this page for tests of all pages; "" if it needs something that may not exist
    sample: str = ""
    #: it is about changes: without a range it shows one that can be compared
    compares: bool = False

    @property
    def title_key(self) -> str:
        """The message id of its name."""
        return f"review.nav.{self.id}"

    @property
    def variables(self) -> tuple[str, ...]:
        """Names in the path."""
        parts = self.path_template.split("/")
        return tuple(part[1:-1] for part in parts if part.startswith("<"))

    @property
    def row(self) -> Row:
        """The page's row in the table of rights."""
        kind = ":path" if self.rest else ""
        return Row(
            re.sub(r"<(\w+)>", rf"{{\1{kind}}}", self.path_template),
            self.capability,
            self.reach,
            page=True,
            always=self.always,
            sample=self.sample,
        )


PAGES: tuple[Page, ...] = (
    Page("overview", "/", overview.build, "look", compares=True),
    Page("movers", "/movers", movers.build, "look", compares=True),
    Page("queue", "/queue", queue.build, "work", filters=queue.FILTERS),
    Page(
        "departments",
        "/departments",
        departments.build_departments,
        "look",
        filters=departments.FILTERS,
    ),
    Page(
        "department",
        "/departments/<code>",
        departments.build_department,
        filters=departments.FILTERS,
    ),
    Page("compare", "/compare", departments.build_comparison, filters=departments.FILTERS),
    Page("events", "/events", events.build, filters=events.FILTERS),
    Page(
        "event",
        "/events/<event_id>",
        event.build_event,
        filters=(),
        reach=Reach.EVENT,
        rest=True,
    ),
    Page("intake", "/intake", intake.build, "work", Capability.ACT, filters=()),
    Page("past", "/past", past.build, "look", filters=past.FILTERS),
    Page(
        "briefs",
        "/briefs",
        briefs.build_briefs,
        "look",
        filters=("area", "range"),
        sample="/briefs",
    ),
    Page("brief", "/briefs/<brief_id>", briefs.build_brief, filters=()),
    Page("warnings", "/warnings", warnings.build, "look", filters=warnings.FILTERS),
    Page("grid", "/grids/<code>", event.build_grid, filters=(), reach=Reach.PLACE),
    Page(
        "scenes",
        "/scenes",
        scenes.build,
        "manage",
        Capability.OPERATE,
        filters=(),
        reach=Reach.CITY,
    ),
    Page(
        "channels",
        "/channels",
        channels.build,
        "manage",
        Capability.OPERATE,
        filters=(),
        reach=Reach.CITY,
    ),
    Page("people", "/people", people.build_people, "manage", Capability.PEOPLE, filters=()),
    Page("audit", "/audit", people.build_audit, "manage", Capability.AUDIT, filters=()),
    Page("account", "/account", people.build_account, filters=(), reach=Reach.PLAIN, always=True),
    Page("definitions", "/definitions", definitions.build, filters=()),
)
