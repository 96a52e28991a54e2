"""What leaders' pages are made of. Pure; every part takes words, never ids of words.

section(text["review.overview.movers"], table(...), note="…", id="movers")
cards([kpi("Open", "1,234", href=to_queue(ask), define=to_definition(ask, "open"),
           change=change(1234, 1200, text, better="down"), spark=sparkline([3, 5, 4], theme))])
table([Head("Department"), Head("Open", number=True)], [[link("Roads", "/departments/cg"), "12"]],
      caption="…")
level_badge("red", text)         choices([("By day", href, True), ("By week", href, False)], "…")
states.empty(text, "…")          (nothing to show; also states.note, states.missing)

What stands in a page's place when it cannot be shown: plain words and a way on.

The two links that give a page's table as a file. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.config.words.figures import NOTHING, count, percent, signed
from dashboard.core.questions.ask import Ask
from layouts.look.theme import Theme

Words = Mapping[str, str]
Piece = Component | str
Better = Literal["up", "down", ""]


@dataclass(frozen=True)
class Head:
    """A column: its words, whether it holds numbers, where its words lead (sorting, a meaning)."""

    words: str
    number: bool = False
    href: str = ""
    #: ascending | descending, where the table is ordered by it
    sort: str = ""
    #: left out where the screen is narrow
    wide: bool = False


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
    value: str,
    *,
    href: str = "",
    define: str = "",
    change: Piece = "",
    spark: Piece = "",
    note: str = "",
) -> Component:
    """One number: its name leads to what it means, its value to what it is made of."""
    inside: list[Component] = [
        html.P(link(name, define) if define else name, className="name"),
        html.P(link(value, href) if href else value, className="value"),
    ]
    # a component without children counts as nothing, so it is asked for its kind
    if change != "":
        inside.append(html.P(change, className="change"))
    if note:
        inside.append(html.P(note, className="r-hint"))
    if spark != "":
        inside.append(html.Div(spark, className="spark"))
    return html.Div(inside, className="r-kpi")


def change(
    now: float | None,
    before: float | None,
    text: Words,
    *,
    better: Better = "",
    share: bool = False,
    was: str = "",
) -> Component:
    """How a number moved: by how much (of shares: in points), and what it was.

    ``better`` says which way is good: the other way is set in bold, and said to those who listen.
    """
    if now is None or before is None:
        return html.Span(text["review.change.none"], className="r-change none")
    step = (now - before) * 100 if share else now - before
    told = signed(step, 1 if share else 0)
    if share:
        told = text["review.change.points"].format(n=told)
    elif before >= 10 and told != "±0":
        told = f"{signed(step / before * 100, 1)}%"
    flat = told.startswith("±0")
    way = "" if flat else "up" if step > 0 else "down"
    worse = bool(better and way and way != better)
    parts: list[Piece] = [html.Span(told, className="by")]
    if worse:
        parts.append(html.Span(text["review.change.worse"], className="r-unseen"))
    words = was or (percent(before) if share else count(before))
    parts.append(html.Span(text["review.change.was"].format(n=words), className="was"))
    kind = f"r-change {way}{' worse' if worse else ''}"
    return html.Span(parts, className=kind.strip())


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


def table(
    heads: Sequence[Head],
    rows: Sequence[Sequence[Piece]],
    *,
    caption: str,
    marked: Sequence[int] = (),
) -> Component:
    """Rows of words, links and numbers; the first cell of a row names it. Wide ones scroll within
    themselves. ``marked`` are rows to stand out."""
    top = [
        html.Th(_head(head), scope="col", className=_kind(head), **_sorted(head)) for head in heads
    ]
    body = [
        html.Tr(
            [
                (html.Th if not n else html.Td)(
                    cell, className=_kind(head), **({} if n else {"scope": "row"})
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
        className="r-table",
    )
    return html.Div(
        inside, className="r-scroll", tabIndex="0", role="region", **{"aria-label": caption}
    )


def level_badge(level: str, text: Words) -> Component:
    """A level: colour, shape and word."""
    return html.Span(
        [html.I(className=f"r-mark {level}"), text[f"level.{level}"]], className="r-level"
    )


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


def bar(share: float | None, words: str = "") -> Component:
    """A share as a bar; the number beside it says it."""
    width = 0 if share is None else max(0.0, min(1.0, share)) * 100
    return html.Span(
        [html.Span(html.I(style={"width": f"{width:.1f}%"}), className="r-bar"), words],
        className="r-barred",
    )


def link(words: Piece, href: str) -> Component:
    """To another of these pages; without loading anew."""
    return dcc.Link(words, href=href)


# ---- where things lead; `ask` is the page's, changes are as in Ask.url ----


def to_queue(ask: Ask, **more: str | None) -> str:
    """The queue, with the area and filters of a page."""
    return ask.bare().but(range=None, compare=None).url("/queue", **more)


def to_departments(ask: Ask, **more: str | None) -> str:
    """The scoreboard of the same range."""
    return ask.bare().url("/departments", **more)


def to_department(ask: Ask, code: str, **more: str | None) -> str:
    """A department's page of the same range."""
    return ask.bare().but(department=None).url(f"/departments/{quote(code, safe='')}", **more)


