"""What the leaders' pages are made of: sections, cards, tables, changes, bars, levels. Pure.

section(text["review.overview.movers"], table(...), note="…", id="movers")
cards([kpi("Open", figure("1,234", 1234, address(ask, "open")), define=to_definition(ask, "open"),
           change=change(1234, 1200, text, better="down"), spark=sparkline([3, 5, 4], theme))])
table([Head("Department"), Head("Open", number=True)], [[link("Roads", "/departments/cg"), "12"]],
      caption="…")
level("red", text)               choices([("By day", href, True), ("By week", href, False)], "…")

Every part is given words, never message ids. assets/pages/parts.css has the looks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.config.words.durations import MINUTE, duration, signed_duration
from dashboard.config.words.figures import count, percent, signed
from layouts.look.theme import Theme
from layouts.pages.kit.links import link
from layouts.pages.kit.opens import figure, filled

Words = Mapping[str, str]
Piece = Component | str
#: what a number counts: events, a fraction of 1, or ms
Unit = Literal["", "share", "time"]
#: the direction that is good for a number; "" is neither
Better = Literal["up", "down", ""]


@dataclass(frozen=True)
class Head:
    """The head of a column."""

    words: Piece
    #: a column of numbers, to the right
    number: bool = False
    #: where the words lead: another order, a definition; and what the link does
    href: str = ""
    title: str = ""
    #: ascending | descending, where the table is ordered by this column
    sort: str = ""
    #: left out where the screen is narrow
    wide: bool = False
    #: a class of its own
    kind: str = ""


def section(
    title: str,
    *body: Piece,
    note: str = "",
    actions: Sequence[Piece] = (),
    id: str = "",
    className: str = "",
) -> Component:
    """A titled part of a page."""
    named = {"id": id} if id else {}
    head = [html.H2(title)]
    if note:
        head.append(html.P(note, className="r-hint"))
    if actions:
        head.append(html.Div(list(actions), className="r-acts"))
    inside = [html.Div(head, className="r-sechead"), *body]
    return html.Section(inside, className=f"r-section {className}".strip(), **named)


def cards(items: Sequence[Component], label: str = "") -> Component:
    """Cards side by side, as many as there is room for."""
    named = {"aria-label": label} if label else {}
    return html.Ul([html.Li(one) for one in items], className="r-cards", **named)


def kpi(
    name: str,
    value: Piece,
    *,
    define: str = "",
    change: Piece = "",
    spark: Piece = "",
    note: str | Sequence[Piece] = "",
) -> Component:
    """One number (`opens.figure`): its name leads to what it means, its value to its events."""
    inside: list[Component] = [
        html.P(link(name, define) if define else name, className="name"),
        html.P(value, className="value"),
    ]
    # a component without children counts as nothing, so it is asked for its kind
    if change != "":
        inside.append(html.P(change, className="change"))
    if note:
        inside.append(html.P(note if isinstance(note, str) else list(note), className="r-hint"))
    if spark != "":
        inside.append(html.Div(spark, className="spark"))
    return html.Div(inside, className="r-kpi")


def table(
    heads: Sequence[Head],
    rows: Sequence[Sequence[Piece]],
    *,
    caption: str,
    marked: Sequence[int] = (),
    named: int = 0,
    folds: bool = False,
) -> Component:
    """Rows of words, links and numbers; a wide table scrolls by itself.

    ``marked``: indices of the rows that stand out; ``named``: the column that names its row;
    ``folds``: on a phone each row is a small card.
    """
    top = [
        html.Th(_head(head), scope="col", className=_kind(head), **_sorted(head)) for head in heads
    ]
    body = [
        html.Tr(
            [
                (html.Th if n == named else html.Td)(
                    cell, className=_kind(head), **({"scope": "row"} if n == named else {})
                )
                for n, (head, cell) in enumerate(zip(heads, row, strict=True))
            ],
            className="marked" if number in marked else "",
        )
        for number, row in enumerate(rows)
    ]
    inside = html.Table(
        [
            html.Caption(caption, className="r-unseen"),
            html.Thead(html.Tr(top)),
            html.Tbody(body),
        ],
        className="r-table folds" if folds else "r-table",
    )
    return html.Div(
        inside, className="r-scroll", tabIndex="0", role="region", **{"aria-label": caption}
    )


def change(
    now: float | None,
    before: float | None,
    text: Words,
    *,
    better: Better = "",
    unit: Unit = "",
    behind: str = "",
) -> Component:
    """How much a number changed (a share: in percentage points), and what it was.

    ``behind`` is the address of the events behind what it was.

    A change for the worse is bold, and screen readers read the word.
    """
    if now is None or before is None:
        return html.Span(text["review.change.none"], className="r-change none")
    step = now - before
    match unit:
        case "share":
            by, words = signed(step * 100, 1), percent(before)
        case "time":
            by, words = signed_duration(step, text), duration(before, text)
        case _:
            by, words = signed(step), count(before)
    flat = by.startswith("±0")
    if unit == "share":
        by = text["review.change.points"].format(n=by)
    elif before >= (MINUTE if unit == "time" else 10) and not flat:
        by = f"{signed(step / before * 100, 1)}%"
    old = html.Span(_was(words, before, behind, text), className="was")
    return _change("" if flat else "up" if step > 0 else "down", better, by, text, old)


def _was(words: str, before: float, behind: str, text: Words) -> list[Piece]:
    """What a number was, which opens like the number itself."""
    if not behind:
        return [text["review.change.was"].format(n=words)]
    return filled(text["review.change.was"], n=figure(words, before, behind))


def delta(now: float | None, before: float | None, text: Words, *, title: str = "") -> Component:
    """The change of a score or of points won, more being better; nothing where one is unknown."""
    if now is None or before is None:
        return html.Span("", className="r-change")
    by = signed(now - before, 1)
    way: Better = "" if by == "±0" else "up" if now > before else "down"
    return _change(way, "up", by, text, title=title)


def _change(
    way: Better, better: Better, by: str, text: Words, *more: Piece, title: str = ""
) -> Component:
    worse = bool(better and way and way != better)
    parts: list[Piece] = [html.Span(by, className="by")]
    if worse:
        parts.append(html.Span(text["review.change.worse"], className="r-unseen"))
    kind = f"r-change {way}{' worse' if worse else ''}"
    hint = {"title": title} if title else {}
    return html.Span([*parts, *more], className=kind.strip(), **hint)


def sparkline(
    values: Sequence[float | None], theme: Theme, label: str = "", target: float | None = None
) -> Component:
    """A line without axes, with a gap where nothing is known; a target is a line of dashes."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return html.Span()
    reach = [*known, *([] if target is None else [target])]
    low, high = min(reach), max(reach)
    step, height = 100 / (len(values) - 1), (high - low) or 1
    lines: list[list[str]] = [[]]
    for n, value in enumerate(values):
        if value is None:
            lines.append([])
        else:
            y = 21 - 18 * (value - low) / height if high > low else 12
            lines[-1].append(f"{n * step:.1f},{y:.1f}")
    drawn = "".join(f'<polyline points="{" ".join(line)}"/>' for line in lines if len(line) > 1)
    if target is not None:
        y = 21 - 18 * (target - low) / height if high > low else 12
        drawn += f'<path d="M0 {y:.1f}H100" stroke="{theme.soft}" stroke-dasharray="2 2"/>'
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 24" preserveAspectRatio="none">'
        f'<g fill="none" stroke="{theme.accent}" stroke-width="1.6"'
        f' vector-effect="non-scaling-stroke">{drawn}</g></svg>'
    )
    return html.Img(src=f"data:image/svg+xml,{quote(picture)}", alt=label, className="r-spark")


