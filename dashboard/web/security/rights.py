"""Who may request what: one table of every page, call, stream and export. No row: refused.

`ROWS` holds every route but the leaders' pages, which carry their own row
(`dashboard/web/pages/table.py`); `dashboard/web/app.py` joins both into the :class:`Table` that the
guard obeys. `docs/security.md` is generated from it, and a test compares it with all routes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from dashboard.web.people.model import Capability


class Reach(StrEnum):
    """How much of a route's data a user restricted to one area may see."""

    #: all of it: words, names and outlines, no counts
    PLAIN = "plain"
    #: the parameter `area` must name a place inside the user's area
    QUERY = "query"
    #: the place in the path must be inside it
    PLACE = "place"
    #: the place must be inside it or contain it (names of larger places are no secret)
    NEAR = "near"
    #: the event in the path must have happened inside it
    EVENT = "event"
    #: the route itself restricts its answer to the area
    OWN = "own"
    #: nothing: the data are about the whole city
    CITY = "city"


class Screens(StrEnum):
    """Which paired screens may request a row."""

    NO = "no"
    #: all, within the row's other limits
    YES = "yes"
    #: those without an area of their own
    UNBOUND = "unbound"


@dataclass(frozen=True)
class Row:
    """One page or call. In the path `{name}` is one segment, `{name:path}` is the rest."""

    path: str
    #: None: public, without signing in
    needs: Capability | None
    reach: Reach = Reach.PLAIN
    screens: Screens = Screens.NO
    methods: tuple[str, ...] = ("GET",)
    #: an HTML page: a signed-out browser is sent to sign in
    page: bool = False
    #: open to a user who must change the password first
    always: bool = False
    #: even reading must come from one of our own pages (X-Gridwall or Origin)
    ours: bool = False
    #: open to a source's own token as well; the route itself restricts it to its own
    sources: bool = False
    #: writing need not come from one of our own pages
    foreign: bool = False
    #: its answer takes a thread for a while: each person has a few at a time
    costly: bool = False
    #: bytes that a body may have
    most: int = 16_000
    #: an address with the path's names filled in, for tests of all rows
    sample: str = ""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The path as a regular expression with the names as groups."""
        expression = ""
        for part in re.split(r"(\{[a-z_]+(?::path)?\})", self.path):
            if part.startswith("{"):
                name, _, rest = part[1:-1].partition(":")
                expression += f"(?P<{name}>{'.*' if rest else '[^/]+'})"
            else:
                expression += re.escape(part)
        return re.compile(expression)

    @property
    def public(self) -> bool:
        """Whether the route is public."""
        return self.needs is None


_SEE, _EXPORT, _ACT = Capability.SEE, Capability.EXPORT, Capability.ACT
_BRIEF = Capability.BRIEF
_YES, _UNBOUND = Screens.YES, Screens.UNBOUND
_WRITE = ("POST",)

ROWS: tuple[Row, ...] = (
    # scripts, styles, health checks
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
    # routes that check a token or a code themselves
    Row("/api/v1/actions", None, methods=_WRITE, foreign=True, most=2_000_000),
    Row("/api/v1/pairing", None, screens=_YES, methods=("GET", "POST"), foreign=True),
    # signing in and out
    Row("/sign-in", None, page=True),
    Row("/api/v1/sign-in", None, methods=_WRITE, foreign=True),
    Row("/api/v1/sign-in/oidc", None, page=True),
    Row("/api/v1/sign-in/oidc/back", None, page=True),
    Row("/api/v1/sign-out", None, methods=_WRITE, foreign=True),
    # Dash calls this for every page's content; the guard then applies the page's own row
    replace(
        Row("/_dash-update-component", _SEE, Reach.OWN, _YES, _WRITE, always=True, foreign=True),
        most=1_000_000,
        costly=True,
    ),
    # walls
    Row("/wall", _SEE, Reach.QUERY, _YES, page=True),
    Row("/wall/", _SEE, Reach.QUERY, _YES, page=True),
    Row("/stream", _SEE, Reach.QUERY, _YES),
    Row("/api/v1/wall", _SEE, Reach.QUERY, _YES, costly=True),
    Row("/api/v1/screen", _SEE, Reach.PLAIN, _YES),
    Row("/api/v1/scenes", _SEE, Reach.PLAIN, _YES),
    Row("/api/v1/places/{code:path}", _SEE, Reach.NEAR, _YES),
    Row("/api/v1/wall-errors", _SEE, Reach.PLAIN, _YES, _WRITE, foreign=True, most=4096),
    Row("/api/v1/steer/heard", _SEE, Reach.PLAIN, _YES, _WRITE, foreign=True, most=1024),
    Row("/city/areas.geojson", _SEE, Reach.PLAIN, _YES),
    Row("/map/setup.json", _SEE, Reach.PLAIN, _YES),
    Row("/map/tiles/{z}/{x}/{y}", _SEE, Reach.PLAIN, _YES),
    Row("/map/overlay/{number}.geojson", _SEE, Reach.PLAIN, _YES),
    # events, ledgers, scores, warnings
    Row("/api/v1/events/{event_id:path}/actions", _SEE, Reach.EVENT, _UNBOUND, costly=True),
    Row("/api/v1/events/{event_id:path}/act", _ACT, Reach.EVENT, methods=_WRITE),
    Row("/api/v1/events/{event_id:path}/void", Capability.VOID, Reach.EVENT, methods=_WRITE),
    Row("/api/v1/events/{event_id:path}/unvoid", Capability.VOID, Reach.EVENT, methods=_WRITE),
    Row("/api/v1/events/{event_id:path}", _SEE, Reach.EVENT, _UNBOUND),
    Row("/api/v1/grids/{code}/ledger", _SEE, Reach.PLACE, _UNBOUND, costly=True),
    Row("/api/v1/scores", _SEE, Reach.OWN, _UNBOUND, costly=True),
    Row("/api/v1/scores/explain", _SEE, Reach.OWN, _UNBOUND, costly=True),
    Row("/api/v1/warnings", _SEE, Reach.OWN, _UNBOUND),
    Row("/api/v1/outcomes", _ACT, Reach.OWN, sources=True),
    Row("/api/v1/unknown-codes", _ACT, Reach.CITY, sources=True),
    Row("/api/v1/intake/{name}", _ACT, Reach.OWN, methods=_WRITE),
    # the leaders' pages' own calls
    Row("/api/v1/queue", _SEE, Reach.OWN, costly=True),
    Row("/api/v1/search", _SEE, Reach.OWN, costly=True),
    Row("/api/v1/queue/changes", _SEE, Reach.OWN),
    Row("/api/v1/views", _SEE, Reach.PLAIN, methods=("GET", "POST", "DELETE")),
    Row("/api/v1/past/range", _SEE, Reach.OWN),
    Row("/api/v1/past/frames", _SEE, Reach.OWN, costly=True),
    Row("/api/v1/past/marks", _SEE, Reach.OWN, costly=True),
    Row("/api/v1/export/{name}", _EXPORT, Reach.OWN, costly=True),
    Row("/api/v1/briefs", _SEE, Reach.OWN),
    Row("/api/v1/briefs", _BRIEF, Reach.OWN, methods=_WRITE),
    Row("/api/v1/briefs/{brief_id}", _SEE, Reach.OWN),
    Row("/api/v1/briefs/{brief_id}", _BRIEF, Reach.OWN, methods=("DELETE",)),
    Row("/api/v1/briefs/{brief_id}/send", _BRIEF, Reach.OWN, methods=_WRITE),
    Row("/api/v1/briefs/{brief_id}/paper.{kind}", _EXPORT, Reach.OWN, costly=True),
    Row("/api/v1/briefs/{brief_id}/charts/{chart_id}.png", _SEE, Reach.OWN, costly=True),
    # operation
    Row("/openapi.json", _SEE, Reach.PLAIN),
    Row("/metrics", Capability.AUDIT, Reach.CITY),
    Row("/api/v1/outbox", Capability.AUDIT, Reach.CITY),
    replace(
        Row("/api/v1/channels/{name:path}/test", Capability.OPERATE, Reach.CITY, methods=_WRITE),
        costly=True,
    ),
    Row("/steer", Capability.STEER, Reach.PLAIN, page=True),
    Row("/api/v1/steer", Capability.STEER, Reach.OWN, methods=("GET", "POST", "DELETE"), ours=True),
    Row("/api/v1/scenes/file", Capability.OPERATE, Reach.CITY),
    Row("/api/v1/scenes/draft", Capability.OPERATE, Reach.CITY, methods=_WRITE, most=64_000),
    Row("/api/v1/scenes", Capability.OPERATE, Reach.CITY, methods=_WRITE, most=64_000),
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


class Table:
    """The rows of an app, and which one a request falls under."""

    def __init__(self, rows: Iterable[Row], pages: Iterable[Row] = ()) -> None:
        self._rows = (*rows, *pages)
        self._plain = {
            (method, row.path): row
            for row in reversed(self._rows)
            for method in row.methods
            if "{" not in row.path
        }
        self._named = tuple(row for row in self._rows if "{" in row.path)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def most(self, method: str, path: str) -> int:
        """Bytes that the body of a request may have."""
        found = self.find(method, path)
        return found[0].most if found is not None else 0

    def find(self, method: str, path: str) -> tuple[Row, dict[str, str]] | None:
        """The first row for a request with the names in its path; None: refuse the request."""
        asked = "GET" if method == "HEAD" else method
        if (row := self._plain.get((asked, path))) is not None:
            return row, {}
        for row in self._named:
            if asked in row.methods and (found := row.pattern.fullmatch(path)) is not None:
                return row, found.groupdict()
        return None
