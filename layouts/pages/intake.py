"""What was refused or unreadable, by source and reason; one item to correct; what waits. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from urllib.parse import quote

import msgspec
from dash import html
from dash.development.base_component import Component

from dashboard.config.words.durations import duration
from dashboard.config.words.figures import NOTHING, count, moment
from dashboard.config.words.plurals import say
from dashboard.core.questions.ask import Ask
from layouts.pages.kit import parts
from layouts.pages.kit.forms import Text, button, choice, field, form, outcome
from layouts.pages.kit.frame import Choice
from layouts.pages.kit.links import link
from layouts.pages.kit.messages import empty
from layouts.pages.kit.parts import Head

#: reasons of the lifecycle (dashboard/core/lifecycle/steps.py)
_ALLOWED = re.compile(r"(\w+) is not allowed from (\w+)")
_ABOUT = re.compile(r"(?:not with|already with|unknown role|\w+ needs|.*may not be done by) (\S+)")
#: columns of the counts by source: what the intake answered, then what the fold did
ANSWERS = ("accepted", "repeated", "changed", "invalid")
RESULTS = ("applied", "refused", "forwarded", "parked", "unreadable", "aside")


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Items of one source that were refused for one kind of reason."""

    source: str
    code: str
    number: int


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One refused or unreadable item; ``kind`` and ``event_id`` are "" for an unreadable one."""

    id: str
    #: when it arrived, ms
    at: int
    source: str
    code: str
    reason: str
    event_id: str
    kind: str


class Open(msgspec.Struct, frozen=True, kw_only=True):
    """The item that is looked at, with the fields of its form."""

    item: Item
    action_id: str
    fields: Mapping[str, str]
    raw: str
    #: sent | dismissed, if an operator did so already
    settled: str


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """An event whose report has not arrived; since when, ms."""

    event_id: str
    since: int


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of a file that could not be read for one reason; first and last line."""

    file: str
    field: str
    reason: str
    number: int
    first: int
    last: int


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """How often a source's items had a result."""

    source: str
    result: str
    number: int


class Unknown(msgspec.Struct, frozen=True, kw_only=True):
    """A code that the city does not know; ``code`` is "" for all beyond those listed one by one."""

    source: str
    #: department, category, a tier, or actor
    kind: str
    code: str
    number: int


class IntakeData(msgspec.Struct, frozen=True, kw_only=True):
    """What the page is made of."""

    groups: Sequence[Group]
    #: the newest of those asked for
    items: Sequence[Item]
    #: how many were asked for
    total: int
    open: Open | None
    waiting: Sequence[Waiting]
    waits: int
    letters: Sequence[Letter]
    counts: Sequence[Count]
    #: kinds of action that can be sent
    kinds: Sequence[str]
    #: the server's time, ms
    now: int
    #: unknown codes, those that came most often first; how many there are
    unknown: Sequence[Unknown] = ()
    unknown_total: int = 0
    #: whether the viewer may see what is of no place
    whole: bool = True
    #: how many refused items, and rows of files, are not kept any more
    refused_fallen: int = 0
    letters_fallen: int = 0


def body(data: IntakeData, ask: Ask, zone: str, text: Text) -> Component:
    """The page."""
    return html.Div(
        [
            *_last(ask, text),
            *([_one(data.open, data, ask, zone, text)] if data.open else []),
            _refused(data, ask, zone, text),
            _waiting(data, ask, zone, text),
            _letters(data, text),
            *([_unknown(data, text)] if data.whole else []),
            _counts(data, text),
        ]
    )


def _last(ask: Ask, text: Text) -> list[Component]:
    own = ask.own
    if own.wrong:
        name = text.get(f"intake.field.{own.name}", own.name or NOTHING)
        return [outcome(text["intake.not_sent"].format(field=name, why=own.wrong), wrong=True)]
    if own.done == "dismissed":
        return [outcome(text["intake.done.dismissed"])]
    if own.done == "sent":
        became = text.get(f"intake.result.{own.became}", text["intake.result.pending"])
        wrong = own.became in ("refused", "aside")
        return [outcome(text["intake.done.sent"].format(became=became), wrong=wrong)]
    return []


