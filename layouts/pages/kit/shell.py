"""The shell around every leaders' page: header, navigation, truth line, filters. Pure.

A `Frame` and the page's `Shown` go in, the whole document comes out; `assets/pages/shell.mjs` does
the rest in the browser. The truth line shows the time of the page's numbers, how late they are and
which part of the engine has stopped. Mantine gets the wall's type and one accent; all colours come
from assets/tokens.css.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.config.words.durations import duration
from dashboard.config.words.figures import moment
from layouts.look.city import pick
from layouts.look.theme import DARK, FONT_STACK, LIGHT
from layouts.pages.kit import ids
from layouts.pages.kit.filters import bar
from layouts.pages.kit.frame import Frame, NavItem, Shown, Truth

#: numbers older than this, in ms, are late: a warning
_LATE_MS = 5_000


def truth(frame: Frame) -> Component:
    """The truth line; on a page without counted data only the places that a script may fill."""
    text, shown = frame.text, frame.truth
    of, age, late = truth_words(shown, text, frame.city.zone) if shown else ("", "", False)
    # a page that follows what happens fills these two itself (assets/pages/queue/live.mjs)
    line = [
        html.Span(of, className="r-of"),
        html.Span(age, className="r-age late" if late else "r-age"),
    ]
    if shown is None:
        return html.P(line, className="r-truth")
    source = [html.Span(frame.source, className="r-source")] if frame.source else []
    # the page shows its own age once it is old (assets/pages/shell.mjs)
    old = html.Button(
        "",
        className="r-old",
        type="button",
        hidden=True,
        **{"data-old": text["review.truth.old"]},
    )
    return html.P([*line, *source, old], className="r-truth")


def truth_words(truth: Truth, text: Mapping[str, str], zone: str) -> tuple[str, str, bool]:
    """As of when; how late and which parts have stopped; whether that is a warning."""
    at = moment(truth.as_of_ms, zone, "%Y-%m-%d %H:%M:%S")
    of = text["review.truth.as_of"].format(at=at)
    lines: list[str] = []
    if truth.trouble:
        lines.append(text.get(f"trouble.{truth.trouble}") or text["trouble.other"])
    if truth.behind_ms >= 1000:
        lines.append(text["review.truth.behind"].format(t=duration(truth.behind_ms, text)))
    for part, ms in truth.unheard.items():
        if ms is None:
            lines.append(text[f"review.truth.never_{part}"])
        else:
            lines.append(text[f"review.truth.stopped_{part}"].format(t=duration(ms, text)))
    warns = truth.behind_ms > _LATE_MS or bool(truth.unheard) or bool(truth.trouble)
    return of, " · ".join(lines) or text["review.truth.level"], warns


def mix(one: str, other: str, share: float) -> str:
    """The colour at `share` (0 to 1) between two `#rrggbb`."""
    pairs = zip(bytes.fromhex(one[1:7]), bytes.fromhex(other[1:7]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def accents() -> list[str]:
    """Mantine wants ten shades: the light theme's accent is the 7th, the dark theme's the 4th."""
    light, dark = LIGHT.accent, DARK.accent
    white, black = LIGHT.on_alarm, LIGHT.bright
    pale = [mix(white, dark, share) for share in (0.1, 0.3, 0.6)]
    between = [mix(dark, light, share) for share in (0.35, 0.7)]
    deep = [mix(light, black, share) for share in (0.2, 0.4, 0.6)]
    return [*pale, dark, *between, light, *deep]


def mantine() -> dict[str, Any]:
    """The theme for `dmc.MantineProvider`."""
    return {
        "fontFamily": FONT_STACK,
        "headings": {"fontFamily": FONT_STACK, "fontWeight": "600"},
        "colors": {"accent": accents()},
        "primaryColor": "accent",
        "primaryShade": {"light": 6, "dark": 3},
        "defaultRadius": "sm",
        "respectReducedMotion": True,
    }


#: groups of what a search finds, in the order of the list
SEARCHED = ("numbers", "places", "departments", "categories", "words")

#: the width (in em of 16 px) from which on the navigation stays in sight
WIDE = "62em"
HEADER = 52
NAV = 200


def shell(frame: Frame, shown: Shown) -> Component:
    """The whole page."""
    text = frame.text
    inside = dmc.AppShell(
        [
            dmc.AppShellHeader(_header(frame), className="r-head", withBorder=True),
            dmc.AppShellNavbar(
                _nav(frame), className="r-nav", **{"aria-label": text["review.nav"]}
            ),
            dmc.AppShellMain(_main(frame, shown), id=ids.MAIN, className="r-main"),
        ],
        id=ids.SHELL,
        header={"height": HEADER},
        navbar={"width": NAV, "breakpoint": "md", "collapsed": {"mobile": True}},
        padding=0,
        transitionDuration=0,
    )
    return dmc.MantineProvider(
        html.Div(
            [
                html.A(text["review.skip"], href=f"#{ids.MAIN}", className="r-skip"),
                inside,
                dcc.Location(id=ids.GO, refresh="callback-nav"),
                dcc.Store(id=ids.ASK, data={"path": frame.path, "query": frame.ask.query()}),
            ],
            className=f"review {frame.look}",
            lang="zh-CN" if frame.ask.lang == "zh" else "en",
        ),
        theme=mantine(),
        forceColorScheme=frame.look,
    )


def _header(frame: Frame) -> list[Component]:
    text, ask = frame.text, frame.ask
    other = "en" if ask.lang == "zh" else "zh"
    shade = "light" if frame.look == "dark" else "dark"
    here = frame.path
    who: list[Component] = []
    if frame.how == "demo":
        who = [html.Span(text["review.demo"], className="r-demo", title=text["review.demo_why"])]
    elif frame.who:
        who = [
            dcc.Link(
                [html.Span(frame.who, className="r-name"), html.Span(frame.role)],
                href=ask.url("/account"),
                className="r-who",
            )
        ]
    return [
        dmc.Burger(
            id=ids.BURGER,
            opened=False,
            size="sm",
            hiddenFrom="md",
            **{"aria-label": text["review.menu"]},
        ),
        dcc.Link(
            [
                html.Span(pick(frame.city.name, ask.lang), className="r-city"),
                html.Span(text["review.product"], className="r-product"),
            ],
            href=ask.url("/", area=""),
            className="r-brand",
        ),
        html.Span(className="r-gap"),
        *([_search(frame)] if frame.nav else []),
        *who,
        _switch(
            dcc.Link(
                text[f"review.lang.{other}"],
                href=ask.url(here, lang=other),
                className="r-switch",
            ),
            f"lang={other}",
        ),
        _switch(
            dcc.Link(
                html.Span(text[f"review.theme.{shade}"], className="r-word"),
                href=ask.url(here, theme=shade if shade == "dark" else "light"),
                className=f"r-switch r-theme to-{shade}",
                title=text[f"review.theme.{shade}"],
            ),
            f"theme={shade}",
        ),
    ]


def _search(frame: Frame) -> Component:
    """One field for everything that has a name; `assets/pages/search.mjs` asks and shows."""
    text = frame.text
    look = {"lang": frame.ask.lang, "theme": frame.ask.theme}
    words = {
        f"data-{name}": text[f"review.search.{name}"]
        for name in (*SEARCHED, "more", "none", "busy", "failed")
    }
    label = html.Span(text["review.search.label"], className="r-unseen")
    field = dcc.Input(
        id=ids.SEARCH,
        type="search",
        placeholder=text["review.search.hint"],
        autoComplete="off",
        spellCheck=False,
        maxLength=60,
        className="r-find-input",
    )
    return html.Div(
        [
            html.Label([label, field]),
            html.Div(
                id=ids.FOUND,
                className="r-found",
                hidden=True,
                role="listbox",
                **{"aria-label": text["review.search.label"]},
            ),
        ],
        className="r-find",
        role="search",
        **{**words, "data-look": urlencode({k: v for k, v in look.items() if v})},
    )


def _switch(link: Component, kept: str) -> Component:
    """A link that changes the look; the script remembers it by `data-keep`."""
    return html.Span(link, **{"data-keep": kept})


def _nav(frame: Frame) -> list[Component]:
    return [
        html.Div(
            [
                html.P(frame.text[f"review.group.{group}"], className="r-group"),
                html.Ul([html.Li(_entry(item, frame)) for item in items]),
            ]
        )
        for group, items in frame.nav.items()
    ]


def _entry(item: NavItem, frame: Frame) -> Component:
    here = item.id == frame.page or frame.path.startswith(f"/{item.id}/")
    words = [html.Span(className=f"r-icon i-{item.id}"), html.Span(item.words)]
    if item.outside:
        return html.A([*words, html.I(className="r-out sign s-out")], href=item.href)
    current: Mapping[str, str] = {"aria-current": "page"} if here else {}
    return html.Span(dcc.Link(words, href=item.href, className="here" if here else ""), **current)


def _main(frame: Frame, shown: Shown) -> list[Component]:
    body = shown.body if isinstance(shown.body, list) else [shown.body]
    trail = [dcc.Link(words, href=href) for words, href in frame.trail]
    where = [html.Span(f" · {frame.where}", className="where")] if frame.where else []
    heading = [frame.title, *where]
    top = html.Div(
        [
            html.Div([*trail, html.H1(heading)], className="r-title"),
            truth(frame),
        ],
        className="r-top",
    )
    return [top, *bar(frame), html.Div(body, className=f"r-body p-{frame.page or 'none'}")]
