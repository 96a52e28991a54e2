"""The wall's skeleton: what must be in the page before any number is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from dash.development.base_component import Component

from dashboard import ROOT
from dashboard.config.words import LANGUAGES
from layouts.look import ids
from layouts.look.city import CityView
from layouts.look.theme import LEVELS
from layouts.wall import page as wall

ASSETS = ROOT / "assets"
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


@pytest.mark.parametrize(
    "file",
    sorted(p for p in ASSETS.rglob("*.*js") if p.parent.name != "vendor"),
    ids=lambda path: path.name,
)
def test_scripts_put_text_in_as_text(file: Path) -> None:
    code = file.read_text("utf-8")
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "new Function", "http:"):
        assert word not in code
    assert len(code.splitlines()) <= 300
