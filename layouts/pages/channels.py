"""The page of the channels of notices: each with its state and a press that tries it. Pure.

No address and no secret of a channel comes here.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

import msgspec
from dash import html
from dash.development.base_component import Component

from dashboard.config.words.figures import NOTHING, count, moment
from dashboard.core.questions.ask import Ask
from layouts.look.city import CityView
from layouts.pages.kit import parts
from layouts.pages.kit.forms import Text, button, form, outcome
from layouts.pages.kit.messages import empty
from layouts.pages.kit.parts import Head


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """The last test message."""

    outcome: str
    at: int
    reason: str
    #: the receiver's own
    words: str
    by: str


class ChannelRow(msgspec.Struct, frozen=True, kw_only=True):
    """One channel; ``kind`` is "" for one that is no longer set up. Times are ms, 0: never."""

    name: str
    kind: str = ""
    levels: Sequence[str] = ()
    sources: Sequence[str] = ()
    waiting: int = 0
    delivered: int = 0
    given_up: int = 0
    last_ok: int = 0
    last_error: int = 0
    error: str = ""
    tried: Tried | None = None


class ChannelsData(msgspec.Struct, frozen=True, kw_only=True):
    """What the page is made of."""

    rows: Sequence[ChannelRow]
    #: notices that no courier has read
    unread: int
    #: what is wrong in the channels' settings; "" if nothing is
    wrong: str
    #: the port of the demo's receiver; 0: none
    demo: int


def channels_body(data: ChannelsData, ask: Ask, city: CityView, text: Text) -> Component:
    """The page."""
    lines = _outcome(data, ask, text)
    if data.wrong:
        lines.append(outcome(text["review.channels.wrong"].format(why=data.wrong), wrong=True))
    if data.unread:
        words = text["review.channels.unread"].format(n=count(data.unread))
        lines.append(outcome(words, wrong=True))
    if not data.rows:
        return html.Div([*lines, empty(text, text["review.channels.none"])])
    note = text["review.channels.note"]
    if data.demo:
        note += text["review.channels.demo"].format(port=data.demo)
    heads = [
        Head(text["review.channels.name"]),
        Head(text["review.channels.takes"], wide=True),
        Head(text["review.channels.state"]),
        Head(text["review.channels.delivered"], number=True),
        Head(text["review.channels.waiting"], number=True),
        Head(text["review.channels.given_up"], number=True),
        Head(text["review.channels.last_ok"]),
        Head(text["review.channels.last_error"]),
        Head(text["review.channels.tried"]),
    ]
    rows = [_row(one, ask, city, text) for one in data.rows]
    title = text["review.channels.list"].format(n=len(data.rows))
    table = parts.table(heads, rows, caption=title)
    return html.Div([*lines, parts.section(title, table, note=note)], className="p-channels")


def _outcome(data: ChannelsData, ask: Ask, text: Text) -> list[Component]:
    """What became of the press before; the reason is in the row's last test."""
    if ask.own.wrong in ("just-tried", "wrong-settings"):
        words = text[f"review.channels.not.{ask.own.wrong}"].format(name=ask.own.name)
        return [outcome(words, wrong=True)]
    row = next((one for one in data.rows if one.name == ask.own.name), None)
    if row is None or row.tried is None or ask.own.done != row.tried.outcome:
        return []
    sent = row.tried.outcome == "sent"
    words = text[f"review.channels.done.{row.tried.outcome}"].format(name=row.name)
    return [outcome(" ".join([words, *_why(row.tried, text)]), wrong=not sent)]


def _why(tried: Tried, text: Text) -> list[str]:
    found = [tried.reason] if tried.reason else []
    if tried.words and tried.words not in tried.reason:
        found.append(text["review.channels.words"].format(words=tried.words))
    return found


def _row(one: ChannelRow, ask: Ask, city: CityView, text: Text) -> list[Component | str]:
    def when(ms: int) -> str:
        return moment(ms, city.zone) if ms else text["review.channels.never"]

    join = text["review.list.join"]
    levels = join.join(text[f"level_short.{level}"] for level in one.levels)
    sources = join.join(text[f"source.{source}"] for source in one.sources)
    takes = f"{levels or text['review.channels.every']} · {sources}" if one.kind else NOTHING
    failed = when(one.last_error) if one.last_error or not one.error else ""
    kind = text[f"review.channels.kind.{one.kind}"] if one.kind else ""
    named: list[Component | str] = [one.name, html.Span(kind, className="r-hint c-more")]
    return [
        html.Span(named),
        takes,
        html.Span([text[f"review.channels.state.{_state(one)}"], *_press(one, ask, text)]),
        count(one.delivered),
        count(one.waiting),
        count(one.given_up),
        when(one.last_ok),
        html.Span([failed, html.Span(one.error, className="c-more")], className="f-cut"),
        _tried(one.tried, city, text),
    ]


def _state(one: ChannelRow) -> str:
    """gone: no longer set up; failing: its last message failed; works; new: never used."""
    if not one.kind:
        return "gone"
    tried = one.tried
    good = max(one.last_ok, tried.at if tried and tried.outcome == "sent" else 0)
    bad = max(one.last_error, tried.at if tried and tried.outcome != "sent" else 0)
    if good or bad:
        return "works" if good >= bad else "failing"
    return "failing" if one.error else "new"


def _tried(tried: Tried | None, city: CityView, text: Text) -> Component | str:
    if tried is None:
        return text["review.channels.never"]
    words = text[f"review.channels.outcome.{tried.outcome}"]
    head = f"{words} · {moment(tried.at, city.zone)}"
    more = html.Span(" ".join(_why(tried, text)), className="c-more")
    return html.Span([head, more], className="f-cut")


def _press(one: ChannelRow, ask: Ask, text: Text) -> list[Component]:
    if not one.kind:
        return []
    to = f"/api/v1/channels/{quote(one.name, safe='')}/test"
    return [form(to, ask, button(text["review.channels.test"], "plain"))]
