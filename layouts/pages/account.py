"""One's own account: who one is here, the password, the end of all sessions. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from dash import html
from dash.development.base_component import Component

from dashboard.core.questions.ask import Ask
from layouts.look.city import CityView
from layouts.pages.kit import parts
from layouts.pages.kit.forms import Text, button, field, form, said
from layouts.pages.kit.states import note
from layouts.pages.kit.values import moment


class AccountData(msgspec.Struct, frozen=True, kw_only=True):
    """What the page is made of."""

    name: str
    role: str
    how: str
    #: the area's name; "" is the whole city
    area: str
    #: capabilities
    may: Sequence[str]
    #: the password was set by somebody else
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
    told: list[Component] = []
    if wrong := ask.extra.get("wrong"):
        words = text.get(f"account.error.{wrong}", text["account.error.other"])
        told.append(said(text["account.not_done"].format(why=words), wrong=True))
    elif ask.extra.get("done"):
        told.append(said(text["account.done"]))
    if data.must_change:
        told.append(said(text["account.must"]))
    return told


def _person(data: AccountData, city: CityView, text: Text) -> Component:
    may = text["review.list.join"].join(text[f"right.{one}"] for one in data.may)
    facts = [
        (text["review.people.name"], data.name),
        (text["review.people.role"], text[f"review.role.{data.role}"]),
        (text["review.people.area"], data.area or text["review.people.whole"]),
        (text["review.people.how"], text[f"review.people.how.{data.how}"]),
        (text["review.people.seen"], moment(data.seen, city.zone) if data.seen else "–"),
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
        then=ask.extra.get("then", ""),
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
