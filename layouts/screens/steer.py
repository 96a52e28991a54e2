"""The page from which a leader steers the walls: for a telephone first, for any screen after.

Pure: every word and every choice of the city and its scenes is in place;
``assets/screens/steer_page.mjs`` fills in the current orders, the log and the worst events, and
sends what is pressed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.config.words import LANGUAGES, catalogue
from layouts.look import ids
from layouts.look.city import CityView, pick
from layouts.look.theme import THEMES
from layouts.wall.catalogue import LOCALES

PATH = "/steer"
#: how long a wall may be pointed at something; the first choice is preset
MINUTES = (5, 1, 15, 60)
#: words of the catalogue that the script needs
_WORDS = ("steer.", "steering.", "owner.", "level.", "queue.", "unit.", "stage.")

Words = Mapping[str, str]


def layout(
    city: CityView,
    lang: str,
    theme: str,
    scenes: Mapping[str, Any],
    tree: Mapping[str, Sequence[str]],
    *,
    token: bool = False,
) -> Component:
    """``scenes`` is the scene file as pages get it; ``tree`` maps a place ("" is the city) to
    those right below it that have a name. ``token``: only the admin token opens anything, so that
    the page asks for it."""
    text = catalogue(lang)
    names = {code: pick(name, lang) for code, name in city.places.items()}
    titles = {name: pick(one["name"], lang) for name, one in scenes["scenes"].items()}
    data = {
        "lang": lang,
        "token": token,
        "locale": LOCALES[lang],
        "zone": city.zone,
        "text": {key: words for key, words in text.items() if key.startswith(_WORDS)},
        "places": names,
        "departments": {code: pick(name, lang) for code, name in city.departments.items()},
        "categories": {code: pick(name, lang) for code, name in city.categories.items()},
        "scenes": titles,
        "tree": {code: [c for c in below if c in names] for code, below in tree.items()},
    }
    return html.Div(
        [
            _top(city, lang, theme, text),
            html.Main(
                [
                    html.Div(id=ids.STEER_MESSAGE, className="said", role="status"),
                    _sign_in(text),
                    _section("now", text, html.Div(id=ids.STEER_NOW, className="rows")),
                    _section("what", text, *_choices(text)),
                    _section("scene", text, html.Div(_scenes(titles), className="scenes")),
                    _section("area", text, _area(text)),
                    _section("events", text, html.Div(id=ids.STEER_EVENTS, className="rows")),
                    _section("record", text, html.Ol(id=ids.STEER_LOG, className="rows")),
                ]
            ),
            dcc.Store(id=ids.STEERING, data=data),
            dcc.Store(id=ids.STEERED),
        ],
        id=ids.STEER_PAGE,
        className=f"page steering {theme}",
        lang=lang,
    )


def _top(city: CityView, lang: str, theme: str, text: Words) -> html.Header:
    def link(words: str, **more: str) -> html.A:
        query = urlencode({"lang": lang, "theme": theme, **more})
        return html.A(words, href=f"{PATH}?{query}")

    links = [link(text[f"guide.lang_{one}"], lang=one) for one in LANGUAGES if one != lang]
    links += [link(text[f"guide.{one}"], theme=one) for one in THEMES if one != theme]
    return html.Header(
        [
            html.H1(text["steering.title"]),
            html.P(pick(city.title, lang)),
            html.Nav(links, **{"aria-label": text["guide.view"]}),
        ]
    )


def _sign_in(text: Words) -> html.Section:
    """Shown when the server asks who steers."""
    return html.Section(
        [
            html.H2(text["steering.sign_in"]),
            html.Label(text["steering.token"], htmlFor=ids.STEER_TOKEN),
            dcc.Input(id=ids.STEER_TOKEN, type="password", autoComplete="off"),
            html.Button(text["steering.enter"], id=ids.STEER_ENTER, type="button"),
        ],
        id=ids.STEER_SIGN_IN,
        hidden=True,
    )


def _section(name: str, text: Words, *children: Component) -> html.Section:
    return html.Section([html.H2(text[f"steering.{name}"]), *children], className=name)


def _choices(text: Words) -> list[Component]:
    """Which wall, and for how long."""
    times = [
        html.Button(
            text["unit.minute"].replace("{n}", str(minutes)),
            type="button",
            className="time",
            **{
                "data-seconds": str(60 * minutes),
                "aria-pressed": "true" if minutes == MINUTES[0] else "false",
            },
        )
        for minutes in sorted(MINUTES)
    ]
    return [
        html.Label(text["steering.device"], htmlFor=ids.STEER_DEVICE),
        html.Div(id=ids.STEER_DEVICES, className="pick", **{"data-select": ids.STEER_DEVICE}),
        html.Div(text["steering.time"], className="label", id=ids.STEER_TIME),
        html.Div(times, className="times", role="group", **{"aria-labelledby": ids.STEER_TIME}),
    ]


def _scenes(titles: Mapping[str, str]) -> list[Component]:
    return [
        html.Button(title, type="button", className="go", **{"data-scene": name})
        for name, title in titles.items()
    ]


def _area(text: Words) -> html.Div:
    """Two steps down the place tree; the script fills them."""
    return html.Div(
        [
            html.Label(text["steering.county"], htmlFor=ids.STEER_COUNTY),
            html.Div(className="pick", **{"data-select": ids.STEER_COUNTY}),
            html.Label(text["steering.township"], htmlFor=ids.STEER_TOWNSHIP),
            html.Div(className="pick", **{"data-select": ids.STEER_TOWNSHIP}),
            html.Button(
                text["steering.show_area"], type="button", className="go", id=ids.STEER_AREA
            ),
        ],
        className="places",
    )
