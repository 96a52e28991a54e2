"""The style guide's page: colours, type, spacing, marks, then every component in every state."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component

from dashboard.config.words import LANGUAGES, catalogue, language
from layouts.look.theme import LEVELS, THEMES, Pair, Theme, contrast, pairs, theme_name
from layouts.styleguide.states import PANELS, Shown
from layouts.wall.parts import mark

PATH = "/styleguide"
TYPE = ("caption", "body", "strong", "number", "title", "clock", "kpi")
SPACES = (1, 2, 3, 4, 5)
#: Properties of a theme that are not single colours.
GROUPS = ("levels", "shades")

Words = Mapping[str, str]


def page(lang: str | None = None, theme: str | None = None, **_: str) -> Component:
    """The whole guide; ``theme`` is the page's own, components are shown in both."""
    lang, theme = language(lang), theme_name(theme, "light")
    text = catalogue(lang)
    return html.Div(
        [
            _top(text, lang, theme),
            _section("colours", text, _both(lambda name: _colours(name, text), text)),
            _section("marks", text, _both(lambda _: _marks(text), text)),
            _section("type", text, html.Div([_type(name, text) for name in TYPE])),
            _section("spacing", text, html.Div([_space(n) for n in SPACES], className="spaces")),
            *[_component(name, shown, text, lang) for name, shown in PANELS.items()],
        ],
        className=f"page guide {theme}",
        lang=lang,
    )


def _top(text: Words, lang: str, theme: str) -> html.Header:
    others = [
        html.A(text[f"guide.lang_{one}"], href=f"{PATH}?{urlencode({'lang': one, 'theme': theme})}")
        for one in LANGUAGES
        if one != lang
    ]
    others += [
        html.A(text[f"guide.{one}"], href=f"{PATH}?{urlencode({'lang': lang, 'theme': one})}")
        for one in THEMES
        if one != theme
    ]
    jump = [html.A(text[f"guide.{name}"], href=f"#{name}") for name in PANELS]
    return html.Header(
        [
            html.H1(text["guide.title"]),
            html.P(text["guide.about"]),
            html.Nav(others, className="links", **{"aria-label": text["guide.view"]}),
            html.Nav(jump, className="links", **{"aria-label": text["guide.components"]}),
        ]
    )


def _section(name: str, text: Words, *children: Component) -> html.Section:
    return html.Section([html.H2(text[f"guide.{name}"]), *children], id=name)


def _both(make: object, text: Words) -> html.Div:
    """The same in both themes, side by side."""
    sides = [
        html.Div(
            [html.H3(text[f"guide.{name}"]), make(name)],  # type: ignore[operator]
            className=f"page side {name}",
        )
        for name in THEMES
    ]
    return html.Div(sides, className="both")


def _colours(name: str, text: Words) -> html.Div:
    theme = THEMES[name]
    swatches = [_swatch(one, text) for one in (*_plain(theme), *LEVELS)]
    swatches += [_swatch(f"shade{n}", text) for n in range(len(theme.shades))]
    rows = [_contrast(pair, text) for pair in pairs(theme)]
    return html.Div([html.Div(swatches, className="swatches"), html.Ul(rows, className="pairs")])


def _plain(theme: Theme) -> list[str]:
    return [name for name in theme.__slots__ if name not in GROUPS]


def _swatch(name: str, text: Words) -> html.Div:
    css = name.replace("_", "-")
    return html.Div(
        [html.I(style={"background": f"var(--{css})"}), html.Code(css)], className="swatch"
    )


def _contrast(pair: Pair, text: Words) -> html.Li:
    """The pair as it looks, and its ratio; the sentence is a sample, not a message."""
    return html.Li(
        [
            html.Span(text["guide.sample"], style={"color": pair.front, "background": pair.behind}),
            html.Code(f"{contrast(pair.front, pair.behind):.1f} : 1"),
            html.Code(f"≥ {pair.least:g}"),
        ],
        title=pair.what,
    )


def _marks(text: Words) -> html.Ul:
    rows = [html.Li([mark(level), text[f"level.{level}"]], className="level") for level in LEVELS]
    return html.Ul(rows, className="levels-list")


def _type(name: str, text: Words) -> html.P:
    return html.P(
        [
            html.Code(f"--type-{name}"),
            html.Span(text["guide.sample"], style={"fontSize": f"var(--type-{name})"}),
        ],
        className="type",
    )


def _space(n: int) -> html.Div:
    return html.Div(
        [html.Code(f"--space-{n}"), html.I(style={"width": f"var(--space-{n})"})],
        className="space",
    )


def _component(name: str, shown: Shown, text: Words, lang: str) -> html.Section:
    rows = []
    for state in shown.states:
        title = text[f"guide.state_{state}"]
        frames = [
            html.Div(
                className="frame-slot",
                title=f"{text[f'guide.{name}']} · {title} · {text[f'guide.{theme}']}",
                style={"width": f"{shown.width}px", "height": f"{shown.height}px"},
                **{
                    "data-frame": f"{PATH}/frame?"
                    + urlencode({"panel": name, "state": state, "theme": theme, "lang": lang})
                },
            )
            for theme in THEMES
        ]
        rows.append(html.Div([html.H3(title), html.Div(frames, className="frames")]))
    return _section(name, text, *rows)