def level(code: str, text: Words) -> Component:
    """A level: colour, shape and word."""
    return html.Span([html.I(className=f"mark {code}"), text[f"level.{code}"]], className="r-level")


def choices(items: Sequence[tuple[str, str, bool]], label: str) -> Component:
    """One of a few views of the same thing, each an address: (words, href, chosen)."""
    return html.Ul(
        [
            html.Li(
                dcc.Link(words, href=href, className="here" if here else ""),
                **({"aria-current": "true"} if here else {}),
            )
            for words, href, here in items
        ],
        className="r-choices",
        **{"aria-label": label},
    )


def bar(share: float, marked: float = 0.0, title: str = "") -> Component:
    """A length of 0 to 1, whose last ``marked`` is dark; the number is next to it in words."""
    plain = max(0.0, share - marked)
    return html.Span(
        [
            html.I(style={"width": f"{100 * plain:.2f}%"}),
            html.I(className="marked", style={"width": f"{100 * marked:.2f}%"}),
        ],
        className="r-bar",
        title=title,
    )


def _head(head: Head) -> Piece:
    return link(head.words, head.href, head.title) if head.href else head.words


def _kind(head: Head) -> str:
    kinds = ("num" if head.number else "", "wide" if head.wide else "", head.kind)
    return " ".join(filter(None, kinds))


def _sorted(head: Head) -> dict[str, str]:
    return {"aria-sort": head.sort} if head.sort else {}