def _refused(data: IntakeData, ask: Ask, zone: str, text: Text) -> Component:
    total = sum(one.number for one in data.groups)
    title = text["intake.refused"].format(n=count(total))
    fallen = _fallen(data.refused_fallen, text)
    if not data.groups:
        return parts.section(title, empty(text, text["intake.refused_none"]), *fallen)
    heads = [
        Head(text["intake.source"]),
        Head(text["intake.reason"]),
        Head(text["intake.number"], number=True),
    ]
    here = ask.own.source, ask.own.code
    rows = [
        [
            link(_source(one.source, text), _to(ask, source=one.source, code=one.code)),
            text[f"intake.code.{one.code}"],
            count(one.number),
        ]
        for one in data.groups
    ]
    marked = [n for n, one in enumerate(data.groups) if (one.source, one.code) == here]
    groups = parts.table(heads, rows, caption=title, marked=marked)
    every = [link(text["intake.all"], _to(ask))] if any(here) else []
    return parts.section(
        title,
        groups,
        _items(data, ask, zone, text),
        *fallen,
        note=text["intake.refused_note"],
        actions=every,
    )


def _items(data: IntakeData, ask: Ask, zone: str, text: Text) -> Component:
    caption = text["intake.items"].format(n=count(len(data.items)), of=count(data.total))
    heads = [
        Head(text["intake.event"]),
        Head(text["intake.kind"]),
        Head(text["intake.source"], wide=True),
        Head(text["intake.why"]),
        Head(text["intake.arrived"]),
    ]
    rows = [
        [
            link(
                one.event_id or text["intake.code.unreadable"],
                _to(ask, source=ask.own.source, code=ask.own.code, item=one.id),
            ),
            text[f"kind.{one.kind}"] if one.kind else NOTHING,
            _source(one.source, text),
            _why(one, text),
            moment(one.at, zone),
        ]
        for one in data.items
    ]
    marked = [n for n, one in enumerate(data.items) if one.id == ask.own.item]
    return html.Div(
        [
            html.H3(caption, className="r-sub f-sub"),
            parts.table(heads, rows, caption=caption, marked=marked, folds=True),
        ]
    )


def _one(one: Open, data: IntakeData, ask: Ask, zone: str, text: Text) -> Component:
    item = one.item
    kind = text[f"kind.{item.kind}"] if item.kind else text["intake.code.unreadable"]
    facts: list[tuple[str, Component | str]] = [
        (text["intake.why"], _why(item, text)),
        (text["intake.source"], _source(item.source, text)),
        (text["intake.arrived"], moment(item.at, zone)),
        (text["intake.name"], one.action_id or item.id),
    ]
    if item.event_id:
        to = ask.bare().url(f"/events/{quote(item.event_id, safe='')}")
        facts.insert(0, (text["intake.event"], link(item.event_id, to)))
    if one.raw:
        facts.append((text["intake.raw"], html.Code(one.raw, className="f-raw")))
    pairs = [part for name, value in facts for part in (html.Dt(name), html.Dd(value))]
    shown: list[Component] = [html.Dl(pairs, className="f-facts")]
    if one.settled:
        shown.append(outcome(text[f"intake.settled.{one.settled}"]))
    else:
        to = f"/api/v1/intake/{item.id}"
        kept = {name: getattr(ask.own, name) for name in ("source", "code")}
        # the source's own filter must not become a field of the action
        send = form(
            to, ask, *(_input(name, one.fields[name], data, text) for name in one.fields),
            button(text["intake.send"]), what="send", className="f-fields", **kept,
        )  # fmt: skip
        dismiss = form(
            to, ask, field(text["intake.dismiss_why"], "reason", most=200),
            button(text["intake.dismiss"], "plain"), what="dismiss", **kept,
        )  # fmt: skip
        shown.append(
            html.Div(
                [
                    html.Div([html.H3(text["intake.correct"], className="f-sub"), send]),
                    html.Div([html.H3(text["intake.dismiss_title"], className="f-sub"), dismiss]),
                ],
                className="r-columns",
            )
        )
    close = link(text["intake.close"], _to(ask, source=ask.own.source, code=ask.own.code))
    return parts.section(
        f"{kind} · {item.event_id or item.id}",
        *shown,
        note=text["intake.correct_note"],
        actions=[close],
        id="item",
    )


def _input(name: str, value: str, data: IntakeData, text: Text) -> Component:
    words = text[f"intake.field.{name}"]
    if name == "kind":
        kinds = [Choice(kind, f"{text[f'kind.{kind}']} {kind}") for kind in data.kinds]
        return choice(words, name, kinds, value, text=text, find=True)
    if name == "level":
        levels = [
            Choice(level, text[f"level.{level}"]) for level in ("blue", "yellow", "orange", "red")
        ]
        return choice(words, name, levels, value, text=text)
    needed = name in ("event_id", "ts")
    hint = text["intake.time_hint"] if name in ("ts", "due", "until") else ""
    most = 500 if name == "text" else 200
    return field(words, name, value=value, required=needed, hint=hint, most=most)


