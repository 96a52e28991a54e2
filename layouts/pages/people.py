"""The accounts: who may sign in, as what and where; one of them to change; a new one. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from dash import html
from dash.development.base_component import Component

from dashboard.core.questions.ask import Ask
from layouts.look.city import CityView
from layouts.pages.kit import parts
from layouts.pages.kit.forms import Text, button, choice, field, form, said
from layouts.pages.kit.frame import Choice
from layouts.pages.kit.parts import Head
from layouts.pages.kit.states import empty
from layouts.pages.kit.values import moment

ROLES = ("viewer", "operator", "manager", "administrator")
#: what the page was told of the last change, besides what it is to show
SAID = ("done", "wrong", "field", "what", "name")


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
    #: the one to be changed
    chosen: Known | None
    #: where a person may be sent: the whole of what the asker keeps first
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
    name = ask.extra.get("name", "")
    if wrong := ask.extra.get("wrong"):
        words = text.get(f"account.error.{wrong}", text["account.error.other"])
        told = text["review.people.not_done"].format(name=name or "–", why=words)
        return [said(told, wrong=True)]
    if (done := ask.extra.get("done")) and f"review.people.done.{done}" in text:
        return [said(text[f"review.people.done.{done}"].format(name=name))]
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
    to = parts.link(one.name, ask.url("/people", **{**_bare(), "account": one.name}))
    return html.Span([to, f" {text['review.people.you']}"]) if one.own else to


def state(one: Known, text: Text) -> str:
    """Whether they may sign in."""
    kind = "disabled" if one.disabled else "must" if one.must_change else "on"
    return text[f"review.people.state.{kind}"]


def _one(one: Known, areas: Sequence[Choice], ask: Ask, text: Text) -> Component:
    to = f"/api/v1/people/{one.name}"
    close = parts.link(text["review.people.close"], ask.url("/people", **_bare()))
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
    return dict.fromkeys(("account", *SAID))
