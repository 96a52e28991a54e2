"""The header: the city, where its data comes from, its date and time."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html

from dashboard.config.words.figures import NOTHING
from layouts.look import ids
from layouts.look.city import CityView, pick
from layouts.wall.parts import READ, number


def header(city: CityView, lang: str, text: Mapping[str, str]) -> html.Header:
    """Title, city, source tag, scene; the state's sentence and who steers; age, date, clock."""
    source = "simulated" if city.simulated else "unknown"
    scope = _scope(city, lang, text)
    tag = html.Span(
        text[f"source.{source}"], id=ids.SOURCE, className="tag", **{"data-source": source}
    )
    return html.Header(
        [
            html.Div(
                [
                    html.H1(pick(city.title, lang)),
                    html.Div(
                        [
                            tag,
                            html.Span(
                                scope, id=ids.PLACE, className="city", **{"data-whole": scope}
                            ),
                            html.Span(id=ids.SCENE, className="scene"),
                        ],
                        className="sub",
                    ),
                ],
                className="brand",
            ),
            html.Div(
                [
                    html.Div(text["page.loading"], id=ids.BANNER, className="banner"),
                    html.Div(id=ids.STEER, className="steer"),
                ],
                className="said",
            ),
            html.Div(
                [
                    html.Div(
                        [
                            html.Span(text["head.age"], className="word"),
                            number("age_ms", "age", id=ids.AGE),
                            html.Span(
                                "",
                                id=ids.CHECKED,
                                className="checked",
                                **{"data-kpi": "checked.at"},
                            ),
                        ],
                        className="fresh",
                    ),
                    html.Div(
                        [
                            html.Span(NOTHING, id=ids.DATE),
                            html.Span("", id=ids.ZONE, className="zone"),
                        ],
                        className="date",
                    ),
                ],
                className="when",
            ),
            html.Time("--:--:--", id=ids.CLOCK, className="clock"),
            # the only live region: the page's state and new alarms are announced here
            html.Div(id=ids.SAY, className=READ, role="status"),
        ],
        className="head",
    )


def _scope(city: CityView, lang: str, text: Mapping[str, str]) -> str:
    """The city's name, unless it is part of the title."""
    name = pick(city.name, lang)
    return text["head.city_scope"] if name in pick(city.title, lang) else name
