"""Who may ask what: one table of every page, call, stream and export; what has no row is refused.

The leaders' pages come from their own table (`dashboard/web/pages/table.py`), everything else
stands here. The guard obeys this table, `docs/security.md` is made of it, and a test walks all
routes of the app against it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property

from dashboard.web.people.model import Capability


class Reach(StrEnum):
    """What of a row somebody sees who has an area."""

    #: holds words, names and outlines, nothing that is counted
    PLAIN = "plain"
    #: the parameter `area` must name a place inside the own area
    QUERY = "query"
    #: the place in the path must lie inside it
    PLACE = "place"
    #: inside it, or one of those it lies in (whose names are no secret)
    NEAR = "near"
    #: the event in the path must have happened inside it
    EVENT = "event"
    #: the answer is cut to it where it is made
    OWN = "own"
    #: tells of the whole city: refused
    CITY = "city"


class Screens(StrEnum):
    """What paired screens may do with a row."""

    NO = "no"
    #: as the table's other columns say
    YES = "yes"
    #: only those that are bound to no area
    UNBOUND = "unbound"


@dataclass(frozen=True)
class Row:
    """One page or call. A path's `{name}` is one part, `{name:path}` the rest."""

    path: str
    #: None: anybody, also without having signed in
    needs: Capability | None
    reach: Reach = Reach.PLAIN
    screens: Screens = Screens.NO
    methods: tuple[str, ...] = ("GET",)
    #: somebody who has not signed in is sent to do so
    page: bool = False
    #: also for somebody who must change the password first
    always: bool = False
    #: asks for a request of our own pages (X-Gridwall or Origin) even for reading …
    ours: bool = False
    #: … or not even for writing
    foreign: bool = False
    #: an address that fills in the path's names, for the walk through all rows
    sample: str = ""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The path as an expression with the names as groups."""
        parts = re.split(r"(\{[a-z_]+(?::path)?\})", self.path)
        made = ""
        for part in parts:
            if part.startswith("{"):
                name, _, rest = part[1:-1].partition(":")
                made += f"(?P<{name}>{'.*' if rest else '[^/]+'})"
            else:
                made += re.escape(part)
        return re.compile(made)

    @property
    def public(self) -> bool:
        """Whether nobody is asked who they are."""
        return self.needs is None


_SEE, _EXPORT, _ACT = Capability.SEE, Capability.EXPORT, Capability.ACT
_BRIEF = Capability.BRIEF
_YES, _UNBOUND = Screens.YES, Screens.UNBOUND
_WRITE = ("POST",)

ROWS: tuple[Row, ...] = (
    # words, scripts, signs of life
    Row("/assets/{path:path}", None, screens=_YES),
    Row("/_dash-component-suites/{path:path}", None, screens=_YES),
    Row("/_favicon.ico", None, screens=_YES),
    Row("/_reload-hash", None, screens=_YES),
    Row("/_dash-layout", None, screens=_YES),
    Row("/_dash-dependencies", None, screens=_YES),
    Row("/healthz", None, screens=_YES),
    Row("/readyz", None, screens=_YES),
    Row("/styleguide", None, screens=_YES, page=True),
    Row("/styleguide/frame", None, screens=_YES, page=True),
    # with a token or a code of their own
    Row("/api/v1/actions", None, methods=_WRITE, foreign=True),
    Row("/api/v1/pairing", None, screens=_YES, methods=("GET", "POST"), foreign=True),
    # signing in and out
    Row("/sign-in", None, page=True),
    Row("/api/v1/sign-in", None, methods=_WRITE, foreign=True),
    Row("/api/v1/sign-in/oidc", None, page=True),
    Row("/api/v1/sign-in/oidc/back", None, page=True),
    Row("/api/v1/sign-out", None, methods=_WRITE, foreign=True),
    # pages ask this for what they hold; each page's own row is asked then
    Row("/_dash-update-component", _SEE, Reach.OWN, _YES, _WRITE, always=True, foreign=True),
    # walls
    Row("/wall", _SEE, Reach.QUERY, _YES, page=True),
    Row("/wall/", _SEE, Reach.QUERY, _YES, page=True),
    Row("/stream", _SEE, Reach.QUERY, _YES),
    Row("/api/v1/wall", _SEE, Reach.QUERY, _YES),
    Row("/api/v1/screen", _SEE, Reach.PLAIN, _YES),
    Row("/api/v1/scenes", _SEE, Reach.PLAIN, _YES),
    Row("/api/v1/places/{code:path}", _SEE, Reach.NEAR, _YES),
    Row("/api/v1/wall-errors", _SEE, Reach.PLAIN, _YES, _WRITE, foreign=True),
    Row("/city/areas.geojson", _SEE, Reach.PLAIN, _YES),
    Row("/map/setup.json", _SEE, Reach.PLAIN, _YES),
    Row("/map/tiles/{z}/{x}/{y}", _SEE, Reach.PLAIN, _YES),
    Row("/map/overlay/{number}.geojson", _SEE, Reach.PLAIN, _YES),
    # events, ledgers, scores, warnings
    Row("/api/v1/events/{event_id:path}/actions", _SEE, Reach.EVENT, _UNBOUND),
    Row("/api/v1/events/{event_id:path}/act", _ACT, Reach.EVENT, methods=_WRITE),
    Row("/api/v1/events/{event_id:path}", _SEE, Reach.EVENT, _UNBOUND),
    Row("/api/v1/grids/{code}/ledger", _SEE, Reach.PLACE, _UNBOUND),
    Row("/api/v1/scores", _SEE, Reach.OWN, _UNBOUND),
    Row("/api/v1/scores/explain", _SEE, Reach.OWN, _UNBOUND),
    Row("/api/v1/warnings", _SEE, Reach.OWN, _UNBOUND),
    # the leaders' pages' own calls
    Row("/api/v1/queue", _SEE, Reach.OWN),
    Row("/api/v1/queue/changes", _SEE, Reach.OWN),
    Row("/api/v1/views", _SEE, Reach.PLAIN, methods=("GET", "POST", "DELETE")),
    Row("/api/v1/past/range", _SEE, Reach.OWN),
    Row("/api/v1/past/frames", _SEE, Reach.OWN),
    Row("/api/v1/past/marks", _SEE, Reach.OWN),
    Row("/api/v1/export/{name}", _EXPORT, Reach.OWN),
    Row("/api/v1/briefs", _SEE, Reach.OWN),
    Row("/api/v1/briefs", _BRIEF, Reach.OWN, methods=_WRITE),
    Row("/api/v1/briefs/{brief_id}", _SEE, Reach.OWN),
    Row("/api/v1/briefs/{brief_id}", _BRIEF, Reach.OWN, methods=("DELETE",)),
    Row("/api/v1/briefs/{brief_id}/send", _BRIEF, Reach.OWN, methods=_WRITE),
    Row("/api/v1/briefs/{brief_id}/paper.{kind}", _EXPORT, Reach.OWN),
    Row("/api/v1/briefs/{brief_id}/charts/{chart_id}.png", _SEE, Reach.OWN),
    # running it
    Row("/openapi.json", _SEE, Reach.PLAIN),
    Row("/metrics", Capability.AUDIT, Reach.CITY),
    Row("/api/v1/outbox", Capability.AUDIT, Reach.CITY),
    Row("/steer", Capability.STEER, Reach.PLAIN, page=True),
    Row("/api/v1/steer", Capability.STEER, Reach.OWN, methods=("GET", "POST", "DELETE"), ours=True),
    Row("/api/v1/devices", Capability.PAIR, Reach.OWN, methods=("GET", "POST"), ours=True),
    Row("/api/v1/devices/{name}", Capability.PAIR, Reach.OWN, methods=("DELETE",), ours=True),
    # people
    Row("/api/v1/me", _SEE, always=True),
    Row("/api/v1/account/password", _SEE, methods=_WRITE, always=True),
    Row("/api/v1/account/end", _SEE, methods=_WRITE, always=True),
    Row("/api/v1/people", Capability.PEOPLE, Reach.OWN, methods=("GET", "POST")),
    Row("/api/v1/people/{name}", Capability.PEOPLE, Reach.OWN, methods=_WRITE),
    Row("/api/v1/audit", Capability.AUDIT, Reach.OWN),
)

#: leaders' pages whose path names what must lie inside the area; the others cut what they show
_REACHES = {"event_id": Reach.EVENT, "code": Reach.OWN}
_PAGE_REACHES = {"grid": Reach.PLACE, "account": Reach.PLAIN}


def _pages() -> Iterator[Row]:
    # late: the pages know who asks, and so import this package
    from dashboard.web.pages.table import PAGES

    for page in PAGES:
        named = page.variables[0] if page.variables else ""
        yield Row(
            re.sub(r"<(\w+)>", r"{\1}", page.path_template),
            page.capability,
            _PAGE_REACHES.get(page.id, _REACHES.get(named, Reach.OWN)),
            page=True,
            always=page.id == "account",
            sample=page.sample,
        )


@cache
def table() -> tuple[Row, ...]:
    """Every row."""
    return (*ROWS, *_pages())


@cache
def _plain() -> dict[tuple[str, str], Row]:
    return {(m, row.path): row for row in table() for m in row.methods if "{" not in row.path}


def find(method: str, path: str) -> tuple[Row, dict[str, str]] | None:
    """The first row for a request, with the names in its path; None: nobody may."""
    asked = "GET" if method == "HEAD" else method
    if (row := _plain().get((asked, path))) is not None:
        return row, {}
    for row in table():
        if asked not in row.methods or "{" not in row.path:
            continue
        if (found := row.pattern.fullmatch(path)) is not None:
            return row, found.groupdict()
    return None
