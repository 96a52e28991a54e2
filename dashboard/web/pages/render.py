"""Renders a page for an address: the user, the ask, the page's body, and the shell around it.

Runs in a thread. If a body cannot be shown, the page shows a message in the user's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

import structlog
from dash.development.base_component import Component

from dashboard.config.words import catalogue, language
from dashboard.core.questions.ask import Ask, AskError, parse
from dashboard.web.answers.errors import NotHere, Refused
from dashboard.web.pages.frame import frame_of
from dashboard.web.pages.reading import answer
from dashboard.web.pages.site import ReviewSite
from dashboard.web.pages.table import Page
from dashboard.web.people.model import Person, Role, acting, current, require
from data_sources.desk.desk import DeskLoading
from data_sources.desk.figures import default_range
from data_sources.errors import ArchiveUnreadable, RedisUnavailable
from layouts.pages.kit import messages
from layouts.pages.kit.frame import Shown
from layouts.pages.kit.shell import shell

log = structlog.get_logger("review")


class Rendered(NamedTuple):
    """A page, and its heading in the user's language: what it is, and where."""

    body: Component
    title: str
    where: str


def render(site: ReviewSite, page: Page | None, given: Mapping[str, Any]) -> Rendered:
    """The page for an address; `page` is None for an unknown address."""
    query = {key: str(value) for key, value in given.items() if value is not None}
    # Dash passes the path as the browser has it, and ids may hold any character
    names = page.variables if page else ()
    variables = {name: unquote(query.pop(name, "")) for name in names}
    lang = language(query.get("lang") or site.settings.lang)
    text = catalogue(lang)
    wrong: AskError | None = None
    try:
        ask = parse({**query, "lang": lang}, site.known)
    except AskError as error:
        wrong, ask = error, _plain(site, query, lang)
    who: Person | None = None
    asked = ask
    try:
        who = _user(site)
        if wrong is not None:
            raise wrong
        if who.area and not ask.area:
            ask = ask.but(area=who.area)
        asked, ask = ask, _comparable(site, page, who, ask)
        shown = _shown(site, page, who, ask, variables)
    except AskError as error:
        shown = Shown(messages.invalid(text, error.field, str(error.value), ask.url("/")))
    except Refused as refused:
        shown = Shown(messages.refused(text, refused.status_code, ask.url("/sign-in", area="")))
    except NotHere as gone:
        shown = Shown(messages.missing(text, gone.what, ask.url("/")))
    except DeskLoading as loading:
        shown = Shown(messages.loading(text, loading.share))
    except ArchiveUnreadable as error:
        log.error("page without its archive", page=page and page.id, error=str(error))
        shown = Shown(messages.no_archive(text, str(error).partition(":")[0]))
    except RedisUnavailable as error:
        log.warning("page without data", page=page and page.id, error=str(error))
        shown = Shown(messages.no_data(text))
    except Exception:
        # keep the shell; the cause is in the log, never a traceback on screen
        log.exception("page failed", page=page and page.id)
        shown = Shown(messages.failed(text))
    frame = frame_of(site, page, who, ask, shown, variables, asked)
    return Rendered(shell(frame, shown), frame.title, frame.where)


def _shown(
    site: ReviewSite, page: Page | None, who: Person, ask: Ask, variables: Mapping[str, str]
) -> Shown:
    if page is None:
        raise NotHere("")
    with acting(who):
        require(page.capability, ask.area)
        made = page.build(site, who, ask, **variables)
    return made if isinstance(made, Shown) else Shown(made)


def _comparable(site: ReviewSite, page: Page | None, who: Person, ask: Ask) -> Ask:
    """The ask, with a range that can be compared where it names none."""
    if page is None or not page.compares or (ask.range, ask.compare) != ("month", "previous"):
        return ask
    found = answer(site, who, default_range).value
    return ask if found == ask.range else ask.but(range=found)


def _plain(site: ReviewSite, query: Mapping[str, str], lang: str) -> Ask:
    """From an invalid URL, keep only language and theme."""
    kept = {"lang": lang}
    if query.get("theme") in ("light", "dark"):
        kept["theme"] = query["theme"]
    return parse(kept, site.known)


def _user(site: ReviewSite) -> Person:
    try:
        return current()
    except Refused:
        if site.settings.guarded:
            raise
        return Person("demo", Role.MANAGER, "", "demo")