def _waiting(data: IntakeData, ask: Ask, zone: str, text: Text) -> Component:
    title = text["intake.waiting"].format(n=count(data.waits))
    if not data.waiting:
        return parts.section(title, empty(text, text["intake.waiting_none"]))
    heads = [
        Head(text["intake.event"]),
        Head(text["intake.since"]),
        Head(text["intake.age"], number=True),
    ]
    rows = [
        [
            link(one.event_id, ask.bare().url(f"/events/{quote(one.event_id, safe='')}")),
            moment(one.since, zone),
            duration(max(0, data.now - one.since), text),
        ]
        for one in data.waiting
    ]
    note = text["intake.waiting_note"]
    return parts.section(title, parts.table(heads, rows, caption=title), note=note)


def _letters(data: IntakeData, text: Text) -> Component:
    title = text["intake.letters"].format(n=count(sum(one.number for one in data.letters)))
    fallen = _fallen(data.letters_fallen, text)
    if not data.letters:
        return parts.section(title, empty(text, text["intake.letters_none"]), *fallen)
    heads = [
        Head(text["intake.file"]),
        Head(text["intake.column"]),
        Head(text["intake.why"]),
        Head(text["intake.lines"]),
        Head(text["intake.number"], number=True),
    ]
    rows = [
        [
            one.file,
            one.field or NOTHING,
            one.reason,
            f"{one.first}–{one.last}" if one.last > one.first else str(one.first),
            count(one.number),
        ]
        for one in data.letters
    ]
    note = text["intake.letters_note"]
    table = parts.table(heads, rows, caption=title)
    return parts.section(title, table, *fallen, note=note)


def _unknown(data: IntakeData, text: Text) -> Component:
    title = text["intake.unknown"].format(n=count(data.unknown_total))
    if not data.unknown:
        return parts.section(title, empty(text, text["intake.unknown_none"]))
    heads = [
        Head(text["intake.source"]),
        Head(text["intake.kind_of_code"]),
        Head(text["intake.code"]),
        Head(text["intake.number"], number=True),
    ]
    rows = [
        [
            _source(one.source, text),
            text.get(f"intake.code_kind.{one.kind}", one.kind),
            html.Code(one.code) if one.code else text["intake.code_rest"],
            count(one.number),
        ]
        for one in data.unknown
    ]
    table = parts.table(heads, rows, caption=title)
    more = data.unknown_total - len(data.unknown)
    hint = say(text, "intake.unknown_more", n=more)
    rest = [html.P(hint, className="r-hint")] if more > 0 else []
    return parts.section(title, table, *rest, note=text["intake.unknown_note"])


def _fallen(number: int, text: Text) -> list[Component]:
    """How many older ones are not kept any more; nothing if all are."""
    words = say(text, "intake.fallen", n=number)
    return [html.P(words, className="r-hint")] if number else []


def _counts(data: IntakeData, text: Text) -> Component:
    title = text["intake.counts"]
    if not data.counts:
        return parts.section(title, empty(text, text["intake.counts_none"]))
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in data.counts:
        # a repeat is answered so by the intake, or else found by the fold: never both
        found[one.source][one.result] += one.number
    columns = (*ANSWERS, *RESULTS)
    heads = [Head(text["intake.source"])]
    heads += [Head(text[f"intake.result.{name}"], number=True) for name in columns]
    rows = [
        [_source(source, text), *(count(number) for number in _row(found[source], columns))]
        for source in sorted(found)
    ]
    return parts.section(
        title, parts.table(heads, rows, caption=title), note=text["intake.counts_note"]
    )


def _row(found: Mapping[str, int], columns: Sequence[str]) -> list[int | None]:
    """The counts of a source; None for answers to a file or the engine, which are never asked."""
    posts = any(found.get(name) for name in ANSWERS)
    return [found.get(n, 0) if posts or n not in ANSWERS else None for n in columns]


def _why(one: Item, text: Text) -> str:
    """Why it was refused, in the page's language; as it is written where nothing more is known."""
    found = _ALLOWED.fullmatch(one.reason)
    if found and f"kind.{found[1]}" in text and f"status.{found[2]}" in text:
        kind, status = text[f"kind.{found[1]}"], text[f"status.{found[2]}"]
        return text["intake.why.status"].format(kind=kind, status=status)
    if one.code in ("other", "unreadable"):
        return one.reason
    about = _ABOUT.fullmatch(one.reason)
    words = text[f"intake.code.{one.code}"]
    return text["intake.why.about"].format(why=words, about=about[1]) if about else words


def _source(source: str, text: Text) -> str:
    return text.get(f"intake.source.{source}", source)


def _to(ask: Ask, **own: str) -> str:
    """The page with these parameters of its own."""
    return ask.bare().url("/intake", **{name: value or None for name, value in own.items()})
