"""The pages of accounts, of the audit log, and of one's own account. Pure.

Accounts: who may sign in, in which role and area; one to change, a new one. Audit log: who did
what, when and from where, refusals included. Own account: role, password, end of all sessions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from dash import html
from dash.development.base_component import Component

from dashboard.config.words.figures import NOTHING, moment
from dashboard.core.questions.ask import Ask
from layouts.look.city import CityView
from layouts.pages.kit import parts
from layouts.pages.kit.forms import Text, button, choice, field, form, outcome
from layouts.pages.kit.frame import Choice
from layouts.pages.kit.links import link
from layouts.pages.kit.messages import empty, note
from layouts.pages.kit.parts import Head

ROLES = ("viewer", "operator", "manager", "administrator")
#: parameters of the address with the outcome of the last change
OUTCOME = ("done", "wrong", "field", "what", "name")


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """One account as it is listed."""

    name: str
    role: str
    area: str
    how: str
    disabled: bool
    must_change: bool
    #: ms; 0: never
    seen: int
    #: it is the person who looks
    own: bool = False


class PeopleData(msgspec.Struct, frozen=True, kw_only=True):
    """What the page is made of."""

    known: Sequence[Known]
    #: the account to be changed
    chosen: Known | None
    #: areas a person may be given: first the whole of the viewer's own area
    areas: Sequence[Choice]


def people_body(data: PeopleData, ask: Ask, city: CityView, text: Text) -> Component:
    """The page."""
    return html.Div(
        [
            *_outcome(ask, text),
            *([_one(data.chosen, data.areas, ask, text)] if data.chosen else []),
            _list(data, ask, city, text),
            html.Div([_new(data.areas, ask, text), _roles(text)], className="r-columns"),
        ]
    )


def _outcome(ask: Ask, text: Text) -> list[Component]:
    name = ask.own.name
    if wrong := ask.own.wrong:
        words = text.get(f"account.error.{wrong}", text["account.error.other"])
        refusal = text["review.people.not_done"].format(name=name or NOTHING, why=words)
        return [outcome(refusal, wrong=True)]
    if (done := ask.own.done) and f"review.people.done.{done}" in text:
        return [outcome(text[f"review.people.done.{done}"].format(name=name))]
    return []


def _list(data: PeopleData, ask: Ask, city: CityView, text: Text) -> Component:
    places = {one.value: one.words for one in data.areas}
    heads = [
        Head(text["review.people.name"]),
        Head(text["review.people.role"]),
        Head(text["review.people.area"]),
        Head(text["review.people.state"]),
        Head(text["review.people.how"], wide=True),
        Head(text["review.people.seen"], wide=True),
    ]
    rows = [
        [
            _name(one, ask, text),
            text[f"review.role.{one.role}"],
            places.get(one.area, one.area),
            state(one, text),
            text[f"review.people.how.{one.how}"],
            moment(one.seen, city.zone) if one.seen else text["review.people.never"],
        ]
        for one in data.known
    ]
    title = text["review.people.list"].format(n=len(data.known))
    if not rows:
        return parts.section(title, empty(text, text["review.people.none"]))
    marked = [n for n, one in enumerate(data.known) if one == data.chosen]
    return parts.section(title, parts.table(heads, rows, caption=title, marked=marked))


def _name(one: Known, ask: Ask, text: Text) -> Component:
    to = link(one.name, ask.url("/people", **{**_bare(), "account": one.name}))
    return html.Span([to, f" {text['review.people.you']}"]) if one.own else to


def state(one: Known, text: Text) -> str:
    """Whether they may sign in."""
    kind = "disabled" if one.disabled else "must" if one.must_change else "on"
    return text[f"review.people.state.{kind}"]


def _one(one: Known, areas: Sequence[Choice], ask: Ask, text: Text) -> Component:
    to = f"/api/v1/people/{one.name}"
    close = link(text["review.people.close"], ask.url("/people", **_bare()))
    local = one.how == "local"
    cards: list[Component] = []
    if local:
        cards = [
            _card(
                text["review.people.rights"],
                form(to, ask, *_rights(one.role, one.area, areas, text),
                     button(text["review.people.save"]), what="change"),
                text["review.people.rights_note"],
            ),
            _card(
                text["review.people.reset"],
                form(to, ask, field(text["review.people.new_password"], "password",
                                    type="password", autocomplete="new-password",
                                    hint=text["account.rule"]),
                     button(text["review.people.reset_go"]), what="reset"),
                text["review.people.reset_note"],
            ),
        ]  # fmt: skip
    else:
        cards = [html.P(text["review.people.elsewhere"], className="r-hint")]
    turn = "enable" if one.disabled else "disable"
    buttons: list[Component] = [_press(to, ask, text, turn), _press(to, ask, text, "end")]
    gone: Component = html.Details(
        [
            html.Summary(text["review.people.remove"]),
            html.P(text["review.people.remove_note"], className="r-hint"),
            _press(to, ask, text, "remove", "grave"),
        ],
        className="f-grave",
    )
    if one.own:
        buttons, gone = [html.P(text["review.people.own"], className="r-hint")], html.Div()
    cards.append(
        _card(text["review.people.sign_in"], html.Div(buttons, className="f-row"), "", gone)
    )
    title = text["review.people.chosen"].format(name=one.name)
    return parts.section(
        title, html.Div(cards, className="f-cards"), actions=[close], className="f-chosen"
    )


def _card(title: str, inside: Component, note: str, *more: Component) -> Component:
    hint = [html.P(note, className="r-hint")] if note else []
    return html.Div([html.H3(title), *hint, inside, *more], className="f-card")


def _press(to: str, ask: Ask, text: Text, what: str, kind: str = "plain") -> Component:
    return form(to, ask, button(text[f"review.people.press.{what}"], kind), what=what)


def _rights(role: str, area: str, areas: Sequence[Choice], text: Text) -> list[Component]:
    roles = [Choice(one, text[f"review.role.{one}"]) for one in ROLES]
    return [
        choice(text["review.people.role"], "role", roles, role, text=text),
        choice(text["review.people.area"], "area", areas, area, text=text, find=True),
    ]


def _new(areas: Sequence[Choice], ask: Ask, text: Text) -> Component:
    first = areas[0].value if areas else ""
    made = form(
        "/api/v1/people",
        ask,
        field(text["review.people.name"], "name", most=40, hint=text["review.people.name_rule"]),
        *_rights("viewer", first, areas, text),
        field(
            text["review.people.password"], "password", type="password",
            autocomplete="new-password", hint=text["account.rule"],
        ),
        button(text["review.people.add"]),
    )  # fmt: skip
    return parts.section(text["review.people.new"], made, note=text["review.people.new_note"])


def _roles(text: Text) -> Component:
    heads = [Head(text["review.people.role"]), Head(text["review.people.may"])]
    rows = [[text[f"review.role.{one}"], text[f"review.people.may.{one}"]] for one in ROLES]
    title = text["review.people.roles"]
    return parts.section(
        title, parts.table(heads, rows, caption=title), note=text["review.people.roles_note"]
    )


def _bare() -> Mapping[str, None]:
    return dict.fromkeys(("account", *OUTCOME))


#: what can be looked for, in the order it is offered
WHAT = (
    "refused", "sign-in", "sign-in-failed", "locked-out", "sign-out",
    "acknowledge", "urge", "hand_over", "comment", "unacknowledge",
    "make_brief", "cancel_brief", "send_brief", "export_brief", "export",
    "steered", "steering-ended", "screen-paired", "screen-revoked", "save_view", "remove_view",
    "account-added", "account-changed", "account-disabled", "account-enabled", "account-removed",
    "password-changed", "password-reset", "sessions-ended",
    "void", "unvoid", "clock-set-back", "scenes-changed", "channel-tried",
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
    #: the name of the viewer's own area; "" is the whole city
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
    own = ask.own
    parts_ = [
        field(text["review.audit.who_is"], "who", required=False, most=40,
              value=own.who),
        choice(text["review.audit.what"], "what", items, own.what, text=text,
               find=True),
        field(text["review.audit.day"], "day", type="date", required=False,
              value=own.day),
        button(text["review.audit.show"], "main"),
    ]  # fmt: skip
    if own.who or own.what or own.day:
        bare = dict.fromkeys(("who", "what", "day", "before"))
        parts_.append(link(text["review.clear"], ask.url("/audit", **bare)))
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
            data.names.get(one.area, one.area) if one.area else NOTHING,
            one.address or NOTHING,
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
    return one.object or NOTHING


def _detail(one: Entry, names: Mapping[str, str], text: Text) -> str:
    if one.what in ("account-added", "account-changed"):
        role, _, area = one.detail.partition(" ")
        where = names.get(area, area) or text["review.people.whole"]
        return f"{text.get(f'review.role.{role}', role)} · {where}"
    slug = one.detail.replace(" ", "-")
    return text.get(f"review.audit.why.{slug}", names.get(one.detail, one.detail)) or NOTHING


def _pages(data: AuditData, ask: Ask, text: Text) -> Component:
    links: list[Component] = []
    if ask.own.before:
        links.append(link(text["review.audit.newest"], ask.url("/audit", before=None)))
    if data.older:
        links.append(link(text["review.audit.older"], ask.url("/audit", before=data.older)))
    return html.P(links, className="r-actions f-pages")


class AccountData(msgspec.Struct, frozen=True, kw_only=True):
    """What the page is made of."""

    name: str
    role: str
    how: str
    #: the area's name; "" is the whole city
    area: str
    #: capabilities
    may: Sequence[str]
    #: the password was set by another person
    must_change: bool
    #: ms; 0 is not known
    seen: int = 0


def account_body(data: AccountData, ask: Ask, city: CityView, text: Text) -> Component:
    """The page."""
    if data.how in ("demo", "token"):
        return note(text["review.demo"], text["account.demo"])
    shown: list[Component] = [*_notice(data, ask, text)]
    if data.must_change:
        return html.Div([*shown, _password(ask, text)])
    right = [_password(ask, text)] if data.how == "local" else []
    shown.append(html.Div([_person(data, city, text), *right], className="r-columns"))
    if data.how != "proxy":
        shown.append(_leave(ask, text))
    return html.Div(shown)


def _notice(data: AccountData, ask: Ask, text: Text) -> list[Component]:
    lines: list[Component] = []
    if wrong := ask.own.wrong:
        words = text.get(f"account.error.{wrong}", text["account.error.other"])
        lines.append(outcome(text["account.not_done"].format(why=words), wrong=True))
    elif ask.own.done:
        lines.append(outcome(text["account.done"]))
    if data.must_change:
        lines.append(outcome(text["account.must"]))
    return lines


def _person(data: AccountData, city: CityView, text: Text) -> Component:
    may = text["review.list.join"].join(text[f"right.{one}"] for one in data.may)
    facts = [
        (text["review.people.name"], data.name),
        (text["review.people.role"], text[f"review.role.{data.role}"]),
        (text["review.people.area"], data.area or text["review.people.whole"]),
        (text["review.people.how"], text[f"review.people.how.{data.how}"]),
        (text["review.people.seen"], moment(data.seen, city.zone) if data.seen else NOTHING),
        (text["review.people.may"], may),
    ]  # fmt: skip
    pairs = [part for name, value in facts for part in (html.Dt(name), html.Dd(value))]
    return parts.section(text["account.who"], html.Dl(pairs, className="f-facts"))


def _password(ask: Ask, text: Text) -> Component:
    made = form(
        "/api/v1/account/password",
        ask,
        field(text["account.old"], "old", type="password", autocomplete="current-password"),
        field(
            text["account.new"], "new", type="password", autocomplete="new-password",
            hint=text["account.rule"],
        ),
        field(text["account.again"], "again", type="password", autocomplete="new-password"),
        button(text["account.change"]),
        then=ask.own.then,
    )  # fmt: skip
    return parts.section(text["account.password"], made, note=text["account.password_note"])


def _leave(ask: Ask, text: Text) -> Component:
    buttons = [
        form("/api/v1/sign-out", ask, button(text["account.out"], "plain")),
        form("/api/v1/account/end", ask, button(text["account.out_all"], "plain")),
    ]
    return parts.section(
        text["account.leave"], html.Div(buttons, className="f-row"), note=text["account.leave_note"]
    )
