"""The wall's skeleton: what must be in the page before any number is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from dash.development.base_component import Component

from dashboard.i18n import LANGUAGES
from layouts import ids, wall
from layouts.city import CityView
from layouts.components.area_map import SHADES
from layouts.theme import DARK, LEVELS

ASSETS = Path(wall.__file__).parents[1] / "assets"
CITY = CityView(
    id="here",
    name={"zh": "某市", "en": "Someplace"},
    title={"zh": "某市大屏", "en": "The Wall"},
    simulated=True,
    zone="Asia/Shanghai",
    bounds=((41.0, 116.0), (45.0, 121.0)),
    areas_url="/city/areas.geojson",
    departments={"cg": {"zh": "城管局", "en": "Urban Mgmt."}},
)


def parts(tree: Component) -> list[Component]:
    return [tree, *(one for one in tree._traverse() if isinstance(one, Component))]


def attribute(part: Component, name: str) -> Any:
    return part.to_plotly_json()["props"].get(name)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_numbers_of_the_contract_are_on_the_page(lang: str) -> None:
    paths = {attribute(part, "data-kpi") for part in parts(wall.layout(CITY, lang))}
    wanted = {"all.open", "all.overdue", "today.reported", "today.closed", "today.on_time_rate"}
    wanted |= {f"by_level.{level}.{what}" for level in LEVELS for what in ("open", "today")}
    assert wanted | {"age_ms", "queue_total"} <= paths


def test_ids_are_unique_and_there() -> None:
    seen = [part.id for part in parts(wall.layout(CITY, "zh")) if getattr(part, "id", None)]
    assert len(seen) == len(set(seen))
    named = {ids.WALL, ids.NAMES, ids.FRAME, ids.STARTED, ids.BANNER, ids.MAP, ids.AREAS}
    assert named | {ids.TREND, ids.QUEUE, ids.SCORES, ids.PLACES, ids.RECENT} <= set(seen)


def test_initial_panels_are_in_the_store() -> None:
    page = wall.layout(CITY, "en", initial={"kpi": {"all": {"open": 3}}})
    store = next(part for part in parts(page) if getattr(part, "id", "") == ids.FRAME)
    assert store.data == {"v": None, "panels": {"kpi": {"all": {"open": 3}}}}
    names = next(part for part in parts(page) if getattr(part, "id", "") == ids.NAMES)
    assert names.data["departments"] == {"cg": "Urban Mgmt."}
    assert names.data["panels"] == list(ids.PANELS)


def test_style_sheet_and_theme_agree() -> None:
    css = "".join(sheet.read_text("utf-8") for sheet in sorted(ASSETS.glob("wall*.css")))
    values = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", css))
    for name, colour in {**DARK.levels, "ground": DARK.ground, "accent": DARK.accent}.items():
        assert values[name] == colour
    shades = re.search(r"SHADES = \[(.*?)\]", (ASSETS / "wall/map.js").read_text("utf-8"), re.S)
    assert shades is not None
    assert re.findall(r"#[0-9a-f]{6}", shades[1]) == re.findall(
        r"data-shade=.*background: (#[0-9a-f]{6})", css
    )
    assert css.count("data-shade=") == SHADES


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast() -> None:
    assert contrast(DARK.text, DARK.ground) > 7
    assert contrast(DARK.soft, DARK.ground) > 7
    assert contrast(DARK.faint, DARK.ground) > 4.5
    for colour in (*DARK.levels.values(), DARK.accent):
        assert contrast(colour, DARK.ground) > 4.5


@pytest.mark.parametrize(
    "file",
    sorted(p for p in ASSETS.rglob("*.js") if p.parent.name != "vendor"),
    ids=lambda path: path.name,
)
def test_scripts_put_text_in_as_text(file: Path) -> None:
    code = file.read_text("utf-8")
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "new Function", "http:"):
        assert word not in code
    assert len(code.splitlines()) <= 300
