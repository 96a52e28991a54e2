"""The record: who did what, when, from where; what was refused as well. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from dash import html
from dash.development.base_component import Component

from dashboard.core.questions.ask import Ask
from layouts.look.city import CityView
from layouts.pages.kit import parts
from layouts.pages.kit.forms import Text, button, choice, field, form
from layouts.pages.kit.frame import Choice
from layouts.pages.kit.parts import Head
from layouts.pages.kit.states import empty
from layouts.pages.kit.values import moment

#: what can be looked for, in the order it is offered
WHAT = (
    "refused", "sign-in", "sign-in-failed", "locked-out", "sign-out",
    "acknowledge", "urge", "hand_over", "comment", "unacknowledge",
    "make_brief", "cancel_brief", "send_brief", "export_brief", "export",
    "steered", "steering-ended", "screen-paired", "screen-revoked", "save_view", "remove_view",
    "account-added", "account-changed", "account-disabled", "account-enabled", "account-removed",
    "password-changed", "password-reset", "sessions-ended",
)  # fmt: skip


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line."""

    at: int
    who: str
    how: str
    what: str
    object: str
    detail: str
    area: str
    address: str


class AuditData(msgspec.Struct, frozen=True, kw_only=True):
    """What the page is made of."""

    lines: Sequence[Entry]
    #: where the next page begins; "" at the end
    older: str
    #: the asker's own area's name; "" is the whole city
    own: str
    #: names of places
    names: Mapping[str, str]


def audit_body(data: AuditData, ask: Ask, city: CityView, text: Text) -> Component:
    """The page."""
    note = text["review.audit.note"]
    if data.own:
        note = text["review.audit.own"].format(area=data.own)
    nothing = empty(text, text["review.audit.none"])
    shown = _table(data, city, text) if data.lines else nothing
    return parts.section(
        text["review.audit.title"], _filters(ask, text), shown, _pages(data, ask, text), note=note
    )


def _filters(ask: Ask, text: Text) -> Component:
    items = [Choice("", text["review.all"]), *(Choice(one, words(text, one)) for one in WHAT)]
    extra = ask.extra
    parts_ = [
        field(text["review.audit.who_is"], "who", required=False, most=40,
              value=extra.get("who", "")),
        choice(text["review.audit.what"], "what", items, extra.get("what", ""), text=text,
               find=True),
        field(text["review.audit.day"], "day", type="date", required=False,
              value=extra.get("day", "")),
        button(text["review.audit.show"], "main"),
    ]  # fmt: skip
    if any(extra.get(one) for one in ("who", "what", "day")):
        bare = dict.fromkeys(("who", "what", "day", "before"))
        parts_.append(parts.link(text["review.clear"], ask.url("/audit", **bare)))
    return form("/audit", ask, *parts_, method="get", className="f-line")


def words(text: Text, what: str) -> str:
    """What was done, in words; what has none as it is."""
    return text.get(f"review.audit.what.{what}", what)


def _table(data: AuditData, city: CityView, text: Text) -> Component:
    heads = [
        Head(text["review.audit.when"]),
        Head(text["review.audit.who"]),
        Head(text["review.audit.what"]),
        Head(text["review.audit.object"]),
        Head(text["review.audit.detail"]),
        Head(text["review.audit.area"], wide=True),
        Head(text["review.audit.address"], wide=True),
    ]
    rows = [
        [
            moment(one.at, city.zone, "%Y-%m-%d %H:%M:%S"),
            _actor(one, text),
            words(text, one.what),
            html.Span(_object(one, text), className="f-cut", title=one.object),
            _detail(one, data.names, text),
            data.names.get(one.area, one.area) if one.area else "–",
            one.address or "–",
        ]
        for one in data.lines
    ]
    marked = [n for n, one in enumerate(data.lines) if one.what == "refused"]
    return parts.table(heads, rows, caption=text["review.audit.title"], marked=marked)


def _actor(one: Entry, text: Text) -> str:
    if not one.who:
        return text["review.audit.nobody"]
    if one.how == "command":
        return text["review.people.how.command"]
    how = text.get(f"review.people.how.{one.how}", one.how)
    return one.who if one.how == "local" else f"{one.who} ({how})"


def _object(one: Entry, text: Text) -> str:
    if one.what == "sign-in-failed" and one.object == "oidc":
        return text["review.people.how.oidc"]
    return one.object or "–"


def _detail(one: Entry, names: Mapping[str, str], text: Text) -> str:
    if one.what in ("account-added", "account-changed"):
        role, _, area = one.detail.partition(" ")
        where = names.get(area, area) or text["review.people.whole"]
        return f"{text.get(f'review.role.{role}', role)} · {where}"
    slug = one.detail.replace(" ", "-")
    return text.get(f"review.audit.why.{slug}", names.get(one.detail, one.detail)) or "–"


def _pages(data: AuditData, ask: Ask, text: Text) -> Component:
    links: list[Component] = []
    if ask.extra.get("before"):
        links.append(parts.link(text["review.audit.newest"], ask.url("/audit", before=None)))
    if data.older:
        links.append(parts.link(text["review.audit.older"], ask.url("/audit", before=data.older)))
    return html.P(links, className="r-actions f-pages")
