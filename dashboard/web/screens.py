"""The pages outside the leaders' shell: the wall, the style guide, the steering page.

Also what such pages need of a city: its names, and how sign-in and notices look.
"""

from __future__ import annotations

from collections.abc import Mapping

import dash
from dash import Dash

from dashboard.config.cities import City
from dashboard.config.scenes import Scenes
from dashboard.config.settings import Settings
from dashboard.config.words import catalogue, language
from dashboard.web.answers.asset_urls import asset
from dashboard.web.answers.errors import Refused
from dashboard.web.answers.titles import leave_title, title
from dashboard.web.people.model import TOKEN, current
from layouts.look.city import CityView, pick
from layouts.look.theme import theme_name
from layouts.screens import sign_in as sign_in_layout
from layouts.screens import steer as steer_layout
from layouts.styleguide import frame as guide_frame
from layouts.styleguide import page as guide
from layouts.wall import page as wall_layout


def look_of(city: City, default_lang: str, query: Mapping[str, str]) -> sign_in_layout.Look:
    """Language, theme and title of a page outside the shell, by its query."""
    lang = language(query.get("lang") or default_lang)
    theme = "dark" if query.get("theme") == "dark" else "light"
    title = city.title_en if lang == "en" else city.title_zh
    return sign_in_layout.Look(lang, theme, title, asset)


def city_view(city: City, settings: Settings) -> CityView:
    """The parts of a city pack that screens show, in both languages."""

    def both(item: object) -> dict[str, str]:
        return {"zh": item.zh, "en": item.en}  # type: ignore[attr-defined]

    return CityView(
        id=city.id,
        name=both(city),
        title={"zh": city.title_zh, "en": city.title_en},
        simulated=city.simulated,
        zone=settings.tz or city.zone,
        bounds=city.bounds,
        areas_url="/city/areas.geojson",
        credit={"zh": city.credit_zh, "en": city.credit_en},
        departments={code: both(d) for code, d in city.departments.items()},
        categories={code: both(c) for code, c in city.categories.items()},
        places={code: both(p) for code, p in city.places.items() if p.tier in city.named_tiers},
    )


def add_wall(app: Dash, view: CityView, default_lang: str, scenes: Scenes) -> None:
    """Register the wall and the style guide."""

    def page(
        lang: str | None = None, theme: str | None = None, device: str | None = None, **_: str
    ) -> object:
        own = scenes.current.of(device or "")
        look = theme_name(theme, own.theme)
        lang = language(lang or own.lang or default_lang)
        leave_title(pick(view.title, lang))
        return wall_layout.layout(view, lang, look, scenes=scenes.page())

    def styles(**query: str) -> object:
        leave_title(catalogue(language(query.get("lang")))["guide.title"])
        return guide.page(**query)

    dash.register_page("wall", path="/wall", title=title, layout=page)
    dash.register_page("styleguide", path=guide.PATH, title=title, layout=styles)
    dash.register_page(
        "styleguide_frame", path=guide.PATH + "/frame", title=title, layout=guide_frame.frame
    )
    app.layout = dash.page_container


def _has_no_person() -> bool:
    """Whether the guard has let the page through only so that it can ask for the admin token."""
    try:
        who = current()
    except Refused:
        return False
    return who.how == TOKEN and not who.name


def add_steering(view: CityView, city: City, default_lang: str, scenes: Scenes) -> None:
    """Register the page that steers the walls."""

    def page(lang: str | None = None, theme: str | None = None, **_: str) -> object:
        look = theme_name(theme, scenes.current.wall.theme)
        lang = language(lang or default_lang)
        token = _has_no_person()
        leave_title(catalogue(lang)["steering.title"], city.name(lang))
        return steer_layout.layout(view, lang, look, scenes.page(), city.children, token=token)

    dash.register_page("steer", path=steer_layout.PATH, title=title, layout=page)
