"""What a page hands to the shell (`Shown`), and all that the shell needs (`Frame`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dash.development.base_component import Component

from dashboard.core.questions.ask import Ask
from layouts.look.city import CityView
from layouts.look.theme import THEMES, Theme

#: The parameters of an address that the filter bar knows, in its order.
ALL_FILTERS = ("area", "range", "compare", "department", "category", "level", "channel")


@dataclass(frozen=True)
class Truth:
    """How current the numbers on the page are."""

    now_ms: int
    as_of_ms: int
    behind_ms: int = 0
    #: feed, clock, watcher → how long ago, in ms, it was last seen, if that is too long;
    #: None if it never was
    unheard: Mapping[str, int | None] = field(default_factory=dict)
    #: why the store does not work, the end of a message id `trouble.…`; "" if it does
    trouble: str = ""


@dataclass(frozen=True)
class Shown:
    """A page as its `build` gives it."""

    body: Component | Sequence[Component]
    #: of the answer it was built from; None on pages without counted data
    truth: Truth | None = None
    #: instead of the page's own name, e.g. a department's
    title: str = ""
    #: (words, address) between the page's name and the title, e.g. a list → one of it
    trail: Sequence[tuple[str, str]] = ()
    #: the rest of the heading: where it is, or which one; "" means the chosen place, if the page
    #: has one to choose
    where: str = ""


@dataclass(frozen=True)
class NavItem:
    """One entry of the navigation."""

    id: str
    href: str
    words: str
    #: not one of these pages: loads a new document
    outside: bool = False


@dataclass(frozen=True)
class Choice:
    """Something to pick: a value of a parameter and its words."""

    value: str
    words: str


@dataclass(frozen=True)
class Areas:
    """The chosen place in the tree of places, as far as the viewer's rights go."""

    #: from the widest place that the viewer may see down to the chosen one
    path: Sequence[Choice] = ()
    below: Sequence[Choice] = ()
    #: all that can be searched for
    every: Sequence[Choice] = ()


@dataclass(frozen=True)
class Frame:
    """Everything the shell draws around a page."""

    page: str
    title: str
    #: where it is, or which one; the heading is ``title`` and this
    where: str
    path: str
    ask: Ask
    city: CityView
    text: Mapping[str, str]
    nav: Mapping[str, Sequence[NavItem]]
    areas: Areas = field(default_factory=Areas)
    filters: Sequence[str] = ()
    choices: Mapping[str, Sequence[Choice]] = field(default_factory=dict)
    trail: Sequence[tuple[str, str]] = ()
    truth: Truth | None = None
    #: local | oidc | proxy | demo | device | token
    how: str = ""
    who: str = ""
    role: str = ""
    #: the words for where the data are from (live, replay, simulated)
    source: str = ""
    #: the page shows fewer days than this month, because nothing is before that
    short: bool = False

    @property
    def theme(self) -> Theme:
        """The colours of this page."""
        return THEMES[self.look]

    @property
    def look(self) -> str:
        """dark if the address has it, else light."""
        return self.ask.theme or "light"