def to_event(ask: Ask, event_id: str) -> str:
    """An event's story."""
    return Ask(lang=ask.lang, theme=ask.theme).url(f"/events/{quote(event_id, safe='')}")


def to_grid(ask: Ask, code: str) -> str:
    """A grid's page."""
    return Ask(lang=ask.lang, theme=ask.theme).url(f"/grids/{quote(code, safe='')}")


def to_definition(ask: Ask, term: str) -> str:
    """What a number means: `term` is one of layouts/pages/definitions.py."""
    return Ask(lang=ask.lang, theme=ask.theme).url("/definitions") + f"#{term}"


def _head(head: Head) -> Piece:
    return link(head.words, head.href) if head.href else head.words


def _kind(head: Head) -> str:
    return " ".join(filter(None, ("num" if head.number else "", "wide" if head.wide else "")))


def _sorted(head: Head) -> dict[str, str]:
    return {"aria-sort": head.sort} if head.sort else {}


def note(title: str, words: str, *actions: Component, kind: str = "plain") -> Component:
    """A quiet box: what it is, what to do."""
    return html.Section(
        [html.H2(title), html.P(words), html.P(list(actions), className="r-actions")],
        className=f"r-note {kind}",
        role="status",
    )


def ill(text: Words, field: str, value: str, home: str) -> Component:
    """The address holds something that cannot be."""
    name = text.get(f"review.filter.{field}", field)
    words = text["review.ill.words"].format(field=name, value=value[:60])
    return note(text["review.ill.title"], words, dcc.Link(text["review.home"], href=home))


def refused(text: Words, status: int, sign_in: str) -> Component:
    """Not signed in, or not allowed."""
    if status == 401:
        way = html.A(text["review.sign_in"], href=sign_in)
        return note(text["review.unknown.title"], text["review.unknown.words"], way)
    return note(text["review.refused.title"], text["review.refused.words"])


def missing(text: Words, what: str, home: str) -> Component:
    """Nothing there."""
    words = text["review.missing.words"].format(what=what[:60] or NOTHING)
    return note(text["review.missing.title"], words, dcc.Link(text["review.home"], href=home))


def loading(text: Words, share: float) -> Component:
    """The desk is still reading; the page asks again by itself."""
    words = text["review.loading.words"].format(n=round(share * 100))
    bar = html.Progress(value=str(round(share * 100)), max="100", **{"aria-label": words})
    box = note(text["review.loading.title"], words, bar, kind="loading")
    return html.Div(box, **{"data-again": "2"})


def no_data(text: Words) -> Component:
    """No Redis."""
    box = note(text["review.no_data.title"], text["review.no_data.words"], kind="alarm")
    return html.Div(box, **{"data-again": "10"})


def no_archive(text: Words, file: str) -> Component:
    """A file of closed events can't be read; numbers without it would be wrong."""
    words = text["review.no_archive.words"].format(file=file)
    return note(text["review.no_archive.title"], words, kind="alarm")


def failed(text: Words) -> Component:
    """A fault of ours; the log has it."""
    return note(text["review.failed.title"], text["review.failed.words"], kind="alarm")


def empty(text: Words, words: str = "") -> Component:
    """A section without anything to show."""
    return html.P(words or text["review.empty"], className="r-empty")


PAGES = ("overview", "queue", "departments", "department", "warnings")
KINDS = ("xlsx", "csv")


def address(page: str, kind: str, ask: Ask, **more: str | None) -> str:
    """Where the file is, for the view that the page shows."""
    if page not in PAGES or kind not in KINDS:
        raise ValueError(f"no export of {page!r} as {kind!r}")
    path = ask.url(f"/api/v1/export/{page}.{kind}", theme=None, **more)
    # the server's own language need not be the page's
    return path if ask.lang != "zh" else f"{path}{'&' if '?' in path else '?'}lang=zh"


def buttons(page: str, ask: Ask, text: Mapping[str, str], **more: str | None) -> Component:
    """Links to the page's table as Excel and CSV; ``more`` is what the ask does not say itself:
    ``code`` of a department's page, ``by`` of a table that is shown among several."""
    links = [
        html.A(
            text[f"export.{kind}"],
            href=address(page, kind, ask, **more),
            download="",
            title=text["export.hint"],
            className="r-export",
        )
        for kind in KINDS
    ]
    label = {"aria-label": text["export.label"]}
    return html.Div([html.Span(text["export.label"], className="r-unseen"), *links],
                    className="r-exports", role="group", **label)  # fmt: skip
